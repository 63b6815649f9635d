"""Records as ``datasets.Dataset``: our corpus, a folder of one's own, other people's sets."""

from __future__ import annotations

import csv
import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from datasets import Dataset

from corpora.record import Channel, Record, read_records

OWN = Path(__file__).with_name("own")
SPLITS = ("train", "dev", "calib", "test")
_SOURCES = Path(__file__).with_name("sources.toml")
_PLACEHOLDER = re.compile(r"<(?:#|DECIMAL|TIME|EMAIL)>")


class SourceUnavailable(FileNotFoundError):
    """A set of other people's is not on this machine."""


@dataclass(frozen=True)
class Source:
    """How one of other people's sets reads here.

    Attributes:
        licence_class: ``open``, ``unstated`` or ``evaluation``; see ``sources.toml``.
    """

    name: str
    file: str
    licence: str
    licence_class: str
    channel: str
    note: str
    text: str = "text"
    labels: Mapping[str, str] | None = None
    types: Mapping[str, str] | None = None
    drop_meta: Mapping[str, Any] | None = None
    drop_text: str | None = None
    drop_hint: bool = False

    @property
    def trainable(self) -> bool:
        """Whether weights may be trained on it."""
        return self.licence_class != "evaluation"


def sources() -> dict[str, Source]:
    """Every declared source by name."""
    raw = tomllib.loads(_SOURCES.read_text("utf-8"))
    return {name: Source(name=name, **values) for name, values in raw.items()}


def data_root() -> Path:
    """Where other people's sets lie: ``TINGZHA_DATA``, by default ``../shared/data`` beside the checkout."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("TINGZHA_DATA", default))


def load_source(name: str, root: Path | None = None) -> Dataset:
    """One of other people's sets, its quirks handled; column ``group`` keeps near-duplicates together.

    Raises:
        KeyError: no such source is declared.
        SourceUnavailable: its file is not there.
    """
    source = sources()[name]
    path = (root or data_root()) / source.file
    if not path.is_file():
        raise SourceUnavailable(f"{name}: {path} is not there; set TINGZHA_DATA to the folder that holds {source.file}")
    with path.open(encoding="utf-8") as handle:
        rows = list(_read(source, handle))
    return to_dataset([r for r, _ in rows], [g for _, g in rows])


def load_own(split: str) -> Dataset:
    """A split of our own corpus, one of :data:`SPLITS`."""
    return to_dataset(own_records(split))


def own_records(split: str) -> list[Record]:
    """The same as records.

    Raises:
        ValueError: no such split.
    """
    if split not in SPLITS:
        raise ValueError(f"no split {split!r}; there are {', '.join(SPLITS)}")
    return list(read_records(OWN / f"{split}.jsonl"))


def load_folder(path: Path, columns: Mapping[str, str] | None = None) -> Dataset:
    """One's own ``*.jsonl`` and ``*.csv`` (a folder or one file).

    Args:
        columns: our field → the file's column, for those named otherwise.

    Raises:
        FileNotFoundError: nothing to read there.
        ValueError: a row is no record; the message names file and row.
    """
    files = sorted([*path.glob("*.jsonl"), *path.glob("*.csv")]) if path.is_dir() else [path] * path.is_file()
    if not files:
        raise FileNotFoundError(f"no .jsonl or .csv under {path}")
    records = []
    for file in files:
        for number, row in enumerate(_rows(file), 1):
            try:
                records.append(_own_row(row, f"{file.stem}-{number}", columns or {}))
            except ValueError as error:
                raise ValueError(f"{file}, row {number}: {error}") from error
    return to_dataset(records)


def to_dataset(records: Iterable[Record], groups: Iterable[str] | None = None) -> Dataset:
    """Flat columns; the parts with offsets travel as JSON in ``evidence`` and ``elements``."""
    records = list(records)
    keys = list(groups) if groups is not None else [r.pair or r.id for r in records]
    rows = [
        {
            "id": r.id,
            "channel": r.channel,
            "text": r.text,
            "label": r.label,
            "type": r.type,
            "signs": list(r.signs),
            "evidence": json.dumps([e.model_dump() for e in r.evidence]),
            "stage": r.stage,
            "elements": r.elements.model_dump_json(),
            "pair": r.pair,
            "tags": list(r.tags),
            "group": key,
            "provenance": r.provenance,
        }
        for r, key in zip(records, keys, strict=True)
    ]
    return Dataset.from_list(rows)


def to_records(dataset: Dataset) -> list[Record]:
    """Back from :func:`to_dataset`."""
    fields = {"evidence": json.loads, "elements": json.loads}
    return [
        Record.model_validate(
            {k: fields[k](v) if k in fields else v for k, v in row.items() if k != "group" and v is not None}
        )
        for row in dataset
    ]


def _rows(file: Path) -> Iterator[str | dict[str | None, Any]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            if file.suffix == ".csv":
                yield from csv.DictReader(handle)
            else:
                yield from filter(str.strip, handle)
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is not UTF-8: {error}") from error


def _own_row(row: str | dict[str | None, Any], id_: str, columns: Mapping[str, str]) -> Record:
    values = json.loads(row) if isinstance(row, str) else row
    if not isinstance(values, dict):
        raise ValueError(f"not an object but {type(values).__name__}")
    if None in values:
        raise ValueError("more cells than columns; a text with commas stands in quotes")
    mapped = {**values, **{ours: values.get(theirs) for ours, theirs in columns.items()}}
    fields = {k: v for k, v in mapped.items() if k in Record.model_fields and v not in (None, "")}
    for name in ("id", "text"):
        if isinstance(fields.get(name), int | float):
            fields[name] = str(fields[name])
    return Record.model_validate({"id": id_, "channel": "sms", **fields})


def _read(source: Source, lines: Iterable[str]) -> Iterator[tuple[Record, str]]:
    drop_text = re.compile(source.drop_text) if source.drop_text else None
    for line in lines:
        row = json.loads(line)
        meta, kind = row.get("meta") or {}, row.get("type")
        label = _label(source, row["label"], kind)
        text = _PLACEHOLDER.sub("3", row.get(source.text) or row["text"]).strip()
        wanted = (
            label != "drop"
            and len(text) > 3
            and not any(meta.get(k) == v for k, v in (source.drop_meta or {}).items())
            and not (source.drop_hint and row.get("hint"))
            and not (drop_text and drop_text.search(text))
        )
        if not wanted:
            continue
        record = Record(
            id=row["id"],
            channel=cast("Channel", source.channel),
            text=text,
            label=label,
            type=(source.types or {}).get(kind or "") if label == "scam" else None,
            provenance=source.name,
        )
        yield record, f"{source.name}-{row.get('cluster', row['id'])}"


def _label(source: Source, label: str, kind: str | None) -> Any:
    labels = source.labels or {}
    return labels.get(f"{label}/{kind}", labels.get(label, label))
