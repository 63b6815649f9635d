"""From records to tensors: capped sources, fresh noise in every epoch, windows, token labels."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from corpora import Record, load_taxonomy
from corpora.augment import FAMILIES, Changed, apply, asr, bare, disguise
from corpora.loaders import load_folder, load_source, own_records, sources, to_records
from nlp.model_folder import LABELS
from nlp.normalise import Normaliser
from nlp.tokens import Encoder
from training.config import Data

IGNORE = -100


@dataclass(frozen=True)
class Example:
    """A record with the weight of its loss; ``spans`` is False where the source marks no signs."""

    record: Record
    weight: float = 1.0
    spans: bool = True


def training_examples(data: Data, seed: int) -> list[Example]:
    """Our training split, one's own folder, and a capped share of other people's sets."""
    examples = [Example(r) for r in own_records("train")] if data.own else []
    if data.folder:
        examples += [Example(r, spans=bool(r.signs)) for r in to_records(load_folder(Path(data.folder)))]
    for name, caps in data.sources.items():
        examples += [Example(r, data.source_weight, spans=False) for r in capped(name, caps, seed)]
    return examples


def capped(name: str, caps: dict[str, int], seed: int) -> list[Record]:
    """At most ``caps[label]`` records of a source, one of each near-duplicate group.

    Raises:
        ValueError: the source's licence allows evaluation only.
    """
    if not sources()[name].trainable:
        raise ValueError(f"{name} is for evaluation only ({sources()[name].licence})")
    dataset = load_source(name)
    by_group: dict[str, list[Record]] = defaultdict(list)
    for record, group in zip(to_records(dataset), dataset["group"], strict=True):
        by_group[group].append(record)
    rng = random.Random(f"{seed}-{name}")
    groups = [by_group[g] for g in sorted(by_group)]
    rng.shuffle(groups)
    taken: dict[str, list[Record]] = {label: [] for label in caps}
    for group in groups:
        record = rng.choice(group)
        if len(taken.get(record.label, ())) < caps.get(record.label, 0):
            taken[record.label].append(record)
    return [r for rows in taken.values() for r in rows]


def untrained(caps: dict[str, dict[str, int]], lawful: Sequence[str], count: int, seed: int) -> list[Record]:
    """Lawful records of the named sources that :func:`capped` leaves out, ``count`` of each, one of a group.

    Natural lawful messages, on which a false-positive rate of one in a thousand can be seen at all.
    """
    found = []
    for name in lawful:
        used = {r.id for r in capped(name, caps.get(name, {}), seed)}
        dataset = load_source(name)
        rows = dict(zip(dataset["group"], to_records(dataset), strict=True))
        trained = {g for g, i in zip(dataset["group"], dataset["id"], strict=True) if i in used}
        rest = [r for g, r in sorted(rows.items()) if g not in trained and r.label != "scam"]
        random.Random(f"{seed}-{name}-rest").shuffle(rest)
        found += rest[:count]
    return found


def noisy(record: Record, rng: random.Random) -> Record:
    """One random noise or disguise of the training tables, fitting the channel."""
    draw = rng.random()
    if record.channel == "call":
        if draw < 0.5:
            record = beginning(record, rng)
        if draw < 0.15:
            return record
        if draw < 0.7:
            return apply(record, asr(record.text, rng.choice((0.03, 0.06, 0.1, 0.15, 0.2)), rng), "asr_noise")
        return apply(record, bare(record.text), "bare")
    if record.channel == "note" and draw < 0.5:
        return apply(record, bare(record.text), "bare")
    if draw < 0.15:
        return apply(record, bare(record.text), "bare")
    if draw < 0.25:
        return apply(record, asr(record.text, 0.05, rng), "asr_noise")
    family = rng.choice(FAMILIES)
    return apply(record, disguise(record.text, family, rng.choice((0.2, 0.4, 0.7)), rng), family)


def beginning(record: Record, rng: random.Random) -> Record:
    """The first part of a call with the signs it shows so far; a scam's at least until its first sign."""
    if len(record.text) < 60:
        return record
    keep = max(25, int(len(record.text) * rng.uniform(0.15, 0.85)))
    if record.label == "scam":
        if not record.evidence:
            return record
        # were scams left whole and lawful calls cut, shortness would tell them apart
        keep = max(keep, min(e.end for e in record.evidence))
    heard = {e.sign for e in record.evidence if e.end <= keep}
    cut = apply(record, Changed(tuple(c if i < keep else "" for i, c in enumerate(record.text))), "beginning")
    shown = tuple(e for e in cut.evidence if e.sign in heard)
    signs = tuple(s for s in record.signs if s in heard)
    # how far the whole call got is not how far its beginning did
    return cut.model_copy(update={"evidence": shown, "signs": signs, "stage": None})


@dataclass(frozen=True)
class Row:
    """One window ready to be batched."""

    ids: tuple[int, ...]
    token: NDArray[np.float32]  # (tokens, signs)
    label: int
    type: int
    stage: int
    sign: NDArray[np.float32]
    spans: bool
    weight: float
    pair: str | None = None


class Featuriser:
    """Records to rows, exactly as the library reads texts."""

    def __init__(self, fold: Normaliser, encode: Encoder) -> None:
        taxonomy = load_taxonomy()
        self._fold, self._encode = fold, encode
        self._types = {t: i for i, t in enumerate(taxonomy.types)}
        self._signs = {s: i for i, s in enumerate(taxonomy.signs)}
        self._stages = {s: i for i, s in enumerate(taxonomy.stages)}

    def rows(self, examples: Sequence[Example]) -> list[list[Row]]:
        """All windows of each example."""
        folded = [self._fold(e.record.text) for e in examples]
        windows = self._encode([f.text for f in folded], [e.record.channel for e in examples])
        result = []
        for example, fold, own in zip(examples, folded, windows, strict=True):
            record = example.record
            marked = np.zeros((len(fold.text), len(self._signs)), np.float32)
            starts = np.array(fold.starts)
            for span in record.evidence:
                marked[(starts >= span.start) & (starts < span.end), self._signs[span.sign]] = 1
            sign = np.zeros(len(self._signs), np.float32)
            sign[[self._signs[s] for s in record.signs]] = 1
            rows = []
            for window in own:
                token = np.zeros((len(window.ids), len(self._signs)), np.float32)
                for i, (start, end) in enumerate(window.offsets):
                    if end > start:
                        token[i] = marked[start:end].max(0)
                rows.append(
                    Row(
                        ids=window.ids,
                        token=token,
                        label=LABELS.index(record.label),
                        type=self._types[record.type] if record.type else IGNORE,
                        stage=self._stages[record.stage] if record.stage else IGNORE,
                        # a window of a long text shows only the signs within it
                        sign=sign if len(own) == 1 else np.minimum(sign, token.max(0)),
                        spans=example.spans,
                        weight=example.weight,
                        pair=record.pair,
                    )
                )
            result.append(rows)
        return result


def epoch_rows(examples: Sequence[Example], featurise: Featuriser, augment: float, seed: int, epoch: int) -> list[Row]:
    """One row per example: noise drawn anew, of a long text one random window."""
    rng = random.Random(f"{seed}-{epoch}")
    drawn = [Example(noisy(e.record, rng), e.weight, e.spans) if rng.random() < augment else e for e in examples]
    return [rng.choice(rows) for rows in featurise.rows(drawn)]


def batches(rows: Sequence[Row], budget: int, rng: random.Random) -> Iterator[list[int]]:
    """Indices of rows of like length, at most ``budget`` padded tokens together, in random order.

    Twins stand in one batch where the budget lets them.
    """
    groups: dict[str | int, list[int]] = {}
    for i, row in enumerate(rows):
        groups.setdefault(row.pair or i, []).append(i)
    length = {key: max(len(rows[i].ids) for i in own) for key, own in groups.items()}
    order = sorted(groups, key=lambda key: length[key] + rng.uniform(0, 8))
    made: list[list[int]] = [[]]
    longest = 0
    for key in order:
        for i in groups[key]:
            longest = max(longest, length[key])
            if made[-1] and longest * (len(made[-1]) + 1) > budget:
                made.append([])
                longest = length[key]
            made[-1].append(i)
    rng.shuffle(made)
    yield from made


def collate(rows: Sequence[Row], pad: int) -> dict[str, torch.Tensor]:
    """Tensors by name: ``input_ids``, ``attention_mask`` (batch, tokens), targets, weights; twins share ``pair``."""
    longest = max(len(r.ids) for r in rows)
    ids = torch.full((len(rows), longest), pad)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    token = torch.zeros((len(rows), longest, rows[0].token.shape[1]))
    names: dict[str, int] = {}
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = torch.tensor(row.ids)
        mask[i, : len(row.ids)] = 1
        token[i, : len(row.ids)] = torch.from_numpy(row.token)
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "token": token,
        "label": torch.tensor([r.label for r in rows]),
        "type": torch.tensor([r.type for r in rows]),
        "stage": torch.tensor([r.stage for r in rows]),
        "sign": torch.from_numpy(np.stack([r.sign for r in rows])),
        "spans": torch.tensor([float(r.spans) for r in rows]),
        "weight": torch.tensor([r.weight for r in rows]),
        "pair": torch.tensor([names.setdefault(r.pair, len(names)) if r.pair else -1 for r in rows]),
    }
