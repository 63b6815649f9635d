"""``tingzha serve``."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from serving.cli.failures import UsageError
from serving.cli.flags import read, usage


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
        console.print(usage("serve", ServeSettings))
        return
    run(read("serve", ServeSettings, arguments))
