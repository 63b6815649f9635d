"""The corpus: records that cannot be wrong in form, a check that finds what is wrong in substance."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpora import Record, load_taxonomy
from corpora.__main__ import main
from corpora.author import read_draft, to_record
from corpora.check import FORMAT_LIMIT, check, format_auc, format_features
from corpora.loaders import SPLITS, own_records
from corpora.record import read_records, write_records

ROOT = Path(__file__).parents[1]
TEXT = "我是市公安局的，请把三万元转到安全账户"
TYPES = (
    "order_rebate investment loan customer_service police credit_report acquaintance shopping game_trade romance "
    "family_emergency prize subsidy_refund telecom_arrears bank_card travel transfer_request phishing card_rental "
    "sextortion gambling_ads other"
)
SIGNS = (
    "authority urgency secrecy threat gain transfer code link_app screen_share move_channel advance_fee personal_info "
    "cash_handover isolation"
)


def record(**values: Any) -> Record:
    return Record.model_validate(
        {"id": "x-1", "channel": "call", "text": TEXT, "label": "normal", "split": "train", **values}
    )


Corpus = Callable[..., list[str]]


@pytest.fixture
def faults_of(tmp_path: Path) -> Corpus:
    """Faults of a corpus whose splits hold the given records, one lawful text each where none is given."""

    def made(**splits: list[Record]) -> list[str]:
        for i, split in enumerate(SPLITS):
            filler = record(id=f"filler-{split}", text="甲乙丙丁戊己庚辛壬癸"[i] * 9, split=split)
            write_records(tmp_path / f"{split}.jsonl", [filler, *splits.get(split, [])])
        return check(tmp_path).faults

    return made


# -- taxonomy -------------------------------------------------------------------------------------------------


def test_the_ids_are_the_fixed_ones_in_the_fixed_order() -> None:
    taxonomy = load_taxonomy()
    assert " ".join(taxonomy.types) == TYPES
    assert " ".join(taxonomy.signs) == SIGNS
    assert taxonomy.stages == ("early", "middle", "demand", "after")


def test_every_type_says_what_an_operator_needs() -> None:
    raw = load_taxonomy().raw
    categories = {c["id"] for c in raw["categories"]}
    assert len(categories) == 10
    for entry in raw["types"]:
        assert all(entry[key] for key in ("zh", "en", "definition", "opening", "demand", "advice", "questions")), entry
        assert not entry.get("category") or entry["category"] in categories
    assert {v["id"] for v in raw["verdicts"]} == {"scam", "suspicious", "normal"}


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.toml"
    path.write_text("".join(f'[[{k}]]\nid = "a"\n' for k in ("types", "types", "signs", "stages")), "utf-8")
    with pytest.raises(ValueError, match="an id stands twice"):
        load_taxonomy(path)


# -- records --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"label": "fraud"}, "label"),
        ({"channel": "fax"}, "channel"),
        ({"text": ""}, "text"),
        ({"colour": "red"}, "colour"),
        ({"label": "scam", "type": "pyramid"}, "unknown type 'pyramid'"),
        ({"type": "police"}, "only a scam has a type"),
        ({"label": "spam", "type": "loan"}, "only a scam has a type"),
        ({"stage": "early"}, "only a scam has a stage"),
        ({"signs": ["charm"]}, "unknown signs"),
        ({"signs": ["transfer"], "evidence": [{"start": 8, "end": 8, "sign": "transfer"}]}, "outside the text"),
        ({"signs": ["transfer"], "evidence": [{"start": 8, "end": 99, "sign": "transfer"}]}, "outside the text"),
        ({"signs": ["transfer"], "evidence": [{"start": -1, "end": 3, "sign": "transfer"}]}, "start"),
        ({"evidence": [{"start": 8, "end": 12, "sign": "transfer"}]}, "which signs do not name"),
        (
            {"elements": {"amount": [{"start": 0, "end": 3, "text": "三万元", "value": "30000"}]}},
            "'三万元' does not stand at 0",
        ),
        ({"elements": {"money_moved": "perhaps"}}, "money_moved"),
        ({"elements": {"colour": []}}, "colour"),
    ],
)
def test_a_record_with_a_fault_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        record(**values)


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        record().label = "scam"


def test_records_are_read_as_they_were_written(tmp_path: Path) -> None:
    records = own_records("dev")[:50]
    write_records(tmp_path / "dev.jsonl", records)
    assert list(read_records(tmp_path / "dev.jsonl")) == records


def test_a_bad_line_is_named_by_file_and_number(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(record().model_dump_json() + '\n\n{"id": "y"}\n', "utf-8")
    with pytest.raises(ValueError, match=r"train\.jsonl:3: "):
        list(read_records(path))


def test_there_is_no_other_split() -> None:
    with pytest.raises(ValueError, match=f"there are {', '.join(SPLITS)}"):
        own_records("validation")


# -- our own corpus -------------------------------------------------------------------------------------------


def test_our_own_corpus_has_no_fault(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", "corpora", "check", "--json", str(figures)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["0 faults"]), done.stdout
    found = json.loads(figures.read_text("utf-8"))
    labels = found["labels"]
    assert found["texts"] >= 1500
    assert labels["scam"] <= labels["normal"] + labels["spam"]
    assert found["lawful texts in twin pairs"] >= 300
    assert set(found["types"]) == set(TYPES.split())
    assert set(found["signs"]) == set(SIGNS.split())
    assert found["AUC of form alone"]["all"] <= FORMAT_LIMIT


def test_evidence_of_our_own_corpus_never_begins_or_ends_on_a_blank() -> None:
    spans = [(r.text[e.start : e.end], r.id) for s in SPLITS for r in own_records(s) for e in r.evidence]
    assert spans
    assert [s for s in spans if s[0] != s[0].strip()] == []


# -- the check ------------------------------------------------------------------------------------------------


def test_a_sound_corpus_has_no_fault(faults_of: Corpus) -> None:
    assert faults_of() == []


def test_a_pair_in_two_splits_is_a_fault(faults_of: Corpus) -> None:
    scam = record(id="a", label="scam", type="police", stage="demand", pair="p1", text="请把钱转到安全账户核查清楚")
    twin = record(id="b", pair="p1", split="test", text="本院定于下周三开庭请带好身份证")
    assert faults_of(train=[scam], test=[twin]) == ["b: pair p1 lies in train and test"]


def test_a_near_duplicate_in_another_split_is_a_fault(faults_of: Corpus) -> None:
    text = "您的快递在运输途中丢失了，我们可以给您办理三倍赔付，请您加一下我们理赔专员的微信"
    other = text.replace("三倍", "双倍").replace("，", " ")
    faults = faults_of(train=[record(id="a", text=text)], test=[record(id="b", text=other, split="test")])
    assert faults == ["b (test) is nearly a (train)"]


def test_a_near_duplicate_in_the_same_split_is_none(faults_of: Corpus) -> None:
    text = "您的快递在运输途中丢失了，我们可以给您办理三倍赔付，请您加一下我们理赔专员的微信"
    assert faults_of(train=[record(id="a", text=text), record(id="b", text=text + "。")]) == []


def test_the_same_text_twice_is_a_fault_in_any_split(faults_of: Corpus) -> None:
    assert faults_of(train=[record(id="a"), record(id="b")]) == ["b: same text as a"]


def test_an_id_that_stands_twice_is_a_fault(faults_of: Corpus) -> None:
    assert faults_of(train=[record(id="a"), record(id="a", text="另一段话")]) == ["a: the id stands twice"]


def test_a_record_in_the_file_of_another_split_is_a_fault(faults_of: Corpus) -> None:
    assert faults_of(dev=[record(id="a")]) == ["a: split 'train' in the file of dev"]


def test_a_scam_of_ours_names_type_and_stage(faults_of: Corpus) -> None:
    assert faults_of(train=[record(id="a", label="scam", type="police")]) == ["a: a scam of ours names type and stage"]


def test_a_number_that_could_be_somebodys_id_card_is_a_fault(faults_of: Corpus) -> None:
    valid, invented = "11010519491231002X", "110105194912310021"
    faults = faults_of(train=[record(id="a", text=f"身份证{valid}"), record(id="b", text=f"证件{invented}号码")])
    assert faults == [f"a: {valid} is a valid resident id number"]


def test_a_missing_split_and_an_unreadable_one_are_faults(tmp_path: Path) -> None:
    write_records(tmp_path / "train.jsonl", [record()])
    (tmp_path / "dev.jsonl").write_text("{\n", "utf-8")
    faults = check(tmp_path).faults
    assert "dev.jsonl:1: " in faults[0]
    assert faults[1:] == [f"{tmp_path / split}.jsonl is missing" for split in SPLITS[2:]]


def test_form_that_tells_the_label_is_a_fault(faults_of: Corpus) -> None:
    lawful = [record(id=f"n{i}", text="今日天晴" * (i + 1)) for i in range(30)]
    scams = [
        record(id=f"s{i}", text=f"{'！' * 20}{chr(0x4E00 + i)}{i}", label="scam", type="other", stage="early")
        for i in range(30)
    ]
    assert format_auc([*lawful, *scams]) > 0.95
    assert [f for f in faults_of(train=[*lawful, *scams]) if f.startswith("form alone tells the label in all")]


def test_form_sees_no_word() -> None:
    assert format_features("请您转账，谢谢") == format_features("明天开会，别忘")


def test_the_command_says_what_is_wrong_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 1
    assert "FAULT" in capsys.readouterr().out


# -- drafts ---------------------------------------------------------------------------------------------------

DRAFT = {
    "c": "call",
    "t": TEXT,
    "y": "scam",
    "k": "police",
    "st": "demand",
    "ev": [["转到安全账户", "transfer"], ["市公安局", "authority"]],
    "el": {"amount": ["三万元=30000"], "claimed_identity": ["市公安局"]},
    "mm": "no",
    "p": "p-1",
    "g": ["twin"],
}


def test_quoted_spans_become_offsets() -> None:
    made = to_record(DRAFT, "w1-01", "train", "w1")
    assert [(TEXT[e.start : e.end], e.sign) for e in made.evidence] == [
        ("市公安局", "authority"),
        ("转到安全账户", "transfer"),
    ]
    assert made.signs == ("authority", "transfer")
    [amount], [identity] = made.elements.amount, made.elements.claimed_identity
    assert (TEXT[amount.start : amount.end], amount.value) == ("三万元", "30000")
    assert identity.value == "市公安局"
    assert (made.elements.money_moved, made.pair, made.tags, made.split) == ("no", "p-1", ("twin",), "train")


def test_a_lawful_draft_has_neither_type_nor_stage() -> None:
    made = to_record(DRAFT | {"y": "normal"}, "w1-01", "train", "w1")
    assert (made.type, made.stage) == (None, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ev": [["没有的话", "transfer"]]}, "'没有的话' do not stand in the text"),
        ({"ev": [["", "transfer"]]}, "'' do not stand in the text"),
        ({"ev": [["市公安局", "charm"]]}, "unknown signs"),
        ({"el": {"amount": ["五万元=50000"]}}, "'五万元' do not stand"),
        ({"k": "pyramid"}, "unknown type"),
        ({"y": "fraud"}, "label"),
    ],
)
def test_a_draft_line_with_a_fault_is_refused_and_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = tmp_path / "w1-02.jsonl"
    lines = [json.dumps(d, ensure_ascii=False) for d in (DRAFT, DRAFT | change)]
    path.write_text("\n".join(lines), "utf-8")
    (_, good), (number, bad) = read_draft(path, "train", "w1")
    assert isinstance(good, Record)
    assert number == 2
    assert isinstance(bad, ValueError)
    assert f"{path.name}:2: " in str(bad)
    assert message in str(bad)


def test_the_author_command_writes_the_good_lines_and_fails_for_the_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft, out = tmp_path / "w1-02.jsonl", tmp_path / "train.jsonl"
    draft.write_text(json.dumps(DRAFT) + "\nno json\n", "utf-8")
    assert main(["author", str(draft), "--split", "train", "--out", str(out)]) == 1
    assert [r.id for r in read_records(out)] == ["w1-02-01"]
    assert "w1-02.jsonl:2: " in capsys.readouterr().err
