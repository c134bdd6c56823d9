"""The QR code of an address, as inline SVG: no request to anybody else, who would see the key."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(address: str) -> SafeString:
    picture = segno.make(address, error="m", micro=False)
    svg = picture.svg_inline(scale=4, border=4, dark="#000", light="#fff", title="QR code", omitsize=True)
    return mark_safe(svg)  # noqa: S308 - made of squares; the address is not in it as text
