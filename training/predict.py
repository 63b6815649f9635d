"""The torch model's logits for records, windows put together as the library does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nlp.screener import log_odds
from nlp.tokens import Encoder
from training.data import Example, Featuriser, collate
from training.model import OUTPUTS, ScamReader


@dataclass(frozen=True)
class Prediction:
    """Logits of one text: label (3), type, sign, stage; token logits and targets of all its windows."""

    label: NDArray[np.float32]
    type: NDArray[np.float32]
    sign: NDArray[np.float32]
    stage: NDArray[np.float32]
    token: NDArray[np.float32]
    token_target: NDArray[np.float32]


@torch.inference_mode()
def predict(
    model: ScamReader, examples: Sequence[Example], featurise: Featuriser, encode: Encoder, budget: int = 8192
) -> list[Prediction]:
    """One prediction per example, in order."""
    was_training = model.training
    model.eval()
    windows = featurise.rows(examples)
    flat = [(i, row) for i, rows in enumerate(windows) for row in rows]
    flat.sort(key=lambda pair: len(pair[1].ids))
    found: list[list[tuple[dict[str, NDArray[np.float32]], NDArray[np.float32]]]] = [[] for _ in examples]
    at = 0
    while at < len(flat):
        end = at + 1
        while end < len(flat) and len(flat[end][1].ids) * (end + 1 - at) <= budget:
            end += 1
        chunk = flat[at:end]
        batch = collate([row for _, row in chunk], encode.pad)
        outputs = [o.float().numpy() for o in model(batch["input_ids"], batch["attention_mask"])]
        for k, (i, row) in enumerate(chunk):
            own = {name: value[k] for name, value in zip(OUTPUTS, outputs, strict=True)}
            own["token"] = own["token"][: len(row.ids)]
            found[i].append((own, row.token))
        at = end
    model.train(was_training)
    result = []
    for parts in found:
        lead = max((o for o, _ in parts), key=lambda o: log_odds(o["label"]))
        result.append(
            Prediction(
                lead["label"],
                lead["type"],
                np.max([o["sign"] for o, _ in parts], axis=0),
                lead["stage"],
                np.concatenate([o["token"] for o, _ in parts]),
                np.concatenate([t for _, t in parts]),
            )
        )
    return result
