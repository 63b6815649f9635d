"""What the notebooks share: a font that has Chinese or labels that need none, highlighted text, intervals.

A plot never shows boxes in place of characters: where matplotlib finds no Chinese font, labels are the English
ones and types, signs and stages are named by their ids.
"""

from __future__ import annotations

import html
import warnings
from collections.abc import Sequence
from typing import Protocol

from IPython.display import HTML
from matplotlib import font_manager, pyplot
from scipy.stats import binomtest

from corpora import load_taxonomy

FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",  # the first face of Debian's collection, and the only one matplotlib reads of it
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "PingFang HK",
    "Hiragino Sans GB",
    "Heiti TC",
    "Arial Unicode MS",
)
COLOURS = ("#ffd9a8", "#c7e5ff", "#ffc9d6", "#d3f2c6", "#e3d4ff", "#fff0a3", "#c9f0ee")
RED, BLUE, GREY = "#c0392b", "#2471a3", "#7f8c8d"
LEFT = {"text-align": "left"}  # for tables of texts

# tqdm, which datasets brings, asks for a progress bar nobody needs here
warnings.filterwarnings("ignore", "IProgress not found")


class Span(Protocol):
    """Evidence of a result or of a record."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def sign(self) -> str: ...


def chinese_font() -> str | None:
    """The first installed font that has Chinese; None where there is none."""
    installed = set(font_manager.get_font_names())
    return next((font for font in FONTS if font in installed), None)


def setup() -> None:
    """Large type, and the Chinese font where there is one."""
    pyplot.rcParams.update({"figure.dpi": 100, "font.size": 13, "axes.spines.top": False, "axes.spines.right": False})
    if font := chinese_font():
        pyplot.rcParams.update({"font.family": [font, "DejaVu Sans"], "axes.unicode_minus": False})


def label(zh: str, en: str) -> str:
    """Words for a plot in the language that can be drawn."""
    return zh if chinese_font() else en


def name(id_: str) -> str:
    """Name of a type, sign or stage for a plot."""
    return label(names().get(id_, id_), id_.replace("_", " "))


def names() -> dict[str, str]:
    """Chinese names of types, signs and stages by id."""
    raw = load_taxonomy().raw
    return {entry["id"]: entry["zh"] for kind in ("types", "signs", "stages") for entry in raw[kind]}


def highlight(text: str, evidence: Sequence[Span], title: str = "") -> HTML:
    """The text with its evidence coloured, the sign's name behind each span."""
    signs, known = load_taxonomy().signs, names()
    inside = [{e.sign for e in evidence if e.start <= i < e.end} for i in range(len(text))]
    parts = []
    for i, char in enumerate(text):
        if i == 0 or inside[i] != inside[i - 1]:
            parts.append("</span>" if i and inside[i - 1] else "")
            if inside[i]:
                colour = COLOURS[min(map(signs.index, inside[i])) % len(COLOURS)]
                parts.append(f'<span style="background:{colour};color:#111;border-radius:3px">')
        parts.append("<br>" if char == "\n" else html.escape(char))
        ending = [e.sign for e in evidence if e.end == i + 1]
        parts += [f"<sub><b>{html.escape(known[sign])}</b></sub>" for sign in dict.fromkeys(ending)]
    parts.append("</span>" if inside and inside[-1] else "")
    head = f"<b>{html.escape(title)}</b><br>" if title else ""
    return HTML(f'<div style="line-height:1.9;max-width:52em;margin:.6em 0">{head}{"".join(parts)}</div>')


def spread(share: float, count: int) -> tuple[float, float]:
    """How far the 95 % Wilson interval of a share of ``count`` texts reaches below and above it."""
    found = binomtest(round(share * count), count).proportion_ci(method="wilson")
    return max(0.0, share - found.low), max(0.0, found.high - share)
