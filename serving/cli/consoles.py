"""Where words go: standard output, standard error, a text file."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from rich.console import Console

# Wide enough for a row of the table; Rich would take 80 columns where there is no terminal.
_WIDTH = 140


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command group, which knows the exit code; Rich would exit with 1."""
        raise BrokenPipeError


def console_for(stream: TextIO | None = None) -> Console:
    """A console on standard output, or on a stream; as wide as the terminal, else 140 columns or ``COLUMNS``."""
    known = (stream or sys.stdout).isatty() or "COLUMNS" in os.environ
    return _Console(file=stream, width=None if known else _WIDTH, highlight=False)


def error_console() -> Console:
    """A console on standard error."""
    return _Console(stderr=True, highlight=False)


def survive_any_character() -> None:
    """Let a terminal that is not set to UTF-8 show ``?`` for what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
