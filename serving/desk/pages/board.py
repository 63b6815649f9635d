"""The shift board."""

from __future__ import annotations

from fastapi import Request, Response

from serving.desk.pages import common
from serving.desk.pages.common import render
from serving.desk.store.board import board
from serving.desk.store.clock import today
from serving.desk.store.rising import TEST, rising

_DAYS = 14
pages = common.router()


@pages.get("/board")
def board_page(request: Request) -> Response:
    """The figures of the last two weeks."""
    return render(
        request,
        "board.html",
        board=board(common.database(request), today(), _DAYS),
        rising=rising(common.database(request), today()),
        test=TEST,
        types=common.types(request),
    )
