"""The encoder a run starts from, and its tokenizer."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, PreTrainedModel

from training.config import Base
from training.packaged_encoder import SPECIALS, PackagedFile, build, chinese_pieces, unigram
from training.pretrain import frequent_pieces


def make_base(base: Base, lines: list[str]) -> tuple[PreTrainedModel, Tokenizer]:
    """Encoder and tokenizer.

    Args:
        lines: folded text by which the vocabulary is cut (``packaged``) or made (``scratch``).

    Raises:
        ValueError: unknown kind.
        OSError: a hub name that is neither cached nor reachable.
    """
    if base.kind == "packaged":
        _, full = build(1, chinese_pieces(PackagedFile()))
        return build(base.layers, frequent_pieces(full, lines, base.vocabulary))
    if base.kind == "scratch":
        return _scratch(base, lines)
    if base.kind == "hub":
        return _hub(base)
    raise ValueError(f"base.kind must be packaged, hub or scratch, not {base.kind!r}")


def _scratch(base: Base, lines: list[str]) -> tuple[PreTrainedModel, Tokenizer]:
    raw = Tokenizer(models.Unigram())
    raw.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=base.vocabulary, special_tokens=list(SPECIALS), unk_token="<unk>")
    raw.train_from_iterator(lines, trainer)
    pieces = _settled(json.loads(raw.to_str())["model"]["vocab"], Counter("".join(lines)))
    tokenizer = unigram(pieces)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=base.hidden,
        num_hidden_layers=base.layers,
        num_attention_heads=base.heads,
        intermediate_size=base.intermediate,
        pad_token_id=1,
    )
    return BertModel(config, add_pooling_layer=False), tokenizer


def _settled(trained: list[list[Any]], counts: Counter[str]) -> list[tuple[str, float]]:
    """The trained pieces in an order that is the same in every run.

    The trainer sums in an order of its own, so that last digits differ, and gives rare characters scores by their
    place in a hash table: characters get their log-frequency instead.
    """
    total = sum(counts.values())
    pieces = []
    for piece, score in trained[len(SPECIALS) :]:
        seen = counts[piece] if len(piece) == 1 else 0
        pieces.append((piece, round(math.log(seen / total) if seen else float(score), 6)))
    return [(piece, 0.0) for piece in SPECIALS] + sorted(pieces, key=lambda p: (-p[1], p[0]))


def _hub(base: Base) -> tuple[PreTrainedModel, Tokenizer]:
    folder = Path(base.name)
    name = str(folder) if folder.is_dir() else base.name
    model = AutoModel.from_pretrained(name, trust_remote_code=False, add_pooling_layer=False)
    if base.layers and hasattr(model, "encoder"):
        model.encoder.layer = model.encoder.layer[: base.layers]
        model.config.num_hidden_layers = base.layers
    tokenizer = Tokenizer.from_str(AutoTokenizer.from_pretrained(name, use_fast=True).backend_tokenizer.to_str())
    return model, tokenizer
