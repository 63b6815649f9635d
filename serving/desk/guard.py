"""Requests that another site makes a browser send are refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.desk.settings import is_loopback

_SAFE = {"GET", "HEAD", "OPTIONS"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # The pages hold personal data, which must not stay in a shared browser's cache.
    "Cache-Control": "no-store",
}


class Guard:
    """Same origin for whatever changes something, this machine's names for everything, and the pages' headers."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if refusal := self._refusal(scope):
            status, words = refusal
            return await PlainTextResponse(words, status)(scope, receive, send)
        # The API and its documentation have their own headers and limits.
        if scope["path"].startswith(("/v1/", "/docs", "/static-offline-docs")):
            return await self._app(scope, receive, send)

        async def with_headers(event: Message) -> None:
            if event["type"] == "http.response.start":
                MutableHeaders(scope=event).update(_HEADERS)
            await send(event)

        return await self._app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        # A foreign name that resolves to this machine (DNS rebinding) would read the cases.
        if not is_loopback(_hostname(headers.get("host", ""))):
            return 403, "请用 http://127.0.0.1 打开工作台"
        if scope["method"] in _SAFE:
            return None
        api = scope["path"].startswith("/v1/")
        if not _same_origin(headers, by_default=api):
            return 403, "请求不是从工作台页面发出的，已拒绝；请重新打开工作台再试"
        if api:
            return None
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return 411, "请求须写明长度"
        if int(length) > self._max_body_bytes:
            return 413, f"内容过长：至多 {self._max_body_bytes} 字节"
        return None


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _same_origin(headers: Headers, by_default: bool) -> bool:
    """Browsers say where a request comes from; what says nothing is no browser, and the API may be told apart."""
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    if origin := headers.get("origin"):
        return urlsplit(origin).netloc == headers.get("host")
    return by_default
