"""What a listener on the wire sees: records with a head of five bytes, and what is readable in them."""

import re
from dataclasses import dataclass

from cryptography import x509

CONTENT = {20: "change cipher spec", 21: "alert", 22: "handshake", 23: "application data"}
HANDSHAKE = {
    1: "ClientHello",
    2: "ServerHello",
    4: "NewSessionTicket",
    11: "Certificate",
    12: "ServerKeyExchange",
    14: "ServerHelloDone",
    16: "ClientKeyExchange",
}
_HOST = re.compile(rb"(?:[a-z0-9-]+\.)+[a-z]{2,}")


@dataclass(frozen=True)
class Record:
    from_client: bool
    what: str
    size: int  # bytes, with the head
    readable: list[str]

    @property
    def arrow(self) -> str:
        return "→" if self.from_client else "←"


def plain(data: bytes, *, from_client: bool) -> Record:
    """Bytes without TLS: all of it is readable."""
    lines = [line for line in data.decode("latin-1").split("\r\n") if line]
    return Record(from_client, "HTTP in the clear", len(data), lines)


def split(stream: list[tuple[bool, bytes]]) -> list[Record]:
    """The TLS records in the chunks of both directions, in the order in which they were complete."""
    rest = {True: b"", False: b""}
    encrypted = {True: False, False: False}  # from a change cipher spec on, a handshake record is a secret
    records = []
    for from_client, chunk in stream:
        rest[from_client] += chunk
        while len(rest[from_client]) >= 5:
            kind, size = rest[from_client][0], int.from_bytes(rest[from_client][3:5]) + 5
            if len(rest[from_client]) < size:
                break
            body, rest[from_client] = rest[from_client][5:size], rest[from_client][size:]
            records.append(_record(from_client, kind, size, body, encrypted[from_client]))
            encrypted[from_client] |= kind == 20
    return records


def _record(from_client: bool, kind: int, size: int, body: bytes, encrypted: bool) -> Record:
    what = CONTENT.get(kind, f"type {kind}")
    hidden = kind == 23 or (encrypted and kind in (21, 22))
    if hidden:
        return Record(from_client, f"{what}, encrypted", size, [])
    if kind != 22:
        return Record(from_client, what, size, [])
    names, readable = [], []
    # One record may carry several messages: a type, a length of three bytes, a body.
    while len(body) >= 4:
        end = 4 + int.from_bytes(body[1:4])
        names.append(HANDSHAKE.get(body[0], f"message {body[0]}"))
        readable += _readable(body[0], body[4:end])
        body = body[end:]
    return Record(from_client, ", ".join(names) or what, size, readable)


def _readable(message: int, body: bytes) -> list[str]:
    if message == 1:
        return [f"the name {host.decode()}" for host in _HOST.findall(body)]
    return _certificates(body[3:]) if message == 11 else []


def _certificates(listed: bytes) -> list[str]:
    """Each with a length of three bytes before it, as TLS 1.2 sends them."""
    found = []
    while len(listed) > 3:
        size = int.from_bytes(listed[:3])
        certificate = x509.load_der_x509_certificate(listed[3 : 3 + size])
        found.append(
            f"{certificate.subject.rfc4514_string()}, signed by {certificate.issuer.rfc4514_string()}"
        )
        listed = listed[3 + size :]
    return found
