"""The desk's pages."""

from __future__ import annotations

from fastapi import APIRouter

from serving.desk.pages import board, cases, console, papers, tasks

pages = APIRouter(include_in_schema=False)
for part in (console, cases, tasks, board, papers):
    pages.include_router(part.pages)
