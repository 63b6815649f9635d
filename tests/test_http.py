"""The HTTP service as its clients meet it: a real server, the shipped model."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError

import nlp
from nlp import Item, ModelError, Result, Screener
from serving.http.app import create_app
from serving.http.main import ListenError, build_server, run
from serving.http.messages import describe
from serving.http.openapi import COMMITTED, render
from serving.http.schemas import BatchIn, BatchOut, ResultOut, TextIn
from serving.http.settings import ServeSettings

SCAM = "您好，我是市公安局的陈警官，您的银行卡涉嫌洗钱，请把存款转到安全账户，不要告诉家人。"
ORDINARY = "【顺丰速运】您的快件已放至3号柜，取件码1234，请及时领取。"
HEAD = b"POST /v1/screen HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
ROOT = Path(__file__).parents[1]


class Gated(Screener):
    """The real screener behind a gate, so that a test decides how long the engine is busy."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.gate = threading.Event()
        self.busy = threading.Event()
        self.seen: list[str] = []

    def screen(self, texts: Any, channel: str = "auto") -> Any:
        self.seen += [item.text for item in texts]
        self.busy.set()
        assert self.gate.wait(30)
        return super().screen(texts, channel)


class Breaking(Screener):
    """The real screener, but one text breaks it."""

    def screen(self, texts: Any, channel: str = "auto") -> Any:
        if any(item.text == "坏" for item in texts):
            raise RuntimeError("机密原文")
        return super().screen(texts, channel)


@contextmanager
def served(screener: Screener | None = None, **settings: Any) -> Iterator[httpx2.Client]:
    """A client of a real uvicorn server on a free port."""
    quiet: dict[str, Any] = {"log_level": "warning", "threads": 1}
    chosen = ServeSettings(**quiet | settings)
    server = build_server(create_app(chosen, screener), chosen)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
            until(lambda: server.started)
            if screener:
                until(lambda: client.get("/readyz").status_code == 200)
            yield client
    finally:
        if isinstance(screener, Gated):
            screener.gate.set()
        server.should_exit = True
        thread.join(30)
        listener.close()
        assert not thread.is_alive()


def connected(client: httpx2.Client) -> socket.socket:
    """A bare connection to ``client``'s server."""
    return socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10)


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not come true in time"
        time.sleep(0.01)


def metric(client: httpx2.Client, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def answers(result: Result | dict[str, Any]) -> dict[str, Any]:
    """A result without what differs from run to run."""
    plain = json.loads(json.dumps(result.to_dict())) if isinstance(result, Result) else dict(result)
    del plain["elapsed_ms"]
    return plain


@pytest.fixture(scope="module")
def screener() -> Iterator[Screener]:
    with Screener.load(settings=nlp.Settings(threads=2)) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def client(screener: Screener) -> Iterator[httpx2.Client]:
    with served(screener, threads=2, max_body_bytes=100_000, max_chars=2000) as client:
        yield client


@pytest.fixture
def gated() -> Iterator[Gated]:
    with Gated.load(settings=nlp.Settings(threads=1)) as loaded:
        yield loaded


# Answers


def test_one_text_gets_the_librarys_answer_under_the_fixed_names(client: httpx2.Client, screener: Screener) -> None:
    response = client.post("/v1/screen", json={"text": SCAM, "channel": "call", "id": "案-1"})
    assert response.status_code == 200
    assert list(response.json()) == [field.name for field in dataclasses.fields(Result)]
    assert answers(response.json()) == answers(screener.screen(Item(SCAM, "call", "案-1")))


def test_a_text_without_id_is_named_by_its_position(client: httpx2.Client) -> None:
    assert client.post("/v1/screen", json={"text": ORDINARY}).json()["id"] == "0"
    batch = client.post("/v1/screen/batch", json={"items": [{"text": ORDINARY, "id": "甲"}, {"text": SCAM}]})
    assert [r["id"] for r in batch.json()["results"]] == ["甲", "1"]


def test_a_batch_keeps_its_order_and_answers_as_the_library_does(client: httpx2.Client, screener: Screener) -> None:
    texts = [f"{(SCAM, ORDINARY)[i % 2]}共{1000 + i}元。" * (1 + i % 3) for i in range(100)]
    response = client.post("/v1/screen/batch", json={"items": [{"text": t} for t in texts], "channel": "sms"})
    results = response.json()["results"]
    assert [r["id"] for r in results] == [str(i) for i in range(100)]
    assert [r["elements"]["amount"][0]["value"] for r in results] == [str(1000 + i) for i in range(100)]
    # Another batch is another order of additions, hence not the same to the last digit.
    expected = [r.score for r in screener.screen(texts, "sms")]
    assert [r["score"] for r in results] == pytest.approx(expected, abs=0.005)


def test_an_items_own_channel_goes_before_the_batchs(client: httpx2.Client, screener: Screener) -> None:
    items = [{"text": SCAM}, {"text": SCAM, "channel": "note"}, {"text": SCAM, "channel": "auto"}]
    results = client.post("/v1/screen/batch", json={"items": items, "channel": "call"}).json()["results"]
    assert [r["channel"] for r in results] == ["call", "note", screener.screen(SCAM).channel]


def test_nothing_in_is_nothing_out(client: httpx2.Client) -> None:
    assert client.post("/v1/screen/batch", json={"items": []}).json() == {"results": []}
    assert client.post("/v1/screen", json={"text": ""}).json()["verdict"] == "normal"


def test_half_an_emoji_does_not_cost_a_message_its_answer(client: httpx2.Client) -> None:
    body = b'{"text": "' + SCAM.encode() + b'\\ud83d"}'
    assert client.post("/v1/screen", content=body, headers={"Content-Type": "application/json"}).status_code == 200


def test_two_hundred_requests_in_flight_each_get_their_own_answer(client: httpx2.Client) -> None:
    async def ask() -> list[httpx2.Response]:
        limits = httpx2.Limits(max_connections=200)
        async with httpx2.AsyncClient(base_url=client.base_url, timeout=60, limits=limits) as many:
            return await asyncio.gather(
                *(many.post("/v1/screen", json={"id": f"n{i}", "text": f"请转账{1000 + i}元。"}) for i in range(200))
            )

    for i, response in enumerate(asyncio.run(ask())):
        assert response.status_code == 200
        assert response.json()["id"] == f"n{i}"
        assert response.json()["elements"]["amount"][0]["value"] == str(1000 + i)


def test_the_taxonomy_names_every_id_a_result_can_hold(client: httpx2.Client, screener: Screener) -> None:
    taxonomy = client.get("/v1/taxonomy").json()
    assert [t["id"] for t in taxonomy["types"]] == [t["id"] for t in screener.taxonomy["types"]]
    assert [v["id"] for v in taxonomy["verdicts"]] == ["scam", "suspicious", "normal"]
    assert all(entry["name"] for key in ("types", "signs", "stages", "categories") for entry in taxonomy[key])


def test_metrics_count_texts_by_verdict_and_channel(client: httpx2.Client, screener: Screener) -> None:
    verdict = screener.screen(SCAM, "call").verdict
    line = f'tingzha_texts_total{{channel="call",verdict="{verdict}"}}'
    before = metric(client, line)
    client.post("/v1/screen", json={"text": SCAM, "channel": "call"})
    assert metric(client, line) == before + 1
    assert metric(client, 'tingzha_http_requests_total{route="/v1/screen",status="200"}') >= 1
    assert metric(client, 'tingzha_http_request_seconds_count{route="/v1/screen"}') >= 1
    assert metric(client, "tingzha_batch_texts_count") >= 1
    assert metric(client, "tingzha_queue_texts") == 0


def test_no_metric_is_named_by_an_unknown_path(client: httpx2.Client) -> None:
    client.get("/v1/张三的电话")
    exposition = client.get("/metrics").text
    assert "张三" not in exposition
    assert 'route="other",status="404"' in exposition


# Errors

JSON = {"Content-Type": "application/json"}
ERRORS: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/v2/screen", {}, 404, "not-found"),
    ("GET", "/v1/screen", {}, 405, "method-not-allowed"),
    ("POST", "/healthz", {}, 405, "method-not-allowed"),
    ("POST", "/v1/screen", {"content": b'{"text": ', "headers": JSON}, 400, "not-json"),
    ("POST", "/v1/screen", {"content": b"", "headers": JSON}, 400, "not-json"),
    ("POST", "/v1/screen", {"content": '{"text":"转账"}'.encode("gb18030"), "headers": JSON}, 400, "not-json"),
    ("POST", "/v1/screen", {"content": b"[" * 50_000, "headers": JSON}, 400, "not-json"),
    ("POST", "/v1/screen", {"data": {"text": SCAM}}, 415, "unsupported-media-type"),
    ("POST", "/v1/screen", {"content": b'{"text": "x"}'}, 415, "unsupported-media-type"),
    ("POST", "/v1/screen", {"json": {}}, 422, "invalid"),
    ("POST", "/v1/screen", {"json": [SCAM]}, 422, "invalid"),
    ("POST", "/v1/screen", {"json": {"text": 13800138000}}, 422, "invalid"),
    ("POST", "/v1/screen", {"json": {"text": SCAM, "chanel": "sms"}}, 422, "invalid"),
    ("POST", "/v1/screen", {"json": {"text": SCAM, "channel": "fax"}}, 422, "invalid"),
    ("POST", "/v1/screen", {"json": {"text": SCAM, "id": "长" * 201}}, 422, "invalid"),
    ("POST", "/v1/screen", {"content": b'{"text": "x", "id": "\\ud83d"}', "headers": JSON}, 422, "invalid"),
    ("POST", "/v1/screen", {"json": {"text": "长" * 2001}}, 413, "text-too-long"),
    ("POST", "/v1/screen", {"json": {"text": "长" * 40_000}}, 413, "body-too-large"),
    ("POST", "/v1/screen/batch", {"json": {"items": [{"text": "x"}] * 257}}, 413, "too-many-items"),
]


@pytest.mark.parametrize(("method", "path", "sent", "status", "slug"), ERRORS)
def test_every_error_is_a_problem_document_in_chinese(
    client: httpx2.Client, method: str, path: str, sent: dict[str, Any], status: int, slug: str
) -> None:
    response = client.request(method, path, **sent)
    problem = response.json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:tingzha:problem:{slug}"
    assert re.search("[一-龥]", problem["title"])
    assert re.search("[一-龥]", problem["detail"])


def test_a_wrong_method_is_told_the_right_one(client: httpx2.Client) -> None:
    assert client.get("/v1/screen").headers["allow"] == "POST"


def test_a_validation_error_points_at_the_field_and_does_not_repeat_the_text(client: httpx2.Client) -> None:
    items = [{"text": SCAM}, {"text": SCAM, "channel": "银行卡号6222000011112222"}]
    response = client.post("/v1/screen/batch", json={"items": items})
    assert response.json()["errors"] == [
        {
            "pointer": "#/items/1/channel",
            "code": "literal_error",
            "detail": "只能取 'auto', 'call', 'note' 或 'sms'",
        }
    ]
    assert "6222" not in response.text


def test_a_thousand_mistakes_are_not_all_listed(client: httpx2.Client) -> None:
    problem = client.post("/v1/screen/batch", json={"items": [{}] * 1000}).json()
    assert problem["detail"] == "共 1000 处不符合要求，此处列出前 20 处"
    assert len(problem["errors"]) == 20


def test_a_chunked_body_is_cut_off_at_the_limit(client: httpx2.Client) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(300):
            yield b"x" * 1000

    response = client.post("/v1/screen", content=endless(), headers=JSON)
    assert "content-length" not in response.request.headers
    assert response.json()["type"] == "urn:tingzha:problem:body-too-large"


def test_a_declared_size_is_refused_before_the_body_is_sent(client: httpx2.Client) -> None:
    with connected(client) as raw:
        raw.sendall(HEAD % 999_999)
        assert raw.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_trickles_is_given_up(screener: Screener) -> None:
    with served(screener, request_timeout=0.3) as client, connected(client) as raw:
        raw.sendall(HEAD % 99 + b"{")
        assert raw.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_a_text_that_breaks_the_engine_costs_only_itself_and_leaks_nothing() -> None:
    with Breaking.load(settings=nlp.Settings(threads=1)) as breaking, served(breaking) as client:
        with ThreadPoolExecutor(8) as pool:
            texts = ["坏", *[ORDINARY] * 7]
            responses = list(pool.map(lambda text: client.post("/v1/screen", json={"text": text}), texts))
        assert [r.status_code for r in responses] == [500, *[200] * 7]
        problem = responses[0].json()
        assert problem["type"] == "urn:tingzha:problem:internal"
        assert problem["instance"].startswith("urn:uuid:")
        assert "机密" not in responses[0].text
        assert "RuntimeError" not in responses[0].text


# Load


def test_a_full_queue_refuses_and_the_accepted_are_answered(gated: Gated) -> None:
    with served(gated, queue_texts=4, max_items=4) as client, ThreadPoolExecutor(5) as pool:

        def ask(i: int) -> httpx2.Response:
            return client.post("/v1/screen", json={"text": f"{ORDINARY}{i}", "id": f"n{i}"})

        first = pool.submit(ask, 0)
        assert gated.busy.wait(20)
        waiting = [pool.submit(ask, i) for i in range(1, 5)]
        until(lambda: metric(client, "tingzha_queue_texts") == 4)
        refused = ask(5)
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:tingzha:problem:overloaded"
        assert int(refused.headers["retry-after"]) >= 1
        gated.gate.set()
        assert [f.result().json()["id"] for f in [first, *waiting]] == [f"n{i}" for i in range(5)]


def test_the_queue_is_bounded_in_characters_too(gated: Gated) -> None:
    with served(gated, queue_chars=100) as client, ThreadPoolExecutor(2) as pool:
        first = pool.submit(client.post, "/v1/screen", json={"text": ORDINARY})
        assert gated.busy.wait(20)
        second = pool.submit(client.post, "/v1/screen", json={"text": "长" * 500})
        until(lambda: metric(client, "tingzha_queue_texts") == 1)
        assert client.post("/v1/screen", json={"text": "短"}).status_code == 503
        gated.gate.set()
        assert [first.result().status_code, second.result().status_code] == [200, 200]


def test_a_batch_is_taken_whole_or_not_at_all(gated: Gated) -> None:
    with served(gated, queue_texts=4, max_items=4) as client, ThreadPoolExecutor(3) as pool:
        pool.submit(client.post, "/v1/screen", json={"text": ORDINARY})
        assert gated.busy.wait(20)
        pool.submit(client.post, "/v1/screen/batch", json={"items": [{"text": "候"}] * 3})
        until(lambda: metric(client, "tingzha_queue_texts") == 3)
        assert client.post("/v1/screen/batch", json={"items": [{"text": "拒"}] * 2}).status_code == 503
        assert metric(client, "tingzha_queue_texts") == 3
        gated.gate.set()
    assert "拒" not in gated.seen


def test_texts_whose_client_has_gone_are_not_screened(gated: Gated) -> None:
    with served(gated) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/v1/screen", json={"text": ORDINARY})
        assert gated.busy.wait(20)
        body = json.dumps({"text": "走了"}).encode()
        with connected(client) as raw:
            raw.sendall(HEAD % len(body) + body)
            until(lambda: metric(client, "tingzha_queue_texts") == 1)
        until(lambda: metric(client, "tingzha_queue_texts") == 0)
        gated.gate.set()
        assert first.result().status_code == 200
        assert metric(client, 'tingzha_http_requests_total{route="/v1/screen",status="499"}') == 1
    assert gated.seen == [ORDINARY]


def test_an_answer_that_takes_too_long_is_given_up(gated: Gated) -> None:
    with served(gated, request_timeout=0.2) as client:
        response = client.post("/v1/screen", json={"text": ORDINARY})
        assert response.status_code == 503
        assert response.json()["type"] == "urn:tingzha:problem:timed-out"
        assert "retry-after" in response.headers


# Life


def test_until_the_model_is_loaded_it_is_alive_but_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    load = Screener.load

    def late(*arguments: Any) -> Screener:
        assert gate.wait(30)
        return load(*arguments)

    monkeypatch.setattr(Screener, "load", late)
    with served() as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for response in (
            client.get("/readyz"),
            client.get("/v1/taxonomy"),
            client.post("/v1/screen", json={"text": SCAM}),
        ):
            assert response.status_code == 503
            assert response.json()["type"] == "urn:tingzha:problem:not-ready"
            assert "retry-after" in response.headers
        gate.set()
        until(lambda: client.get("/readyz").status_code == 200)
        assert client.post("/v1/screen", json={"text": SCAM}).status_code == 200


@contextmanager
def own_process() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service as ``tingzha serve`` runs it, and its address as its first log line names it."""
    program = (
        "from serving.http.main import run; from serving.http.settings import ServeSettings;"
        "run(ServeSettings(port=0, threads=1, log_level='debug'))"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            first = process.stderr.readline()
            where = re.search(r"http://[\d.:]+", first)
            assert where, first
            yield process, where[0]
        finally:
            process.kill()


def test_stopped_while_busy_it_answers_what_it_took_and_logs_no_text() -> None:
    items = [{"text": f"{SCAM}第{i}次，电话13800138000" * 3, "id": f"证件{i}"} for i in range(32)]
    with own_process() as (process, where):
        with httpx2.Client(base_url=where, timeout=60) as client, ThreadPoolExecutor(1) as pool:
            until(lambda: client.get("/readyz").status_code == 200)
            busy = pool.submit(client.post, "/v1/screen/batch", params={"text": "查询串"}, json={"items": items})
            until(lambda: metric(client, "tingzha_batch_texts_count") >= 1)
            process.send_signal(signal.SIGTERM)
            response = busy.result()
        _, log = process.communicate(timeout=30)
    # uvicorn raises the signal again once all is done.
    assert process.returncode in (0, -signal.SIGTERM)
    assert [r["id"] for r in response.json()["results"]] == [f"证件{i}" for i in range(32)]
    assert "POST /v1/screen/batch 200" in log
    for personal in ("陈警官", "13800138000", "证件", "查询串"):
        assert personal not in log


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListenError, match=f"无法监听 127.0.0.1:{port}"):
            run(ServeSettings(port=port))


def test_a_model_that_cannot_be_loaded_stops_the_service(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json"):
        run(ServeSettings(port=0, model=tmp_path))


# Settings and document


def test_an_argument_goes_before_the_environment_and_that_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINGZHA_PORT", "9000")
    monkeypatch.setenv("TINGZHA_MAX_ITEMS", "")
    assert (ServeSettings().port, ServeSettings(port=9001).port) == (9000, 9001)
    assert ServeSettings().max_items == 256


def test_settings_cannot_be_changed_and_each_says_what_it_does() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        ServeSettings().port = 1
    assert all(field.description for field in ServeSettings.model_fields.values())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"port": "七"}, "port：须为整数"),
        ({"port": 70000}, "port：不能大于 65535"),
        ({"threads": 0}, "threads：不能小于 1"),
        ({"request_timeout": 0}, "request_timeout：须大于 0.0"),
        ({"caution": "nan"}, "caution：须为有限数"),
        ({"docs": "maybe"}, "docs：须为 true 或 false"),
        ({"log_level": "loud"}, "log_level：只能取 'debug', 'info', 'warning' 或 'error'"),
        ({"prot": 1}, "prot：没有这个字段"),
        ({"max_items": 9, "queue_texts": 8}, "max_items（9）不能大于 queue_texts（8）"),
    ],
)
def test_a_setting_out_of_range_is_refused_in_chinese(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ServeSettings(**values)
    assert describe(refused.value) == said


def test_the_committed_openapi_document_is_the_current_one() -> None:
    assert COMMITTED.read_text("utf-8") == render(), "run: python -m serving.http.openapi"


def test_the_documents_examples_are_valid() -> None:
    schemas = json.loads(COMMITTED.read_text("utf-8"))["components"]["schemas"]
    for model in (TextIn, BatchIn, ResultOut, BatchOut):
        for example in schemas[model.__name__]["examples"]:
            model.model_validate(example)
    text = schemas["TextIn"]["examples"][0]["text"]
    result = schemas["ResultOut"]["examples"][0]
    for span in [*result["evidence"], *result["elements"]["claimed_identity"]]:
        assert text[span["start"] : span["end"]] == span["text"]


def test_the_documentation_needs_no_other_host(client: httpx2.Client) -> None:
    page = client.get("/docs").text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    for asset in re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page):
        assert client.get(asset).status_code == 200


def test_without_docs_there_is_no_document(screener: Screener) -> None:
    with served(screener, docs=False) as client:
        assert client.get("/docs").status_code == 404
        assert client.get("/openapi.json").status_code == 404
