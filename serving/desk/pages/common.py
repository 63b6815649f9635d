"""What all pages share."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from serving.cli.labels import CHANNELS, ELEMENTS, MONEY_MOVED, VERDICTS
from serving.desk import words
from serving.desk.masking import mask
from serving.desk.money import yuan
from serving.desk.settings import DeskSettings
from serving.desk.stop_payment import NEEDED
from serving.desk.store.cases import Cases
from serving.desk.store.clock import local
from serving.desk.store.database import Database
from serving.desk.store.tasks import Tasks
from serving.desk.tiers import remaining

_YEAR = 365 * 24 * 3600
_templates = Jinja2Templates(Path(__file__).parents[1] / "templates")
_templates.env.globals.update(
    VERDICTS=VERDICTS,
    CHANNELS=CHANNELS,
    ELEMENTS=ELEMENTS,
    MONEY_MOVED=MONEY_MOVED,
    DISPOSITIONS=words.DISPOSITIONS,
    SOURCES=words.SOURCES,
    PERSONS=words.PERSONS,
    TIERS=words.TIERS,
    OUTCOMES=words.OUTCOMES,
    NEEDED=NEEDED,
)
_templates.env.filters.update(mask=mask, yuan=yuan, clock=lambda at: f"{local(at):%m-%d %H:%M}", remaining=remaining)


def router() -> APIRouter:
    """A part of the pages."""
    return APIRouter(include_in_schema=False)


def render(request: Request, name: str, status_code: int = 200, **values: Any) -> Response:
    """A page."""
    return _templates.TemplateResponse(request, name, values, status_code)


def missing(request: Request, what: str, back: str) -> Response:
    """The page for something that is not there."""
    return render(request, "missing.html", 404, what=what, back=back)


def settings(request: Request) -> DeskSettings:
    """The desk's settings."""
    return request.app.state.settings  # type: ignore[no-any-return]


def database(request: Request) -> Database:
    """The desk's database."""
    return request.app.state.database  # type: ignore[no-any-return]


def cases(request: Request) -> Cases:
    """The cases."""
    return Cases(database(request), settings(request).limits)


def tasks(request: Request) -> Tasks:
    """The dissuasion queue."""
    return Tasks(database(request), settings(request).limits)


def taxonomy(request: Request) -> dict[str, Any]:
    """The model's taxonomy.

    Raises:
        NotReady: the model is still loading.
    """
    return request.app.state.engine.taxonomy  # type: ignore[no-any-return]


def types(request: Request) -> dict[str, str]:
    """Chinese names of the scripts."""
    return {t["id"]: t["zh"] for t in taxonomy(request)["types"]}


def signs(request: Request) -> dict[str, str]:
    """Chinese names of the signs."""
    return {s["id"]: s["zh"] for s in taxonomy(request)["signs"]}


def operator(request: Request) -> str:
    """Who saved something last from this browser."""
    return unquote(request.cookies.get("operator", ""))


def saved(where: str, by: str) -> Response:
    """Go to a page after something was saved; whoever saved it need not type the name again."""
    response = RedirectResponse(where, 303)
    response.set_cookie("operator", quote(by), max_age=_YEAR, httponly=True, samesite="strict")
    return response
