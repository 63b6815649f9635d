"""``python -m corpora.elements_eval``: precision, recall and F1 of the case elements on the corpus' own labels.

A found element is right where it overlaps a labelled one; ``value`` asks for the same normalised value as well.
Writers labelled what matters and not every number, so precision is a lower bound: ``--errors KEY`` shows what differs.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from corpora.loaders import OWN
from corpora.record import Element, Record, read_records
from nlp.elements import KEYS, amount_value, extract

_SPLITS = ("train", "dev")


def main(argv: list[str] | None = None) -> int:
    """Print the table for one split."""
    parser = argparse.ArgumentParser(prog="python -m corpora.elements_eval", description=__doc__)
    parser.add_argument("--split", default="dev", choices=_SPLITS)
    parser.add_argument("--errors", choices=[*KEYS, "money_moved"], help="show what differs in this key")
    options = parser.parse_args(argv)
    records = list(read_records(OWN / f"{options.split}.jsonl"))
    found = [extract(record.text) for record in records]
    if options.errors:
        print(*errors(records, found, options.errors), sep="\n")
        return 0
    print(f"{options.split}: {len(records)} texts")
    print(f"{'key':<18}{'labels':>7}{'found':>7}{'P':>8}{'R':>8}{'F1':>8}{'value F1':>10}")
    for key in KEYS:
        counts = score(records, found, key)
        precision, recall, f1 = _rates(counts["hit_found"], counts["found"], counts["hit_labels"], counts["labels"])
        *_, value = _rates(counts["value_found"], counts["found"], counts["value_labels"], counts["labels"])
        figures = f"{precision:>8.3f}{recall:>8.3f}{f1:>8.3f}{value:>10.3f}"
        print(f"{key:<18}{counts['labels']:>7}{counts['found']:>7}{figures}")
    right = Counter((r.elements.money_moved, f["money_moved"]) for r, f in zip(records, found, strict=True))
    print(f"money_moved accuracy {sum(n for (a, b), n in right.items() if a == b) / max(1, len(records)):.3f}")
    for (label, guess), n in sorted(right.items()):
        print(f"  labelled {label:<8} found {guess:<8} {n}")
    return 0


def score(records: list[Record], found: list[dict[str, Any]], key: str) -> Counter[str]:
    """Counts for one key: labels and found elements, and how many of each the other side has."""
    counts: Counter[str] = Counter()
    for record, elements in zip(records, found, strict=True):
        labels: list[Element] = getattr(record.elements, key)
        guesses = elements.get(key, [])
        counts["labels"] += len(labels)
        counts["found"] += len(guesses)
        for label in labels:
            same = [g for g in guesses if _overlap(label, g)]
            counts["hit_labels"] += bool(same)
            counts["value_labels"] += any(_same_value(key, label, g) for g in same)
        for guess in guesses:
            matched = [label for label in labels if _overlap(label, guess)]
            counts["hit_found"] += bool(matched)
            counts["value_found"] += any(_same_value(key, label, guess) for label in matched)
    return counts


def errors(records: list[Record], found: list[dict[str, Any]], key: str) -> Iterator[str]:
    """One line for each labelled element that was missed (-), found one that has no label (+) or other value (≠)."""
    for record, elements in zip(records, found, strict=True):
        if key == "money_moved":
            if record.elements.money_moved != elements[key]:
                text = record.text.replace("\n", "/")
                yield f"{record.channel} labelled {record.elements.money_moved} found {elements[key]}: {text}"
            continue
        labels: list[Element] = getattr(record.elements, key)
        guesses = elements.get(key, [])
        for label in labels:
            same = [g for g in guesses if _overlap(label, g)]
            if not same:
                yield f"- {_shown(record.text, label.start, label.end)} = {label.value}"
            elif not any(_same_value(key, label, g) for g in same):
                yield f"≠ {_shown(record.text, label.start, label.end)} = {label.value} / {same[0]['value']}"
        for guess in guesses:
            if not any(_overlap(label, guess) for label in labels):
                yield f"+ {_shown(record.text, guess['start'], guess['end'])} = {guess['value']}"


def _shown(text: str, start: int, end: int) -> str:
    return f"{text[max(0, start - 14) : start]}【{text[start:end]}】{text[end : end + 10]}".replace("\n", "/")


def _overlap(label: Element, guess: dict[str, Any]) -> bool:
    return bool(label.start < guess["end"] and guess["start"] < label.end)


def _same_value(key: str, label: Element, guess: dict[str, Any]) -> bool:
    mine, theirs = str(guess["value"]), label.value
    if key == "amount":
        number = _number(theirs)
        return number is not None and number == _number(mine)
    if key in ("account", "phone"):
        strip = re.compile(r"[\s()·.-]|尾号")
        return strip.sub("", mine).lower() == re.sub("[xX*]", "×", strip.sub("", theirs)).lower()
    if key == "link":
        return re.sub(r"^https?://|/$", "", mine) == re.sub(r"^https?://|/$", "", theirs.lower())
    if key == "contact":
        return re.sub(r"[\s·.@-]", "", mine).lower() == re.sub(r"[\s·.@-]", "", theirs).lower()
    # A name is right where one holds the other: 公安局 and 公安局的民警.
    mine, theirs = mine.lower(), theirs.lower()
    return mine in theirs or theirs in mine


def _number(words: str) -> float | None:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\D*", words)
    return float(match[1]) if match else amount_value(words.split("-")[0])


def _rates(hit_found: int, found: int, hit_labels: int, labels: int) -> tuple[float, float, float]:
    precision, recall = hit_found / max(1, found), hit_labels / max(1, labels)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


if __name__ == "__main__":
    sys.exit(main())
