"""The endpoints."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic_core import to_json

from serving.http.answering import answer, not_ready
from serving.http.engine import Engine
from serving.http.json_route import JsonRoute
from serving.http.openapi import responses
from serving.http.problems import (
    BODY_TOO_LARGE,
    INTERNAL,
    INVALID,
    NOT_JSON,
    NOT_READY,
    OVERLOADED,
    SLOW_BODY,
    TEXT_TOO_LONG,
    TIMED_OUT,
    TOO_MANY_ITEMS,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
)
from serving.http.schemas import BatchIn, BatchOut, ResultOut, Status, TaxonomyOut, TextIn
from serving.http.settings import ServeSettings

_SCREENING = (
    *(NOT_JSON, SLOW_BODY, BODY_TOO_LARGE, TEXT_TOO_LONG, UNSUPPORTED_MEDIA_TYPE, INVALID),
    *(INTERNAL, OVERLOADED, TIMED_OUT, NOT_READY),
)

screening = APIRouter(prefix="/v1/screen", tags=["识别"], route_class=JsonRoute)
reference = APIRouter(prefix="/v1", tags=["分类表"])
operations = APIRouter(tags=["运维"])


def _ready_engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    if not engine.ready:
        raise not_ready()
    return engine


ReadyEngine = Annotated[Engine, Depends(_ready_engine)]


@screening.post(
    "",
    summary="识别一条文本",
    operation_id="screen",
    response_model=ResultOut,
    responses=responses(*_SCREENING),
)
async def screen(body: TextIn, request: Request) -> Response:
    """判断一条文本是否为诈骗，并给出类型、预警信号、原文依据、案情要素与处置建议。"""
    results = await answer(request, [body.item(0, "auto")])
    return _json(results[0])


@screening.post(
    "/batch",
    summary="识别多条文本",
    operation_id="screenBatch",
    response_model=BatchOut,
    responses=responses(*_SCREENING, TOO_MANY_ITEMS),
)
async def screen_batch(body: BatchIn, request: Request) -> Response:
    """一次识别多条文本，结果次序与请求相同；任何一条不符合要求则整批拒绝。"""
    settings: ServeSettings = request.app.state.settings
    if len(body.items) > settings.max_items:
        raise Problem(TOO_MANY_ITEMS, f"一次至多 {settings.max_items} 条，收到 {len(body.items)} 条，请分批发送")
    results = await answer(request, [entry.item(i, body.channel) for i, entry in enumerate(body.items)])
    return _json({"results": results})


@reference.get(
    "/taxonomy",
    summary="查看分类表",
    operation_id="taxonomy",
    responses=responses(INTERNAL, NOT_READY),
)
async def taxonomy(engine: ReadyEngine) -> TaxonomyOut:
    """结果中各编号的中文名与定义，以模型训练时所用的为准。"""
    return TaxonomyOut.of(engine.taxonomy, engine.model)


@operations.get("/healthz", summary="存活检查", operation_id="healthz", responses=responses(INTERNAL))
async def healthz() -> Status:
    """进程在运行即为 200。"""
    return Status()


@operations.get("/readyz", summary="就绪检查", operation_id="readyz", responses=responses(INTERNAL, NOT_READY))
async def readyz(_: ReadyEngine) -> Status:
    """模型载入完毕、可以接收文本时为 200。"""
    return Status()


@operations.get(
    "/metrics",
    summary="Prometheus 指标",
    operation_id="metrics",
    response_class=PlainTextResponse,
    responses=responses(INTERNAL),
)
async def metrics(request: Request) -> Response:
    """请求数与耗时、按结论和渠道的文本数、排队长度、批大小，以及进程内存与 CPU。"""
    return PlainTextResponse(request.app.state.metrics.render(), media_type=CONTENT_TYPE_LATEST)


def _json(value: object) -> Response:
    # The library's results are right by construction: they go to JSON without a second validation,
    # and the contract test compares them with the declared model.
    return Response(to_json(value), media_type="application/json")
