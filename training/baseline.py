"""The honest peer: TF-IDF over characters with logistic regression, trained on the same rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from corpora import Record, load_taxonomy
from nlp.model_folder import LABELS
from training.data import Example


class Baseline:
    """Label and type by two TF-IDF + logistic regression models on raw text."""

    def __init__(self, train: Sequence[Example], seed: int = 7) -> None:
        self._label = _fit([e.record.text for e in train], [e.record.label for e in train], train, seed)
        typed = [e for e in train if e.record.type]
        self._type = _fit([e.record.text for e in typed], [str(e.record.type) for e in typed], typed, seed)

    def labels(self, records: Sequence[Record]) -> NDArray[np.float64]:
        """Probabilities, (texts, labels in the model's order)."""
        return _columns(self._label, records, LABELS)

    def label_texts(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of plain texts, (texts, the model's own label order)."""
        return np.asarray(self._label.predict_proba(list(texts)))

    def types(self, records: Sequence[Record]) -> NDArray[np.float64]:
        """Probabilities, (texts, types in the taxonomy's order)."""
        return _columns(self._type, records, load_taxonomy().types)


def _fit(texts: list[str], target: list[str], examples: Sequence[Example], seed: int) -> Pipeline:
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=300, random_state=seed),
    )
    return model.fit(texts, target, logisticregression__sample_weight=[e.weight for e in examples])


def _columns(model: Pipeline, records: Sequence[Record], names: Sequence[str]) -> NDArray[np.float64]:
    given = model.predict_proba([r.text for r in records])
    found = list(model.classes_)
    full = np.zeros((len(records), len(names)))
    for column, name in enumerate(names):
        if name in found:
            full[:, column] = given[:, found.index(name)]
    return full
