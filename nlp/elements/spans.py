"""Spans of the folded text that are taken, and elements of the raw one."""

from __future__ import annotations

from typing import Any, NamedTuple

from nlp.normalise import Folded


class Span(NamedTuple):
    """A half-open range of the folded text and the normalised value; ``extra`` joins the element."""

    start: int
    end: int
    value: str
    extra: tuple[tuple[str, bool], ...] = ()


class Taken:
    """Which characters an element already holds; asking costs the length of the span, whatever was taken."""

    def __init__(self, length: int) -> None:
        self._held = bytearray(length)

    def free(self, start: int, end: int) -> bool:
        """Whether no character of the range is held."""
        return not any(self._held[start:end])

    def take(self, spans: list[Span]) -> list[Span]:
        """Hold those of ``spans`` that are free, first come first served, and return them in the text's order."""
        kept = []
        for span in spans:
            if self.free(span.start, span.end):
                self._held[span.start : span.end] = b"\x01" * (span.end - span.start)
                kept.append(span)
        return sorted(kept)


def element(text: str, folded: Folded, span: Span) -> dict[str, Any]:
    """``{start, end, text, value}`` with offsets into the raw text."""
    start, end = folded.raw_span(span.start, span.end)
    return {"start": start, "end": end, "text": text[start:end], "value": span.value, **dict(span.extra)}


def before(text: str, position: int, width: int) -> str:
    """Up to ``width`` characters before ``position``."""
    return text[max(0, position - width) : position]
