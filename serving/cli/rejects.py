"""Where rows that cannot be screened go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from serving.cli.failures import UsageError
from serving.cli.journal import Journal
from serving.cli.part import part_of
from serving.cli.rows import Reject
from serving.cli.sources import Source


class Rejects:
    """Writes rejects as JSON Lines: ``line``, ``reason``, ``raw``, and ``file`` where there are several sources.

    They go to ``OUTPUT.rejects.jsonl``; without an output file to ``INPUT.rejects.jsonl``; without an input file to
    ``echo``. A file is made only when there is something to write.

    Attributes:
        files: the files written, in order.
    """

    def __init__(
        self, output: Path | None, several: bool, echo: Callable[[str], None], journal: Journal, stack: ExitStack
    ) -> None:
        self._output = output if output is not None and _lasting(output) else None
        self._several = several
        self._echo = echo
        self._journal = journal
        self._stack = stack
        self._open: dict[Path, BinaryIO] = {}

    @property
    def files(self) -> Sequence[Path]:
        """The files written, in the order they were begun."""
        return list(self._open)

    def place(self, source: Source) -> Path | None:
        """The file for a source's rejects; None where there is none."""
        base = self._output or (source.path if source.path is not None and _lasting(source.path) else None)
        return None if base is None else base.with_name(f"{base.name}.rejects.jsonl")

    def add(self, source: Source, reject: Reject) -> None:
        """Write one.

        Raises:
            UsageError: the file cannot be made.
        """
        values: dict[str, object] = {"line": reject.line, "reason": reject.reason, "raw": reject.raw}
        if self._several and source.name:
            values = {"file": source.name, **values}
        line = json.dumps(values, ensure_ascii=False)
        place = self.place(source)
        if place is None:
            self._echo(line)
            return
        self._file(place).write(line.encode("utf-8", "backslashreplace") + b"\n")

    def go_on(self, place: Path) -> None:
        """Take up what an earlier run of the journal wrote there, if it did."""
        if self._journal.has(place):
            self._file(place)

    def _file(self, place: Path) -> BinaryIO:
        if place not in self._open:
            self._open[place] = self._stack.enter_context(self._journal.file(place))
        return self._open[place]


@contextmanager
def rejects_for(
    sources: Sequence[Source], output: Path | None, echo: Callable[[str], None], journal: Journal
) -> Iterator[Rejects]:
    """Rejects of one run; its files appear when the block ends well, and those of an earlier run go.

    Raises:
        UsageError: they would take a source's place.
    """
    with ExitStack() as stack:
        rejects = Rejects(output, len(sources) > 1, echo, journal, stack)
        read = {source.path.resolve() for source in sources if source.path is not None}
        for source in sources:
            place = rejects.place(source)
            if place is not None and place.resolve() in read:
                raise UsageError(f"未处理的行会写到 {place}，而它是输入文件；请另选 --output")
            if place is not None:
                rejects.go_on(place)
        yield rejects
    for source in sources:
        place = rejects.place(source)
        if place is not None and place not in rejects.files:
            place.unlink(missing_ok=True)
            part_of(place).unlink(missing_ok=True)


def _lasting(path: Path) -> bool:
    """Whether it is, or will be, a regular file: nothing can lie beside a device or a pipe."""
    return path.is_file() or not path.exists()
