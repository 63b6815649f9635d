"""The data card, written from the check's figures and the blind second reading.

``own/review.jsonl`` holds one line per text that a second reader labelled without seeing the author's labels:
``{id, author, author_type, reader, reader_type, sure, kept}``; ``kept`` is False where the text was dropped for it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def review_figures(path: Path) -> dict[str, Any]:
    """Disagreement rates; empty where nothing has been read a second time."""
    if not path.is_file():
        return {}
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    scam = [(r["author"] == "scam") != (r["reader"] == "scam") for r in rows]
    both = [r for r in rows if r["author"] == r["reader"] == "scam"]
    return {
        "texts read blind by a second reader": len(rows),
        "disagreement, scam or not": round(sum(scam) / len(rows), 4),
        "disagreement, scam, normal or spam": round(sum(r["author"] != r["reader"] for r in rows) / len(rows), 4),
        "disagreement on the type where both say scam": round(
            sum(r["author_type"] != r["reader_type"] for r in both) / max(1, len(both)), 4
        ),
        "called undecidable by the reader": sum(r["sure"] == 1 for r in rows),
        "dropped after the reading": sum(not r["kept"] for r in rows),
    }


def data_card(figures: dict[str, Any], review: dict[str, Any]) -> str:
    """Markdown."""
    lines = [
        "# Data card: the Tingzha corpus",
        "",
        "Written by `python -m corpora check --card corpora/DATA_CARD.md`. Licence: Apache-2.0.",
        "",
        "Chinese call transcripts, 110 call notes and SMS, each written one by one by language-model writers with "
        "different briefs (a slice of scripts and lawful worlds, a channel, regions, ages); no sentence was filled "
        "into a template by a program. People, numbers, accounts and links are invented; public hotlines may be real. "
        "The dev and calibration splits and the test split come from hands that wrote no training text. "
        "After writing, typographic marks that leant to one label (curly quotes in notes and calls, 【】 in SMS) were "
        "removed from a random part of the texts of that label until both labels had the same share.",
        "",
        "## Counts",
        "",
    ]
    for key, value in figures.items():
        if isinstance(value, dict):
            value = " · ".join(f"{k} {v}" for k, v in value.items())
        lines.append(f"- **{key}**: {value}")
    lines += ["", "## Second reading", ""]
    lines += [f"- **{key}**: {value}" for key, value in review.items()] or ["- none yet"]
    lines += [
        "",
        "## Known gaps",
        "",
        "- Written, not recorded: real calls carry more noise, longer silence and more of everything else.",
        "- Mainland Mandarin above all; dialect only as colour; few Traditional-character texts.",
        "- Half the texts are scams; in the field they are rare.",
        "- Signs and elements are labelled by the author alone; authors leave out minor ones.",
        "- Long calls (over 700 characters) are few.",
        "",
    ]
    return "\n".join(lines)
