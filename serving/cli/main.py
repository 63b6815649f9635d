"""The commands of ``tingzha`` and their options; each command's work is done elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer
from typer import rich_utils

from nlp import Item, Screener
from nlp.model_folder import SHIPPED
from serving.cli.consoles import console_for, error_console, survive_any_character
from serving.cli.desk import desk as run_desk
from serving.cli.destination import OUTPUTS, Destination, OutputFormat, check_destination, destination
from serving.cli.explain import explain as explain_text
from serving.cli.formats import FORMATS, Format
from serving.cli.group import ChineseCommand, ChineseGroup
from serving.cli.journal import Journal
from serving.cli.options import Caution, Channel, Model, Threads, load, one_of
from serving.cli.output import writer_for
from serving.cli.partition import PARTITIONS, Partition
from serving.cli.progress import progress_view
from serving.cli.readers import ReadOptions
from serving.cli.rejects import rejects_for
from serving.cli.resumption import journal_for
from serving.cli.sample import sample
from serving.cli.screening import screen as screen_sources
from serving.cli.serve import serve as run_server
from serving.cli.sources import Source, check, resolve
from serving.cli.summary import summary
from serving.cli.tally import Tally

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
    survive_any_character()
    app(prog_name="tingzha")


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context, show_version: Annotated[bool, typer.Option("--version", help="显示版本")] = False
) -> None:
    if show_version:
        typer.echo(f"tingzha {_version()}")
    elif ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@app.command(cls=ChineseCommand)
def screen(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="文字|文件|-",
            help="一段文字、一个文件（.txt .csv .jsonl .parquet .xlsx，前三种可为 .gz .zst）或标准输入，可给多个",
        ),
    ] = None,
    channel: Channel = "auto",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="文件", help="写到文件；.jsonl、.csv 或 .txt（表格），可再加 .gz .zst"),
    ] = None,
    format_: Annotated[
        OutputFormat | None,
        typer.Option(
            "--format",
            "-f",
            parser=one_of(*OUTPUTS),
            metavar="格式",
            help="table、jsonl 或 csv； 缺省按文件名，否则为 table",
        ),
    ] = None,
    partition: Annotated[
        Partition | None,
        typer.Option(
            "--partition",
            parser=one_of(*PARTITIONS),
            metavar="项",
            help="结果分成多个文件：verdict 按结论、channel 按渠道、type 按类型（结果.scam.csv …）",
        ),
    ] = None,
    text_column: Annotated[
        str | None, typer.Option("--text-column", metavar="列名", help="文本所在的列； 缺省按常见列名识别")
    ] = None,
    input_format: Annotated[
        Format | None,
        typer.Option(
            "--input-format",
            parser=one_of(*FORMATS),
            metavar="格式",
            help="txt、csv、jsonl、 parquet 或 xlsx； 缺省按文件名",
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="编码", help="文本文件的编码；缺省自动识别")
    ] = None,
    model: Model = None,
    threads: Threads = None,
    caution: Caution = 0.0,
    progress: Annotated[
        bool | None,
        typer.Option("--progress/--no-progress", help="显示进度；缺省只在终端上显示", show_default=False),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="接着做上次没做完的；输入、选项、模型须不变，须输出到 .jsonl 或 .csv 文件")
    ] = False,
) -> None:
    """研判文字、文件或标准输入，逐条给出结论。

    坏行（缺文本、JSON 不合法、无法解码……）写到“输出文件名.rejects.jsonl”，其余照常研判。

    退出码：0 完成；1 有坏行；2 用法或文件有误；130 被中断。
    """
    sources = resolve(inputs or [], input_format, ReadOptions(text_column, encoding))
    check(sources)
    options = {
        "--channel": channel,
        "--text-column": text_column,
        "--input-format": input_format,
        "--encoding": encoding,
        "--caution": caution,
        "--partition": partition,
        "软件版本": _version(),
    }
    with load(model, threads, caution) as screener:
        wanted = destination(None if output == Path("-") else output, format_, partition, screener.taxonomy)
        check_destination(wanted, sources)
        options["--format"] = wanted.format
        with journal_for(sources, wanted, options, model or SHIPPED, resume) as journal:
            tally = _screen(sources, screener, wanted, journal, channel, progress)
    if tally.rejected:
        raise typer.Exit(1)


@app.command(cls=ChineseCommand)
def explain(
    text: Annotated[str, typer.Argument(metavar="文字|-", help="一段文字，或 - 从标准输入读取整段")],
    channel: Channel = "auto",
    model: Model = None,
    caution: Caution = 0.0,
) -> None:
    """研判一段文字，标出依据，列出要素、要问的问题和劝阻用语。"""
    content = sys.stdin.read() if text == "-" else text
    with load(model, caution=caution) as screener:
        result = screener.screen(Item(content), channel)
        explain_text(console_for(), content, result, screener.taxonomy)


@app.command(cls=ChineseCommand)
def demo(model: Model = None) -> None:
    """研判随软件附带的样例：通话、警情和短信共 16 条。"""
    with load(model) as screener, sample() as source:
        _screen([source], screener, Destination("table"), Journal(), "auto", progress=None)


@app.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(ctx: typer.Context) -> None:
    """启动 HTTP 服务（需 pip install 'tingzha\\[serve]'）；serve --help 列出选项。"""
    run_server(ctx.args, console_for())


@app.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def desk(ctx: typer.Context) -> None:
    """启动接警工作台（需 pip install 'tingzha\\[desk]'）；desk --help 列出选项。"""
    run_desk(ctx.args, console_for())


def _screen(
    sources: Sequence[Source],
    screener: Screener,
    wanted: Destination,
    journal: Journal,
    channel: str,
    progress: bool | None,
) -> Tally:
    errors = error_console()
    table_on_screen = wanted == Destination("table")
    # A bar would be drawn into the table where both are on one terminal.
    shown = errors.is_terminal and not table_on_screen if progress is None else progress

    def echo(line: str) -> None:
        errors.print(line, markup=False, soft_wrap=True)

    with (
        rejects_for(sources, wanted.path, echo, journal) as rejects,
        writer_for(wanted, journal) as writer,
        progress_view(errors, shown) as view,
    ):
        tally = screen_sources(sources, screener, writer, rejects, view, journal, channel)
    stages = {stage["id"]: stage["zh"] for stage in screener.taxonomy["stages"]}
    (console_for() if table_on_screen else errors).print(summary(tally, rejects.files, stages), soft_wrap=True)
    return tally


def _version() -> str:
    try:
        return version("tingzha")
    except PackageNotFoundError:
        return "（未安装，从源代码运行）"
