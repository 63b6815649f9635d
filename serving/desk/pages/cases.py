"""Cases: listed, exported, shown, revised."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from serving.desk.export import csv_lines
from serving.desk.forms import Asked, Posted, entry, word
from serving.desk.highlight import pieces
from serving.desk.pages import common
from serving.desk.pages.common import render
from serving.desk.store.cases import PAGE, Query

pages = common.router()


@pages.get("/cases")
def listing(request: Request, query: Asked, page: int = 1) -> Response:
    """Cases, latest first."""
    page = max(1, min(page, 100_000))
    found, total = common.cases(request).search(query, page)
    return render(
        request,
        "cases.html",
        cases=found,
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        query=query,
        asked=urlencode(_asked(query)),
        types=common.types(request),
    )


@pages.get("/cases.csv")
def export(request: Request, query: Asked) -> Response:
    """The same cases as a file."""
    lines = csv_lines(common.cases(request).stream(query), common.types(request))
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
        decided = entry(form, common.types(request))
    except ValueError as error:
        return _case(request, id_, str(error))
    if not common.cases(request).revise(id_, decided):
        return _missing(request)
    return common.saved(f"/cases/{id_}", word(form, "operator"))


def _missing(request: Request) -> Response:
    return common.missing(request, "案件", "/cases")


def _asked(query: Query) -> dict[str, str]:
    values = {"q": query.words, "verdict": query.verdict, "type": query.type, "disposition": query.disposition}
    return {key: value for key, value in values.items() if value} | ({"day": f"{query.day}"} if query.day else {})


def _case(request: Request, id_: int, wrong: str = "") -> Response:
    case = common.cases(request).get(id_)
    if case is None:
        return _missing(request)
    return render(
        request,
        "case.html",
        422 if wrong else 200,
        case=case,
        task=common.tasks(request).of(id_),
        pieces=pieces(case.text, case.result["evidence"], common.signs(request)),
        types=common.types(request),
        districts=common.tasks(request).districts(),
        operator=common.operator(request) or case.operator,
        wrong=wrong,
    )
