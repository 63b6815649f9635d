"""From a writer's draft, where spans are quoted, to records, where they have offsets.

A draft line: ``{"c": channel, "t": text, "y": label, "k": type, "st": stage, "ev": [[words, sign]],
"el": {key: ["words=value"]}, "mm": money moved, "p": pair, "g": tags}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpora.record import Element, Elements, Evidence, Record


def read_draft(path: Path, split: str, writer: str) -> Iterator[tuple[int, Record | ValueError]]:
    """Line number and the record, or what is wrong with the line."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield number, to_record(json.loads(line), f"{path.stem}-{number:02d}", split, writer)
        except (ValueError, KeyError, TypeError) as error:
            yield number, ValueError(f"{path.name}:{number}: {error}")


def to_record(draft: dict[str, Any], id_: str, split: str, writer: str) -> Record:
    """One draft line as a record.

    Raises:
        ValueError: quoted words do not stand in the text, or a label is unknown.
    """
    text = draft["t"]
    evidence = []
    for words, sign in draft.get("ev") or []:
        start = _find(text, words)
        evidence.append(Evidence(start=start, end=start + len(words), sign=sign))
    elements: dict[str, list[Element]] = {}
    for key, quoted in (draft.get("el") or {}).items():
        for item in quoted:
            words, _, value = item.partition("=") if item not in text else (item, "", "")
            start = _find(text, words)
            elements.setdefault(key, []).append(
                Element(start=start, end=start + len(words), text=words, value=value or words)
            )
    scam = draft["y"] == "scam"
    return Record.model_validate(
        {
            "id": id_,
            "channel": draft["c"],
            "text": text,
            "label": draft["y"],
            "type": draft.get("k") if scam else None,
            "signs": sorted({e.sign for e in evidence}),
            "evidence": sorted(evidence, key=lambda e: (e.start, e.end, e.sign)),
            "stage": draft.get("st") if scam else None,
            "elements": Elements.model_validate({**elements, "money_moved": draft.get("mm") or "unknown"}),
            "pair": draft.get("p"),
            "tags": draft.get("g") or [],
            "split": split,
            "provenance": writer,
        }
    )


def _find(text: str, words: str) -> int:
    start = text.find(words)
    if not words or start < 0:
        raise ValueError(f"the quoted words {words!r} do not stand in the text")
    return start
