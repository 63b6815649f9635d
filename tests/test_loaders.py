"""Loaders: our corpus, a folder of one's own, other people's sets where they are present."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from corpora.loaders import (
    SPLITS,
    SourceUnavailable,
    data_root,
    load_folder,
    load_own,
    load_source,
    own_records,
    sources,
    to_dataset,
    to_records,
)
from training.data import capped

EVALUATION_ONLY = [name for name, source in sources().items() if source.licence_class == "evaluation"]


def write_csv(path: Path, *rows: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)


def write_lines(path: Path, *rows: object) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


# -- our own --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("split", SPLITS)
def test_our_corpus_is_a_dataset_and_back(split: str) -> None:
    dataset, records = load_own(split), own_records(split)
    assert len(dataset) == len(records) > 0
    assert to_records(dataset) == [r.model_copy(update={"split": None}) for r in records]


def test_twins_are_one_group() -> None:
    records = [r for r in own_records("dev") if r.pair]
    assert list(to_dataset(records)["group"]) == [r.pair for r in records]


# -- a folder of one's own ------------------------------------------------------------------------------------


def test_json_lines_need_text_and_label_only(tmp_path: Path) -> None:
    write_lines(tmp_path / "mine.jsonl", {"text": "请转账", "label": "scam"}, {"text": "您好", "label": "normal"})
    records = to_records(load_folder(tmp_path))
    assert [(r.id, r.channel, r.text, r.label) for r in records] == [
        ("mine-1", "sms", "请转账", "scam"),
        ("mine-2", "sms", "您好", "normal"),
    ]


def test_columns_of_other_names_are_mapped(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", ["编号", "内容", "类别", "备注"], ["7", "请转账，今天", "scam", "x"])
    dataset = load_folder(tmp_path, {"id": "编号", "text": "内容", "label": "类别"})
    assert [(r.id, r.text, r.label) for r in to_records(dataset)] == [("7", "请转账，今天", "scam")]


def test_numbers_in_a_table_stay_as_they_are_written(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", ["id", "text", "label"], ["007", "0010", "normal"], ["8", "NA", "normal"])
    assert [(r.id, r.text) for r in to_records(load_folder(tmp_path))] == [("007", "0010"), ("8", "NA")]


def test_our_own_files_load_as_a_folder_with_every_label_kept(tmp_path: Path) -> None:
    records = own_records("dev")[:40]
    write_lines(tmp_path / "a.jsonl", *(r.model_dump() for r in records))
    assert to_records(load_folder(tmp_path)) == [r.model_copy(update={"split": None}) for r in records]


def test_every_file_of_the_folder_is_read_and_one_file_alone(tmp_path: Path) -> None:
    write_lines(tmp_path / "b.jsonl", {"text": "乙", "label": "normal"})
    write_csv(tmp_path / "a.csv", ["text", "label"], ["甲", "normal"])
    (tmp_path / "notes.txt").write_text("不读")
    assert list(load_folder(tmp_path)["text"]) == ["甲", "乙"]
    assert list(load_folder(tmp_path / "b.jsonl")["text"]) == ["乙"]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    (tmp_path / "excel.csv").write_text("text,label\r\n您好,normal\r\n", "utf-8-sig")
    assert list(load_folder(tmp_path)["text"]) == ["您好"]


@pytest.mark.parametrize(
    ("name", "content", "place", "message"),
    [
        ("a.jsonl", '{"text": "您好", "label": "normal"}\n{"text": "您好", "label": "fraud"}\n', "row 2", "label"),
        ("a.jsonl", '{"text": "您好", "label": "normal"}\n{bad\n', "row 2", "property name"),
        ("a.jsonl", '["您好"]\n', "row 1", "not an object but list"),
        ("a.jsonl", '{"text": null, "label": "normal"}\n', "row 1", "text"),
        ("a.csv", "text,label\n您好,normal\n,normal\n", "row 2", "text"),
        ("a.csv", "text,label\n您好,再见,normal\n", "row 1", "more cells than columns"),
        ("a.csv", "content,label\n您好,normal\n", "row 1", "text"),
    ],
)
def test_a_row_that_is_no_record_is_named_by_file_and_number(
    tmp_path: Path, name: str, content: str, place: str, message: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(ValueError, match=message) as raised:
        load_folder(tmp_path)
    assert str(raised.value).startswith(f"{tmp_path / name}, {place}: ")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes("text,label\n您好,normal\n".encode("gb18030"))
    with pytest.raises(ValueError, match=r"old\.csv is not UTF-8"):
        load_folder(tmp_path)


@pytest.mark.parametrize("path", [".", "absent", "absent.jsonl"])
def test_nothing_to_read_is_said(tmp_path: Path, path: str) -> None:
    with pytest.raises(FileNotFoundError, match=r"no \.jsonl or \.csv"):
        load_folder(tmp_path / path)


# -- other people's sets --------------------------------------------------------------------------------------


def test_every_source_has_a_licence_and_a_class() -> None:
    assert len(sources()) >= 10
    for source in sources().values():
        assert source.licence
        assert source.licence_class in ("open", "unstated", "evaluation")
        assert source.channel in ("call", "note", "sms")


@pytest.mark.parametrize("name", sources())
def test_copyleft_and_research_only_sets_are_for_evaluation(name: str) -> None:
    source = sources()[name]
    closed = any(word in source.licence for word in ("GPL", "BY-SA", "research use only"))
    assert closed == (not source.trainable)


@pytest.mark.parametrize("name", EVALUATION_ONLY)
def test_a_set_for_evaluation_refuses_to_be_trained_on(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is for evaluation only"):
        capped(name, {"scam": 1}, seed=7)


def test_a_set_that_is_not_here_says_which_file_and_where_to_say_so(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"nus_sms: .*nus_sms_zh\.jsonl is not there; set TINGZHA_DATA"):
        load_source("nus_sms", tmp_path)


def test_the_variable_says_where_the_sets_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINGZHA_DATA", str(tmp_path))
    assert data_root() == tmp_path
    with pytest.raises(SourceUnavailable, match=str(tmp_path)):
        load_source("fbs_sms")


def test_a_set_that_nobody_declared_is_unknown() -> None:
    with pytest.raises(KeyError):
        load_source("weather")


def test_labels_types_and_placeholders_are_read_as_declared(tmp_path: Path) -> None:
    source = sources()["fbs_sms"]
    path = tmp_path / source.file
    path.parent.mkdir(parents=True)
    row = {"text": "raw", "cluster": "c1"}
    write_lines(
        path,
        row | {"id": "1", "text_filled": "澳门赌场上线送<#>元", "label": "spam", "type": "IL:Gambling"},
        row | {"id": "2", "text_filled": "代办发票证件", "label": "spam", "type": "IL:Fake_ID_and_invoice"},
        row | {"id": "3", "text_filled": "刷单日结三百元", "label": "spam", "type": "AD:Retail"},
        row | {"id": "4", "text_filled": "新店开业全场八折", "label": "spam", "type": "AD:Retail"},
        row | {"id": "5", "text_filled": "积分兑换请登录网址", "label": "scam", "type": "FR:Phishing(Bank)"},
    )
    dataset = load_source("fbs_sms", tmp_path)
    assert [(r.id, r.text, r.label, r.type) for r in to_records(dataset)] == [
        ("1", "澳门赌场上线送3元", "scam", "gambling_ads"),
        ("4", "新店开业全场八折", "spam", None),
        ("5", "积分兑换请登录网址", "scam", "bank_card"),
    ]
    assert set(dataset["group"]) == {"fbs_sms-c1"}


def test_a_cap_holds_and_takes_one_of_each_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / sources()["nus_sms"].file
    path.parent.mkdir(parents=True)
    rows = [{"id": str(i), "text": f"晚上一起吃饭吗{i}", "label": "normal", "cluster": i // 4} for i in range(40)]
    write_lines(path, *rows)
    monkeypatch.setenv("TINGZHA_DATA", str(tmp_path))
    taken = capped("nus_sms", {"normal": 6, "scam": 5}, seed=7)
    assert len(taken) == 6
    assert len({int(r.id) // 4 for r in taken}) == 6
    assert len(capped("nus_sms", {"normal": 99}, seed=7)) == 10
    assert capped("nus_sms", {"normal": 6, "scam": 5}, seed=7) == taken
    assert capped("nus_sms", {"normal": 6, "scam": 5}, seed=8) != taken


@pytest.mark.parametrize("name", sources())
def test_each_set_that_is_here_loads(name: str) -> None:
    if not (data_root() / sources()[name].file).is_file():
        pytest.skip(f"{name}: other people's data are not here; TINGZHA_DATA names the folder that holds them")
    records = to_records(load_source(name))
    assert records
    assert {r.channel for r in records} == {sources()[name].channel}
    assert {r.provenance for r in records} == {name}
    assert not any("<#>" in r.text for r in records)
    # every type that is declared occurs: a renamed label of the source would otherwise go unnoticed
    assert set((sources()[name].types or {}).values()) == {r.type for r in records} - {None}
