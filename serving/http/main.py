"""Runs the service with uvicorn."""

from __future__ import annotations

import contextlib
import logging
import socket
from typing import Any

import uvicorn
from fastapi import FastAPI

from nlp import TingzhaError
from serving.http.app import create_app
from serving.http.engine import Engine
from serving.http.settings import ServeSettings

_log = logging.getLogger("tingzha.http")


class ListenError(TingzhaError):
    """The address cannot be listened on."""


def run(settings: ServeSettings) -> None:
    """Serve until SIGTERM or Ctrl+C; requests in flight are answered before it returns.

    Raises:
        ListenError: the address is taken or not ours.
        ModelError: the model cannot be loaded.
    """
    run_app(create_app(settings), settings)


def run_app(app: FastAPI, settings: ServeSettings) -> None:
    """Serve an application that :func:`create_app` made, as :func:`run` does."""
    engine: Engine = app.state.engine
    server = build_server(app, settings)

    def stop() -> None:
        server.should_exit = True

    engine.on_failure = stop
    with _listen(settings) as listener, contextlib.suppress(KeyboardInterrupt):
        host, port = listener.getsockname()[:2]
        where = f"[{host}]" if ":" in host else host
        docs = f"，接口说明见 http://{where}:{port}/docs" if settings.docs else ""
        _log.info("听诈服务监听 http://%s:%d%s", where, port, docs)
        server.run([listener])
    if engine.failure:
        raise engine.failure


def build_server(app: FastAPI, settings: ServeSettings) -> uvicorn.Server:
    """uvicorn as the service wants it; sets up logging."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=_logging(settings.log_level),
            # uvicorn's access log shows the query, where a caller may have put a text by mistake.
            access_log=False,
            server_header=False,
            ws="none",
            proxy_headers=False,
            timeout_graceful_shutdown=settings.shutdown_timeout,
        )
    )


def _listen(settings: ServeSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise ListenError(f"无法监听 {settings.host}:{settings.port}：{error.strerror or error}") from error


def _logging(level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {
            "tingzha": {"handlers": ["stderr"], "level": level.upper(), "propagate": False},
            # uvicorn's own lines are English and say nothing an operator needs, warnings aside.
            "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        },
    }
