"""``tingzha serve``: its flags are the fields of the server's settings."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from serving.cli.main import app
from serving.http.settings import ServeSettings

ROOT = Path(__file__).resolve().parents[1]


def test_help_lists_every_setting_as_flag_and_variable() -> None:
    shown = CliRunner().invoke(app, ["serve", "--help"]).stdout
    for name in ServeSettings.model_fields:
        assert f"--{name.replace('_', '-')} " in shown
        assert f"TINGZHA_{name.upper()} " in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--foo", "1"], "serve 没有选项 --foo"),
        (["8000"], "serve 没有选项 8000"),
        (["--port", "abc"], "port：须为整数"),
        (["--port=70000"], "port：不能大于 65535"),
        (["--max-items", "10", "--queue-texts", "5"], "max_items（10）不能大于 queue_texts（5）"),
    ],
)
def test_a_wrong_flag_is_a_usage_error(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["serve", *arguments])
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_without_its_extra_it_says_how_to_install_it() -> None:
    code = "import sys; sys.modules['fastapi'] = None; from serving.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "serve"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "pip install 'tingzha[serve]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_flags_reach_the_server_and_ctrl_c_ends_it() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = "from serving.cli.main import main; main()"
    server = subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--port", str(port), "--docs=false", "--threads", "1"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert _status(f"http://127.0.0.1:{port}/readyz", server) == 200
        assert _status(f"http://127.0.0.1:{port}/docs", server) == 404
    finally:
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=60)
    assert server.returncode == 0
    assert "Traceback" not in errors


def _status(address: str, server: subprocess.Popen[str]) -> int:
    """The answer's status, once the server is there and ready."""
    deadline = time.monotonic() + 60
    status = 503
    while status == 503 and server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            time.sleep(0.1)
    return status
