"""Messages per second, ours and peers in the same run, on the texts of our test split; ratios are what counts.

Peers: TF-IDF + logistic regression (scikit-learn), transformers' ``pipeline`` on bert-base-chinese's architecture
with random weights (speed does not depend on them), our model in fp32. All get the same threads.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from corpora.loaders import own_records
from nlp import Item, Screener, Settings

ROUNDS = 3
SINGLE = 64


def benchmark(model: Path | None, threads: int, out: Path | None) -> int:
    """Print the table; write JSON where asked."""
    import torch

    torch.set_num_threads(threads)
    records = own_records("test")
    messages = [r.text for r in records if r.channel == "sms"][:160]
    one = next(r.text for r in records if len(r.text) >= SINGLE)[:SINGLE]
    ours = Screener.load(model, Settings(threads=threads))
    systems: dict[str, Callable[[Sequence[str]], Any]] = {
        "int8 (ours)": lambda texts: ours.screen([Item(t, "sms") for t in texts]),
        "TF-IDF + logistic regression": _tfidf(),
        "transformers pipeline, bert-base-chinese architecture": _bert_base(messages),
    }
    fp32 = _fp32(threads)
    if fp32:
        systems["fp32 ONNX (ours)"] = fp32
    figures: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {_cpu()}",
        "threads": threads,
        "messages": len(messages),
        "mean characters": round(statistics.mean(map(len, messages)), 1),
    }
    rates: dict[str, list[float]] = {name: [] for name in systems}
    singles: dict[str, list[float]] = {name: [] for name in systems}
    for run in systems.values():
        run(messages[:4])
    # in turn, so that a change of the machine's pace hits all alike
    for _ in range(ROUNDS):
        for name, run in systems.items():
            began = time.perf_counter()
            run(messages)
            rates[name].append(len(messages) / (time.perf_counter() - began))
            began = time.perf_counter()
            for _ in range(3):
                run([one])
            singles[name].append((time.perf_counter() - began) / 3 * 1000)
    base = "transformers pipeline, bert-base-chinese architecture"
    for name in systems:
        figures[name] = {
            "messages/s": round(statistics.median(rates[name]), 1),
            "ms for one message of 64 characters": round(statistics.median(singles[name]), 2),
            "times as fast as bert-base, messages": round(
                statistics.median(rates[name]) / statistics.median(rates[base]), 2
            ),
            "times as fast as bert-base, one message": round(
                statistics.median(singles[base]) / statistics.median(singles[name]), 2
            ),
        }
        print(name, figures[name])
    figures["peak RSS MB of this process"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print({k: v for k, v in figures.items() if not isinstance(v, dict)})
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0


def _tfidf() -> Callable[[Sequence[str]], Any]:
    from training.baseline import Baseline
    from training.data import Example

    baseline = Baseline([Example(r) for r in own_records("train")])
    return lambda texts: baseline.label_texts(texts)


def _bert_base(messages: Sequence[str]) -> Callable[[Sequence[str]], Any]:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, pipeline

    # bert-base-chinese reads character by character; any vocabulary of its size has the same speed
    chars = sorted({c for text in messages for c in text})
    vocabulary = {t: i for i, t in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *chars])}
    raw = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    raw.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    make: Any = PreTrainedTokenizerFast
    tokenizer = make(
        tokenizer_object=raw,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
    model: Any = BertForSequenceClassification(BertConfig(vocab_size=21128))
    model.eval()
    classify = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
    return lambda texts: classify(list(texts), batch_size=32, truncation=True, max_length=512)


def _fp32(threads: int) -> Callable[[Sequence[str]], Any] | None:
    """Our fp32 ONNX, where a run left it."""
    import numpy as np
    import onnxruntime

    path = Path("runs/compact/model.fp32.onnx")
    if not path.is_file():
        print(f"fp32 ONNX (ours): skipped, {path} is made by `python -m training export`")
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    screener = Screener.load(None, Settings(threads=threads))
    model = screener._model

    def run(texts: Sequence[str]) -> None:
        for windows in model.encode([model.fold(t).text for t in texts], ["sms"] * len(texts)):
            for window in windows:
                ids = np.array([window.ids], np.int64)
                session.run(None, {"input_ids": ids})

    return run


def _cpu() -> str:
    try:
        with Path("/proc/cpuinfo").open() as handle:
            return next(line.split(":")[1].strip() for line in handle if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
