"""Reading files as people have them: every encoding, every format, and rows that are broken."""

from __future__ import annotations

import codecs
import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from serving.cli.encodings import detect
from serving.cli.failures import UsageError
from serving.cli.lines import LONGEST, read_lines
from serving.cli.readers import ReadOptions
from serving.cli.rows import Reject, Row
from serving.cli.sources import check, resolve

BANK = "您好，您尾号3306的信用卡本期账单已出，请于25日前还款"
POLICE = "我这边是市局的，你名下有张卡涉及一个案子，电话先不要挂"
MOTHER = "妈我手机坏了，先用同学的号，生活费打到这张卡上"
SCRIPTS = [BANK, POLICE, MOTHER]


def rows_of(path: Path, **options: Any) -> list[Row | Reject]:
    [source] = resolve([str(path)], None, ReadOptions(**options))
    return list(source.rows(lambda share: None))


def texts_of(path: Path, **options: Any) -> list[str]:
    rows = rows_of(path, **options)
    assert all(isinstance(row, Row) for row in rows), rows
    return [row.text for row in rows if isinstance(row, Row)]


def rejects_of(path: Path, **options: Any) -> list[Reject]:
    return [row for row in rows_of(path, **options) if isinstance(row, Reject)]


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_file_is_read_in_whatever_encoding_it_was_saved(tmp_path: Path, encoding: str, end: str) -> None:
    assert texts_of(write(tmp_path / "sms.txt", end.join(SCRIPTS), encoding)) == SCRIPTS


def test_traditional_chinese_in_big5_is_recognised(tmp_path: Path) -> None:
    lines = [
        "您好，這裡是市警察局，您的帳戶涉嫌洗錢，請把存款轉到監管帳戶",
        "親愛的客戶，您的包裹已到達門市，請儘快領取",
        "明天下午三點開會，記得帶資料",
    ]
    assert texts_of(write(tmp_path / "sms.txt", "\n".join(lines), "big5")) == lines


def test_a_few_broken_lines_do_not_change_the_encoding_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sms.txt"
    path.write_bytes(b"\n".join([BANK.encode(), b"\xc4\xe3\xba\xc3\xff", POLICE.encode(), MOTHER.encode()]))
    rows = rows_of(path)
    assert [row.text for row in rows if isinstance(row, Row)] == SCRIPTS
    [reject] = rejects_of(path)
    assert (reject.line, reject.reason) == (2, "有无法按 utf-8 解码的字节")
    assert "\\xff" in reject.raw


def test_the_encoding_can_be_given(tmp_path: Path) -> None:
    path = write(tmp_path / "sms.txt", "联通", "gbk")  # happens to be valid UTF-8, too
    assert texts_of(path, encoding="gbk") == ["联通"]
    with pytest.raises(UsageError, match="不认识的编码"):
        rows_of(path, encoding="klingon")


def test_blank_lines_are_skipped_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "sms.txt", f"\n{BANK}\r\n   \r\n{POLICE}\n\n")
    assert rows_of(path) == [Row(2, BANK), Row(4, POLICE)]


def test_line_ends_of_old_macs_are_line_ends(tmp_path: Path) -> None:
    assert texts_of(write(tmp_path / "sms.txt", "\r".join(SCRIPTS))) == SCRIPTS


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl", "a.xlsx", "a.parquet"])
def test_an_empty_file_has_no_rows(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("xlsx"):
        openpyxl.Workbook().save(path)
    elif name.endswith("parquet"):
        parquet.write_table(pyarrow.table({"text": pyarrow.array([], "string")}), path)
    else:
        path.touch()
    assert rows_of(path) == []


def test_a_huge_line_is_read_whole(tmp_path: Path) -> None:
    assert texts_of(write(tmp_path / "a.txt", BANK * 100_000)) == [BANK * 100_000]


@pytest.mark.parametrize("newline", [b"\n", b"\n\0"])
def test_a_line_without_end_is_rejected_and_the_next_one_is_read(newline: bytes) -> None:
    encoding = "utf-16-le" if len(newline) == 2 else "utf-8"
    data = BANK.encode(encoding) + newline + b"x" * (LONGEST + 3 * 1024 * 1024) + newline + POLICE.encode(encoding)
    first, long, last = read_lines(io.BytesIO(data), encoding, lambda: None)
    assert (first.text, last.text, last.problem) == (BANK, POLICE, None)
    assert long.problem is not None
    assert "超过 16 MB" in long.problem
    assert len(long.text) <= 1000


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\ufeff")), min_size=1))
def test_any_lines_come_back_as_they_were_written(lines: list[str]) -> None:
    for encoding in ("utf-8", "utf-16-le", "gb18030"):
        read = read_lines(io.BytesIO("\n".join([*lines, ""]).encode(encoding)), encoding, lambda: None)
        assert [line.text for line in read] == lines


@given(st.binary())
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    detect(data)
    for line in read_lines(io.BytesIO(data), None, lambda: None):
        assert line.number > 0


def test_json_lines_give_id_channel_and_text(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path, [{"id": "a-1", "channel": "call", "text": POLICE}, {"id": 7, "channel": "短信", "text": BANK}]
    )
    assert rows_of(path) == [Row(1, POLICE, "a-1", "call"), Row(2, BANK, 7, "sms")]


def test_each_bad_json_line_says_in_chinese_what_is_wrong(tmp_path: Path) -> None:
    good = json.dumps({"id": 1, "text": BANK}, ensure_ascii=False)
    bad = {
        '{"id": 2, "text": ': "不是合法的 JSON",
        '"一段文字"': "不是 JSON 对象",
        '{"id": 4}': "缺少文本",
        '{"id": 5, "text": null}': "缺少文本",
        '{"id": 6, "text": ["a"]}': "文本须为字符串",
        '{"id": [7], "text": "x"}': "编号须为字符串或整数",
        '{"id": 8, "text": "x", "channel": "fax"}': "未知渠道 'fax'",
        '{"id": 9, "text": "x", "channel": 3}': "未知渠道 '3'",
        "[" * 100_000: "不是可读的 JSON",
    }
    path = write(tmp_path / "a.jsonl", "\n".join([good, *bad, good]))
    rows = rows_of(path)
    assert [row.line for row in rows if isinstance(row, Row)] == [1, len(bad) + 2]
    for reject, (raw, reason) in zip(rejects_of(path), bad.items(), strict=True):
        assert reject.raw == raw
        assert reject.reason.startswith(reason)


def test_an_empty_text_in_json_is_a_text(tmp_path: Path) -> None:
    assert texts_of(jsonl(tmp_path, [{"text": ""}])) == [""]


def test_json_without_any_text_column_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="认不出哪一列是文本；现有的列：标题、时间"):
        rows_of(jsonl(tmp_path, [{"标题": "a", "时间": "b"}]))


@pytest.mark.parametrize("name", ["text", "Content", "内容", "短信内容", "正文", " 警情内容 ", "SMS_Content", "文本"])
def test_the_text_column_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.csv", f"编号,{name},渠道\n007,{BANK},短信\n")
    assert rows_of(path) == [Row(2, BANK, "007", "sms")]


def test_a_given_text_column_goes_before_the_known_ones(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f"text,备注\n{BANK},{POLICE}\n")
    assert texts_of(path, text_column="备注") == [POLICE]
    with pytest.raises(UsageError, match="没有列“无此列”；现有的列：text、备注"):
        rows_of(path, text_column="无此列")


@pytest.mark.parametrize(("encoding", "delimiter"), [("gb18030", ","), ("utf-8-sig", ";"), ("utf-16", "\t")])
def test_a_csv_as_excel_saves_it_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    table = [["编号", "短信内容"], ["1", f'"他说：""{BANK}""\n第二行"'], ["", ""], ["2", POLICE]]
    path = write(tmp_path / "a.csv", "\r\n".join(delimiter.join(row) for row in table), encoding)
    assert rows_of(path) == [Row(2, f'他说："{BANK}"\n第二行', "1"), Row(5, POLICE, "2")]


def test_a_quote_that_never_closes_costs_only_its_own_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f'id,text\n1,"{BANK}\n2,{POLICE}\n3,{MOTHER}\n')
    assert [row.text for row in rows_of(path) if isinstance(row, Row)] == [POLICE, MOTHER]
    [reject] = rejects_of(path)
    assert (reject.line, reject.raw) == (2, f'1,"{BANK}')


def test_a_row_with_more_cells_than_the_header_is_not_cut_in_silence(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,text\n1,您好,请点链接\n2,\n")
    assert [reject.reason[:8] for reject in rejects_of(path)] == ["有 3 列，表头", "缺少文本"]


def test_a_workbook_is_read_from_the_sheet_and_row_where_its_header_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "填表说明"
    sheet = book.create_sheet("警情")
    for row in [
        ["某市一季度接警记录"],
        [],
        ["序号", "警情内容", "渠道"],
        [1, POLICE, "警情"],
        [],
        [2, 123456, None],
        [3, None, "警情"],
    ]:
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    rows = rows_of(tmp_path / "a.xlsx")
    assert rows[:2] == [Row(4, POLICE, 1, "note"), Row(6, "123456", 2)]
    assert isinstance(rows[2], Reject)
    assert json.loads(rows[2].raw) == {"序号": 3, "渠道": "警情"}


def test_a_parquet_file_is_read_in_batches_and_in_order(tmp_path: Path) -> None:
    texts = [f"{BANK}{i}" for i in range(3000)]
    ids = [float(i) for i in range(3000)]  # what a data frame makes of integers with gaps
    parquet.write_table(
        pyarrow.table({"other": ids, "content": texts, "id": ids}), tmp_path / "a.parquet", row_group_size=700
    )
    rows = rows_of(tmp_path / "a.parquet")
    assert rows == [Row(i + 1, text, i) for i, text in enumerate(texts)]


def test_a_parquet_string_that_is_no_utf8_costs_only_its_row(tmp_path: Path) -> None:
    raw = pyarrow.array([b"\xff\xfe", BANK.encode(), None], "binary")
    text = pyarrow.StringArray.from_buffers(3, raw.buffers()[1], raw.buffers()[2], raw.buffers()[0])
    parquet.write_table(pyarrow.table({"id": ["a", "b", "c"], "text": text}), tmp_path / "a.parquet")
    first, second, third = rows_of(tmp_path / "a.parquet")
    assert isinstance(first, Reject)
    assert second == Row(2, BANK, "b")
    assert isinstance(third, Reject)
    assert (third.reason, json.loads(third.raw)) == ("缺少文本", {"id": "c", "text": None})


def test_compressed_text_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(f"内容\n{BANK}\n".encode("gb18030")))
    assert texts_of(path) == [BANK]
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(UsageError, match="压缩文件损坏或不完整"):
        rows_of(path)


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_a_file_that_is_not_what_its_name_says_is_a_usage_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="不是可读的"):
        rows_of(write(tmp_path / name, BANK))


@pytest.mark.parametrize("name", ["a.docx", "a.json", "a.xls", "a.bin", "a", "a.xlsx.gz"])
def test_an_unsupported_format_is_a_usage_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="不支持的文件格式"):
        rows_of(write(tmp_path / name, BANK))


@pytest.mark.parametrize("word", ["missing.csv", "./missing", "/no/such/file", "missing.docx", "missing.jsonl.gz"])
def test_what_looks_like_a_file_but_is_none_is_not_taken_for_a_text(word: str) -> None:
    with pytest.raises(UsageError, match="文件不存在"):
        resolve([word], None, ReadOptions())


@pytest.mark.parametrize("word", [BANK, "http://a.example/x.txt", "请看附件 名单.xlsx", "长" * 5000, "", "a\0b"])
def test_what_is_no_file_is_a_text(word: str) -> None:
    [source] = resolve([word], None, ReadOptions())
    assert list(source.rows(lambda share: None)) == [Row(1, word)]


def test_an_argument_from_a_terminal_set_to_gbk_is_understood() -> None:
    [source] = resolve([POLICE.encode("gbk").decode("utf-8", "surrogateescape")], None, ReadOptions())
    assert list(source.rows(lambda share: None)) == [Row(1, POLICE)]


def test_all_files_are_checked_before_any_is_screened(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "a.csv", f"内容\n{BANK}"), write(tmp_path / "b.csv", "标题\nx")
    with pytest.raises(UsageError, match=r"b\.csv"):
        check(resolve([str(good), str(bad)], None, ReadOptions()))


def test_reading_reports_how_far_it_has_got(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", f"{BANK}\n" * 20_000)
    [source] = resolve([str(path)], None, ReadOptions())
    shares: list[float] = []
    assert sum(1 for _ in source.rows(shares.append)) == 20_000
    assert shares == sorted(shares)
    assert shares[0] < 0.5
    assert shares[-1] == 1.0


def test_a_mark_at_the_beginning_is_no_part_of_the_text() -> None:
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        for asked in (None, name, "utf-8-sig" if name == "utf-8" else "utf-16"):
            [line] = read_lines(io.BytesIO(mark + BANK.encode(name)), asked, lambda: None)
            assert line.text == BANK


def jsonl(folder: Path, rows: Iterable[dict[str, Any]]) -> Path:
    return write(folder / "a.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
