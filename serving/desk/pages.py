"""The pages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, StreamingResponse
from fastapi.templating import Jinja2Templates
from starlette.datastructures import FormData

from nlp import Item, Result
from serving.cli.labels import CHANNELS, ELEMENTS, MONEY_MOVED, VERDICTS
from serving.desk.export import csv_lines
from serving.desk.forms import Asked, Posted, entry, word
from serving.desk.highlight import pieces
from serving.desk.masking import mask
from serving.desk.money import yuan
from serving.desk.questions import still_to_ask
from serving.desk.store.board import board
from serving.desk.store.cases import PAGE, Cases, Query, suggested_type
from serving.desk.words import DISPOSITIONS
from serving.http.answering import answer
from serving.http.problems import Problem

_DAYS = 14
_YEAR = 365 * 24 * 3600
_templates = Jinja2Templates(Path(__file__).with_name("templates"))
_templates.env.globals.update(
    VERDICTS=VERDICTS, CHANNELS=CHANNELS, ELEMENTS=ELEMENTS, MONEY_MOVED=MONEY_MOVED, DISPOSITIONS=DISPOSITIONS
)
_templates.env.filters.update(mask=mask, yuan=yuan)

pages = APIRouter(include_in_schema=False)


def render(request: Request, name: str, status_code: int = 200, **values: Any) -> Response:
    """A page."""
    return _templates.TemplateResponse(request, name, values, status_code)


@pages.get("/")
def console(request: Request) -> Response:
    """An empty console."""
    operator = unquote(request.cookies.get("operator", ""))
    return render(request, "console.html", types=_types(request), operator=operator, answer=None)


@pages.post("/screen")
async def screen(request: Request, form: Posted) -> Response:
    """The answer beside the box, while the operator types."""
    if not word(form, "text"):
        return render(request, "answer.html", answer=None)
    try:
        shown = _answer(request, form, await _screened(request, form))
    except Problem as problem:
        return render(request, "answer.html", problem.status_code, answer=None, problem=problem.detail)
    return render(request, "answer.html", types=_types(request), answer=shown)


@pages.post("/cases")
async def save(request: Request, form: Posted) -> Response:
    """Save a case and show it; on a mistake, the console as it was filled in."""
    types = _types(request)
    operator, result = word(form, "operator"), None
    try:
        if not word(form, "text"):
            raise ValueError("请先填写警情内容")
        result = await _screened(request, form)
        decided = entry(form, types)
    except (ValueError, Problem) as error:
        wrong = error.detail if isinstance(error, Problem) else str(error)
        shown = _answer(request, form, result) if result else None
        return render(
            request, "console.html", 422, types=types, operator=operator, form=form, answer=shown, wrong=wrong
        )
    case = await run_in_threadpool(_cases(request).add, word(form, "text"), result, decided)
    response = RedirectResponse(f"/cases/{case.id}", 303)
    response.set_cookie("operator", quote(operator), max_age=_YEAR, httponly=True, samesite="strict")
    return response


@pages.get("/cases")
def listing(request: Request, query: Asked, page: int = 1) -> Response:
    """Cases, latest first."""
    page = max(1, min(page, 100_000))
    found, total = _cases(request).search(query, page)
    pages_ = max(1, -(-total // PAGE))
    asked = urlencode(_asked(query))
    return render(
        request,
        "cases.html",
        cases=found,
        total=total,
        page=page,
        pages=pages_,
        query=query,
        asked=asked,
        types=_types(request),
    )


@pages.get("/cases.csv")
def export(request: Request, query: Asked) -> Response:
    """The same cases as a file."""
    lines = csv_lines(_cases(request).stream(query), _types(request))
    name = {"Content-Disposition": 'attachment; filename="cases.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=name)


@pages.get("/cases/{id_}")
def case_page(request: Request, id_: int) -> Response:
    """One case, whole."""
    return _case(request, id_)


@pages.post("/cases/{id_}")
def revise(request: Request, id_: int, form: Posted) -> Response:
    """Change what was decided."""
    try:
        decided = entry(form, _types(request))
    except ValueError as error:
        return _case(request, id_, str(error))
    if not _cases(request).revise(id_, decided):
        return render(request, "missing.html", 404)
    return RedirectResponse(f"/cases/{id_}", 303)


@pages.get("/board")
def board_page(request: Request) -> Response:
    """The figures of the last two weeks."""
    figures = board(request.app.state.database, datetime.now().astimezone().date(), _DAYS)
    return render(request, "board.html", board=figures, types=_types(request))


def _cases(request: Request) -> Cases:
    return Cases(request.app.state.database)


def _types(request: Request) -> dict[str, str]:
    return {t["id"]: t["zh"] for t in request.app.state.engine.taxonomy["types"]}


def _signs(request: Request) -> dict[str, str]:
    return {s["id"]: s["zh"] for s in request.app.state.engine.taxonomy["signs"]}


def _asked(query: Query) -> dict[str, str]:
    values = {"q": query.words, "verdict": query.verdict, "type": query.type, "disposition": query.disposition}
    return {key: value for key, value in values.items() if value} | ({"day": f"{query.day}"} if query.day else {})


async def _screened(request: Request, form: FormData) -> Result:
    channel = next((c for c in CHANNELS if c == word(form, "channel")), None)
    return (await answer(request, [Item(word(form, "text"), channel)]))[0]


def _answer(request: Request, form: FormData, result: Result) -> dict[str, Any]:
    """What the answer's template shows; what the operator has edited goes before what the machine found."""
    taxonomy, plain = request.app.state.engine.taxonomy, result.to_dict()
    found: dict[str, Any] = {
        key: "\n".join(dict.fromkeys(e["value"] for e in plain["elements"].get(key, ()))) for key in ELEMENTS
    }
    found["money_moved"] = plain["elements"]["money_moved"]
    shown = {key: _edited(form, key, value) for key, value in found.items()}
    script = suggested_type(plain)
    moved = shown["money_moved"] == "yes" and result.verdict != "normal"
    return {
        "result": plain,
        "pieces": pieces(word(form, "text"), plain["evidence"], _signs(request)),
        "found": found,
        "elements": shown,
        "questions": still_to_ask(taxonomy, script, word(form, "text")) if script else [],
        "asked": set(form.getlist("asked")),
        "suggested": script,
        "decision": {
            "verdict": _edited(form, "verdict", result.verdict, ""),
            "type": _edited(form, "type", script, ""),
            "disposition": word(form, "disposition"),
            "amount": word(form, "amount"),
        },
        "stop_payment": taxonomy["stop_payment"] if moved or plain["stage"] == "after" else None,
    }


def _edited(form: FormData, key: str, found: str, prefix: str = "e-") -> str:
    shown, before = word(form, f"{prefix}{key}"), word(form, f"was-{key}")
    # Browsers send line ends as CR LF.
    return found if shown.replace("\r", "") == before.replace("\r", "") else shown


def _case(request: Request, id_: int, wrong: str = "") -> Response:
    case = _cases(request).get(id_)
    if case is None:
        return render(request, "missing.html", 404)
    marked = pieces(case.text, case.result["evidence"], _signs(request))
    status = 422 if wrong else 200
    operator = unquote(request.cookies.get("operator", "")) or case.operator
    return render(
        request, "case.html", status, case=case, pieces=marked, types=_types(request), operator=operator, wrong=wrong
    )
