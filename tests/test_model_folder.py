"""A model's folder is checked before anything of it is read."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from nlp import ManifestError, ModelError, Screener
from nlp.model_folder import SHIPPED, load_model_folder

FILES = [
    "config.json",
    "taxonomy.toml",
    "decision.json",
    "normaliser.json",
    "tokenizer.json",
    "model.onnx",
    "ngram.npz",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


def restate(folder: Path) -> None:
    """The manifest anew, as if the folder had been released as it is."""
    files = [p for p in folder.iterdir() if p.name != "manifest.json"]
    sums = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    (folder / "manifest.json").write_text(json.dumps({"sha256": sums}), "utf-8")


def test_the_shipped_folder_loads() -> None:
    model = load_model_folder(SHIPPED)
    config = json.loads((SHIPPED / "config.json").read_text("utf-8"))
    assert model.name == f"{config['name']}-{config['version']}"
    assert [o.name for o in model.session.get_outputs()] == ["label", "type", "sign", "stage", "token"]


def test_the_shipped_folder_is_at_most_24_megabytes() -> None:
    assert sum(p.stat().st_size for p in SHIPPED.iterdir()) <= 24_000_000


def test_a_copy_of_ones_own_loads_as_well(folder: Path) -> None:
    with Screener.load(folder) as own, Screener.load(str(folder)) as by_name:
        assert own.screen("您好").score == by_name.screen("您好").score


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_noticed(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ManifestError, match=rf"sha256 不符.*{name}"):
        Screener.load(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ManifestError, match=rf"模型文件缺失.*{name}"):
        Screener.load(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_file_the_manifest_does_not_vouch_for_is_not_read(folder: Path, name: str) -> None:
    stated = json.loads((folder / "manifest.json").read_text("utf-8"))
    del stated["sha256"][name]
    (folder / "manifest.json").write_text(json.dumps(stated), "utf-8")
    with pytest.raises(ManifestError, match=f"未列出：{name}"):
        Screener.load(folder)


def test_a_folder_without_a_manifest_is_no_model(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(ManifestError, match=r"没有 manifest\.json"):
        Screener.load(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"sha256": 1}', '{"sha256": []}'])
def test_an_unreadable_manifest_is_refused(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content, "utf-8")
    with pytest.raises(ManifestError):
        Screener.load(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"模型目录不存在：.*absent"):
        Screener.load(tmp_path / "absent")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not what it should be"])
def test_a_file_that_cannot_be_used_is_a_model_error(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    restate(folder)
    with pytest.raises(ModelError, match="无法使用"):
        Screener.load(folder)


def test_a_decision_without_a_channel_is_a_model_error(folder: Path) -> None:
    decision = json.loads((folder / "decision.json").read_text("utf-8"))
    del decision["channels"]["note"]
    (folder / "decision.json").write_text(json.dumps(decision), "utf-8")
    restate(folder)
    with pytest.raises(ModelError, match=r"无法使用：.*note"):
        Screener.load(folder)


def test_a_renamed_type_needs_no_change_of_code(folder: Path) -> None:
    taxonomy = (folder / "taxonomy.toml").read_text("utf-8")
    (folder / "taxonomy.toml").write_text(taxonomy.replace('id = "police"', 'id = "officials"'), "utf-8")
    restate(folder)
    with Screener.load(folder) as screener:
        assert "officials" in [t["id"] for t in screener.taxonomy["types"]]
        assert screener.screen("您好").types
