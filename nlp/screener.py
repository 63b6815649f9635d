"""Texts in, verdicts out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from nlp.advice import advise
from nlp.decision import Decision
from nlp.elements import extract
from nlp.errors import InputError, ModelError
from nlp.model_folder import LABELS, NGRAM_OUTPUTS, SHIPPED, ModelFolder, load_model_folder
from nlp.normalise import Folded
from nlp.result import CHANNELS, Channel, Evidence, Result, Scored
from nlp.settings import Settings
from nlp.tokens import Window

Outputs = dict[str, NDArray[np.float32]]
_SCAM = LABELS.index("scam")
_SPAM = LABELS.index("spam")
_CHUNK = 512


@dataclass(frozen=True, slots=True)
class Item:
    """One text to screen.

    Attributes:
        channel: None where it is to be recognised from the text.
    """

    text: str
    channel: Channel | None = None
    id: str | None = None


class Screener:
    """Says of Chinese texts whether a scam script is at work.

    Example:
        >>> screener = Screener.load()
        >>> screener.screen("您好，我是市公安局的，请把存款转到安全账户").verdict
        'scam'
    """

    def __init__(self, model: ModelFolder, settings: Settings | None = None) -> None:
        self._model = model
        self.settings = settings or Settings()
        try:
            self._decision = Decision.parse(model.decision, self.settings.caution)
            self._types = [(t["id"], t["zh"]) for t in model.taxonomy["types"]]
            self._signs = [(s["id"], s["zh"]) for s in model.taxonomy["signs"]]
            self._stages = [s["id"] for s in model.taxonomy["stages"]]
        except (KeyError, TypeError) as error:
            raise ModelError(f"模型目录 {model.path} 无法使用：{error}") from error
        self._outputs = [o.name for o in model.session.get_outputs()]
        self._pool = ThreadPoolExecutor(self.settings.threads, "tingzha")

    @classmethod
    def load(cls, folder: Path | str | None = None, settings: Settings | None = None) -> Self:
        """Load a model's folder; by default the one that ships.

        Raises:
            ModelError: the folder cannot be used.
        """
        return cls(load_model_folder(Path(folder) if folder else SHIPPED), settings)

    @property
    def model(self) -> str:
        """Name and version of the model."""
        return self._model.name

    @property
    def taxonomy(self) -> dict[str, Any]:
        """The taxonomy the model was trained with."""
        return self._model.taxonomy

    def close(self) -> None:
        """Stop the worker threads."""
        self._pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @overload
    def screen(self, texts: str | Item, channel: str = "auto") -> Result: ...  # type: ignore[overload-overlap]
    @overload
    def screen(self, texts: Sequence[str | Item], channel: str = "auto") -> list[Result]: ...
    def screen(self, texts: str | Item | Sequence[str | Item], channel: str = "auto") -> Result | list[Result]:
        """Screen one text or several.

        Args:
            texts: any strings, of any length; an empty one is normal.
            channel: ``call``, ``note``, ``sms`` or ``auto``; an :class:`Item`'s own channel goes before it.

        Returns:
            One result for one text, a list in the same order for several.

        Raises:
            InputError: something that is no text, or an unknown channel.
        """
        if isinstance(texts, str | Item):
            return next(self.stream([texts], channel))
        if not isinstance(texts, Iterable):
            raise InputError(f"不是文本：{type(texts).__name__}")
        return list(self.stream(texts, channel))

    def stream(self, texts: Iterable[str | Item], channel: str = "auto") -> Iterator[Result]:
        """Screen an iterable of any length in constant memory, in order."""
        default = _channel(channel)
        source = iter(texts)
        position = 0
        while chunk := list(islice(source, _CHUNK)):
            items = [_item(entry, position + i, default) for i, entry in enumerate(chunk)]
            position += len(chunk)
            yield from self._screen(items)

    def _screen(self, items: list[Item]) -> list[Result]:
        began = time.perf_counter()
        folded = [self._model.fold(item.text[: self.settings.max_chars]) for item in items]
        wide = [self._model.ngram(f.text) for f in folded]
        channels = [item.channel or _guess(w) for item, w in zip(items, wide, strict=True)]
        windows = self._model.encode([f.text for f in folded], channels)
        outputs = self._run([w for own in windows for w in own])
        answers, at = [], 0
        for i, item in enumerate(items):
            own = windows[i]
            answers.append((item, channels[i], folded[i], wide[i], own, outputs[at : at + len(own)]))
            at += len(own)
        elapsed = (time.perf_counter() - began) * 1000 / len(items)
        return [self._result(*answer, elapsed) for answer in answers]

    def _run(self, windows: list[Window]) -> list[Outputs]:
        """Outputs per window, spread over the threads, longest first so that they end together.

        Each window is its own run without padding: the 8-bit model scales activations over a whole tensor, so
        that only this keeps an answer free of its neighbours. On a CPU core a padded batch would be no faster.
        """
        results: list[Outputs] = [{} for _ in windows]
        order = sorted(range(len(windows)), key=lambda i: -len(windows[i].ids))
        run = self._pool.map if len(windows) > 1 and self.settings.threads > 1 else map
        for i, outputs in zip(order, run(self._infer, [windows[i] for i in order]), strict=True):
            results[i] = outputs
        return results

    def _infer(self, window: Window) -> Outputs:
        ids = np.array([window.ids], np.int64)
        values = self._model.session.run(self._outputs, {"input_ids": ids})
        return {name: value[0] for name, value in zip(self._outputs, values, strict=True)}

    def _result(
        self,
        item: Item,
        channel: Channel,
        folded: Folded,
        wide: NDArray[np.float32],
        windows: list[Window],
        outputs: list[Outputs],
        elapsed_ms: float,
    ) -> Result:
        empty = not folded.text.strip()
        odds = [log_odds(o["label"]) for o in outputs]
        lead = outputs[int(np.argmax(odds))]
        score = 0.0 if empty else self._decision.score(channel, max(odds), log_odds(wide[: len(LABELS)]))
        verdict = self._decision.verdict(channel, score)
        rest = softmax(np.delete(lead["label"] + wide[: len(LABELS)], _SCAM))
        sign_scores = sigmoid(np.max([o["sign"] for o in outputs], axis=0))
        signs = sorted(
            (
                Scored(id_, name, _round(s))
                for (id_, name), s, limit in zip(self._signs, sign_scores, self._decision.signs, strict=True)
                if s >= limit and not empty
            ),
            key=lambda s: -s.score,
        )
        of_encoder, of_words = self._decision.types
        type_scores = softmax(of_encoder * lead["type"] + of_words * wide[len(NGRAM_OUTPUTS) :])
        best = np.argsort(-type_scores, kind="stable")[: self.settings.top_types]
        types = () if empty else tuple(self._type(int(i), float(type_scores[i])) for i in best)
        elements = extract(item.text[: self.settings.max_chars])
        stage = None if verdict == "normal" else self._stages[int(np.argmax(lead["stage"]))]
        return Result(
            id=item.id or "",
            channel=channel,
            verdict=verdict,
            score=_round(score),
            spam_score=0.0 if empty else _round((1 - score) * float(rest[_SPAM - 1])),
            types=types,
            signs=tuple(signs),
            evidence=self._evidence(item.text, folded, windows, outputs, {s.id for s in signs}),
            elements=elements,
            advice=advise(self._model.taxonomy, verdict, types, stage),
            stage=stage,
            model=self.model,
            truncated=len(item.text) > self.settings.max_chars,
            elapsed_ms=round(elapsed_ms, 3),
        )

    def _type(self, index: int, score: float) -> Scored:
        id_, name = self._types[index]
        return Scored(id_, name, _round(score))

    def _evidence(
        self, text: str, folded: Folded, windows: list[Window], outputs: list[Outputs], signs: set[str]
    ) -> tuple[Evidence, ...]:
        """Runs of tokens that show a sign the text as a whole shows; runs that touch are one span."""
        marked = np.zeros((len(folded.text), len(self._signs)), bool)
        for window, output in zip(windows, outputs, strict=True):
            hot = sigmoid(output["token"]) >= self._decision.evidence
            for (start, end), row in zip(window.offsets, hot, strict=False):
                marked[start:end] |= row
        spans = []
        for column, (sign, _) in enumerate(self._signs):
            if sign not in signs:
                continue
            edges = np.flatnonzero(np.diff(np.concatenate([[0], marked[:, column].astype(np.int8), [0]])))
            for start, end in zip(edges[::2], edges[1::2], strict=True):
                a, b = folded.raw_span(int(start), int(end))
                while a < b and text[a].isspace():
                    a += 1
                while b > a and text[b - 1].isspace():
                    b -= 1
                if b - a > 1:
                    spans.append(Evidence(a, b, text[a:b], sign))
        return tuple(sorted(spans, key=lambda e: (e.start, e.end, e.sign)))


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probabilities over the last axis."""
    shifted = np.exp(logits.astype(np.float64) - np.max(logits))
    return np.asarray(shifted / shifted.sum())


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probabilities, element by element."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -60, 60))))


def log_odds(label_logits: NDArray[np.float32]) -> float:
    """Log-odds of scam against all other labels."""
    logits = label_logits.astype(np.float64)
    return float(logits[_SCAM] - np.logaddexp.reduce(np.delete(logits, _SCAM)))


def _guess(wide: NDArray[np.float32]) -> Channel:
    return CHANNELS[int(np.argmax(wide[len(LABELS) : len(NGRAM_OUTPUTS)]))]


def _item(entry: str | Item, position: int, channel: Channel | None) -> Item:
    if isinstance(entry, str):
        return Item(entry, channel, str(position))
    if not isinstance(entry, Item) or not isinstance(entry.text, str):
        raise InputError(f"第 {position + 1} 条不是文本：{type(entry).__name__}")
    own = _channel(entry.channel) if entry.channel else channel
    return Item(entry.text, own, str(position) if entry.id is None else entry.id)


def _channel(name: str) -> Channel | None:
    if name == "auto":
        return None
    for channel in CHANNELS:
        if name == channel:
            return channel
    raise InputError(f"未知渠道 {name!r}，可用：auto、call（通话）、note（警情记录）、sms（短信）")


def _round(value: float) -> float:
    return round(float(value), 4)
