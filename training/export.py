"""From torch to the folder that the library loads: ONNX, 8-bit weights, parity gates, manifest.

Attention's matrices get a scale per column and one activation scale per tensor when the model runs; the
feed-forward ones, whose activations have outliers, get blocks of weights and one activation scale per row, which is
slower but flips fewer labels (training/RESULTS.md). Because of the tensor-wide scale the library runs every window by
itself: in a padded batch an answer would depend on its neighbours. So the graph has no attention mask either, which
saves its share of every layer. The embedding becomes 8-bit rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from onnxruntime.transformers.optimizer import optimize_model

from nlp.tokens import Window
from training.model import OUTPUTS, ScamReader

MAX_FP32_DIFFERENCE = 1e-4
MAX_INT8_FLIPS = 0.005


class ParityError(RuntimeError):
    """An exported model answers differently than the one it was made from."""


@dataclass(frozen=True)
class Parity:
    """What the gates measured: largest |Δlogit| torch↔fp32 ONNX, share of labels that int8 flips, |Δlogit| of int8."""

    texts: int
    fp32_difference: float
    int8_flips: float
    int8_difference: float


def export_fp32(model: ScamReader, out: Path) -> Path:
    """Write ``model.fp32.onnx`` with dynamic batch and length, operators fused."""
    model.eval()
    model.encoder.set_attn_implementation("eager")  # the fused one guards against rows all masked: a tenth of the time
    raw, path = out / "model.raw.onnx", out / "model.fp32.onnx"
    ids = torch.randint(5, 100, (2, 16))
    sides = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens")}
    program = torch.onnx.export(
        model,
        (ids,),
        dynamo=True,
        input_names=["input_ids"],
        output_names=list(OUTPUTS),
        dynamic_shapes={"input_ids": sides},
        verbose=False,
    )
    assert program is not None  # it is None only where dynamo=False
    program.save(str(raw))
    config = model.encoder.config
    fused = optimize_model(str(raw), "bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size)
    fused.save_model_to_file(str(path))
    raw.unlink()
    return path


def quantise(fp32: Path, out: Path) -> Path:
    """Write ``model.onnx`` with 8-bit weights and an 8-bit embedding."""
    path = out / "model.onnx"
    model = onnx.load(str(fp32))
    _quantise_embedding(model.graph)
    shapes = {t.name: tuple(t.dims) for t in model.graph.initializer}
    # square matrices are attention's, oblong ones the feed-forward's; products of activations have no shape here
    others = [
        n.name
        for n in model.graph.node
        if n.op_type == "MatMul" and (n.input[1] not in shapes or len(set(shapes[n.input[1]])) == 1)
    ]
    blocks = DefaultWeightOnlyQuantConfig(block_size=128, is_symmetric=True, accuracy_level=4, bits=8)
    quantiser = MatMulNBitsQuantizer(model, algo_config=blocks, nodes_to_exclude=others)
    quantiser.process()
    onnx.save(quantiser.model.model, str(path))
    quantize_dynamic(
        str(path),
        str(path),
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    return path


def check_parity(model: ScamReader, fp32: Path, int8: Path, windows: Sequence[Window]) -> Parity:
    """Compare the three on real windows.

    Raises:
        ParityError: a gate is not met.
    """
    sessions = [_session(p) for p in (fp32, int8)]
    widest, drift, flips = 0.0, 0.0, 0
    for window in windows:
        ids = np.array([window.ids], np.int64)
        with torch.inference_mode():
            ours = [o.numpy() for o in model(torch.from_numpy(ids))]
        full, small = (s.run(list(OUTPUTS), {"input_ids": ids}) for s in sessions)
        widest = max(widest, *(float(np.abs(a - b).max()) for a, b in zip(ours, full, strict=True)))
        drift = max(drift, float(np.abs(full[0] - small[0]).max()))
        flips += int(full[0].argmax() != small[0].argmax())
    parity = Parity(len(windows), widest, flips / max(1, len(windows)), drift)
    if parity.fp32_difference > MAX_FP32_DIFFERENCE:
        raise ParityError(f"torch and fp32 ONNX differ by {widest:.2e} > {MAX_FP32_DIFFERENCE}")
    if parity.int8_flips > MAX_INT8_FLIPS:
        raise ParityError(f"int8 flips {parity.int8_flips:.2%} of the labels > {MAX_INT8_FLIPS:.1%}")
    return parity


def write_manifest(folder: Path) -> None:
    """``manifest.json`` with the sha256 of every other file."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name != "manifest.json")
    sums = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    (folder / "manifest.json").write_text(json.dumps({"sha256": sums}, indent=1) + "\n", "utf-8")


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _quantise_embedding(graph: onnx.GraphProto) -> None:
    """Replace the word table's Gather by Gather(int8 rows) · Gather(row scales)."""
    largest = max((n for n in graph.node if n.op_type == "Gather"), key=lambda n: np.prod(_dims(graph, n.input[0])))
    table = next(t for t in graph.initializer if t.name == largest.input[0])
    rows: NDArray[np.float32] = onnx.numpy_helper.to_array(table)
    scale = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-8) / 127
    small = np.clip(np.round(rows / scale), -127, 127).astype(np.int8)
    graph.initializer.remove(table)
    graph.initializer.extend(
        [
            onnx.numpy_helper.from_array(small, "embedding_rows"),
            onnx.numpy_helper.from_array(scale.astype(np.float32), "embedding_scales"),
        ]
    )
    at = list(graph.node).index(largest)
    made = [
        onnx.helper.make_node("Gather", ["embedding_rows", largest.input[1]], ["embedding_int8"]),
        onnx.helper.make_node("Cast", ["embedding_int8"], ["embedding_float"], to=onnx.TensorProto.FLOAT),
        onnx.helper.make_node("Gather", ["embedding_scales", largest.input[1]], ["embedding_scale"]),
        onnx.helper.make_node("Mul", ["embedding_float", "embedding_scale"], [largest.output[0]]),
    ]
    graph.node.remove(largest)
    for offset, node in enumerate(made):
        graph.node.insert(at + offset, node)


def _dims(graph: onnx.GraphProto, name: str) -> list[int]:
    return next((list(t.dims) for t in graph.initializer if t.name == name), [0])
