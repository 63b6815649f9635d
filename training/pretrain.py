"""Continued masked-language-model training with whole words masked (jieba's boundaries).

The running text is folded exactly as the classifier's input is, cut into blocks of equal length and
masked anew each time it is seen. Checkpoints make the run resumable at any step with the same result.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import math
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import jieba
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import nn
from tqdm import tqdm
from transformers import BertConfig, BertForMaskedLM, BertModel, PreTrainedModel

from nlp.normalise import Normaliser
from training.config import Pretrain
from training.dropout import ready_to_train

_PUNCTUATION = re.compile(r"[，。！？、：；“”,.!?:;…—]+")


def sample_lines(folder: Path, shares: dict[str, int], seed: int) -> list[str]:
    """Lines of the ``*.txt.xz`` under ``folder``; per file at most ``shares[stem]`` characters.

    A file that ``shares`` does not name gets ``shares["*"]`` (default 0).
    """
    lines: list[str] = []
    for path in sorted(folder.glob("*.txt.xz")):
        budget = shares.get(path.name.removesuffix(".txt.xz"), shares.get("*", 0))
        if budget <= 0:
            continue
        with lzma.open(path, "rt", encoding="utf-8") as handle:
            own = [line.strip() for line in handle if line.strip()]
        random.Random(f"{seed}-{path.name}").shuffle(own)
        taken = 0
        for line in own:
            if taken >= budget:
                break
            lines.append(line[:4000])
            taken += len(line)
    random.Random(seed).shuffle(lines)
    return lines


def frequent_pieces(tokenizer: Tokenizer, lines: list[str], size: int) -> list[str]:
    """The ``size`` pieces most used in ``lines``, every single character used at all first."""
    counts: Counter[str] = Counter()
    for start in range(0, len(lines), 2000):
        for encoding in tokenizer.encode_batch(lines[start : start + 2000], add_special_tokens=False):
            counts.update(encoding.tokens)
    single = [p for p in tokenizer.get_vocab() if len(p) == 1 and counts[p] > 1]
    longer = [p for p, _ in counts.most_common() if len(p) > 1]
    return sorted(single + longer[: max(0, size - len(single))], key=lambda p: (-counts[p], p))


def blocks(
    lines: list[str], tokenizer: Tokenizer, fold: Normaliser, config: Pretrain, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Token ids and word numbers, both (blocks, block)."""
    jieba.setLogLevel(60)
    rng = random.Random(seed)
    ids: list[int] = []
    words: list[int] = []
    word = 0
    for line in tqdm(lines, desc="cut", mininterval=5):
        text = fold(line).text
        if rng.random() < config.bare:
            text = _PUNCTUATION.sub("", text)
        if not text:
            continue
        at, of_char = 0, []
        for piece in jieba.cut(text):
            word += 1
            of_char += [word] * len(piece)
            at += len(piece)
        encoding = tokenizer.encode(text)
        for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
            ids.append(token)
            words.append(of_char[min(start, len(of_char) - 1)] if end > start else -1)
    count = len(ids) // config.block
    shape = (count, config.block)
    return (
        np.array(ids[: count * config.block], np.int32).reshape(shape),
        np.array(words[: count * config.block], np.int32).reshape(shape),
    )


def mask_words(
    ids: torch.Tensor, words: torch.Tensor, share: float, mask: int, vocabulary: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Whole words hidden: 80 % become the mask, 10 % a random piece, 10 % stay.

    Returns:
        inputs and the boolean places to predict, both (batch, block).
    """
    first = words.min(dim=1, keepdim=True).values.clamp(min=0)
    slots = (words - first).clamp(min=0) % 4096
    draw = torch.rand((ids.shape[0], 4096), generator=generator)
    chosen = (draw.gather(1, slots) < share) & (words >= 0)
    how = torch.rand(ids.shape, generator=generator)
    inputs = ids.clone()
    inputs[chosen & (how < 0.8)] = mask
    swap = chosen & (how >= 0.8) & (how < 0.9)
    inputs[swap] = torch.randint(5, vocabulary, ids.shape, generator=generator)[swap]
    return inputs, chosen


def pretrain(
    encoder: PreTrainedModel,
    tokenizer: Tokenizer,
    lines: list[str],
    fold: Normaliser,
    config: Pretrain,
    out: Path,
    seed: int = 7,
    threads: int = 2,
) -> PreTrainedModel:
    """Train and write ``out``; an interrupted run goes on from its last checkpoint.

    Writes ``encoder.safetensors``, ``tokenizer.json``, ``config.json`` and ``pretrain.json`` (loss by step).
    """
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    cache = out / f"blocks-{_fingerprint(lines, tokenizer, config, seed)}.npz"
    if cache.exists():
        stored = np.load(cache)
        ids, words = stored["ids"], stored["words"]
    else:
        ids, words = blocks(lines, tokenizer, fold, config, seed)
        np.savez(cache, ids=ids, words=words)
    ready_to_train(encoder, config.dropout)
    model = BertForMaskedLM(cast("BertConfig", encoder.config))
    model.bert = cast("BertModel", encoder)
    model.tie_weights()
    decay = [p for n, p in model.named_parameters() if p.ndim > 1]
    rest = [p for n, p in model.named_parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decay, "weight_decay": config.weight_decay}, {"params": rest, "weight_decay": 0.0}],
        lr=config.learning_rate,
        betas=(0.9, 0.98),
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: _rate(s, config))
    state, curve, first = out / "checkpoint.pt", [], 0
    if state.exists():
        saved = torch.load(state, weights_only=True)
        model.load_state_dict(saved["model"])
        model.tie_weights()
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        first, curve = int(saved["step"]), list(saved["curve"])
    mask, vocabulary = _mask_id(tokenizer), tokenizer.get_vocab_size()
    model.train()
    began = time.monotonic()
    for step, rows in _batches(len(ids), config, seed, first):
        batch = torch.from_numpy(ids[rows]).long()
        generator = torch.Generator().manual_seed(seed * 1_000_003 + step)
        inputs, chosen = mask_words(
            batch, torch.from_numpy(words[rows]).long(), config.masked, mask, vocabulary, generator
        )
        with torch.autocast("cpu", torch.bfloat16):
            hidden = model.bert(inputs).last_hidden_state[chosen]  # only hidden places need the vocabulary's logits
            loss = nn.functional.cross_entropy(model.cls(hidden).float(), batch[chosen])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        curve.append(round(loss.item(), 4))
        if (step + 1) % 20 == 0:
            speed = (step + 1 - first) * batch.numel() / (time.monotonic() - began)
            print(f"step {step + 1}/{config.steps} loss {np.mean(curve[-20:]):.3f} {speed:.0f} tokens/s", flush=True)
        if (step + 1) % config.checkpoint_every == 0 or step + 1 == config.steps:
            _save_state(state, model, optimiser, schedule, step + 1, curve)
    save_file({k: v.contiguous() for k, v in model.bert.state_dict().items()}, str(out / "encoder.safetensors"))
    tokenizer.save(str(out / "tokenizer.json"))
    encoder.config.save_pretrained(out)
    (out / "pretrain.json").write_text(
        json.dumps({"loss": curve, "tokens": config.steps * config.batch * config.block}), "utf-8"
    )
    return model.bert


def load_encoder(folder: Path) -> tuple[BertModel, Tokenizer]:
    """What :func:`pretrain` wrote."""
    model = BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False)
    model.load_state_dict(load_file(str(folder / "encoder.safetensors")), strict=True)
    return model, Tokenizer.from_file(str(folder / "tokenizer.json"))


def _mask_id(tokenizer: Tokenizer) -> int:
    """Named as in RoBERTa or as in BERT."""
    for name in ("<mask>", "[MASK]"):
        if (found := tokenizer.token_to_id(name)) is not None:
            return int(found)
    raise ValueError("the tokenizer has neither <mask> nor [MASK]")


def _batches(count: int, config: Pretrain, seed: int, first: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    per_epoch = max(1, count // config.batch)
    for step in range(first, config.steps):
        order = np.random.default_rng([seed, step // per_epoch]).permutation(count)
        at = step % per_epoch * config.batch
        yield step, order[at : at + config.batch]


def _rate(step: int, config: Pretrain) -> float:
    """Factor of the learning rate: warm-up, linear fall to the horizon, cooldown at the end."""
    horizon = config.horizon or config.steps
    rise = max(1, math.ceil(horizon * config.warmup))

    def falling(at: int) -> float:
        return min((at + 1) / rise, max(0.0, (horizon - at) / max(1, horizon - rise)))

    begin = config.steps - config.cooldown
    if step < begin:
        return falling(step)
    return falling(begin) * max(0.0, (config.steps - step) / max(1, config.cooldown))


def _save_state(path: Path, model: nn.Module, optimiser, schedule, step: int, curve: list[float]) -> None:  # type: ignore[no-untyped-def]
    part = path.with_suffix(".part")
    torch.save(
        {
            "model": model.state_dict(),
            "optimiser": optimiser.state_dict(),
            "schedule": schedule.state_dict(),
            "step": step,
            "curve": curve,
        },
        part,
    )
    part.replace(path)


def _fingerprint(lines: list[str], tokenizer: Tokenizer, config: Pretrain, seed: int) -> str:
    digest = hashlib.sha256(tokenizer.to_str().encode())
    for line in lines:
        digest.update(line.encode())
    digest.update(f"{config.block} {config.bare} {seed}".encode())
    return digest.hexdigest()[:16]
