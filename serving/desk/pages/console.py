"""The console, where a call is taken."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from nlp import Item, Result
from serving.cli.labels import CHANNELS, ELEMENTS
from serving.desk import stop_payment
from serving.desk.forms import Posted, entry, word
from serving.desk.highlight import pieces
from serving.desk.pages import common
from serving.desk.pages.common import render
from serving.desk.questions import still_to_ask
from serving.desk.store.cases import suggested_type
from serving.http.answering import answer
from serving.http.problems import Problem

pages = common.router()


@pages.get("/")
def console(request: Request) -> Response:
    """An empty console."""
    return _console(request, operator=common.operator(request))


@pages.post("/screen")
async def screen(request: Request, form: Posted) -> Response:
    """The answer beside the box, while the operator types."""
    if not word(form, "text"):
        return render(request, "answer.html", answer=None)
    try:
        shown = _answer(request, form, await _screened(request, form))
    except Problem as problem:
        return render(request, "answer.html", problem.status_code, answer=None, problem=problem.detail)
    return render(request, "answer.html", types=common.types(request), answer=shown)


@pages.post("/cases")
async def save(request: Request, form: Posted) -> Response:
    """Save a case and show it; on a mistake, the console as it was filled in."""
    operator, result = word(form, "operator"), None
    try:
        if not word(form, "text"):
            raise ValueError("请先填写警情内容")
        result = await _screened(request, form)
        decided = entry(form, common.types(request))
    except (ValueError, Problem) as error:
        wrong = error.detail if isinstance(error, Problem) else str(error)
        shown = _answer(request, form, result) if result else None
        return _console(request, 422, operator=operator, form=form, answer=shown, wrong=wrong)
    case = await run_in_threadpool(common.cases(request).add, word(form, "text"), result, decided)
    return common.saved(f"/cases/{case.id}", operator)


def _console(request: Request, status: int = 200, **values: Any) -> Response:
    return render(
        request,
        "console.html",
        status,
        types=common.types(request),
        districts=common.tasks(request).districts(),
        district=common.settings(request).district,
        **{"answer": None, **values},
    )


async def _screened(request: Request, form: FormData) -> Result:
    channel = next((c for c in CHANNELS if c == word(form, "channel")), None)
    return (await answer(request, [Item(word(form, "text"), channel)]))[0]


def _answer(request: Request, form: FormData, result: Result) -> dict[str, Any]:
    """What the answer's template shows; what the operator has edited goes before what the machine found."""
    taxonomy, plain = common.taxonomy(request), result.to_dict()
    found: dict[str, Any] = {
        key: "\n".join(dict.fromkeys(e["value"] for e in plain["elements"].get(key, ()))) for key in ELEMENTS
    }
    found["money_moved"] = plain["elements"]["money_moved"]
    shown = {key: _edited(form, key, value) for key, value in found.items()}
    script = suggested_type(plain)
    stopping = stop_payment.due(result.verdict, shown["money_moved"], result.stage)
    values = {key: shown[key].split("\n") for key in ELEMENTS if shown[key]}
    said = stop_payment.found(word(form, "text"), values, word(form, "victim"))
    fields = [f["id"] for f in taxonomy["stop_payment"]["fields"]]
    payment = {id_: _edited(form, f"pay-{id_}", said.get(id_, ""), "") for id_ in fields}
    # What has been typed is not lost where a new answer sees no payment.
    typed = any(payment[id_] != said.get(id_, "") for id_ in fields)
    return {
        "result": plain,
        "pieces": pieces(word(form, "text"), plain["evidence"], common.signs(request)),
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
        "stop_payment": taxonomy["stop_payment"] if stopping or typed else None,
        "payment": payment,
        "said": said,
    }


def _edited(form: FormData, key: str, found: str, prefix: str = "e-") -> str:
    shown = word(form, f"{prefix}{key}")
    return found if shown == word(form, f"was-{key}") else shown
