"""A leaflet for the public on one type of scam."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serving.desk.papers.paper import Paper, Section


def leaflet(script: Mapping[str, Any], confirm: Mapping[str, Any]) -> Paper:
    """The leaflet on a type of the taxonomy."""
    return Paper(
        f"警惕“{script['zh']}”",
        "钱没转，先停一停；拿不准，拨 96110；已转账，马上拨 110。",
        [
            Section("骗子这样开口", points=script["opening"]),
            Section("接着这样要钱", points=script["demand"]),
            Section("记住", points=script["never"]),
            Section("付款前问自己", points=confirm["questions"]),
            Section("说给家里老人听", points=script["dissuade_elderly"]),
        ],
    )
