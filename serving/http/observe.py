"""One log line and one measurement for each request."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.http.metrics import Metrics
from serving.http.problems import CLIENT_GONE

_log = logging.getLogger("tingzha.http")


class Observe:
    """Logs method, route, status and time; never a body, an id or a query, which may hold personal data."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        status = CLIENT_GONE.status
        began = time.perf_counter()

        async def note_status(event: Message) -> None:
            nonlocal status
            if event["type"] == "http.response.start":
                status = event["status"]
            await send(event)

        try:
            await self._app(scope, receive, note_status)
        finally:
            seconds = time.perf_counter() - began
            # The route's template, not the path: an unknown path is anyone's to choose.
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.request(route, status, seconds)
            _log.info("%s %s %d %.1f ms", scope["method"], route, status, seconds * 1000)
