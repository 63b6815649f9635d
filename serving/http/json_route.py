"""Routes that take JSON and nothing else, and not without end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from serving.http.problems import BODY_TOO_LARGE, SLOW_BODY, UNSUPPORTED_MEDIA_TYPE, Problem
from serving.http.settings import ServeSettings


class JsonRoute(APIRoute):
    """Checks the content type, and size and time of the body while it arrives.

    Starlette's own limiter answers plain text where the declared length is too large, so it is of no use here.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with the checks before it."""
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            settings: ServeSettings = request.app.state.settings
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if media_type != "application/json":
                raise Problem(UNSUPPORTED_MEDIA_TYPE, "请在请求头写明 Content-Type: application/json")
            if int(request.headers.get("content-length", 0)) > settings.max_body_bytes:
                raise _too_large(settings)
            return await handle(Request(request.scope, _bounded(request.receive, settings)))

        return checked


def _bounded(receive: Receive, settings: ServeSettings) -> Receive:
    """``receive`` that raises once the body is too large or takes too long; a declared length may be missing or lie."""
    size, complete = 0, False
    deadline = asyncio.get_running_loop().time() + settings.request_timeout

    async def bounded() -> Message:
        nonlocal size, complete
        if complete:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                event = await receive()
        except TimeoutError:
            raise Problem(SLOW_BODY, f"请求体须在 {settings.request_timeout:g} 秒内发完") from None
        size += len(event.get("body", b""))
        complete = not event.get("more_body", False)
        if size > settings.max_body_bytes:
            raise _too_large(settings)
        return event

    return bounded


def _too_large(settings: ServeSettings) -> Problem:
    return Problem(BODY_TOO_LARGE, f"请求体至多 {settings.max_body_bytes} 字节，请分批发送")
