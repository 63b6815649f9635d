"""A run's files while it is at work, and what is written down of it so that it can go on after a kill."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, cast

from serving.cli.failures import UsageError
from serving.cli.job import Job
from serving.cli.output_file import replacing
from serving.cli.part import Part, open_part, part_of
from serving.cli.tally import Tally


class Journal:
    """Of a run that cannot be gone on with: it writes nothing down, and its files appear whole or not at all.

    Attributes:
        rows: rows of the sources, rejects too, that are behind it.
        tally: the counts so far.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.tally = Tally()

    def has(self, path: Path) -> bool:
        """Whether an earlier run wrote to the file that is to be ``path``."""
        return False

    def file(self, path: Path) -> AbstractContextManager[BinaryIO]:
        """The file that is to be ``path``, compressed where its name says so."""
        return replacing(path)

    def save(self, rows: int) -> None:
        """Write down that so many rows are done; called where no row waits for its answer."""


class SavedJournal(Journal):
    """Of a run that survives a kill: what is done is written down after every block of answers.

    The parts of the files are brought to the disk first, then ``OUTPUT.progress.json`` takes its predecessor's
    place: it names what the run depends on, the rows behind it and how long each part was. A resumed run cuts the
    parts to those lengths, so that whatever was written later is written anew.
    """

    def __init__(self, output: Path, files: Sequence[Path], job: Job, resume: bool) -> None:
        """Begin a run, or go on with an earlier one if ``resume`` says so and it left something.

        Args:
            output: as the user gave it; the notes lie beside it.
            files: those the answers go to.

        Raises:
            UsageError: the earlier run was another one, its files are not there any more, or it is still at work.
        """
        super().__init__()
        target = output.resolve()
        self._notes = target.with_name(f"{target.name}.progress.json")
        self._folder = output.parent
        self._job = job
        self._parts: dict[Path, Part] = {}
        self._lengths: dict[str, int] = {}
        notes = self._read() if resume else None
        try:
            if notes is None:
                self._begin(files)
            else:
                self._go_on(notes)
        except BaseException:
            self.close()
            raise

    @property
    def saved(self) -> bool:
        """Whether there is something to go on with."""
        return bool(self._lengths)

    def has(self, path: Path) -> bool:
        return path.name in self._lengths

    def file(self, path: Path) -> AbstractContextManager[BinaryIO]:
        return nullcontext(cast(BinaryIO, self._parts.get(path) or self._open(path, 0)))

    def save(self, rows: int) -> None:
        self._save(rows, done=False)

    def finish(self) -> None:
        """Give every file its name."""
        self._save(self.rows, done=True)
        for part in self._parts.values():
            part.install()
        self._notes.unlink()

    def close(self) -> None:
        """Leave what was saved; where nothing was, leave nothing."""
        for part in self._parts.values():
            if self.saved:
                part.close()
            else:
                part.discard()

    def _save(self, rows: int, done: bool) -> None:
        self._lengths = {path.name: part.save(last=done) for path, part in self._parts.items()}
        notes = {
            "rows": rows,
            "done": done,
            "lengths": self._lengths,
            "job": self._job,
            "tally": self.tally.state(),
        }
        fresh = self._notes.with_name(f"{self._notes.name}.new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(notes, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._notes)
        self.rows = rows

    def _begin(self, files: Sequence[Path]) -> None:
        # The parts' locks come first: the notes of a run that is still at work are not to be touched.
        for path in files:
            self._open(path, 0)
        self._notes.unlink(missing_ok=True)

    def _go_on(self, notes: dict[str, Any]) -> None:
        changed = [name for name in self._job if notes["job"].get(name) != self._job[name]]
        if changed:
            raise UsageError(
                f"不能续跑：{'、'.join(changed)} 与中断前不同；请恢复原样，或去掉 --resume 从头开始"
                f"（中断前已完成 {notes['rows']} 行）"
            )
        self.rows, self._lengths = notes["rows"], notes["lengths"]
        self.tally = Tally.restored(notes["tally"])
        for name, length in self._lengths.items():
            path = self._folder / name
            if notes["done"] and not part_of(path).exists() and path.exists() and path.stat().st_size == length:
                # Killed while the files were given their names: this one has it already.
                path.resolve().replace(part_of(path))
            self._open(path, length)

    def _open(self, path: Path, length: int) -> Part:
        self._parts[path] = part = open_part(path, length)
        return part

    def _read(self) -> dict[str, Any] | None:
        try:
            return cast(dict[str, Any], json.loads(self._notes.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise UsageError(f"不能续跑：{self._notes} 读不出来；请去掉 --resume 从头开始") from error
