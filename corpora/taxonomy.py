"""The taxonomy's fixed ids and its data file ``taxonomy.toml``, the one source for names and advice."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("taxonomy.toml")


@dataclass(frozen=True)
class Taxonomy:
    """Ids in the order the model's outputs have them, and the whole file as read.

    Raises:
        ValueError: an id stands twice.
    """

    types: tuple[str, ...]
    signs: tuple[str, ...]
    stages: tuple[str, ...]
    raw: dict[str, Any]

    def __post_init__(self) -> None:
        for ids in (self.types, self.signs, self.stages):
            if len(set(ids)) != len(ids):
                raise ValueError(f"taxonomy: an id stands twice in {ids}")


@cache
def load_taxonomy(path: Path = PATH) -> Taxonomy:
    """Read a taxonomy file."""
    raw = tomllib.loads(path.read_text("utf-8"))
    return Taxonomy(
        types=tuple(t["id"] for t in raw["types"]),
        signs=tuple(s["id"] for s in raw["signs"]),
        stages=tuple(s["id"] for s in raw["stages"]),
        raw=raw,
    )
