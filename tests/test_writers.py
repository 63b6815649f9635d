"""What the command line writes: whole files, exact JSON, and CSV that is safe to open."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from nlp import Evidence, Result, Scored
from serving.cli.explain import highlighted
from serving.cli.failures import UsageError
from serving.cli.labels import printable
from serving.cli.output_file import replacing
from serving.cli.rows import Row
from serving.cli.table import TableWriter
from serving.cli.writers import CSV_COLUMNS, CsvWriter, JsonlWriter

TEXT = "我是市局的，把钱转到核查账户"
RESULT = Result(
    id="1",
    channel="call",
    verdict="scam",
    score=0.9876,
    spam_score=0.01,
    types=(Scored("police", "冒充公检法", 0.9), Scored("other", "其他", 0.1)),
    signs=(Scored("transfer", "要求转账", 0.8), Scored("authority", "冒用权威", 0.7)),
    evidence=(Evidence(0, 5, TEXT[0:5], "authority"), Evidence(6, 14, TEXT[6:14], "transfer")),
    elements={"account": [{"start": 0, "end": 1, "text": "6222", "value": "6222021234567890123"}], "money_moved": "no"},
    advice={"action": "立即劝阻"},
    stage="demand",
    model="m-1",
)


def csv_of(row: Row, result: Result = RESULT) -> dict[str, str]:
    stream = io.BytesIO()
    CsvWriter(stream).write(row, result)
    [values] = csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline=""))
    return values


def json_of(row: Row, result: Result = RESULT) -> dict[str, object]:
    stream = io.BytesIO()
    JsonlWriter(stream).write(row, result)
    [line] = stream.getvalue().decode().splitlines()
    values = json.loads(line)
    assert isinstance(values, dict)
    return values


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def table_of(entries: list[tuple[Row, Result]], width: int = 140) -> str:
    stream = io.StringIO()
    writer = TableWriter(Console(file=stream, width=width))
    for entry in entries:
        writer.write(*entry)
    writer.finish()
    return stream.getvalue()


def test_json_has_every_field_of_the_result() -> None:
    assert json_of(Row(1, TEXT)) == json.loads(json.dumps(RESULT.to_dict()))


def test_an_id_keeps_its_json_type() -> None:
    assert json_of(Row(1, TEXT, id=1))["id"] == 1
    assert json_of(Row(1, TEXT, id="1"))["id"] == "1"


def test_half_a_surrogate_pair_survives_as_an_escape() -> None:
    assert json_of(Row(1, "", id="\ud83d"))["id"] == "\ud83d"


def test_csv_names_verdict_type_and_signs_in_chinese() -> None:
    values = csv_of(Row(1, TEXT, id="甲"))
    assert tuple(values) == CSV_COLUMNS
    assert (values["id"], values["verdict"], values["verdict_zh"]) == ("甲", "scam", "诈骗")
    assert (values["type"], values["type_zh"], values["type_score"]) == ("police", "冒充公检法", "0.9")
    assert values["types"] == "冒充公检法 0.90；其他 0.10"
    assert values["signs_zh"] == "要求转账；冒用权威"
    assert values["evidence"] == "我是市局的；把钱转到核查账户"
    assert (values["text"], values["advice"], values["money_moved"]) == (TEXT, "立即劝阻", "no")


def test_csv_begins_with_the_mark_that_excel_needs() -> None:
    stream = io.BytesIO()
    CsvWriter(stream)
    assert stream.getvalue().startswith(b"\xef\xbb\xbfid,")


@pytest.mark.parametrize("text", ['=HYPERLINK("http://a.example")', "+cmd", "-1+1", "@SUM(A1)"])
def test_a_scammers_text_is_no_formula_in_a_spreadsheet(text: str) -> None:
    assert csv_of(Row(1, text))["text"] == f"'{text}"


def test_an_account_keeps_its_digits_in_a_spreadsheet() -> None:
    assert csv_of(Row(1, TEXT))["account"] == "'6222021234567890123"


def test_csv_counts_no_type_for_a_normal_text() -> None:
    normal = Result("1", "sms", "normal", 0.01, 0.0, RESULT.types, (), ())
    assert csv_of(Row(1, TEXT), normal)["type"] == ""


def test_texts_with_line_ends_and_quotes_come_back_from_csv() -> None:
    text = 'A：“在吗”\r\nB："在", 你说'
    assert csv_of(Row(1, text))["text"] == text


def test_the_table_shows_verdict_type_evidence_and_the_first_forty_characters() -> None:
    shown = table_of([(Row(1, "一二三四五六七八九十" * 10, id="甲-1"), RESULT)], width=200)
    for words in (
        "甲-1",
        "通话",
        "诈骗",
        "0.988",
        "冒充公检法",
        "我是市局的、把钱转到核查账户",
        "一二三四五六七八九十" * 4 + "…",
    ):
        assert words in shown


def test_the_table_has_one_header_however_long_it_is() -> None:
    shown = table_of([(Row(i, TEXT, id=i), RESULT) for i in range(1000)])
    assert shown.count("结论") == 1
    assert shown.count("诈骗") == 1000
    assert len({line.index("诈骗") for line in shown.splitlines() if "诈骗" in line}) == 1


def test_brackets_in_a_text_are_no_markup() -> None:
    shown = table_of([(Row(1, "【通知】[red]点[/red][link=x]这里", id="[b]"), RESULT)], width=200)
    assert "【通知】[red]点[/red][link=x]这里" in shown
    assert "[b]" in shown


def test_a_text_cannot_steer_the_terminal() -> None:
    assert printable("转\x1b[2J账\u202e\u200b\r\n\ttail\x07") == "转·[2J账··  \n tail·".replace("  \n", " \n")
    assert "\x1b" not in table_of([(Row(1, "\x1b[31m转账\x1b]0;x\x07", id="\x1b[0m"), RESULT)])


def test_evidence_is_marked_in_place_and_named() -> None:
    names = {"authority": "冒用权威", "transfer": "要求转账"}
    marked = highlighted(TEXT, RESULT.evidence, names)
    assert marked.plain == "我是市局的〔冒用权威〕，把钱转到核查账户〔要求转账〕"
    assert highlighted("", (), names).plain == ""


def test_overlapping_evidence_is_all_named() -> None:
    spans = (Evidence(0, 6, "把钱转到账户", "a"), Evidence(2, 6, "转到账户", "b"), Evidence(2, 4, "转到", "c"))
    assert (
        highlighted("把钱转到账户里", spans, {"a": "甲", "b": "乙", "c": "丙"}).plain
        == "把钱转到〔丙〕账户〔甲、乙〕里"
    )


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    with pytest.raises(TypeError), replacing(path) as file:
        file.writelines([b"half", "no bytes"])  # type: ignore[list-item]
    assert path.read_text() == "new"
    assert names(tmp_path) == ["out.jsonl"]


def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    with replacing(Path("/dev/null")) as file:
        file.write(b"new")
    assert Path("/dev/null").is_char_device()


def test_a_place_that_cannot_be_written_to_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="文件夹不存在"), replacing(tmp_path / "no" / "out.jsonl"):
        pass
    with pytest.raises(UsageError, match="是文件夹"), replacing(tmp_path):
        pass
