"""Shortcuts: how far form alone, and the first fifteen characters alone, tell scam from the rest, per source.

Where these win, a word model's score on that source says little; such sources are capped or left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from corpora import Record
from corpora.check import format_auc
from corpora.loaders import SourceUnavailable, load_source, own_records, sources, to_records

ROWS = 1500
FIRST = 15


def audit(out: Path | None, seed: int = 7) -> int:
    """Print a table, cross-validated with near-duplicates kept together; write JSON where asked."""
    figures: dict[str, dict[str, float | int | str]] = {}
    for name in ("own corpus", *sources()):
        try:
            records = _records(name)
        except SourceUnavailable:
            figures[name] = {"skipped": "not on this machine"}
            continue
        np.random.default_rng(seed).shuffle(records)
        records = records[:ROWS]
        scam = sum(r.label == "scam" for r in records)
        if min(scam, len(records) - scam) < 25:
            figures[name] = {"texts": len(records), "skipped": "one class only"}
            continue
        figures[name] = {
            "texts": len(records),
            "AUC of form": round(format_auc(records), 3),
            f"AUC of the first {FIRST} characters": round(_words_auc([r.text[:FIRST] for r in records], records), 3),
            "AUC of all words": round(_words_auc([r.text for r in records], records), 3),
        }
        print(name, figures[name], flush=True)
    if out:
        out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0


def _records(name: str) -> list[Record]:
    if name == "own corpus":
        return own_records("train") + own_records("dev")
    return to_records(load_source(name))


def _words_auc(texts: Sequence[str], records: Sequence[Record]) -> float:
    truth = np.array([r.label == "scam" for r in records])
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=300),
    )
    groups = np.array([r.pair or r.id for r in records])
    guess = cross_val_predict(model, list(texts), truth, groups=groups, cv=GroupKFold(5), method="predict_proba")[:, 1]
    return float(roc_auc_score(truth, guess))
