"""``python -m training``: ``run`` does every step of a recipe; each step is also a command by itself.

python -m training run recipes/compact.toml
python -m training evaluate                    # the shipped model: reports and figures
python -m training benchmark                   # speed against peers in the same run
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

STEPS = ("prepare", "pretrain", "finetune", "wide", "calibrate", "export", "evaluate", "card")


def main(argv: list[str] | None = None) -> int:
    """Run a command; 0 when it went well."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__.split("\n")[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", *STEPS):
        step = commands.add_parser(name, help="every step, resumable" if name == "run" else f"the step {name} alone")
        step.add_argument("recipe", nargs="?", default="recipes/compact.toml")
        step.add_argument("--out", type=Path, help="the run's folder (default runs/NAME)")
        step.add_argument("--install", type=Path, help="copy the finished model here, e.g. nlp/models/compact")
    bench = commands.add_parser("benchmark", help="messages per second against peers in the same run")
    bench.add_argument("--model", type=Path)
    bench.add_argument("--threads", type=int, default=1)
    bench.add_argument("--json", type=Path)
    commands.add_parser("readme", help="write the reports' figures into the README")
    audit = commands.add_parser("audit", help="shortcuts: what form and the first characters alone tell, per source")
    audit.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    if options.command == "benchmark":
        from training.benchmark import benchmark

        return benchmark(options.model, options.threads, options.json)
    if options.command == "readme":
        from training.readme import fill

        fill()
        return 0
    if options.command == "audit":
        from training.audit import audit as run_audit

        return run_audit(options.json)
    return _steps(options)


def _steps(options: argparse.Namespace) -> int:
    from training.config import load_recipe
    from training.steps import Run

    try:
        recipe = load_recipe(options.recipe)
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    run = Run(recipe, options.out or Path("runs") / recipe.name)
    for step in STEPS if options.command == "run" else (options.command,):
        print(f"== {step}", flush=True)
        getattr(run, step)()
    if options.install:
        run.install(options.install)
    return 0


if __name__ == "__main__":
    sys.exit(main())
