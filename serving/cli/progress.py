"""How far a run has got, on standard error."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskProgressColumn, TextColumn
from rich.progress import TimeRemainingColumn as EtaColumn
from rich.text import Text

from serving.cli.sources import Source
from serving.cli.tally import Tally

# Where standard error is no terminal, a line so often instead of a bar.
_LOG_SECONDS = 10.0


class Position:
    """How much of the sources was read, by their sizes."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sizes = [source.size for source in sources]
        self._shares = [0.0] * len(sources)

    def read(self, index: int, share: float) -> None:
        """Of source ``index`` so much was read, 0-1."""
        self._shares[index] = share

    @property
    def share(self) -> float | None:
        """Of all sources, 0-1; None where some size is unknown."""
        if not all(self._sizes):
            return None
        return sum(size * share for size, share in zip(self._sizes, self._shares, strict=True)) / sum(self._sizes)


class ProgressView:
    """Shows a run's progress when told of it."""

    def update(self, tally: Tally, position: Position) -> None:
        """Show the state of the run; called often."""


@contextmanager
def progress_view(console: Console, shown: bool) -> Iterator[ProgressView]:
    """A bar with rate and time left on a terminal, a line now and then elsewhere, nothing where not ``shown``."""
    if not shown:
        yield ProgressView()
    elif not console.is_terminal:
        yield _Log(console)
    else:
        columns = (SpinnerColumn(), TextColumn("研判中"), BarColumn(), TaskProgressColumn(), _Rate(), EtaColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            yield _Bar(progress)


class _Bar(ProgressView):
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def update(self, tally: Tally, position: Position) -> None:
        total = None if position.share is None else 1.0
        self._progress.update(
            self._task, completed=position.share or 0.0, total=total, screened=tally.screened, rate=tally.rate
        )


class _Log(ProgressView):
    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = time.monotonic()

    def update(self, tally: Tally, position: Position) -> None:
        if time.monotonic() - self._last >= _LOG_SECONDS:
            self._last = time.monotonic()
            left = _left(position.share, tally.seconds)
            self._console.print(f"已研判 {tally.screened} 条，每秒 {tally.rate:.0f} 条{left}", highlight=False)


def _left(share: float | None, seconds: float) -> str:
    if not share:
        return ""
    return f"，{share:.0%}，约剩 {timedelta(seconds=round(seconds * (1 - share) / share))}"


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.fields.get('screened', 0)} 条 {task.fields.get('rate', 0.0):.0f} 条/秒", "cyan")
