"""Papers to print or to open in Word."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

from fastapi import Request, Response

from serving.desk.pages import common
from serving.desk.pages.common import render
from serving.desk.papers.bulletin import bulletin
from serving.desk.papers.daily import daily
from serving.desk.papers.docx import TYPE, docx
from serving.desk.papers.leaflet import leaflet
from serving.desk.papers.paper import Paper
from serving.desk.store.clock import today
from serving.desk.store.figures import figures

_WEEK = 7
_LONGEST = 366
pages = common.router()


@pages.get("/papers")
def overview(request: Request) -> Response:
    """What there is."""
    last = today()
    return render(
        request, "papers.html", day=last, first=last - timedelta(_WEEK - 1), last=last, types=common.types(request)
    )


@pages.get("/papers/daily")
def daily_page(request: Request, day: str = "", format: str = "") -> Response:
    """The daily report."""
    on, store = _day(day, today()), common.database(request)
    before = on - timedelta(1)
    return _paper(request, daily(figures(store, on, on), figures(store, before, before), common.types(request)), format)


@pages.get("/papers/bulletin")
def bulletin_page(request: Request, first: str = "", last: str = "", format: str = "") -> Response:
    """The bulletin of a period; the period before it is as long."""
    end = _day(last, today())
    begin = max(min(_day(first, end - timedelta(_WEEK - 1)), end), end - timedelta(_LONGEST - 1))
    days, store = (end - begin).days + 1, common.database(request)
    before = figures(store, begin - timedelta(days), begin - timedelta(1))
    return _paper(request, bulletin(figures(store, begin, end), before, common.taxonomy(request)), format)


@pages.get("/papers/leaflets/{type_}")
def leaflet_page(request: Request, type_: str, format: str = "") -> Response:
    """The leaflet on a type."""
    taxonomy = common.taxonomy(request)
    script = next((t for t in taxonomy["types"] if t["id"] == type_), None)
    if script is None:
        return common.missing(request, "类型", "/papers")
    return _paper(request, leaflet(script, taxonomy["confirm"]), format)


def _day(words: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return otherwise
    # A period as long must fit before it, a day after it.
    return day if 1900 < day.year < 9999 else otherwise


def _paper(request: Request, paper: Paper, format: str) -> Response:
    if format != "docx":
        return render(request, "paper.html", paper=paper, file=request.url.include_query_params(format="docx"))
    name = f"attachment; filename*=UTF-8''{quote(paper.title)}.docx"
    return Response(docx(paper), media_type=TYPE, headers={"Content-Disposition": name})
