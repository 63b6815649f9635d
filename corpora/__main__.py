"""``python -m corpora``: author and check the corpus."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from corpora.author import read_draft
from corpora.card import data_card, review_figures
from corpora.check import check
from corpora.loaders import OWN, SPLITS
from corpora.record import Record, write_records


def main(argv: list[str] | None = None) -> int:
    """Run a command; 0 when all is well, 1 when the corpus or a draft has faults."""
    parser = argparse.ArgumentParser(prog="python -m corpora", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    author = commands.add_parser("author", help="drafts, where spans are quoted, to records, where they have offsets")
    author.add_argument("drafts", nargs="+", type=Path)
    author.add_argument("--split", required=True, choices=SPLITS)
    author.add_argument("--out", required=True, type=Path)
    checker = commands.add_parser("check", help="schema, offsets, balance, duplicates across splits, personal data")
    checker.add_argument("folder", nargs="?", type=Path, default=OWN)
    checker.add_argument("--json", type=Path, help="also write the figures here")
    checker.add_argument("--card", type=Path, help="also write the data card here")
    options = parser.parse_args(argv)
    if options.command == "author":
        return _author(options.drafts, options.split, options.out)
    report = check(options.folder)
    print(report.text())
    if options.json:
        options.json.write_text(json.dumps(report.figures, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if options.card:
        options.card.write_text(data_card(report.figures, review_figures(options.folder / "review.jsonl")), "utf-8")
    return 1 if report.faults else 0


def _author(drafts: list[Path], split: str, out: Path) -> int:
    records: list[Record] = []
    faults = 0
    for draft in drafts:
        for _, record in read_draft(draft, split, draft.stem.rsplit("-", 1)[0]):
            if isinstance(record, Record):
                records.append(record)
            else:
                faults += 1
                print(record, file=sys.stderr)
    write_records(out, records)
    print(f"{len(records)} records in {out}, {faults} draft lines refused")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
