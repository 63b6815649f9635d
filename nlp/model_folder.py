"""A model is a folder; here it is checked and read.

========================  ==========================================================
``manifest.json``         sha256 of every other file; checked before anything is read
``config.json``           name, version, window, overlap, label order
``taxonomy.toml``         ids, names, advice (copied from the corpus at export)
``decision.json``         calibration and thresholds per channel
``normaliser.json``       the character table the model was trained with
``tokenizer.json``        tokenizer
``model.onnx``            encoder with its heads
``ngram.npz``             the linear half
``MODEL_CARD.md``         what it was trained on and how good it is
========================  ==========================================================
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime

from nlp.errors import ManifestError, ModelError
from nlp.ngram import NgramModel
from nlp.normalise import Normaliser
from nlp.tokens import Encoder

SHIPPED = Path(__file__).with_name("models") / "compact"
LABELS = ("normal", "scam", "spam")
# The linear half gives these, then one logit per type.
NGRAM_OUTPUTS = (*LABELS, "call", "note", "sms")


@dataclass(frozen=True)
class ModelFolder:
    """The parts of a loaded model."""

    path: Path
    name: str
    taxonomy: dict[str, Any]
    decision: dict[str, Any]
    fold: Normaliser
    encode: Encoder
    session: onnxruntime.InferenceSession
    ngram: NgramModel


def check_manifest(path: Path) -> None:
    """Compare every file with ``manifest.json``.

    Raises:
        ManifestError: a file is missing, changed, or not named in the manifest.
    """
    manifest = path / "manifest.json"
    if not manifest.is_file():
        raise ManifestError(f"模型目录 {path} 中没有 manifest.json，不是可用的模型目录")
    try:
        sums: dict[str, str] = dict(json.loads(manifest.read_text("utf-8"))["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(f"{manifest} 无法读取：{error}") from error
    for name, expected in sums.items():
        file = path / name
        if not file.is_file():
            raise ManifestError(f"模型文件缺失：{file}")
        if hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            raise ManifestError(f"模型文件与发布时不一致（sha256 不符）：{file}")
    needed = {"config.json", "taxonomy.toml", "decision.json", "normaliser.json", "tokenizer.json", "model.onnx"}
    if missing := (needed | {"ngram.npz"}) - sums.keys():
        raise ManifestError(f"manifest.json 未列出：{'、'.join(sorted(missing))}")


def load_model_folder(path: Path) -> ModelFolder:
    """Check and read a model's folder.

    Raises:
        ManifestError: see :func:`check_manifest`.
        ModelError: the files are whole but cannot be used together.
    """
    if not path.is_dir():
        raise ModelError(f"模型目录不存在：{path}")
    check_manifest(path)
    try:
        config = json.loads((path / "config.json").read_text("utf-8"))
        table = json.loads((path / "normaliser.json").read_text("utf-8"))
        return ModelFolder(
            path=path,
            name=f"{config['name']}-{config['version']}",
            taxonomy=tomllib.loads((path / "taxonomy.toml").read_text("utf-8")),
            decision=json.loads((path / "decision.json").read_text("utf-8")),
            fold=Normaliser(table),
            encode=Encoder.load(path / "tokenizer.json", config["window"], config["overlap"]),
            session=_session(path / "model.onnx"),
            ngram=NgramModel.load(path / "ngram.npz"),
        )
    except Exception as error:  # tokenizers and onnxruntime raise bare Exceptions
        raise ModelError(f"模型目录 {path} 无法使用：{error}") from error


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One thread a run: texts are spread over cores by the caller. The arena and the memory
    # pattern are off because shapes vary and memory would only ever grow.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
