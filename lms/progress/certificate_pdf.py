"""A certificate on paper: A4, landscape, in the course's own typeface."""

from __future__ import annotations

import functools
import io
import tempfile
from pathlib import Path

import segno
from django.conf import settings
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from fpdf import FPDF

from lms.progress.models import Certificate

GREEN, INK, MUTED = (12, 105, 66), (24, 32, 28), (90, 102, 96)
_FONTS = Path(settings.BASE_DIR) / "static" / "dist" / "fonts"
# The site's typeface comes in files by alphabet.
_ALPHABETS = ("", "-latin-ext", "-cyrillic", "-greek", "-vietnamese")
_FAMILY = "Source Sans 3"


def render_certificate(certificate: Certificate, address: str) -> bytes:
    """Return the PDF; `address` is the public page, which stands there as text and as a QR code.

    Latin, Greek and Cyrillic letters are there; of a name in another script the page alone shows all.
    """
    with tempfile.TemporaryDirectory(prefix="dm-certificate-") as folder:
        return _render(certificate, address, Path(folder))


def _render(certificate: Certificate, address: str, folder: Path) -> bytes:
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_title(f"{certificate.title}, {certificate.name}")
    pdf.set_creation_date(certificate.issued_at)
    pdf.set_auto_page_break(False)
    for alphabet in _ALPHABETS:
        for style, weight in (("", 400), ("B", 700)):
            file = folder / f"{alphabet}{weight}.ttf"
            file.write_bytes(_static_font(alphabet, weight))
            pdf.add_font(_FAMILY + alphabet, style, file)
    pdf.set_fallback_fonts([_FAMILY + alphabet for alphabet in _ALPHABETS[1:]])
    pdf.add_page()
    pdf.set_fill_color(*GREEN)
    pdf.rect(0, 0, 8, pdf.h, style="F")
    pdf.set_xy(28, 30)
    _line(pdf, "Certificate of completion", 15, MUTED)
    _line(pdf, certificate.title, 34, GREEN, bold=True, height=17)
    pdf.ln(10)
    _line(pdf, certificate.name, 26, INK, bold=True, height=14)
    done = f"has done all {len(certificate.lessons)} lessons, their live demos, graded exercises and quizzes."
    _line(pdf, done, 14, INK, height=9)
    pdf.ln(6)
    pdf.set_font(_FAMILY, "", 10.5)
    pdf.set_text_color(*MUTED)
    pdf.set_x(28)
    pdf.multi_cell(200, 5.2, " · ".join(str(title) for _, title in certificate.lessons), align="L")
    pdf.set_xy(28, pdf.h - 34)
    _line(pdf, f"Issued on {certificate.issued_at:%-d %B %Y}", 12, INK)
    _line(pdf, address, 10.5, MUTED)
    _draw_code(pdf, address, x=pdf.w - 52, y=pdf.h - 52, size=34)
    return bytes(pdf.output())


def _line(
    pdf: FPDF, text: str, size: float, color: tuple[int, int, int], *, bold: bool = False, height: float = 7
) -> None:
    pdf.set_font(_FAMILY, "B" if bold else "", size)
    pdf.set_text_color(*color)
    # A long name gets smaller instead of running off the page.
    while pdf.get_string_width(text) > 235 and size > 8:
        size -= 1
        pdf.set_font_size(size)
    pdf.set_x(28)
    pdf.cell(0, height, text, new_x="LMARGIN", new_y="NEXT")


def _draw_code(pdf: FPDF, address: str, *, x: float, y: float, size: float) -> None:
    modules = segno.make(address, error="m").matrix
    step = size / len(modules)
    pdf.set_fill_color(*INK)
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            if dark:
                pdf.rect(x + column * step, y + row * step, step * 1.02, step * 1.02, style="F")


@functools.cache
def _static_font(alphabet: str, weight: int) -> bytes:
    """The site's variable font at one weight, as TrueType: that is what a PDF takes."""
    font = TTFont(_FONTS / f"source-sans-3{alphabet}.woff2")
    font.flavor = None
    instance = instancer.instantiateVariableFont(font, {"wght": weight})
    target = io.BytesIO()
    instance.save(target)
    return target.getvalue()
