"""The desk as an operator meets it: a real server, the shipped model, a real SQLite file."""

from __future__ import annotations

import csv
import io
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError
from sqlalchemy import text as sql

import nlp
from nlp import Screener
from serving.desk.app import create_desk
from serving.desk.demo import fill
from serving.desk.masking import mask
from serving.desk.settings import DeskSettings
from serving.desk.store.clock import utc_now
from serving.desk.store.database import Database
from serving.desk.store.tasks import Tasks, Wanted
from serving.http.main import build_server

ROOT = Path(__file__).parents[1]
NOTE = (
    "报警人称接到自称市公安局陈警官的电话，说其银行卡涉嫌洗钱，已向对方账户6222020000000000001转账50000元，"
    "对方电话13800138000。"
)
CLOSED = {
    "operator": "王接警",
    "verdict": "scam",
    "type": "police",
    "disposition": "已止付",
    "amount": "5万",
}


@pytest.fixture(scope="module")
def screener() -> Iterator[Screener]:
    with Screener.load(settings=nlp.Settings(threads=1)) as loaded:
        yield loaded


@contextmanager
def running(screener: Screener, folder: Path) -> Iterator[httpx2.Client]:
    settings = DeskSettings(data=folder, threads=1, log_level="warning")
    with closing(Database(folder)) as database, socket.create_server(("127.0.0.1", 0)) as listener:
        database.upgrade()
        server = build_server(create_desk(settings, database, screener), settings)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        where = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            with httpx2.Client(base_url=where, timeout=30, headers={"Origin": where}) as client:
                end = time.monotonic() + 20
                while not server.started or client.get("/readyz").status_code != 200:
                    assert time.monotonic() < end
                    time.sleep(0.01)
                yield client
        finally:
            server.should_exit = True
            thread.join(30)


@pytest.fixture
def client(screener: Screener, tmp_path: Path) -> Iterator[httpx2.Client]:
    with running(screener, tmp_path) as client:
        yield client


def save(client: httpx2.Client, **fields: Any) -> httpx2.Response:
    return client.post("/cases", data={"text": NOTE, "channel": "note", **CLOSED, **fields})


def test_an_answer_shows_verdict_evidence_elements_and_the_urgent_steps(client: httpx2.Client) -> None:
    page = client.post("/screen", data={"text": NOTE, "channel": "note"}).text
    for shown in ("诈骗", "<mark", "紧急止付", "三问一确认", "劝阻这样说", "13800138000", 'name="e-amount"'):
        assert shown in page


def test_an_edited_element_outlives_the_next_answer(client: httpx2.Client) -> None:
    typed = {"text": NOTE, "e-phone": "021-55550000", "was-phone": "13800138000"}
    assert "021-55550000</textarea>" in client.post("/screen", data=typed).text


def test_a_decision_outlives_the_next_answer(client: httpx2.Client) -> None:
    typed = {"text": NOTE, "verdict": "suspicious", "was-verdict": "scam", "disposition": "立案", "amount": "5万"}
    page = client.post("/screen", data=typed).text
    for kept in ('value="suspicious" selected', 'value="立案" selected', 'value="5万"'):
        assert kept in page


def test_a_question_ticked_off_is_kept_where_the_text_answers_it(client: httpx2.Client) -> None:
    page = client.post("/screen", data={"text": NOTE, "asked": "旧问题"}).text
    assert '<input type="hidden" name="asked" value="旧问题">' in page


def test_markup_in_a_text_is_shown_and_not_run(client: httpx2.Client) -> None:
    page = client.post("/screen", data={"text": NOTE + "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page


def test_a_saved_case_is_found_masked_corrected_and_counted(client: httpx2.Client) -> None:
    saved = save(client)
    assert saved.status_code == 303
    assert save(client, text="咨询如何查询社保", verdict="normal", disposition="咨询", amount="").status_code == 303
    found = client.get("/cases", params={"q": "陈警官", "verdict": "scam"}).text
    assert "共 1 件" in found
    assert "13800138000" not in found
    assert "6222020000000000001" not in found
    where = saved.headers["location"]
    assert NOTE.partition("，")[0] in re.sub("<small>.*?</small>|</?mark[^>]*>", "", client.get(where).text)
    revised = {**CLOSED, "operator": "李班长", "verdict": "suspicious", "disposition": "劝阻成功"}
    assert client.post(where, data=revised).status_code == 303
    page = client.get(where).text
    assert "李班长：判定 诈骗 → 可疑" in page
    assert "接警员 王接警" in page
    board = client.get("/board").text
    assert "<dd>50000</dd>" in board
    assert re.search(r"劝阻成功</dt><dd>1<", board)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"operator": ""}, "请填写姓名"),
        ({"disposition": ""}, "请选择处置"),
        ({"type": ""}, "请选择类型"),
        ({"amount": "很多"}, "读不懂"),
        ({"text": " "}, "请先填写警情"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_lost(client: httpx2.Client, wrong: dict[str, str], said: str) -> None:
    refused = save(client, **wrong)
    assert refused.status_code == 422
    assert said in refused.text
    assert wrong.get("text", NOTE) in refused.text
    assert "共 0 件" in client.get("/cases").text


def test_the_export_opens_in_excel_masked_and_without_formulas(client: httpx2.Client) -> None:
    save(client, text="=HYPERLINK(1) " + NOTE)
    body = client.get("/cases.csv").content
    assert body.startswith(b"\xef\xbb\xbf")
    row = next(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert row["内容"].startswith("'=HYPERLINK")
    assert row["涉案金额（元）"] == "50000"
    assert "13800138000" not in body.decode()


def test_masking_leaves_amounts_and_words_alone() -> None:
    assert mask("转账5000000元，电话13800138000") == "转账5000000元，电话138******00"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
    ],
)
def test_another_site_cannot_save(client: httpx2.Client, headers: dict[str, str]) -> None:
    refused = client.post("/cases", data={"text": NOTE, **CLOSED}, headers=headers)
    assert refused.status_code == 403
    assert "共 0 件" in client.get("/cases").text


def test_every_page_loads_only_from_this_host(client: httpx2.Client) -> None:
    for path in ("/", "/tasks", "/cases", "/board", "/papers", "/papers/daily"):
        page = client.get(path)
        assert "default-src 'self'" in page.headers["content-security-policy"]
        for asset in re.findall(r"(?:src|href)=\"([^\"]+)\"", page.text):
            assert asset.startswith("/")
            assert not asset.startswith("//")
            assert client.get(asset).status_code == 200


def test_the_store_survives_a_restart(screener: Screener, tmp_path: Path) -> None:
    with running(screener, tmp_path) as client:
        save(client)
    with running(screener, tmp_path) as client:
        assert "共 1 件" in client.get("/cases").text


def test_migrations_keep_the_cases_up_and_down(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        database.upgrade("0001")
        columns = "number, at, day, operator, channel, text, verdict, type, disposition, elements, asked, result"
        decided = "'scam', 'loan', '劝阻成功', '{}', '[]', '{}'"
        values = f"'20260101-0001', '2026-01-01', '2026-01-01', '王', 'note', '甲', {decided}"
        with database.writing() as session, session.begin():
            session.execute(sql(f"INSERT INTO cases ({columns}) VALUES ({values})"))
        for move, revision in ((database.upgrade, "head"), (database.downgrade, "0001"), (database.upgrade, "head")):
            move(revision)
            with database.reading() as session:
                assert session.scalar(sql("SELECT text FROM cases")) == "甲"
                assert session.scalar(sql("PRAGMA journal_mode")) == "wal"
        with database.reading() as session:
            assert session.scalar(sql("SELECT outcome FROM tasks JOIN alerts ON task_id = id")) == "已劝阻"
        database.downgrade("base")


def test_a_demonstration_shows_cases_tasks_done_and_undone_and_one_person_alerted_twice(
    screener: Screener, tmp_path: Path
) -> None:
    limits = DeskSettings(data=tmp_path).limits
    with closing(Database(tmp_path)) as database:
        database.upgrade()
        fill(database, screener, limits)
        found, total = Tasks(database, limits).search(Wanted("open"), utc_now(), 1)
        assert 3 <= total < 20
        assert max(len(task.cases) for task in found) == 2
        assert found[0].due < utc_now()
        assert Tasks(database, limits).search(Wanted("closed"), utc_now(), 1)[1] > 50


def test_without_sign_in_only_this_machine_is_listened_to(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="只能在本机使用"):
        DeskSettings(host="0.0.0.0", data=tmp_path)


def test_the_service_knows_nothing_of_the_desk() -> None:
    code = "import sys, serving.http.main; print(sorted({'serving.desk', 'jinja2', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
