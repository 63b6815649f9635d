"""From a request's items to their results, for as long as the client is there and the time allows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import Request

from nlp import Item, Result
from serving.http.batching import Overloaded
from serving.http.engine import Engine, NotReady
from serving.http.problems import CLIENT_GONE, NOT_READY, OVERLOADED, TEXT_TOO_LONG, TIMED_OUT, Problem
from serving.http.settings import ServeSettings

_RETRY_AFTER = 1


async def answer(request: Request, items: Sequence[Item]) -> list[Result]:
    """Results in order.

    Raises:
        Problem: a text is too long, the queue is full, there is no model, time is up, or the client has gone.
    """
    settings: ServeSettings = request.app.state.settings
    engine: Engine = request.app.state.engine
    for position, item in enumerate(items, 1):
        if len(item.text) > settings.max_chars:
            raise Problem(TEXT_TOO_LONG, f"第 {position} 条有 {len(item.text)} 字，每条至多 {settings.max_chars} 字")
    work = asyncio.create_task(engine.screen(items))
    gone = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({work, gone}, timeout=settings.request_timeout, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        if gone.done():
            raise Problem(CLIENT_GONE, "")
        raise Problem(TIMED_OUT, f"{settings.request_timeout:g} 秒内未能完成，请减少条数或稍后重试", _RETRY_AFTER)
    except Overloaded:
        raise Problem(OVERLOADED, "排队已满，请稍后重试", _RETRY_AFTER) from None
    except NotReady:
        raise not_ready() from None
    finally:
        work.cancel()
        gone.cancel()


def not_ready() -> Problem:
    """The answer while there is no model."""
    return Problem(NOT_READY, "模型正在载入或服务正在停止，请稍后重试", _RETRY_AFTER)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
