"""Flags of the commands that run a server: one for each field of its settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from rich.table import Table
from rich.text import Text

from serving.cli.failures import UsageError

if TYPE_CHECKING:
    from serving.http.settings import ServeSettings

S = TypeVar("S", bound="ServeSettings")


def read(command: str, model: type[S], arguments: Sequence[str]) -> S:
    """Settings from ``--name value`` or ``--name=value``.

    Raises:
        UsageError: an unknown flag or a value out of range.
    """
    from pydantic import ValidationError

    from serving.http.messages import describe

    values: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        flag, equals, value = rest.pop(0).partition("=")
        name = flag.removeprefix("--").replace("-", "_")
        if not flag.startswith("--") or name not in model.model_fields:
            raise UsageError(f"{command} 没有选项 {flag}；tingzha {command} --help 列出全部选项")
        if not equals:
            # A flag alone switches on.
            value = rest.pop(0) if rest and not rest[0].startswith("--") else "true"
        values[name] = value
    try:
        return model(**values)  # type: ignore[arg-type]  # pydantic reads the words
    except ValidationError as error:
        raise UsageError(describe(error)) from error


def usage(command: str, model: type[ServeSettings]) -> Table:
    """The table that ``--help`` shows."""
    table = Table(title=f"tingzha {command} 的选项", box=None, title_justify="left", padding=(0, 2, 0, 0))
    for heading in ("选项", "环境变量", "默认", "说明"):
        table.add_column(heading)
    prefix = model.model_config.get("env_prefix", "")
    for name, field in model.model_fields.items():
        default = "" if field.is_required() else str(field.get_default(call_default_factory=True))
        cells = (f"--{name.replace('_', '-')}", f"{prefix}{name.upper()}", default, field.description or "")
        table.add_row(*map(Text, cells))
    return table
