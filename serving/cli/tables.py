"""Rows of the binary table formats: Parquet and Excel workbooks.

Their libraries are imported where they are used: most runs need neither, and both take long to load.
"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from serving.cli.columns import Columns, find_columns, no_text_column
from serving.cli.failures import UsageError
from serving.cli.readers import ReadOptions, Rows, table_row

_BATCH = 1024
_BUFFER = 1024 * 1024
# Above the header of a sheet there may be a title and a line of remarks.
_HEADER_ROWS = 10


def read_parquet(path: Path, options: ReadOptions, advance: Callable[[float], None]) -> Rows:
    """Rows of a Parquet file; only the columns that are needed are read.

    Args:
        advance: called now and then with the share that was read, 0-1.

    Raises:
        UsageError: no Parquet file, or no text column.
    """
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path, buffer_size=_BUFFER) as file:
            names = file.schema_arrow.names
            columns = find_columns(tuple(names), options.text_column)
            if columns is None:
                raise no_text_column(str(path), names, options.text_column)
            wanted = [name for name in (columns.text, columns.id, columns.channel) if name is not None]
            number, total = 0, max(1, file.metadata.num_rows)
            for batch in file.iter_batches(_BATCH, columns=wanted):
                for values in _batch_rows(batch, columns.text):
                    number += 1
                    yield table_row(number, values, columns, values)
                advance(number / total)
    except ArrowException as error:
        raise UsageError(f"{path}：不是可读的 Parquet 文件（{error}）") from error


def read_xlsx(path: Path, options: ReadOptions, advance: Callable[[float], None]) -> Rows:
    """Rows of the first sheet that has a text column among its first rows; blank rows are skipped.

    Args:
        advance: called now and then with the share that was read, 0-1.

    Raises:
        UsageError: no workbook, or no such sheet.
    """
    with _readable(path, BadZipFile, ParseError, zlib.error):
        book = _open_book(path)
        try:
            seen: list[str] = []
            for sheet in book.worksheets:
                total = max(1, sheet.max_row or 1)
                # Some programs write a wrong size, and what lies beyond it would be skipped.
                sheet.reset_dimensions()
                rows = enumerate(sheet.iter_rows(values_only=True), 1)
                for _, cells in islice(rows, _HEADER_ROWS):
                    header = ["" if cell is None else str(cell) for cell in cells]
                    columns = find_columns(tuple(header), options.text_column)
                    if columns is not None:
                        yield from _sheet_rows(rows, header, columns, total, advance)
                        return
                    seen = max(seen, [name for name in header if name], key=len)
            if seen or options.text_column is not None:
                raise no_text_column(str(path), seen, options.text_column)
        finally:
            book.close()


def _sheet_rows(
    rows: Iterator[tuple[int, Sequence[Any]]],
    header: list[str],
    columns: Columns,
    total: int,
    advance: Callable[[float], None],
) -> Rows:
    for number, cells in rows:
        advance(min(1.0, number / total))
        values = {name: cell for name, cell in zip(header, cells, strict=False) if cell not in (None, "")}
        if columns.text in values:
            values[columns.text] = _cell_text(values[columns.text])
        if values:
            yield table_row(number, values, columns, values)


def _open_book(path: Path) -> Any:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    # What openpyxl raises on a file that is a zip archive but no workbook.
    with _readable(path, InvalidFileException, KeyError, ValueError), warnings.catch_warnings():
        # Workbooks that other programs wrote lack styles or carry extensions; their cells are read all the same.
        warnings.simplefilter("ignore")
        return load_workbook(path, read_only=True, data_only=True)


def _cell_text(value: Any) -> str:
    """A spreadsheet makes a number or a date of whatever looks like one."""
    from openpyxl.utils.escape import unescape

    return str(unescape(value) if isinstance(value, str) else value)


def _batch_rows(batch: Any, text: str) -> list[dict[str, Any]]:
    """Values by column; where some string is no UTF-8, texts stay bytes and are judged one by one."""
    import pyarrow

    try:
        rows: list[dict[str, Any]] = batch.to_pylist()
    except UnicodeDecodeError:
        columns = [c.cast(pyarrow.binary()) if pyarrow.types.is_string(c.type) else c for c in batch.columns]
        rows = pyarrow.record_batch(columns, names=batch.schema.names).to_pylist()
        for row in rows:
            for name in row.keys() - {text}:
                if isinstance(row[name], bytes):
                    row[name] = row[name].decode("utf-8", "replace")
    return rows


@contextmanager
def _readable(path: Path, *errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raise UsageError(f"{path}：不是可读的 .xlsx 文件（加密的请先去掉密码）") from error
