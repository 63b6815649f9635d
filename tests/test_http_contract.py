"""The service keeps what its OpenAPI document promises, whatever is sent to it."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import nlp
from nlp import Screener
from serving.http.app import create_app
from serving.http.main import build_server
from serving.http.openapi import COMMITTED
from serving.http.schemas import ResultOut
from serving.http.settings import ServeSettings

contract = schemathesis.openapi.from_path(COMMITTED)
# Bounded for a small machine, and the same cases in every run. Shrinking a failure is left to a run by hand.
bounded = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    chosen = ServeSettings(threads=1, log_level="warning")
    with (
        Screener.load(settings=nlp.Settings(threads=1)) as screener,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        server = build_server(create_app(chosen, screener), chosen)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


@contract.parametrize()
@bounded
def test_every_response_is_as_documented_and_none_is_a_server_error(
    case: schemathesis.Case[Any], base_url: str
) -> None:
    case.call_and_validate(base_url=base_url)


@given(st.text(st.characters(), max_size=300))
@bounded
def test_any_string_is_answered(base_url: str, text: str) -> None:
    # json.dumps escapes lone surrogates, as a client that cut a message in the middle of an emoji would.
    response = httpx2.post(
        f"{base_url}/v1/screen", content=json.dumps({"text": text}), headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 200
    result = ResultOut.model_validate(response.json())
    read = re.sub("[\ud800-\udfff]", "\ufffd", text)
    for span in result.evidence:
        assert read[span.start : span.end] == span.text
