"""Every quality figure, from the int8 model as the library serves it, with the baseline beside it.

Figures of our test split, of sources never trained on, under disguise and speech errors, at the beginning of
calls; each with a bootstrap 95 % interval where it is a headline. Nothing here chooses anything.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from corpora import Record, load_taxonomy
from corpora.augment import FAMILIES, apply, asr, disguise
from corpora.loaders import SourceUnavailable, load_source, own_records, sources, to_records
from nlp import Item, Result, Screener
from nlp.model_folder import LABELS
from training.baseline import Baseline
from training.checklist import checklist, with_text
from training.scores import bootstrap, calibration_error, pair_accuracy, recall_at_fpr

# Sources that no recipe trains on: copyleft, share-alike, research-only, or kept out for this purpose.
UNSEEN = (
    "anti_fraud_sft",
    "telecom_fraud_texts_5",
    "telecom_fraud_texts_8",
    "stlin_synth",
    "xu_tw_llm",
    "tianshang_cases",
    "feng_smsfilter",
    "cofacts",
    "imfraud",
)
UNSEEN_ROWS = 400
ERROR_RATES = (0.05, 0.10, 0.20)
LENGTHS = (50, 150, 400, math.inf)
PORTIONS = (0.25, 0.5, 0.75, 1.0)
DEMANDS = {"transfer", "code", "screen_share", "advance_fee", "cash_handover", "link_app", "personal_info"}
SCAM = LABELS.index("scam")


@dataclass(frozen=True)
class Answers:
    """What a system says of texts: P(scam) and P(spam); likeliest type; None where it has no such answer."""

    scam: NDArray[np.float64]
    spam: NDArray[np.float64]
    types: list[str]
    results: list[Result] | None = None


System = Callable[[Sequence[Record]], Answers]


def screener_system(screener: Screener) -> System:
    """The library as a system."""

    def answer(records: Sequence[Record]) -> Answers:
        results = list(screener.stream(Item(r.text, r.channel, r.id) for r in records))
        return Answers(
            np.array([r.score for r in results]),
            np.array([r.spam_score for r in results]),
            [r.types[0].id if r.types else "" for r in results],
            results,
        )

    return answer


def baseline_system(baseline: Baseline) -> System:
    """TF-IDF + logistic regression as a system."""
    names = load_taxonomy().types

    def answer(records: Sequence[Record]) -> Answers:
        labels = baseline.labels(records)
        return Answers(
            labels[:, SCAM], labels[:, LABELS.index("spam")], [names[i] for i in baseline.types(records).argmax(1)]
        )

    return answer


def evaluate(systems: dict[str, System], seed: int = 7) -> dict[str, Any]:
    """All figures by section and system.

    Args:
        systems: the first is the one whose evidence, signs and verdicts are measured too.
    """
    test = own_records("test")
    answers = {name: system(test) for name, system in systems.items()}
    report: dict[str, Any] = {
        "seed": seed,
        "test": {name: headline(test, a) for name, a in answers.items()},
        "slices": {name: slices(test, a) for name, a in answers.items()},
    }
    first = next(iter(systems))
    report["spans"] = span_figures(test, answers[first].results or [])
    report["reliability"] = reliability(test, answers[first].scam)
    report["types"] = type_figures(test, answers[first])
    report["unseen sources"] = {name: unseen(system, test, seed) for name, system in systems.items()}
    report["disguise"] = {name: disguised(system, test, seed) for name, system in systems.items()}
    report["speech errors"] = {name: misheard(system, test, seed) for name, system in systems.items()}
    report["early"] = {name: early(system, test) for name, system in systems.items()}
    report["checklist"] = {
        name: checklist(partial(_scam_score, system), test, seed) for name, system in systems.items()
    }
    report["worst"] = worst(test, answers[first])
    return report


def headline(records: Sequence[Record], answers: Answers) -> dict[str, Any]:
    """The figures of the issue's targets, each ``[value, low, high]``."""
    truth = np.array([r.label == "scam" for r in records])
    three = np.array([LABELS.index(r.label) for r in records])
    guess3 = np.where(answers.scam >= 0.5, SCAM, np.where(answers.spam > 1 - answers.scam - answers.spam, 2, 0))
    typed = np.array([i for i, r in enumerate(records) if r.type])
    type_truth = np.array([records[i].type for i in typed])
    type_guess = np.array([answers.types[i] for i in typed])

    figures: dict[str, Any] = {
        "verdict macro-F1": _interval(_macro_f1, truth, answers.scam >= 0.5),
        "three-way macro-F1": _interval(_macro_f1, three, guess3),
        "AUC": _interval(_auc, truth, answers.scam),
        "type macro-F1": _interval(_macro_f1, type_truth, type_guess),
        "twin pairs both right": [round(pair_accuracy(records, answers.scam >= 0.5), 4)],
        "calibration error": [round(calibration_error(truth, answers.scam), 4)],
    }
    for channel, rate in (("call", 0.01), ("note", 0.01), ("sms", 0.001)):
        own = np.flatnonzero([r.channel == channel for r in records])
        t, s = truth[own], answers.scam[own]
        figures[f"{channel}: AUC"] = _interval(_auc, t, s)
        figures[f"{channel}: recall at FPR {rate:.1%}"] = _interval(partial(_recall_at, rate), t, s)
        figures[f"{channel}: F1"] = _interval(_macro_f1, t, s >= 0.5)
    if answers.results:
        called = np.array([r.verdict for r in answers.results])
        for channel in ("call", "note", "sms"):
            own = np.array([r.channel == channel for r in records])
            for name, hit in (("scam", called == "scam"), ("scam or suspicious", called != "normal")):
                recall, fpr = hit[own & truth].mean(), hit[own & ~truth].mean()
                figures[f"{channel}: verdict {name}"] = {
                    "recall": round(float(recall), 4),
                    "false-positive rate": round(float(fpr), 4),
                    "precision at prevalence 0.05 %": round(
                        float(recall * 5e-4 / max(1e-9, recall * 5e-4 + fpr * (1 - 5e-4))), 4
                    ),
                }
    return figures


def slices(records: Sequence[Record], answers: Answers) -> dict[str, dict[str, float]]:
    """Share right by label, type, stage, tag and length, of slices with at least eight texts."""
    right = np.array([(r.label == "scam") == (s >= 0.5) for r, s in zip(records, answers.scam, strict=True)])
    members: dict[str, list[int]] = {}
    for i, record in enumerate(records):
        for name in _slices_of(record):
            members.setdefault(name, []).append(i)
    return {
        name: {"texts": len(own), "right": round(float(right[own].mean()), 3)}
        for name, own in sorted(members.items())
        if len(own) >= 8
    }


def _slices_of(record: Record) -> set[str]:
    length = next(limit for limit in LENGTHS if len(record.text) <= limit)
    names = {f"label {record.label}", f"{record.channel} to {length:.0f} characters"}
    names |= {f"{kind} {value}" for kind in ("type", "stage") if (value := getattr(record, kind))}
    return names | {f"tag {tag}" for tag in record.tags}


def span_figures(records: Sequence[Record], results: Sequence[Result]) -> dict[str, float]:
    """Micro-F1 of signs and F1 of evidence characters (any sign; and the same sign)."""
    signs = load_taxonomy().signs
    truth = np.array([[s in r.signs for s in signs] for r in records])
    guess = np.array([[s in {x.id for x in r.signs} for s in signs] for r in results])
    hits = {"any": [0, 0, 0], "same": [0, 0, 0]}
    for record, result in zip(records, results, strict=True):
        for mode in hits:
            key = (lambda e, i: (i, e.sign)) if mode == "same" else (lambda e, i: i)
            ours = {key(e, i) for e in result.evidence for i in range(e.start, e.end)}
            theirs = {key(e, i) for e in record.evidence for i in range(e.start, e.end)}
            for k, n in enumerate((len(ours & theirs), len(ours), len(theirs))):
                hits[mode][k] += n
    return {
        "signs micro-F1": round(float(f1_score(truth, guess, average="micro", zero_division=0)), 4),
        **{f"evidence F1, {m} sign": round(2 * h[0] / max(1, h[1] + h[2]), 4) for m, h in hits.items()},
    }


def reliability(records: Sequence[Record], score: NDArray[np.float64], bins: int = 10) -> list[dict[str, float]]:
    """Per score bin: texts, mean score, share that are scams."""
    truth = np.array([r.label == "scam" for r in records])
    which = np.minimum((score * bins).astype(int), bins - 1)
    return [
        {
            "texts": int((which == b).sum()),
            "score": round(float(score[which == b].mean()), 4),
            "scam": round(float(truth[which == b].mean()), 4),
        }
        for b in range(bins)
        if (which == b).any()
    ]


def type_figures(records: Sequence[Record], answers: Answers) -> dict[str, Any]:
    """Per type F1 and what it is most taken for."""
    pairs = [(r.type, t) for r, t in zip(records, answers.types, strict=True) if r.type]
    found = {}
    for name in load_taxonomy().types:
        hit = sum(a == b == name for a, b in pairs)
        real, said = sum(a == name for a, _ in pairs), sum(b == name for _, b in pairs)
        wrong = [b for a, b in pairs if a == name and b != name]
        found[name] = {
            "texts": real,
            "F1": round(2 * hit / max(1, real + said), 3),
            "taken for": max(set(wrong), key=wrong.count) if wrong else "",
        }
    return found


def unseen(system: System, test: Sequence[Record], seed: int) -> dict[str, Any]:
    """Sources that nothing was trained on. Where a source has one class only, AUC is against our lawful test texts."""
    found: dict[str, Any] = {}
    for name in UNSEEN:
        try:
            records = to_records(load_source(name))
        except SourceUnavailable as error:
            found[name] = {"skipped": str(error).split(":")[0] + " is not on this machine"}
            continue
        random.Random(f"{seed}-{name}").shuffle(records)
        records = _even(records, UNSEEN_ROWS)
        own = "own classes"
        if not any(r.label == "scam" for r in records):
            records += [r for r in test if r.label == "scam" and r.channel == records[0].channel]
            own = "our test scams added"
        elif all(r.label == "scam" for r in records):
            records += [r for r in test if r.label != "scam" and r.channel == records[0].channel]
            own = "our lawful test texts added"
        score = system(records).scam
        truth = np.array([r.label == "scam" for r in records])
        found[name] = {
            "texts": len(records),
            "scam": int(truth.sum()),
            "against": own,
            "licence class": sources()[name].licence_class,
            "AUC": _interval(_auc, truth, score),
            "macro-F1": round(float(f1_score(truth, score >= 0.5, average="macro")), 4),
            "recall": round(float((score[truth] >= 0.5).mean()), 4),
            "false-positive rate": round(float((score[~truth] >= 0.5).mean()), 4),
        }
    return found


def disguised(system: System, test: Sequence[Record], seed: int) -> dict[str, Any]:
    """SMS under each disguise of the test tables: AUC and F1 before and after, share of verdicts flipped."""
    records = [r for r in test if r.channel == "sms"]
    found: dict[str, Any] = {}
    before = system(records).scam
    for family in FAMILIES:
        rng = random.Random(f"{seed}-{family}")
        changed = [apply(r, disguise(r.text, family, 0.5, rng, "test"), family) for r in records]
        found[family] = _before_after(system, records, changed, before)
    found["average"] = _average(list(found.values()))
    return found


def misheard(system: System, test: Sequence[Record], seed: int) -> dict[str, Any]:
    """Calls under speech errors of the test tables at each character error rate."""
    records = [r for r in test if r.channel == "call"]
    before = system(records).scam
    found = {}
    for rate in ERROR_RATES:
        rng = random.Random(f"{seed}-{rate}")
        changed = [apply(r, asr(r.text, rate, rng, "test"), "asr_noise") for r in records]
        found[f"{rate:.0%}"] = _before_after(system, records, changed, before)
    return found


def early(system: System, test: Sequence[Record]) -> dict[str, Any]:
    """Calls by the share of their turns heard: F1; median turn of alarm; false alarms per 1,000 lawful calls."""
    calls = [r for r in test if r.channel == "call" and len(_turns(r.text)) >= 4]
    truth = np.array([r.label == "scam" for r in calls])
    found: dict[str, Any] = {"calls": len(calls)}
    for portion in PORTIONS:
        parts = [with_text(r, _first(r.text, portion)) for r in calls]
        score = system(parts).scam
        found[f"{portion:.0%}"] = {
            "macro-F1": round(float(f1_score(truth, score >= 0.5, average="macro")), 4),
            "AUC": round(_auc(truth, score), 4),
            "recall": round(float((score[truth] >= 0.5).mean()), 4),
        }
    alarms: list[float] = []
    asked: list[tuple[float, int]] = []
    false = 0
    for record in calls:
        turns = _turns(record.text)
        parts = [with_text(record, "".join(turns[: i + 1])) for i in range(len(turns))]
        hit = np.flatnonzero(system(parts).scam >= 0.5)
        if record.label == "scam":
            alarms.append(float(hit[0] + 1) if len(hit) else np.inf)
            if demand := _turn_of_demand(record, turns):
                asked.append((alarms[-1], demand))
        else:
            false += bool(len(hit))
    if asked:
        found["alarm no later than the turn that demands"] = round(float(np.mean([a <= d for a, d in asked])), 4)
    found["median turn of alarm"] = float(np.median(alarms)) if alarms else None
    found["false alarms per 1,000 lawful calls (any turn)"] = round(1000 * false / max(1, int((~truth).sum())), 1)
    return found


def worst(records: Sequence[Record], answers: Answers, count: int = 50) -> list[dict[str, Any]]:
    """The errors the system was surest of."""
    truth = np.array([r.label == "scam" for r in records])
    error = np.abs(truth - answers.scam)
    return [
        {
            "id": records[i].id,
            "label": records[i].label,
            "type": records[i].type,
            "score": round(float(answers.scam[i]), 3),
            "text": records[i].text,
        }
        for i in np.argsort(-error)[:count]
        if error[i] >= 0.5
    ]


def _scam_score(system: System, records: Sequence[Record]) -> NDArray[np.float64]:
    return system(records).scam


def write_json(report: dict[str, Any], path: Path) -> None:
    """For programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _before_after(
    system: System, plain: Sequence[Record], changed: Sequence[Record], before: NDArray[np.float64]
) -> dict[str, float]:
    truth = np.array([r.label == "scam" for r in plain])
    after = system(changed).scam
    f1 = [float(f1_score(truth, s >= 0.5, average="macro")) for s in (before, after)]
    return {
        "macro-F1 before": round(f1[0], 4),
        "macro-F1 after": round(f1[1], 4),
        "drop": round(f1[0] - f1[1], 4),
        "AUC after": round(_auc(truth, after), 4),
        "flipped": round(float(((before >= 0.5) != (after >= 0.5)).mean()), 4),
    }


def _average(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: round(float(np.mean([r[key] for r in rows])), 4) for key in rows[0]}


def _interval(figure: Callable[..., float], *columns: NDArray[Any]) -> list[float]:
    """Value, low and high of a figure of columns, resampled together."""
    found = bootstrap(lambda i: figure(*(c[i] for c in columns)), len(columns[0]), rounds=300)
    return [round(v, 4) for v in found]


def _macro_f1(truth: NDArray[Any], guess: NDArray[Any]) -> float:
    return float(f1_score(truth, guess, average="macro", zero_division=0))


def _recall_at(rate: float, truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    return recall_at_fpr(truth, score, rate)[0] if truth.any() and not truth.all() else float("nan")


def _auc(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    return float(roc_auc_score(truth, score)) if len(set(truth.tolist())) == 2 else float("nan")


def _even(records: list[Record], count: int) -> list[Record]:
    """At most ``count`` records, both classes as evenly as they are there."""
    scam = [r for r in records if r.label == "scam"][: count // 2]
    rest = [r for r in records if r.label != "scam"][: count // 2]
    return scam + rest


def _turns(text: str) -> list[str]:
    """Turns of a dialogue, or sentences where no turns are marked; their join is the text."""
    parts = re.split(r"(?<=\n)", text) if text.count("\n") >= 3 else re.split(r"(?<=[。！？!?])", text)
    return [p for p in parts if p]


def _turn_of_demand(record: Record, turns: Sequence[str]) -> int:
    """The first turn (from 1) in which money, a code, a screen, an app or papers are asked for; 0 without one."""
    starts = [e.start for e in record.evidence if e.sign in DEMANDS]
    if not starts:
        return 0
    ends = np.cumsum([len(t) for t in turns])
    return int(np.searchsorted(ends, min(starts), side="right")) + 1


def _first(text: str, portion: float) -> str:
    turns = _turns(text)
    return "".join(turns[: max(1, round(len(turns) * portion))])
