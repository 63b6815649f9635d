"""The steps of a run, each resumable and each a command: prepare → pretrain → finetune → wide → calibrate →
export → evaluate → card.

A run's folder holds ``recipe.json`` (recipe, versions, data hashes) and one folder or file per step. A step whose
inputs have not changed since it finished is not done again.
"""

from __future__ import annotations

import hashlib
import json
import platform
import random
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from corpora import Record, load_taxonomy
from corpora.augment import normaliser_table, traditional_table
from corpora.check import format_auc
from corpora.loaders import OWN, data_root, own_records, sources
from corpora.taxonomy import PATH as TAXONOMY
from nlp import Screener, Settings
from nlp.ngram import NgramModel
from nlp.normalise import Normaliser
from nlp.result import CHANNELS
from nlp.tokens import Encoder
from training.baseline import Baseline
from training.bases import make_base
from training.calibrate import Halves, halves, join, join_types, joint_score, sign_thresholds, thresholds
from training.card import markdown, model_card, plot_curves, plot_reliability, summary
from training.config import Recipe, load_recipe
from training.data import Example, Featuriser, training_examples, untrained
from training.evaluate import baseline_system, evaluate, headline, screener_system, write_json
from training.export import check_parity, export_fp32, quantise, write_manifest
from training.finetune import finetune, load_model
from training.model import ScamReader
from training.predict import predict
from training.pretrain import load_encoder, pretrain, sample_lines
from training.scores import odds_figures, type_f1
from training.wide import train_wide

PACKAGES = ("torch", "transformers", "tokenizers", "onnx", "onnxruntime", "scikit-learn", "numpy", "jieba")


@dataclass
class Run:
    """A recipe being carried out in a folder."""

    recipe: Recipe
    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    @cached_property
    def fold(self) -> Normaliser:
        """The normaliser of the model."""
        return Normaliser(normaliser_table())

    def encoder(self, tokenizer: Tokenizer, window: int | None = None) -> Encoder:
        """Windows as the library cuts them, or of another length for training."""
        return Encoder(tokenizer, window or self.recipe.window, self.recipe.overlap)

    # -- prepare ---------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Write ``recipe.json``: the recipe, package versions and the sha256 of every file learnt from."""
        files = [*sorted(OWN.glob("*.jsonl")), TAXONOMY]
        root = data_root()
        for name in {*self.recipe.data.sources, *self.recipe.pretrain.sources}:
            files.append(root / sources()[name].file)
        stated = {
            "recipe": asdict(self.recipe),
            "versions": {p: version(p) for p in PACKAGES} | {"python": platform.python_version()},
            "data": {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()},
        }
        if self.recipe.base.kind == "recipe":
            stated["starts from"] = asdict(load_recipe(f"{self.recipe.base.name}.toml"))
        (self.folder / "recipe.json").write_text(json.dumps(stated, ensure_ascii=False, indent=1), "utf-8")

    # -- pretrain --------------------------------------------------------------------------------------------

    def pretrain(self) -> None:
        """Base encoder and tokenizer, trained on as masked language model where the recipe says so."""
        config, seed = self.recipe.pretrain, self.recipe.seed
        self._once("pretrain", asdict(self.recipe.base) | asdict(config), lambda: self._pretrain(seed))

    def _pretrain(self, seed: int) -> None:
        config, out = self.recipe.pretrain, self.folder / "pretrain"
        lines: list[str] = []
        if config.shares:
            lines = sample_lines(data_root() / "pretrain", config.shares, seed)
        rng = random.Random(seed)
        near: list[str] = []
        for name, rows in config.sources.items():
            near += _source_lines(name, rows, rng)
        rng.shuffle(near)
        lines += near
        lines += [r.text for r in own_records("train") if r.provenance in config.hands] * config.hands_times
        rng.shuffle(lines)
        if not lines:
            lines = [r.text for r in own_records("train")]
        # Running text is not disguised: folding it needs the Traditional table only.
        fold = Normaliser(traditional_table())
        torch.manual_seed(seed)  # a base from scratch draws its weights here
        if self.recipe.base.kind == "recipe":
            earlier = Run(load_recipe(f"{self.recipe.base.name}.toml"), self.folder.parent / self.recipe.base.name)
            earlier.pretrain()
            encoder, tokenizer = earlier.base()
        else:
            encoder, tokenizer = make_base(self.recipe.base, [fold(line).text for line in lines[::2]])
        pretrain(encoder, tokenizer, lines, fold, config, out, seed, self.recipe.threads)

    # -- finetune --------------------------------------------------------------------------------------------

    def finetune(self) -> None:
        """Multi-task model on top of the encoder."""
        inputs = (
            asdict(self.recipe.finetune) | asdict(self.recipe.data) | {"own": _hash_own(), "seed": self.recipe.seed}
        )
        self._once("finetune", inputs, self._finetune)

    def _finetune(self) -> None:
        recipe = self.recipe
        torch.manual_seed(recipe.seed)  # the heads draw theirs in _reader
        encoder, tokenizer = self.base()
        cut = self.encoder(tokenizer, recipe.data.max_tokens)
        finetune(
            self._reader(encoder),
            training_examples(recipe.data, recipe.seed),
            [Example(r) for r in own_records("dev")] if recipe.data.own else [],
            Featuriser(self.fold, cut),
            cut,
            recipe.finetune,
            recipe.data.augment,
            self.folder / "finetune",
            recipe.seed,
            recipe.threads,
        )

    def model(self) -> tuple[ScamReader, Encoder]:
        """The fine-tuned model and its encoder of texts."""
        encoder, tokenizer = self.base()
        return load_model(self._reader(encoder), self.folder / "finetune"), self.encoder(tokenizer)

    # -- wide ------------------------------------------------------------------------------------------------

    def wide(self) -> None:
        """The linear half."""
        inputs = asdict(self.recipe.data) | {"own": _hash_own(), "seed": self.recipe.seed}
        self._once("wide", inputs, self._wide)

    def _wide(self) -> None:
        out = self.folder / "wide"
        out.mkdir(exist_ok=True)
        examples = training_examples(self.recipe.data, self.recipe.seed)
        train_wide(examples, self.fold, 10.0, self.recipe.seed).save(out / "ngram.npz")

    # -- calibrate -------------------------------------------------------------------------------------------

    def calibrate(self) -> None:
        """``decision.json``: joint calibration from ``calib``, thresholds from ``dev``.

        ``components.json`` says what encoder, n-grams and both together reach on ``dev``.
        """
        model, encode = self.model()
        ngram = NgramModel.load(self.folder / "wide" / "ngram.npz")
        records = {split: own_records(split) for split in ("calib", "dev")}
        decide, data = self.recipe.decide, self.recipe.data
        records["natural"] = untrained(data.sources, decide.natural, decide.natural_rows, self.recipe.seed)
        halves = {split: self._halves(model, encode, ngram, rows) for split, rows in records.items()}
        calib, dev = halves["calib"], halves["dev"]
        joined = join(records["calib"], calib.encoder, calib.words)
        types = join_types(records["calib"], calib.encoder_types, calib.word_types)
        score = {k: joint_score(records[k], h.encoder, h.words, joined) for k, h in halves.items()}
        certain = np.clip(score["dev"], 1e-6, 1 - 1e-6)
        odds = {"encoder": dev.encoder, "n-grams": dev.words, "joint": np.log(certain / (1 - certain))}
        both = types["encoder"] * dev.encoder_types + types["ngram"] * dev.word_types
        kinds = {"encoder": dev.encoder_types, "n-grams": dev.word_types, "joint": both}
        components = {
            name: odds_figures(records["dev"], odds[name]) | {"type macro-F1": type_f1(records["dev"], kinds[name])}
            for name in odds
        }
        (self.folder / "components.json").write_text(json.dumps(components, indent=1), "utf-8")
        chosen_on = records["dev"] + records["natural"]
        limits = thresholds(chosen_on, np.concatenate([score["dev"], score["natural"]]), decide)
        signs, evidence = sign_thresholds(records["dev"], dev.predictions)
        decision = {
            "channels": {c: joined[c] | limits[c] for c in joined},
            "types": types,
            "signs": signs,
            "evidence": evidence,
        }
        (self.folder / "decision.json").write_text(json.dumps(decision, indent=1), "utf-8")

    def _halves(self, model: ScamReader, encode: Encoder, ngram: NgramModel, records: list[Record]) -> Halves:
        predictions = predict(model, [Example(r) for r in records], Featuriser(self.fold, encode), encode)
        return halves(predictions, [ngram(self.fold(r.text).text) for r in records])

    # -- export ----------------------------------------------------------------------------------------------

    def export(self) -> None:
        """``model/``: fp32 and int8 ONNX with the parity gates, everything the library loads, manifest."""
        model, encode = self.model()
        out = self.folder / "model"
        out.mkdir(exist_ok=True)
        fp32 = export_fp32(model, self.folder)
        int8 = quantise(fp32, out)
        records = [*own_records("dev"), *own_records("calib")]
        texts, channels = [self.fold(r.text).text for r in records], [r.channel for r in records]
        windows = [w for own in encode(texts, channels) for w in own]
        parity = check_parity(model, fp32, int8, windows)
        (self.folder / "parity.json").write_text(json.dumps(asdict(parity), indent=1), "utf-8")
        shutil.copyfile(self.folder / "pretrain" / "tokenizer.json", out / "tokenizer.json")
        shutil.copyfile(self.folder / "wide" / "ngram.npz", out / "ngram.npz")
        shutil.copyfile(self.folder / "decision.json", out / "decision.json")
        shutil.copyfile(TAXONOMY, out / "taxonomy.toml")
        (out / "normaliser.json").write_text(json.dumps(normaliser_table(), ensure_ascii=False), "utf-8")
        recipe = self.recipe
        config = {"name": recipe.name, "version": recipe.version, "window": recipe.window, "overlap": recipe.overlap}
        (out / "config.json").write_text(json.dumps(config, indent=1), "utf-8")
        write_manifest(out)

    # -- evaluate --------------------------------------------------------------------------------------------

    def evaluate(self) -> None:
        """``reports/``: every figure of the exported int8 model, the baseline trained on the same rows beside it."""
        baseline = Baseline(training_examples(self.recipe.data, self.recipe.seed), self.recipe.seed)
        settings = Settings(threads=self.recipe.threads)
        with Screener.load(self.folder / "model", settings) as screener:
            systems = {"tingzha": screener_system(screener), "TF-IDF + LR": baseline_system(baseline)}
            report = evaluate(systems, self.recipe.seed)
            report["fp32"] = self._beside_fp32(screener, settings)
        report["model"] = screener.model
        report["parity"] = json.loads((self.folder / "parity.json").read_text("utf-8"))
        report["format"] = {c: round(format_auc(rows), 3) for c, rows in _by_channel(own_records("test")).items()}
        out = self.folder / "reports"
        write_json(report, out / "evaluation.json")
        (out / "EVALUATION.md").write_text(markdown(report), "utf-8")
        plot_reliability(report["reliability"], out / "reliability.png")
        plot_curves(self.folder, out / "curves.png")
        print(summary(report))

    def _beside_fp32(self, int8: Screener, settings: Settings) -> dict[str, Any]:
        """Headline figures of both on the test split, and the share of answers that differ."""
        test = own_records("test")
        with TemporaryDirectory() as folder:
            whole = Path(shutil.copytree(self.folder / "model", Path(folder) / "model"))
            shutil.copyfile(self.folder / "model.fp32.onnx", whole / "model.onnx")
            write_manifest(whole)
            with Screener.load(whole, settings) as fp32:
                answers = {"int8": screener_system(int8)(test), "fp32": screener_system(fp32)(test)}
        both = [a.scam >= 0.5 for a in answers.values()]
        kinds = [a.types for a in answers.values()]
        figures = {name: headline(test, answer) for name, answer in answers.items()}
        found: dict[str, Any] = {
            f"{name}: {figure}": own[figure][0]
            for name, own in figures.items()
            for figure in ("verdict macro-F1", "AUC", "type macro-F1")
        }
        found["verdicts that differ"] = round(float((both[0] != both[1]).mean()), 4)
        found["types that differ"] = round(float(np.mean([a != b for a, b in zip(*kinds, strict=True)])), 4)
        return found

    # -- card ------------------------------------------------------------------------------------------------

    def card(self) -> None:
        """``model/MODEL_CARD.md`` from the reports, and the manifest anew."""
        report = json.loads((self.folder / "reports" / "evaluation.json").read_text("utf-8"))
        stated = json.loads((self.folder / "recipe.json").read_text("utf-8"))
        (self.folder / "model" / "MODEL_CARD.md").write_text(model_card(stated, report), "utf-8")
        write_manifest(self.folder / "model")

    def install(self, target: Path) -> None:
        """Copy the finished model to ``target`` and the reports to ``training/reports``."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder / "model", target)
        reports = Path(__file__).with_name("reports")
        shutil.copytree(self.folder / "reports", reports, dirs_exist_ok=True)

    # -- parts -----------------------------------------------------------------------------------------------

    def base(self) -> tuple[PreTrainedModel, Tokenizer]:
        """The pretrained encoder and its tokenizer."""
        return load_encoder(self.folder / "pretrain")

    def _reader(self, encoder: PreTrainedModel) -> ScamReader:
        taxonomy = load_taxonomy()
        sizes = (len(taxonomy.types), len(taxonomy.signs), len(taxonomy.stages))
        config = self.recipe.finetune
        return ScamReader(encoder, sizes, config.dropout, config.dropouts)

    def _once(self, step: str, inputs: dict[str, Any], work: Callable[[], None]) -> None:
        """Do a step unless it finished with the same inputs."""
        marker = self.folder / step / "done.json"
        stated = json.dumps(inputs, sort_keys=True, ensure_ascii=False)
        if marker.is_file() and marker.read_text("utf-8") == stated:
            print(f"{step}: done before with the same inputs")
            return
        begun = self.folder / step / "begun.json"
        if begun.is_file() and begun.read_text("utf-8") != stated:
            shutil.rmtree(self.folder / step)  # a checkpoint of other inputs must not be taken up
        begun.parent.mkdir(parents=True, exist_ok=True)
        begun.write_text(stated, "utf-8")
        work()
        marker.write_text(stated, "utf-8")


def _source_lines(name: str, rows: int, rng: random.Random) -> list[str]:
    """Raw texts of a source, ``rows`` of them drawn by ``rng`` (0 for all)."""
    source = sources()[name]
    if not source.trainable:
        raise ValueError(f"{name} is for evaluation only ({source.licence})")
    with (data_root() / source.file).open(encoding="utf-8") as handle:
        lines = [json.loads(line) for line in handle]
    rng.shuffle(lines)
    return [(row.get(source.text) or row["text"])[:2000] for row in lines[: rows or None]]


def _by_channel(records: list[Record]) -> dict[str, list[Record]]:
    return {c: [r for r in records if r.channel == c] for c in CHANNELS}


def _hash_own() -> str:
    """Of what is learnt from; dev only draws a curve while training."""
    return hashlib.sha256((OWN / "train.jsonl").read_bytes()).hexdigest()[:16]
