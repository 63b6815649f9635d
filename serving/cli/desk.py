"""``tingzha desk``."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from serving.cli.failures import UsageError
from serving.cli.flags import read, usage


def desk(arguments: Sequence[str], console: Console) -> None:
    """Run the operator's desk until it is stopped.

    Args:
        arguments: ``--name value`` or ``--name=value`` for fields of ``DeskSettings``; ``--help`` lists them.

    Raises:
        UsageError: an unknown flag, a value out of range, or the extra ``desk`` is not installed.
    """
    try:
        # Imported here: the core installation has no web server.
        from serving.desk.main import run
        from serving.desk.settings import DeskSettings
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("serving", "nlp"):
            raise
        raise UsageError(f"工作台的依赖没有安装（缺 {error.name}），请先运行：pip install 'tingzha[desk]'") from error
    if {"-h", "--help"} & set(arguments):
        console.print(usage("desk", DeskSettings))
        return
    run(read("desk", DeskSettings, arguments))
