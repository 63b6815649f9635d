"""Multi-task fine-tuning, readable from top to bottom.

Layer-wise learning rates, bfloat16 autocast, averaged weights (EMA), multi-sample dropout and, on request,
adversarial steps on the embeddings (FGM). A checkpoint after every epoch makes the run resumable.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from nlp.model_folder import LABELS
from nlp.tokens import Encoder
from training.config import Finetune
from training.data import IGNORE, Example, Featuriser, batches, collate, epoch_rows
from training.dropout import ready_to_train
from training.model import OUTPUTS, ScamReader
from training.predict import predict
from training.scores import quick_scores

SCAM = LABELS.index("scam")


def finetune(
    model: ScamReader,
    train: Sequence[Example],
    dev: Sequence[Example],
    featurise: Featuriser,
    encode: Encoder,
    config: Finetune,
    augment: float,
    out: Path,
    seed: int,
    threads: int,
) -> ScamReader:
    """Train ``model`` in place; write ``model.safetensors`` and ``finetune.json`` (loss and dev figures by epoch)."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    ready_to_train(model.encoder, config.dropout)
    per_epoch = len(list(batches(epoch_rows(train, featurise, 0.0, seed, 0), config.batch_tokens, random.Random(seed))))
    total = per_epoch * config.epochs
    optimiser = torch.optim.AdamW(_groups(model, config), betas=(0.9, 0.98))
    rise = max(1, int(total * config.warmup))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / rise, max(0.02, (total - s) / max(1, total - rise)))
    )
    average = {k: v.clone() for k, v in model.state_dict().items()}
    log: list[dict[str, Any]] = []
    first, checkpoint = 0, out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        average, first, log = saved["average"], saved["epoch"], json.loads(saved["log"])
    for epoch in range(first, config.epochs):
        torch.manual_seed(seed * 1009 + epoch)
        rows = epoch_rows(train, featurise, augment, seed, epoch)
        model.train()
        losses = []
        plan = list(batches(rows, config.batch_tokens, random.Random(f"{seed}-{epoch}")))
        for indices in tqdm(plan, desc=f"epoch {epoch + 1}/{config.epochs}", mininterval=10):
            batch = collate([rows[i] for i in indices], encode.pad)
            loss = _loss(model, batch, config)
            loss.backward()  # type: ignore[no-untyped-call]
            if config.adversarial:
                _adversarial(model, batch, config)
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            schedule.step()
            losses.append(loss.item())
            with torch.no_grad():
                keep = min(config.ema, len(losses) / (len(losses) + 10) if epoch == 0 else config.ema)
                for name, value in model.state_dict().items():
                    average[name].lerp_(value, 1 - keep) if value.is_floating_point() else average[name].copy_(value)
        now = {k: v.clone() for k, v in model.state_dict().items()}
        if config.ema:
            model.load_state_dict(average)
        figures = quick_scores([e.record for e in dev], predict(model, dev, featurise, encode)) if dev else {}
        model.load_state_dict(now)
        log.append({"epoch": epoch + 1, "loss": round(sum(losses) / len(losses), 4), "dev": figures})
        print(json.dumps(log[-1], ensure_ascii=False), flush=True)
        torch.save(
            {
                "model": now,
                "optimiser": optimiser.state_dict(),
                "schedule": schedule.state_dict(),
                "average": average,
                "epoch": epoch + 1,
                "log": json.dumps(log),
            },
            checkpoint,
        )
    if config.ema:
        model.load_state_dict(average)
    model.eval()
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, str(out / "model.safetensors"))
    (out / "finetune.json").write_text(json.dumps(log, ensure_ascii=False, indent=1), "utf-8")
    return model


def load_model(model: ScamReader, folder: Path) -> ScamReader:
    """Weights that :func:`finetune` wrote."""
    model.load_state_dict(load_file(str(folder / "model.safetensors")))
    return model.eval()


def _loss(model: ScamReader, batch: dict[str, torch.Tensor], config: Finetune) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        outputs = model(batch["input_ids"], batch["attention_mask"])
    out = {name: value.float() for name, value in zip(OUTPUTS, outputs, strict=True)}
    weight, spans = batch["weight"], batch["spans"]
    label = functional.cross_entropy(out["label"], batch["label"], reduction="none", label_smoothing=config.smoothing)
    parts = {"label": (label * weight).sum() / weight.sum()}
    for name in ("type", "stage"):
        known = batch[name] != IGNORE
        if known.any():
            each = functional.cross_entropy(out[name][known], batch[name][known], reduction="none")
            parts[name] = (each * weight[known]).sum() / weight.sum()
    if (twins := _twin_loss(out["label"], batch)) is not None:
        parts["twin"] = twins
    sign = functional.binary_cross_entropy_with_logits(out["sign"], batch["sign"], reduction="none").sum(-1)
    parts["sign"] = (sign * spans).sum() / spans.sum().clamp(min=1) / 4
    token = functional.binary_cross_entropy_with_logits(out["token"], batch["token"], reduction="none").sum(-1)
    inside = batch["attention_mask"] * spans.unsqueeze(-1)
    parts["token"] = (token * inside).sum() / inside.sum().clamp(min=1)
    return torch.stack([config.loss.get(name, 0.0) * value for name, value in parts.items()]).sum()


def _twin_loss(logits: torch.Tensor, batch: dict[str, torch.Tensor]) -> torch.Tensor | None:
    """A scam must stand above its lawful twin: the logistic loss of their difference (RankNet, Burges et al. 2005)."""
    pair, scam = batch["pair"], batch["label"] == SCAM
    twin = (pair.unsqueeze(1) == pair.unsqueeze(0)) & (pair >= 0).unsqueeze(1)
    above, below = (twin & scam.unsqueeze(1) & ~scam.unsqueeze(0)).nonzero(as_tuple=True)
    if not len(above):
        return None
    others = torch.cat([logits[:, :SCAM], logits[:, SCAM + 1 :]], 1)
    odds = logits[:, SCAM] - torch.logsumexp(others, 1)
    return functional.softplus(odds[below] - odds[above]).sum() / len(scam)


def _adversarial(model: ScamReader, batch: dict[str, torch.Tensor], config: Finetune) -> None:
    """FGM (Miyato et al. 2017): a second gradient at the embeddings moved along the first."""
    weight: torch.Tensor = model.encoder.get_input_embeddings().weight  # type: ignore[assignment]
    if weight.grad is None or not (norm := weight.grad.norm()).item():
        return
    step = config.adversarial * weight.grad / norm
    with torch.no_grad():
        weight.add_(step)
    _loss(model, batch, config).backward()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        weight.sub_(step)


def _groups(model: ScamReader, config: Finetune) -> list[dict[str, Any]]:
    """Parameter groups: heads fast, layers slower the deeper they lie; no decay on biases and norms."""
    layers = model.encoder.config.num_hidden_layers
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if not name.startswith("encoder."):
            rate = config.head_learning_rate
        else:
            parts = name.split(".")
            depth = int(parts[parts.index("layer") + 1]) + 1 if "layer" in parts else 0
            rate = config.learning_rate * config.decay ** (layers - depth)
        decay = config.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": p, "lr": rate, "weight_decay": decay} for (rate, decay), p in groups.items()]
