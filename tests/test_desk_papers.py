"""What leaves the desk: stop-payment sheet, report, bulletin, leaflets; corrected evidence; rising types."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from docx import Document
from test_desk import NOTE, client, save, screener
from test_desk_tasks import ENTRY, Desk, database, desk, result

from serving.desk import stop_payment
from serving.desk.papers.redact import redact
from serving.desk.store.board import board
from serving.desk.store.clock import local, utc_now
from serving.desk.store.rising import rising

__all__ = ["client", "database", "desk", "result", "screener"]


def test_where_money_has_moved_the_sheet_is_filled_and_says_what_is_missing(client: httpx2.Client) -> None:
    note = NOTE.replace("已向", "今天上午10时20分已用手机银行向")
    page = client.post("/screen", data={"text": note, "channel": "note"}).text
    assert re.search(r'name="pay-payee_account"[^>]*>6222020000000000001<', page)
    assert re.search(r'name="pay-time"[^>]*>今天上午10时20分<', page)
    assert re.search(r'name="pay-payer_account"[^>]*class="needed" placeholder="缺">', page)
    saved = save(client, text=note, **{"e-money_moved": "yes", "pay-time": "10:20", "pay-amount": "50000"})
    where = saved.headers["location"]
    assert "还缺：付款账号、付款银行或支付机构、收款账号" in client.get(where).text
    sheet = client.get(f"{where}/stop-payment").text
    assert "【缺】" in sheet
    assert "10:20" in sheet


def test_there_is_a_payment_to_stop_where_the_text_or_the_model_says_it_was_made() -> None:
    assert stop_payment.due("scam", "yes", "demand")
    assert stop_payment.due("suspicious", "no", "after")
    assert not stop_payment.due("scam", "no", "demand")
    assert not stop_payment.due("normal", "yes", None)


def test_a_field_typed_into_the_sheet_outlives_the_next_answer(client: httpx2.Client) -> None:
    page = client.post("/screen", data={"text": NOTE, "pay-bank": "工商银行", "was-pay-bank": ""}).text
    assert "工商银行</textarea>" in page


def test_only_what_the_bank_insists_on_counts_as_missing() -> None:
    fields = [{"id": "time", "zh": "转账时间（精确到分）"}, {"id": "platform", "zh": "涉案软件"}]
    assert stop_payment.missing(fields, {}) == ["转账时间"]
    assert stop_payment.missing(fields, {"time": "10:20"}) == []


def test_evidence_is_corrected_and_who_did_it_when_is_kept(client: httpx2.Client) -> None:
    where = save(client).headers["location"]
    # a sign that these words do not show, so that no model marks it
    added = {"operator": "李班长", "quote": "银行卡涉嫌洗钱", "sign": "cash_handover", "change": "add"}
    assert client.post(f"{where}/evidence", data=added).status_code == 303
    page = client.get(where).text
    assert re.search(r"\d\d-\d\d \d\d:\d\d 李班长：加 \S+“银行卡涉嫌洗钱”", page)
    again = client.post(f"{where}/evidence", data=added)
    assert (again.status_code, "已经有了" in again.text) == (422, True)
    start = NOTE.index("银行卡涉嫌洗钱")
    gone = {
        "operator": "李班长",
        "start": str(start),
        "end": str(start + 7),
        "sign": "cash_handover",
        "change": "remove",
    }
    assert client.post(f"{where}/evidence", data=gone).status_code == 303
    assert "李班长：删" in client.get(where).text
    elsewhere = client.post(f"{where}/evidence", data={**added, "quote": "原文里没有的话"})
    assert elsewhere.status_code == 422


def test_of_words_that_stand_twice_the_one_selected_is_marked(client: httpx2.Client) -> None:
    where = save(client, text=NOTE + "又接到电话。").headers["location"]
    second = (NOTE + "又接到电话。").rindex("电话")
    added = {"operator": "李", "quote": "电话", "start": str(second), "sign": "authority", "change": "add"}
    client.post(f"{where}/evidence", data=added)
    assert f'name="start" value="{second}"' in client.get(where).text


def test_the_daily_report_counts_calls_dissuasions_sums_and_clues(client: httpx2.Client) -> None:
    save(client, disposition="劝阻成功", **{"e-phone": "13800138000", "e-account": "6222020000000000001"})
    save(client, **{"e-phone": "13800138000"})
    save(client, text="咨询如何查询社保", verdict="normal", disposition="咨询", amount="")
    cells = re.findall(r"<td>(.*?)</td>", client.get("/papers/daily").text)
    rows = dict(zip(cells[::3], cells[1::3], strict=False))
    assert rows["接警数（起）"] == "3"
    assert rows["劝阻数（人）"] == "1"
    assert rows["涉案金额（元）"] == "100000"
    assert rows["线索数（条）"] == "2"


def test_a_bulletin_opens_in_word_with_its_cases_masked(client: httpx2.Client) -> None:
    save(client, text=NOTE.replace("报警人称", "报警人张三丰称"))
    answer = client.get("/papers/bulletin", params={"format": "docx"})
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    document = Document(io.BytesIO(answer.content))
    words = "\n".join(p.text for p in document.paragraphs)
    for shown in ("警情通报", "其中涉诈警情 1 起", "案例一（冒充公检法，涉案 50000 元）", "张某称", "防范提示"):
        assert shown in words
    for personal in ("13800138000", "6222020000000000001", "张三丰"):
        assert personal not in words
    assert document.tables[0].rows[1].cells[0].text == "冒充公检法"


@pytest.mark.parametrize("last", ["", "9999-12-31", "0001-01-01", "昨天"])
def test_a_bulletin_without_cases_says_so(client: httpx2.Client, last: str) -> None:
    assert "本期没有涉诈警情" in client.get("/papers/bulletin", params={"last": last}).text


def test_there_is_a_leaflet_for_every_type(client: httpx2.Client) -> None:
    links = re.findall(r'href="(/papers/leaflets/\w+)"', client.get("/papers").text)
    assert len(links) == 22
    assert "安全账户" in client.get("/papers/leaflets/police").text
    assert client.get("/papers/leaflets/none").status_code == 404


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("报警人王小明称，电话13800138000", "报警人王某称，电话某电话"),
        ("收款人：李四，卡号6222020000000000001", "收款人：李某，卡号某账户"),
        ("商户张晓东申请网贷", "商户张某申请网贷"),
        ("身份证110101199001011234", "身份证某号码"),
        ("事主家住幸福路12号3单元", "事主家住某路某处"),
        ("转账50000元给陈警官", "转账50000元给陈警官"),
    ],
)
def test_what_is_published_names_nobody(said: str, published: str) -> None:
    assert redact(said) == published


def _spread(desk: Desk, type_: str, days_ago: list[int]) -> None:
    for days in days_ago:
        desk.cases.add(NOTE, desk.result, replace(ENTRY, type=type_), utc_now() - timedelta(days))


def test_a_type_that_has_doubled_and_more_is_said_to_rise_and_a_steady_one_is_not(desk: Desk) -> None:
    _spread(desk, "police", [0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 12, 25])
    _spread(desk, "loan", [1, 3, 8, 12, 15, 18, 22, 26, 30, 33])
    found = rising(desk.database, local(utc_now()).date())
    assert [rise.type for rise in found.types] == ["police"]
    assert found.days >= 26


def test_without_a_week_of_history_nothing_is_compared(desk: Desk) -> None:
    _spread(desk, "police", [0, 1, 2])
    assert not rising(desk.database, local(utc_now()).date()).comparable


def test_an_empty_board_says_so(client: httpx2.Client) -> None:
    assert "还没有接警" in client.get("/board").text


def test_the_board_counts_people_not_attempts(desk: Desk) -> None:
    desk.alert(disposition="劝阻成功")
    day = local(utc_now()).date()
    assert board(desk.database, day, 1).dissuaded == 1
