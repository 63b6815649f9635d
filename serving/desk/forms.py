"""What a form of the desk says."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData

from serving.cli.labels import ELEMENTS, MONEY_MOVED, VERDICTS
from serving.desk.money import cents
from serving.desk.phone import phone_number
from serving.desk.store.cases import Entry, Query, Span
from serving.desk.store.tasks import Wanted
from serving.desk.words import DISPOSITIONS, PERSONS, SOURCES


async def _posted(request: Request) -> FormData:
    return await request.form()


Posted = Annotated[FormData, Depends(_posted)]


def word(form: FormData, name: str) -> str:
    """A field's text, the spaces around it left out."""
    value = form.get(name, "")
    # Browsers send line ends as CR LF.
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def name(form: FormData) -> str:
    """Who is at the desk.

    Raises:
        ValueError: in Chinese, that nobody has said.
    """
    operator = word(form, "operator")
    if not 1 <= len(operator) <= 40:
        raise ValueError("请填写姓名（40 字以内）")
    return operator


def entry(form: FormData, types: dict[str, str]) -> Entry:
    """What the operator decided.

    Raises:
        ValueError: in Chinese, what is missing or cannot be read.
    """
    operator, verdict, disposition = name(form), word(form, "verdict"), word(form, "disposition")
    if verdict not in VERDICTS:
        raise ValueError("请选择判定")
    script = "" if verdict == "normal" else word(form, "type")
    if verdict != "normal" and script not in types:
        raise ValueError("请选择类型")
    if disposition not in DISPOSITIONS:
        raise ValueError("请选择处置结果")
    sum_ = word(form, "amount")
    asked = [question for question in form.getlist("asked") if isinstance(question, str)]
    source, person = word(form, "source"), word(form, "person")
    return Entry(
        operator=operator,
        verdict=verdict,
        type=script,
        disposition=disposition,
        cents=cents(sum_) if sum_ else None,
        elements=elements(form),
        asked=asked,
        source=source if source in SOURCES else SOURCES[0],
        victim=phone_number(word(form, "victim")),
        person=person if person in PERSONS else "",
        district=word(form, "district")[:40],
        payment={key[4:]: word(form, key)[:500] for key in form if key.startswith("pay-") and word(form, key)},
    )


def span(form: FormData, text: str, signs: Container[str]) -> Span:
    """Words that the operator marked: from start to end, or a quote where the page says it is or where it first stands.

    Raises:
        ValueError: in Chinese, what is missing.
    """
    quote, sign = word(form, "quote"), word(form, "sign")
    if sign not in signs:
        raise ValueError("请选择信号")
    at, end = _offset(form, "start"), _offset(form, "end")
    if end >= 0:
        return Span(at, end, sign)
    if at < 0 or text[at : at + len(quote)] != quote:
        at = text.find(quote)
    if not quote or at < 0:
        raise ValueError("请在原文里选中要标的话，或原样粘贴过来")
    return Span(at, at + len(quote), sign)


def _offset(form: FormData, name: str) -> int:
    digits = word(form, name)
    return int(digits) if re.fullmatch("[0-9]{1,7}", digits) else -1


def elements(form: FormData) -> dict[str, Any]:
    """Case elements, one value a line."""
    found: dict[str, Any] = {
        key: values for key in ELEMENTS if (values := [v for v in word(form, f"e-{key}").splitlines() if v.strip()])
    }
    moved = word(form, "e-money_moved")
    return found | {"money_moved": moved if moved in MONEY_MOVED else "unknown"}


def query(q: str = "", verdict: str = "", type: str = "", disposition: str = "", day: str = "") -> Query:
    """What a list is asked for; a day that is none is left out."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        wanted = None
    return Query(q.strip(), verdict, type, disposition, wanted)


Asked = Annotated[Query, Depends(query)]


def page_number(page: int = 1) -> int:
    """Which page of a list."""
    return max(1, min(page, 100_000))


PageNumber = Annotated[int, Depends(page_number)]


def wanted(state: str = "open", tier: str = "", district: str = "", owner: str = "") -> Wanted:
    """Which tasks a list is asked for: those not done, unless told otherwise."""
    return Wanted(state, tier, district.strip(), owner.strip())


WantedTasks = Annotated[Wanted, Depends(wanted)]
