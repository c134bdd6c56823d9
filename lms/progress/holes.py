"""A page that is the same for many people but for a few words of each: rendered once, filled for everybody.

Compressing a lesson takes longer than all the rest of answering with it. So each piece between two holes is
compressed once, too: deflate ends a piece with a full flush, after which nothing refers to what came before,
and such pieces may be put together (RFC 1951, 3.2; RFC 1952 for the frame around them).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflate, no name, no time, no system
_LAST_BLOCK = b"\x03\x00"  # empty, and the final one


@dataclass(frozen=True)
class Piece:
    """A stretch of the page in UTF-8, as it is and compressed; or else the name of a hole."""

    text: bytes = b""
    deflated: bytes = b""
    hole: str = ""


class PageWithHoles:
    """`text` holds the names of its holes wherever something of somebody's own belongs."""

    def __init__(self, text: str, holes: list[str]) -> None:
        self.pieces = tuple(_split(text, holes))

    def filled(self, values: Mapping[str, str]) -> bytes:
        """Return the page with each hole's value in its place."""
        return b"".join(values[piece.hole].encode() if piece.hole else piece.text for piece in self.pieces)

    def gzipped(self, values: Mapping[str, str]) -> bytes:
        """Return the same as a gzip file."""
        parts, checksum, size = [_GZIP_HEADER], 0, 0
        for piece in self.pieces:
            text = values[piece.hole].encode() if piece.hole else piece.text
            parts.append(_deflated(text) if piece.hole else piece.deflated)
            checksum, size = zlib.crc32(text, checksum), size + len(text)
        return b"".join([*parts, _LAST_BLOCK, struct.pack("<LL", checksum, size & 0xFFFFFFFF)])


def _split(text: str, holes: list[str]) -> list[Piece]:
    found = [Piece(text=text.encode(), deflated=_deflated(text.encode()))]
    for hole in holes:
        found = [piece for one in found for piece in _cut(one, hole)]
    return found


def _cut(piece: Piece, hole: str) -> list[Piece]:
    if piece.hole or hole.encode() not in piece.text:
        return [piece]
    found: list[Piece] = []
    for stretch in piece.text.split(hole.encode()):
        found += [Piece(text=stretch, deflated=_deflated(stretch)), Piece(hole=hole)]
    return found[:-1]


def _deflated(text: bytes) -> bytes:
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(text) + compressor.flush(zlib.Z_FULL_FLUSH)
