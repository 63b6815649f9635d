"""The notebooks run from top to bottom, and their plots never show boxes in place of Chinese."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [c for c in notebook.cells if c.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


# jupyter_client and ipykernel warn of their own ways, which differ from version to version.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_from_top_to_bottom_and_draws(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()
    cells = code_cells(notebook)
    assert [c.execution_count for c in cells] == list(range(1, len(cells) + 1))
    outputs = [o for c in cells for o in c.outputs]
    assert any("image/png" in o.get("data", {}) for o in outputs)
    # matplotlib says "Glyph … missing from font(s)" where it draws a box
    assert [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert all(not c.outputs and c.execution_count is None for c in code_cells(notebook))


@pytest.mark.parametrize(
    ("installed", "type_name", "words"),
    [
        (["DejaVu Sans"], "order rebate", "recall"),
        (["DejaVu Sans", "WenQuanYi Zen Hei"], "刷单返利", "召回"),
    ],
)
def test_plots_speak_chinese_only_where_a_font_has_it(
    installed: list[str], type_name: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(FOLDER)
    import plotting

    monkeypatch.setattr(plotting.font_manager, "get_font_names", lambda: installed)
    assert plotting.name("order_rebate") == type_name
    assert plotting.label("召回", "recall") == words


def test_highlighted_text_is_escaped_and_names_its_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(FOLDER)
    import plotting

    from nlp import Evidence

    shown = plotting.highlight("<b>快转账</b>", [Evidence(3, 6, "快转账", "transfer")]).data
    assert "&lt;b&gt;" in shown
    assert shown.index("快转账") < shown.index("要求转账") < shown.index("&lt;/b&gt;")
    assert shown.count("<span") == shown.count("</span>") == 1
