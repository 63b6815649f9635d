"""The desk's own words: how a case ended."""

from __future__ import annotations

DISPOSITIONS = ("劝阻成功", "已止付", "立案", "误报", "咨询")
