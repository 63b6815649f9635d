"""Cases: listed, exported, shown, revised."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from serving.desk.export import csv_lines
from serving.desk.forms import Asked, PageNumber, Posted, entry, name, span, word
from serving.desk.highlight import pieces
from serving.desk.pages import common
from serving.desk.pages.common import render
from serving.desk.stop_payment import due, found, missing
from serving.desk.store.cases import Query
from serving.desk.store.paging import page_count
from serving.desk.store.tables import Case

pages = common.router()


@pages.get("/cases")
def listing(request: Request, query: Asked, page: PageNumber) -> Response:
    """Cases, latest first."""
    cases, total = common.cases(request).search(query, page)
    return render(
        request,
        "cases.html",
        cases=cases,
        total=total,
        page=page,
        pages=page_count(total),
        query=query,
        asked=urlencode(_asked(query)),
        types=common.types(request),
    )


@pages.get("/cases.csv")
def export(request: Request, query: Asked) -> Response:
    """The same cases as a file."""
    lines = csv_lines(common.cases(request).stream(query), common.types(request))
    headers = {"Content-Disposition": 'attachment; filename="cases.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


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


@pages.post("/cases/{id_}/evidence")
def mark(request: Request, id_: int, form: Posted) -> Response:
    """Add a span to the evidence or take one away."""
    case = common.cases(request).get(id_)
    if case is None:
        return _missing(request)
    try:
        by, added = name(form), word(form, "change") == "add"
        common.cases(request).mark(id_, by, span(form, case.text, common.signs(request)), added)
    except ValueError as error:
        return _case(request, id_, str(error))
    return common.saved(f"/cases/{id_}", by)


@pages.get("/cases/{id_}/stop-payment")
def sheet(request: Request, id_: int) -> Response:
    """The stop-payment sheet, to be printed."""
    case = common.cases(request).get(id_)
    if case is None:
        return _missing(request)
    stop, payment = common.taxonomy(request)["stop_payment"], _payment(case)
    lacking = missing(stop["fields"], payment)
    return render(request, "stop_payment.html", case=case, stop=stop, payment=payment, lacking=lacking)


def _payment(case: Case) -> dict[str, str]:
    return case.payment or found(case.text, case.elements, case.victim)


def _missing(request: Request) -> Response:
    return common.missing(request, "案件", "/cases")


def _asked(query: Query) -> dict[str, str]:
    values = {"q": query.words, "verdict": query.verdict, "type": query.type, "disposition": query.disposition}
    return {key: value for key, value in values.items() if value} | ({"day": f"{query.day}"} if query.day else {})


def _case(request: Request, id_: int, wrong: str = "") -> Response:
    case = common.cases(request).get(id_)
    if case is None:
        return _missing(request)
    stop, payment = common.taxonomy(request)["stop_payment"], _payment(case)
    stopping = due(case.verdict, case.elements["money_moved"], case.result["stage"])
    return render(
        request,
        "case.html",
        422 if wrong else 200,
        case=case,
        task=common.tasks(request).of(id_),
        pieces=pieces(case.text, case.evidence, common.signs(request)),
        signs=common.signs(request),
        stop=stop if stopping or case.payment else None,
        payment=payment,
        lacking=missing(stop["fields"], payment),
        types=common.types(request),
        districts=common.tasks(request).districts(),
        operator=common.operator(request) or case.operator,
        wrong=wrong,
    )
