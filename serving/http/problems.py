"""Every error as ``application/problem+json`` (RFC 9457), in Chinese, without what the client sent."""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.http.messages import message

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 20
_log = logging.getLogger("tingzha.http")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem.

    Attributes:
        slug: the end of its type URI.
        example: a detail as a client may see it, for the OpenAPI document.
    """

    slug: str
    status: int
    title: str
    example: str = ""

    @property
    def uri(self) -> str:
        """The ``type`` member."""
        return f"urn:tingzha:problem:{self.slug}"


NOT_JSON = Kind("not-json", 400, "请求体不是 JSON", "第 2 个字符附近不合 JSON 语法")
NOT_FOUND = Kind("not-found", 404, "没有这个地址")
METHOD_NOT_ALLOWED = Kind("method-not-allowed", 405, "不支持这个方法")
SLOW_BODY = Kind("slow-body", 408, "请求体发送过慢", "请求体须在 30 秒内发完")
BODY_TOO_LARGE = Kind("body-too-large", 413, "请求体过大", "请求体至多 2097152 字节，请分批发送")
TOO_MANY_ITEMS = Kind("too-many-items", 413, "条数过多", "一次至多 256 条，收到 300 条，请分批发送")
TEXT_TOO_LONG = Kind("text-too-long", 413, "文本过长", "第 3 条有 25000 字，每条至多 20000 字")
UNSUPPORTED_MEDIA_TYPE = Kind(
    "unsupported-media-type", 415, "内容类型须为 application/json", "请在请求头写明 Content-Type: application/json"
)
INVALID = Kind("invalid", 422, "请求内容不符合要求", "共 1 处不符合要求")
# nginx's status for a client that left before its answer; it goes into log and metrics only.
CLIENT_GONE = Kind("client-gone", 499, "客户端已断开")
INTERNAL = Kind("internal", 500, "服务内部错误", "请将 instance 编号告知管理员以便查找日志")
OVERLOADED = Kind("overloaded", 503, "服务繁忙", "排队已满，请稍后重试")
TIMED_OUT = Kind("timed-out", 503, "处理超时", "30 秒内未能完成，请减少条数或稍后重试")
NOT_READY = Kind("not-ready", 503, "模型尚未就绪", "模型正在载入或服务正在停止，请稍后重试")

_BY_STATUS = {
    400: (NOT_JSON, "请求体须为 UTF-8 编码的 JSON"),
    404: (NOT_FOUND, "请核对地址"),
    405: (METHOD_NOT_ALLOWED, "可用的方法见响应头 Allow"),
}


class Problem(HTTPException):
    """An answer other than success.

    Args:
        kind: what kind of problem it is.
        detail: what is wrong with this request and what to do about it, in Chinese.
        retry_after: seconds after which another try may succeed.
    """

    def __init__(self, kind: Kind, detail: str, retry_after: int | None = None) -> None:
        super().__init__(kind.status, detail, None if retry_after is None else {"Retry-After": str(retry_after)})
        self.kind = kind


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error with a problem document."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_middleware(InternalErrors)


def _respond(
    kind: Kind,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    instance: str | None = None,
) -> Response:
    body: dict[str, Any] = {"type": kind.uri, "title": kind.title, "status": kind.status, "detail": detail}
    if errors:
        body["errors"] = errors
    if instance:
        body["instance"] = instance
    return Response(to_json(body), kind.status, headers, MEDIA_TYPE)


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, Problem):
        return _respond(error.kind, error.detail, headers=error.headers)
    kind, detail = _BY_STATUS.get(
        error.status_code, (Kind(f"http-{error.status_code}", error.status_code, "请求无法处理"), "")
    )
    return _respond(kind, detail, headers=error.headers)


async def _validation_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    entries = error.errors()
    if entries[0]["type"] == "json_invalid":
        return _respond(NOT_JSON, f"第 {entries[0]['loc'][-1] + 1} 个字符附近不合 JSON 语法")
    if entries[0]["type"] == "missing" and entries[0]["loc"] == ("body",):
        return _respond(NOT_JSON, "请求体为空")
    # "body" heads every location and is no part of the document the pointer points into.
    shown = [
        {
            "pointer": "#" + "".join(f"/{_escape(part)}" for part in e["loc"][1:]),
            "code": e["type"],
            "detail": message(e),
        }
        for e in entries[:_MOST_ERRORS]
    ]
    more = "" if len(entries) <= _MOST_ERRORS else f"，此处列出前 {_MOST_ERRORS} 处"
    return _respond(INVALID, f"共 {len(entries)} 处不符合要求{more}", errors=shown)


def _escape(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


class InternalErrors:
    """Answers 500 for what nobody caught.

    Starlette's own handler raises the error again and the server logs it whole; its message may quote a text.
    Here the client gets a reference, and the log the same reference with the error's type and place.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        async def note_start(event: Message) -> None:
            nonlocal started
            started = True
            await send(event)

        try:
            await self._app(scope, receive, note_start)
        except Exception as error:  # noqa: BLE001 - the last resort
            reference = uuid.uuid4().urn
            places = "".join(traceback.format_tb(error.__traceback__))
            _log.error("内部错误 %s：%s\n%s", reference, type(error).__name__, places)
            if not started:
                response = _respond(INTERNAL, "请将 instance 编号告知管理员以便查找日志", instance=reference)
                await response(scope, receive, send)
