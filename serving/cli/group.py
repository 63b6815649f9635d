"""The command group: every failure ends in one Chinese line and an exit code, never in a traceback.

==== ========================================================
0    done; also where the reader of a pipe had enough
1    done, but rows were rejected
2    nothing done: usage, an unusable file or model
130  stopped by Ctrl-C
==== ========================================================
"""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from typing import Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from nlp import TingzhaError
from serving.cli.failures import UsageError
from serving.cli.output_file import reason

USAGE = 2
INTERRUPTED = 130


class _ChineseHelp:
    """Gives ``--help`` a Chinese description."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option, as Typer makes it."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示帮助"
        return option


class ChineseCommand(_ChineseHelp, TyperCommand):
    """A Typer command whose help is Chinese."""


class ChineseGroup(_ChineseHelp, TyperGroup):
    """A Typer group that reports in Chinese."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first argument names.

        Raises:
            UsageError: there is none.
        """
        if args and args[0] not in self.commands:
            near = get_close_matches(args[0], self.commands, 1)
            ask = f"是不是 {near[0]}？" if near else f"可用 {'、'.join(self.commands)}"
            raise UsageError(f"没有命令 {args[0]}；{ask}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run and, unless ``standalone_mode=False``, exit with the code."""
        standalone = extra.pop("standalone_mode", True)
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except typer.TyperException as error:
            code = _fail(_usage_message(error))
        except (UsageError, TingzhaError) as error:
            code = _fail(str(error))
        except OSError as error:
            code = _fail(_with_notes(f"读写失败：{error.filename or ''} {reason(error)}", error))
        if standalone:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a pipe whose reader has gone ends it quietly."""
        try:
            value = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is still in the buffer must not fail again when Python closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except KeyboardInterrupt as stop:
            _fail(_with_notes("已中断，没有写出结果文件", stop))
            raise typer.Exit(INTERRUPTED) from None
        return value


def _fail(message: str) -> int:
    Console(stderr=True, highlight=False).print(Text("错误：", "bold red") + Text(message, "default"), soft_wrap=True)
    return USAGE


def _with_notes(message: str, error: BaseException) -> str:
    """The message with what was noted on the error on its way."""
    return "；".join([message, *getattr(error, "__notes__", ())])


def _usage_message(error: typer.TyperException) -> str:
    """Typer's own messages are English and have no public classes; what they carry is enough for ours."""
    kind = type(error).__name__
    option = getattr(error, "option_name", "")
    param = getattr(error, "param", None)
    name = getattr(error, "param_hint", None) or (max(param.opts, key=len) if param else "")
    if kind == "NoSuchOption":
        near = "、".join(getattr(error, "possibilities", None) or ())
        return f"没有选项 {option}" + (f"，是不是 {near}？" if near else "。以 - 开头的文字请写在 -- 之后")
    if kind == "BadOptionUsage":
        return f"选项 {option} 缺少值，或不该有值"
    if kind == "MissingParameter":
        return f"缺少参数 {(param.metavar if param else None) or name}"
    if isinstance(error, typer.BadParameter):
        return f"{name} 的值不可用：{error.message}"
    if "unexpected extra argument" in error.message:
        return "参数过多；含空格的文字请加引号"
    return f"用法不对（{error.message}）；--help 列出用法"
