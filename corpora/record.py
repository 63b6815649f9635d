"""One labelled text, as every loader gives it and every training step takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from corpora.taxonomy import load_taxonomy

Channel = Literal["call", "note", "sms"]
Label = Literal["scam", "normal", "spam"]
Stage = Literal["early", "middle", "demand", "after"]
MoneyMoved = Literal["yes", "no", "unknown"]
ELEMENT_KEYS = ("amount", "account", "phone", "link", "contact", "claimed_identity", "app")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Strict):
    """A span that shows a warning sign: half-open character offsets into the text."""

    start: Annotated[int, Field(ge=0)]
    end: int
    sign: str


class Element(_Strict):
    """A case element: half-open character offsets, the words, and the normalised value."""

    start: Annotated[int, Field(ge=0)]
    end: int
    text: str
    value: str


class Elements(_Strict):
    """Case elements by key (案情要素)."""

    amount: tuple[Element, ...] = ()
    account: tuple[Element, ...] = ()
    phone: tuple[Element, ...] = ()
    link: tuple[Element, ...] = ()
    contact: tuple[Element, ...] = ()
    claimed_identity: tuple[Element, ...] = ()
    app: tuple[Element, ...] = ()
    money_moved: MoneyMoved = "unknown"


class Record(_Strict):
    """A text with its labels; one line of a corpus file.

    Attributes:
        label: ``spam`` is lawful advertising; for the verdict it is not scam.
        type: the script by which money would be lost; only for scam, None where a source does not tell.
        pair: the group key of a scam text and its lawful twin; one group, one split.
        provenance: who wrote it or which source it comes from.
    """

    id: str
    channel: Channel
    text: Annotated[str, Field(min_length=1)]
    label: Label
    type: str | None = None
    signs: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    stage: Stage | None = None
    elements: Elements = Elements()
    pair: str | None = None
    tags: tuple[str, ...] = ()
    split: str | None = None
    provenance: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        taxonomy = load_taxonomy()
        if self.type is not None and self.type not in taxonomy.types:
            raise ValueError(f"unknown type {self.type!r}")
        if self.type is not None and self.label != "scam":
            raise ValueError("only a scam has a type")
        if self.stage is not None and self.label != "scam":
            raise ValueError("only a scam has a stage")
        unknown = ({*self.signs} | {e.sign for e in self.evidence}) - {*taxonomy.signs}
        if unknown:
            raise ValueError(f"unknown signs {sorted(unknown)}")
        for span in self.evidence:
            if not span.start < span.end <= len(self.text):
                raise ValueError(f"evidence {span.start}-{span.end} lies outside the text")
            if span.sign not in self.signs:
                raise ValueError(f"evidence shows {span.sign!r}, which signs do not name")
        for key in ELEMENT_KEYS:
            for element in getattr(self.elements, key):
                if self.text[element.start : element.end] != element.text:
                    raise ValueError(f"element {key}: {element.text!r} does not stand at {element.start}")
        return self


def read_records(path: Path) -> Iterator[Record]:
    """Records of a JSON Lines file.

    Raises:
        ValueError: with file and line of the first bad record.
    """
    with path.open(encoding="utf-8") as handle:
        for number, line in enumerate(handle, 1):
            if line.strip():
                try:
                    yield Record.model_validate_json(line)
                except ValueError as error:
                    raise ValueError(f"{path}:{number}: {error}") from error


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Write JSON Lines; fields at their default are left out."""
    with path.open("w", encoding="utf-8") as handle:
        for record in records:
            handle.write(record.model_dump_json(exclude_defaults=True) + "\n")
