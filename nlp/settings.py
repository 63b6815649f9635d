"""The engine's knobs in one frozen object."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path

from nlp.errors import InputError


def available_cores(root: Path = Path("/sys/fs/cgroup")) -> int:
    """Whole cores this process may use: the cgroup's quota and the affinity mask, not the host's count."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = (root / "cpu.max").read_text().split()
        if quota != "max":
            cores = min(cores, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):
        pass
    return max(1, cores)


@dataclass(frozen=True, slots=True)
class Settings:
    """How the engine runs; what it answers does not depend on the first.

    Attributes:
        threads: texts are spread over so many threads, one core each.
        max_chars: characters of a text that are read; the rest is reported as ``truncated``.
        top_types: how many scripts an answer names.
        caution: shift of both thresholds in log-odds; above 0 accuses less, below 0 misses less.

    Raises:
        InputError: a value out of range.
    """

    threads: int = field(default_factory=available_cores)
    max_chars: int = 100_000
    top_types: int = 3
    caution: float = 0.0

    def __post_init__(self) -> None:
        for name in ("threads", "max_chars", "top_types"):
            if getattr(self, name) < 1:
                raise InputError(f"设置 {name} 须为正整数，收到 {getattr(self, name)!r}")
        if not math.isfinite(self.caution):
            raise InputError(f"设置 caution 须为有限数，收到 {self.caution!r}")
