"""The flags of ``tingzha serve``: one for each field of the server's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from serving.cli.failures import UsageError

if TYPE_CHECKING:
    from serving.http.settings import ServeSettings


def serve(arguments: Sequence[str], console: Console) -> None:
    """Run the HTTP service until it is stopped.

    Args:
        arguments: ``--name value`` or ``--name=value`` for fields of ``ServeSettings``; ``--help`` lists them.

    Raises:
        UsageError: an unknown flag, a value out of range, or the extra ``serve`` is not installed.
    """
    try:
        # Imported here: the core installation has no web server.
        from serving.http.main import run
        from serving.http.settings import ServeSettings
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("serving", "nlp"):
            raise
        raise UsageError(
            f"HTTP 服务的依赖没有安装（缺 {error.name}），请先运行：pip install 'tingzha[serve]'"
        ) from error
    if {"-h", "--help"} & set(arguments):
        console.print(_usage(ServeSettings))
        return
    run(_settings(ServeSettings, arguments))


def _settings(model: type[ServeSettings], arguments: Sequence[str]) -> ServeSettings:
    from pydantic import ValidationError

    from serving.http.messages import describe

    values: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        flag, equals, value = rest.pop(0).partition("=")
        name = flag.removeprefix("--").replace("-", "_")
        if not flag.startswith("--") or name not in model.model_fields:
            raise UsageError(f"serve 没有选项 {flag}；tingzha serve --help 列出全部选项")
        if not equals:
            # A flag alone switches on.
            value = rest.pop(0) if rest and not rest[0].startswith("--") else "true"
        values[name] = value
    try:
        return model(**values)  # type: ignore[arg-type]  # pydantic reads the words
    except ValidationError as error:
        raise UsageError(describe(error)) from error


def _usage(model: type[ServeSettings]) -> Table:
    table = Table(title="tingzha serve 的选项", box=None, title_justify="left", padding=(0, 2, 0, 0))
    for heading in ("选项", "环境变量", "默认", "说明"):
        table.add_column(heading)
    for name, field in model.model_fields.items():
        default = "" if field.is_required() else str(field.get_default(call_default_factory=True))
        cells = (f"--{name.replace('_', '-')}", f"TINGZHA_{name.upper()}", default, field.description or "")
        table.add_row(*map(Text, cells))
    return table
