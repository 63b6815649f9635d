"""The service with the desk's pages mounted."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from nlp import Screener
from serving.desk.guard import Guard
from serving.desk.pages import pages
from serving.desk.pages.common import render
from serving.desk.settings import DeskSettings
from serving.desk.store.database import Database
from serving.http.app import create_app
from serving.http.engine import NotReady


def create_desk(settings: DeskSettings, database: Database, screener: Screener | None = None) -> FastAPI:
    """Build the desk; ``database`` is migrated, and closed by the caller."""
    app = create_app(settings, screener)
    app.state.database = database
    app.include_router(pages)
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")))
    app.add_exception_handler(NotReady, _loading)
    app.add_middleware(Guard, max_body_bytes=settings.max_body_bytes)
    return app


async def _loading(request: Request, _: Exception) -> Response:
    return render(request, "loading.html", status_code=503)
