"""A whole run on the CPU, small enough to be done while one waits."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file

import corpora.loaders
import training.finetune
import training.steps
from corpora.loaders import SPLITS, own_records
from corpora.record import write_records
from nlp import Screener, Settings
from training.config import Recipe, load_recipe
from training.data import epoch_rows
from training.export import ParityError, check_parity, export_fp32, quantise
from training.steps import Run

RECIPE = """
name = "tiny"
version = "0.0.1"
threads = 1
window = 96
overlap = 16
[base]
kind = "scratch"
layers = 2
vocabulary = 2500
hidden = 64
heads = 2
intermediate = 128
[pretrain]
steps = 3
batch = 4
block = 48
[data]
max_tokens = 64
augment = 0.3
[finetune]
epochs = 1
batch_tokens = 512
learning_rate = 2e-3
head_learning_rate = 1e-2
ema = 0.5
"""
STEPS = ("prepare", "pretrain", "finetune", "wide", "calibrate", "export")
SCAM = "您好，我是市公安局的陈警官，请把存款转到安全账户。"


@pytest.fixture(scope="module", autouse=True)
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A few texts of each split of our own corpus, most of them scams.

    After so little training every text is called what most texts are; were the labels alike many, they would be
    a toss-up that the 8-bit model may rightly decide otherwise.
    """
    folder = tmp_path_factory.mktemp("own")
    for split in SPLITS:
        rows = own_records(split)
        random.Random(7).shuffle(rows)
        groups: dict[tuple[str, str], list[Any]] = {}
        for record in rows:
            groups.setdefault((record.channel, record.label), []).append(record)
        many = 60 if split == "train" else 6
        few = [own[: many if label == "scam" else many // 6 + 1] for (_, label), own in groups.items()]
        write_records(folder / f"{split}.jsonl", itertools.chain(*few))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpora.loaders, "OWN", folder)
        patch.setattr(training.steps, "OWN", folder)
        yield


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    path = tmp_path_factory.mktemp("recipes") / "tiny.toml"
    path.write_text(RECIPE, "utf-8")
    return load_recipe(path)


@pytest.fixture(scope="module")
def done(recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = Run(recipe, tmp_path_factory.mktemp("run"))
    for step in STEPS:
        getattr(run, step)()
    return run


def weights(run: Run, step: str, name: str) -> dict[str, torch.Tensor]:
    return dict(load_file(str(run.folder / step / name)))


def alike(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def test_the_folder_it_makes_is_loaded_by_the_library_and_answers(done: Run) -> None:
    with Screener.load(done.folder / "model", Settings(threads=1)) as screener:
        assert screener.model == "tiny-0.0.1"
        result = screener.screen(SCAM * 20, "call")
        assert result.verdict in ("scam", "suspicious", "normal")
        assert 0 < result.score < 1


def test_it_writes_down_what_it_was_made_from(done: Run) -> None:
    stated = json.loads((done.folder / "recipe.json").read_text("utf-8"))
    assert stated["recipe"]["finetune"]["epochs"] == 1
    assert stated["versions"]["torch"] == torch.__version__
    assert {f"{split}.jsonl" for split in SPLITS} | {"taxonomy.toml"} <= stated["data"].keys()
    parity = json.loads((done.folder / "parity.json").read_text("utf-8"))
    assert parity["fp32_difference"] <= 1e-4
    assert parity["int8_flips"] <= 0.005


def test_both_trainings_moved_the_weights(done: Run) -> None:
    before = weights(done, "pretrain", "encoder.safetensors")
    after = weights(done, "finetune", "model.safetensors")
    assert len(json.loads((done.folder / "pretrain" / "pretrain.json").read_text("utf-8"))["loss"]) == 3
    assert any(not torch.equal(after[f"encoder.{k}"], v) for k, v in before.items())


def test_the_same_seed_gives_the_same_weights(done: Run, recipe: Recipe, tmp_path: Path) -> None:
    again = Run(recipe, tmp_path)
    for step in ("prepare", "pretrain", "finetune", "wide"):
        getattr(again, step)()
    for step, name in (("pretrain", "encoder.safetensors"), ("finetune", "model.safetensors")):
        assert alike(weights(again, step, name), weights(done, step, name))
    ours, theirs = (np.load(r.folder / "wide" / "ngram.npz") for r in (again, done))
    assert all(np.array_equal(ours[k], theirs[k]) for k in theirs.files)


def test_a_step_that_is_done_is_not_done_again(done: Run, capsys: pytest.CaptureFixture[str]) -> None:
    file = done.folder / "finetune" / "model.safetensors"
    before = file.stat().st_mtime_ns
    done.finetune()
    assert "done before with the same inputs" in capsys.readouterr().out
    assert file.stat().st_mtime_ns == before


def test_an_interrupted_finetuning_goes_on_to_the_same_weights(
    done: Run, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = recipe.__class__(
        **{**vars(recipe), "finetune": type(recipe.finetune)(**vars(recipe.finetune) | {"epochs": 2})}
    )
    runs = [Run(longer, tmp_path / name) for name in ("whole", "broken")]
    for run in runs:
        (run.folder / "pretrain").symlink_to(done.folder / "pretrain")
    runs[0].finetune()
    drawn = epoch_rows
    begun: list[int] = []

    def cut_off(examples: Any, featurise: Any, augment: float, seed: int, epoch: int) -> Any:
        begun.append(epoch)
        if epoch == 1 and interrupt:
            raise KeyboardInterrupt
        return drawn(examples, featurise, augment, seed, epoch)

    monkeypatch.setattr(training.finetune, "epoch_rows", cut_off)
    interrupt = True
    with pytest.raises(KeyboardInterrupt):
        runs[1].finetune()
    interrupt = False
    begun.clear()
    runs[1].finetune()
    assert begun == [0, 1], "the first draw counts the steps; then only the second epoch is left"
    assert alike(*(weights(run, "finetune", "model.safetensors") for run in runs))


def test_an_exported_model_that_answers_differently_is_refused(done: Run, tmp_path: Path) -> None:
    model, encode = done.model()
    fp32 = export_fp32(model, tmp_path)
    int8 = quantise(fp32, tmp_path)
    [windows] = encode([done.fold(SCAM).text], ["call"])
    assert check_parity(model, fp32, int8, windows).fp32_difference <= 1e-4

    tampered = onnx.load(str(fp32))
    bias = next(t for t in tampered.graph.initializer if t.name.endswith("label_head.bias"))
    values = onnx.numpy_helper.to_array(bias) + np.array([0, 0.01, 0], np.float32)
    bias.CopyFrom(onnx.numpy_helper.from_array(values, bias.name))
    onnx.save(tampered, str(tmp_path / "tampered.onnx"))
    with pytest.raises(ParityError, match=r"torch and fp32 ONNX differ by 1\.00e-02"):
        check_parity(model, tmp_path / "tampered.onnx", int8, windows)


def test_an_8_bit_model_that_flips_labels_is_refused(done: Run, tmp_path: Path) -> None:
    model, encode = done.model()
    fp32 = export_fp32(model, tmp_path)
    [windows] = encode([done.fold(SCAM).text], ["call"])
    flipped = onnx.load(str(fp32))
    bias = next(t for t in flipped.graph.initializer if t.name.endswith("label_head.bias"))
    least = int(np.argmin(onnx.numpy_helper.to_array(bias)))
    values = np.full(3, -99, np.float32)
    values[least] = 99
    with torch.inference_mode():
        ids = torch.tensor([windows[0].ids])
        if int(model(ids)[0].argmax()) == least:
            values = values[::-1].copy() if least != 1 else np.array([99, -99, -99], np.float32)
    bias.CopyFrom(onnx.numpy_helper.from_array(values, bias.name))
    onnx.save(flipped, str(tmp_path / "flipped.onnx"))
    with pytest.raises(ParityError, match=r"int8 flips 100\.00% of the labels"):
        check_parity(model, fp32, tmp_path / "flipped.onnx", windows)


@pytest.mark.parametrize(
    ("recipe_text", "message"),
    [
        ("name = 'x'\nversion = '1'\ncolour = 1", "unknown colour"),
        ("[finetune]\nepoch = 1", "unknown epoch; known are"),
    ],
)
def test_a_key_that_a_recipe_does_not_know_is_refused(tmp_path: Path, recipe_text: str, message: str) -> None:
    (tmp_path / "r.toml").write_text(recipe_text, "utf-8")
    with pytest.raises(ValueError, match=message):
        load_recipe(tmp_path / "r.toml")


def test_a_shipped_recipe_is_found_by_its_name_and_an_absent_one_is_said() -> None:
    assert load_recipe("recipes/compact.toml").name == "compact"
    with pytest.raises(FileNotFoundError, match=r"there are .*compact\.toml"):
        load_recipe("recipes/absent.toml")
