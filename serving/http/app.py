"""The application: settings in, FastAPI out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from nlp import Screener
from serving.http import problems, routes
from serving.http.engine import Engine
from serving.http.metrics import Metrics
from serving.http.observe import Observe
from serving.http.openapi import complete
from serving.http.settings import ServeSettings

API_VERSION = "1"


def create_app(settings: ServeSettings, screener: Screener | None = None) -> FastAPI:
    """Build the service.

    Args:
        screener: a loaded one, which the caller closes; by default ``settings.model`` is loaded once the service runs.
    """
    metrics = Metrics()
    engine = Engine(settings, metrics, screener)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(engine.load())
        yield
        await loading
        await engine.close()

    # The offline variant brings Swagger UI along: a police intranet has no CDN.
    app = (FastAPIOffline if settings.docs else FastAPI)(
        title="听诈 Tingzha",
        version=API_VERSION,
        description=_description(settings),
        redoc_url=None,
        openapi_url="/openapi.json" if settings.docs else None,
        lifespan=lifespan,
    )
    app.state.settings, app.state.engine, app.state.metrics = settings, engine, metrics
    for router in (routes.screening, routes.reference, routes.operations):
        app.include_router(router)
    complete(app)
    problems.install(app)
    app.add_middleware(Observe, metrics=metrics)
    return app


def _description(settings: ServeSettings) -> str:
    return (
        "识别诈骗通话、警情记录与短信。文本只在内存中处理，不写日志，不落盘。\n\n"
        f"限额：每条至多 {settings.max_chars} 字，一次至多 {settings.max_items} 条，"
        f"请求体至多 {settings.max_body_bytes} 字节；排队已满时返回 503，请按 Retry-After 重试。\n\n"
        "一切错误均为 application/problem+json（RFC 9457）。"
    )
