"""A real TLS server on this machine, for one connection, and a client that writes down what is sent.

Both ends are loopback sockets. Nothing is looked up or reached outside: the client asks for the name
harbour.example, and is connected as if its DNS had said 127.0.0.1.
"""

import socket
import ssl
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from .records import Record, plain, split

TIMEOUT = 3.0  # seconds, for each step of either side
SECRET = "password=lantern-oil"
REQUEST = (
    "POST /sign-in/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {len(SECRET)}\r\n\r\n{SECRET}"
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 18\r\nSet-Cookie: sessionid=4f1c\r\n\r\nThe lamp is lit.\r\n"
_AT_ONCE = threading.BoundedSemaphore(2)


class BusyError(Exception):
    """Others are shaking hands at the moment."""


@dataclass(frozen=True)
class ServerSide:
    chain: str  # PEM: the certificate, and what else the server sends
    key: str
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2


@dataclass(frozen=True)
class ClientSide:
    host: str
    trusted: str | None  # PEM of the roots it trusts; None: it verifies nothing
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3


@dataclass
class Talk:
    records: list[Record] = field(default_factory=list)
    version: str = ""
    cipher: str = ""
    bits: int = 0
    ms: float = 0.0
    answer: str = ""
    client_error: str = ""
    server_error: str = ""

    @property
    def succeeded(self) -> bool:
        return not self.client_error


def server_context(server: ServerSide) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = server.oldest
    # OpenSSL reads a chain from a file only. This one is gone as soon as it has been read.
    with tempfile.TemporaryDirectory(prefix="https-ssl-") as folder:
        file = Path(folder, "chain.pem")
        file.write_text(server.chain + server.key)
        context.load_cert_chain(file)
    return context


def client_context(client: ClientSide) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies the chain and the host name
    context.maximum_version = client.newest
    # Python falls back to the common name where there is no other. Browsers have ceased to.
    context.hostname_checks_common_name = False
    if client.trusted is None:
        context.check_hostname = False  # what `verify=False` does
        context.verify_mode = ssl.CERT_NONE
    elif client.trusted:
        context.load_verify_locations(cadata=client.trusted)
    return context


def talk(server: ServerSide | None, client: ClientSide) -> Talk:
    """One request over the loopback, by TLS, or in the clear without a server side. Raises BusyError."""
    if not _AT_ONCE.acquire(timeout=5):
        raise BusyError("Others are shaking hands here. Try again in a moment.")
    seen = Talk()
    context = server_context(server) if server else None
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(TIMEOUT)
            serving = threading.Thread(target=_serve_one, args=(listener, context, seen), daemon=True)
            serving.start()
            _ask(listener.getsockname()[1], client, seen, encrypted=context is not None)
            serving.join(TIMEOUT * 2)
    finally:
        _AT_ONCE.release()
    return seen


def _serve_one(listener: socket.socket, context: ssl.SSLContext | None, seen: Talk) -> None:
    try:
        connection, _ = listener.accept()
        connection.settimeout(TIMEOUT)
        with connection:
            if context is None:
                connection.recv(4096)
                connection.sendall(ANSWER)
                return
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(4096)
                secure.sendall(ANSWER)
    except (ssl.SSLError, OSError) as error:
        seen.server_error = _words(error)  # an alert from the client is half of the lesson


def _ask(port: int, client: ClientSide, seen: Talk, *, encrypted: bool) -> None:
    request = REQUEST.format(host=client.host).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as wire:
        if not encrypted:
            wire.sendall(request)
            answer = wire.recv(4096)
            seen.answer = answer.decode("latin-1").splitlines()[0]
            seen.records = [plain(request, from_client=True), plain(answer, from_client=False)]
            return
        tap = Tap(wire, client)
        started = time.perf_counter()
        try:
            tap.handshake()
            seen.ms = (time.perf_counter() - started) * 1000
            seen.version = tap.tls.version() or ""
            seen.cipher, _, seen.bits = tap.tls.cipher() or ("", "", 0)
            seen.answer = tap.ask(request).decode("latin-1").splitlines()[0]
        except (ssl.SSLError, OSError) as error:
            seen.client_error = _words(error)
            tap.flush()  # the alert that tells the server why
        seen.records = split(tap.stream)


class Tap:
    """A TLS client whose bytes pass through our hands, as they would through a listener's."""

    def __init__(self, wire: socket.socket, client: ClientSide) -> None:
        self.wire = wire
        self.stream: list[tuple[bool, bytes]] = []
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = client_context(client)
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=client.host)

    def handshake(self) -> None:
        while True:
            try:
                self.tls.do_handshake()
                self.flush()
                return
            except ssl.SSLWantReadError:
                self.flush()
                self._receive()

    def ask(self, request: bytes) -> bytes:
        self.tls.write(request)
        self.flush()
        while True:
            try:
                return self.tls.read(4096)
            except ssl.SSLWantReadError:
                self._receive()

    def flush(self) -> None:
        if data := self._outgoing.read():
            self.stream.append((True, data))
            self.wire.sendall(data)

    def _receive(self) -> None:
        data = self.wire.recv(16_384)
        if not data:
            raise ConnectionError("The server closed the connection.")
        self.stream.append((False, data))
        self._incoming.write(data)


def _words(error: Exception) -> str:
    """`certificate verify failed: certificate has expired`, without OpenSSL's file and line."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {error.verify_message}"
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.lower().replace("_", " ")
    return str(error) or type(error).__name__
