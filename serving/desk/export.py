"""Cases as a CSV file that Excel opens as it is meant."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from serving.cli.labels import CHANNELS, ELEMENTS, VERDICTS
from serving.desk.masking import mask
from serving.desk.money import yuan
from serving.desk.store.tables import Case

_HEAD = (
    "编号",
    "时间（UTC）",
    "接警员",
    "渠道",
    "判定",
    "类型",
    "处置",
    "来源",
    "辖区",
    "涉案金额（元）",
    *ELEMENTS.values(),
    "内容",
)
# A spreadsheet runs a cell that begins like this as a formula; full-width forms are read the same in East Asia.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(cases: Iterable[Case], types: Mapping[str, str]) -> Iterator[bytes]:
    """The file, masked, line by line; the byte order mark tells Excel that it is UTF-8."""
    yield "\ufeff".encode() + _line(_HEAD)
    for case in cases:
        yield _line(
            (
                case.number,
                f"{case.at:%Y-%m-%d %H:%M:%S}",
                case.operator,
                CHANNELS.get(case.channel, ""),  # type: ignore[call-overload]
                VERDICTS.get(case.verdict, ""),  # type: ignore[call-overload]
                types.get(case.type, ""),
                case.disposition,
                case.source,
                case.district,
                yuan(case.cents),
                *(mask("；".join(case.elements.get(key, ()))) for key in ELEMENTS),
                mask(case.text),
            )
        )


def _line(cells: Iterable[str]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return line.getvalue().encode("utf-8", "replace")
