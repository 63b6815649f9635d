"""Rows of a file in each format, one after the other: no reader holds more than a batch in memory."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from serving.cli.columns import Columns, find_columns, no_text_column
from serving.cli.failures import UsageError
from serving.cli.lines import Line
from serving.cli.rows import Reject, Row, make_row

Rows = Iterator[Row | Reject]

_HEAD = 100
# A quote that is never closed swallows what follows up to here, and is then given up.
_LONGEST_FIELD = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user said about the sources.

    Attributes:
        text_column: the text's column, or None to know it by its name.
        encoding: a codec's name, or None to detect it.
    """

    text_column: str | None = None
    encoding: str | None = None


def read_txt(lines: Iterator[Line]) -> Rows:
    """One message a line; blank lines are skipped."""
    for line in lines:
        if line.problem is not None:
            yield Reject(line.number, line.problem, line.text)
        elif line.text.strip():
            yield Row(line.number, line.text)


def read_jsonl(lines: Iterator[Line], source: str, options: ReadOptions) -> Rows:
    """One object a line; blank lines are skipped.

    Raises:
        UsageError: none of the first objects has a text.
    """
    parsed = (_parse(line) for line in lines if line.text.strip())
    head = list(islice(parsed, _HEAD))
    objects = [value for _, value in head if isinstance(value, dict)]
    if objects and not any(find_columns(tuple(value), options.text_column) for value in objects):
        raise no_text_column(source, objects[0], options.text_column)
    for line, value in chain(head, parsed):
        if isinstance(value, Reject):
            yield value
        elif columns := find_columns(tuple(value), options.text_column):
            yield table_row(line.number, value, columns, line.text)
        else:
            yield Reject(line.number, "缺少文本", line.text)


def read_csv(lines: Iterator[Line], source: str, options: ReadOptions) -> Rows:
    """A table with a header; comma, tab or semicolon separates its columns.

    Raises:
        UsageError: the header names no text column.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    first = next((line for line in lines if line.text.strip()), None)
    if first is None:
        return
    delimiter = max(",\t;", key=first.text.count)
    records = _records(chain([first], lines), delimiter)
    _, header = next(records)
    if isinstance(header, str):
        raise UsageError(f"{source}：表头读不出来：{header}")
    columns = find_columns(tuple(header), options.text_column)
    if columns is None:
        raise no_text_column(source, header, options.text_column)
    for taken, fields in records:
        number, raw = taken[0].number, "\n".join(line.text for line in taken)
        problem = next((line.problem for line in taken if line.problem is not None), None)
        if problem is not None or isinstance(fields, str):
            yield Reject(number, problem or str(fields), raw)
        elif len(fields) > len(header) and any(fields[len(header) :]):
            yield Reject(number, f"有 {len(fields)} 列，表头只有 {len(header)} 列：含分隔符的文本须加引号", raw)
        # An empty cell is how a table without types writes "missing".
        elif values := {name: field for name, field in zip(header, fields, strict=False) if field.strip()}:
            yield table_row(number, values, columns, raw)


def table_row(line: int, values: Mapping[str, Any], columns: Columns, raw: str | Mapping[str, Any]) -> Row | Reject:
    """A row from values by column; see :func:`serving.cli.rows.make_row`."""
    id_ = None if columns.id is None else values.get(columns.id)
    channel = None if columns.channel is None else values.get(columns.channel)
    return make_row(line, values.get(columns.text), id_, channel, raw)


def _parse(line: Line) -> tuple[Line, dict[str, Any] | Reject]:
    if line.problem is not None:
        return line, Reject(line.number, line.problem, line.text)
    try:
        value = json.loads(line.text)
    except json.JSONDecodeError as error:
        return line, Reject(line.number, f"不是合法的 JSON（第 {error.colno} 个字符处）", line.text)
    except (ValueError, RecursionError):
        return line, Reject(line.number, "不是可读的 JSON（数字过长或嵌套过深）", line.text)
    if not isinstance(value, dict):
        return line, Reject(line.number, "不是 JSON 对象", line.text)
    return line, value


def _records(lines: Iterator[Line], delimiter: str) -> Iterator[tuple[list[Line], list[str] | str]]:
    """Each record's lines with its fields, or with what is wrong with it.

    A quote that does not close costs only the line it stands on: the lines after it are read again.
    """
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.taken = []
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            broken, *rest = feed.taken
            feed.again.extendleft(reversed(rest))
            yield [broken], "引号不配对，或一格超过 1 MB"
        else:
            yield feed.taken, fields


class _Feed(Iterator[str]):
    """Lines for the CSV parser; it remembers what it gave and can give it again."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.taken: list[Line] = []
        self.again: deque[Line] = deque()

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self._lines)
        self.taken.append(line)
        return line.text + "\n"
