"""The desk's pages."""

from __future__ import annotations

from serving.desk.pages import board, cases, common, console, papers, tasks

pages = common.router()
for part in (console, cases, tasks, board, papers):
    pages.include_router(part.pages)
