"""Long lists, a page at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

_ROWS = 25


def paged(statement: Select[Any], page: int) -> Select[Any]:
    """The rows of one page, the first being 1."""
    return statement.limit(_ROWS).offset((page - 1) * _ROWS)


def page_count(total: int) -> int:
    """Pages that ``total`` rows fill; one where there are none."""
    return max(1, -(-total // _ROWS))
