"""Sources through the screener to a writer, in order and in constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial

from nlp import Item, Screener
from serving.cli.journal import Journal
from serving.cli.progress import Position, ProgressView
from serving.cli.rejects import Rejects
from serving.cli.rows import Reject, Row
from serving.cli.sources import Source
from serving.cli.tally import Tally
from serving.cli.writers import Writer


def screen(
    sources: Sequence[Source],
    screener: Screener,
    writer: Writer,
    rejects: Rejects,
    view: ProgressView,
    journal: Journal,
    channel: str = "auto",
) -> Tally:
    """Screen every row of the sources.

    A row without an id gets its line's number, with its file's name before it where there are several sources.

    Args:
        journal: its rows are passed over, and its tally goes on.
        channel: for rows whose source names none.

    Returns:
        The counts.

    Raises:
        UsageError: a source cannot be read.
    """
    tally, position = journal.tally, Position(sources)
    waiting: deque[Row] = deque()
    done, rows = journal.rows, 0

    def items() -> Iterator[Item]:
        nonlocal rows
        for index, source in enumerate(sources):
            prefix = f"{source.name}:" if source.name and len(sources) > 1 else ""
            for row in source.rows(partial(position.read, index)):
                rows += 1
                if rows <= done:
                    continue
                if isinstance(row, Reject):
                    tally.rejected += 1
                    rejects.add(source, row)
                else:
                    waiting.append(row)
                    yield Item(row.text, row.channel, f"{prefix}{row.line}" if row.id is None else str(row.id))

    for result in screener.stream(items(), channel):
        row = waiting.popleft()
        writer.write(row, result)
        tally.add(row.text, result)
        view.update(tally, position)
        if not waiting:
            journal.save(rows)
    writer.finish()
    journal.save(rows)
    return tally
