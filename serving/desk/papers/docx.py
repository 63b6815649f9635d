"""A paper as a Word file."""

from __future__ import annotations

import io

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from serving.desk.papers.paper import Paper

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BODY, _HEAD = "仿宋", "黑体"


def docx(paper: Paper) -> bytes:
    """The file."""
    document = Document()
    for style, font, size in (("Normal", _BODY, 14), ("Title", _HEAD, 22), ("Heading 1", _HEAD, 16)):
        _font(document.styles[style], font, size)
    document.add_heading(paper.title, 0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(paper.note).runs[0].italic = True
    for section in paper.sections:
        document.add_heading(section.heading, 1)
        for words in section.paragraphs:
            document.add_paragraph(words).paragraph_format.first_line_indent = Pt(28)
        if section.table:
            table = document.add_table(0, len(section.table[0]), "Table Grid")
            for row in section.table:
                for cell, words in zip(table.add_row().cells, row, strict=True):
                    cell.text = words
        for words in section.points:
            document.add_paragraph(words, "List Bullet")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _font(style: object, name: str, size: int) -> None:
    style.font.name, style.font.size = name, Pt(size)  # type: ignore[attr-defined]
    # Word keeps the font of Chinese characters apart.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()  # type: ignore[attr-defined]
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), name)
