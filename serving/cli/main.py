"""The commands of ``tingzha`` and their options; each command's work is done elsewhere."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer import rich_utils

from serving.cli import options
from serving.cli.explain import explain as explain_text
from serving.cli.failures import InputProblem
from serving.cli.formats import FORMATS
from serving.cli.group import ChineseGroup
from serving.cli.options import one_of
from serving.cli.output import OUTPUTS, output_format, writer_for
from serving.cli.progress import progress_view
from serving.cli.readers import ReadOptions
from serving.cli.rejects import rejects_for
from serving.cli.sample import sample
from serving.cli.screening import screen as screen_sources
from serving.cli.serve import serve as run_server
from serving.cli.sources import check, resolve
from serving.cli.summary import summary

# Typer has no setting for the words of its help pages.
rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.DEFAULT_STRING = "[缺省：{}]"
rich_utils.ENVVAR_STRING = "[环境变量：{}]"
rich_utils.REQUIRED_LONG_STRING = "[必填]"

app = typer.Typer(
    cls=ChineseGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="听诈：从通话、警情记录和短信中识别诈骗话术。",
)


def main() -> None:
    """Entry point of the console script."""
    app(prog_name="tingzha")


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context, show_version: Annotated[bool, typer.Option("--version", help="显示版本")] = False
) -> None:
    if show_version:
        typer.echo(f"tingzha {_version()}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
