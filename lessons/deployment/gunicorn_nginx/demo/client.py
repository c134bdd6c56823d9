"""An HTTP client that knocks at a Unix socket, and knows nothing of what is behind it."""

import socket
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

HOST = "teahouse.example"


class UnixConnection(HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__(HOST, timeout=timeout)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


@dataclass
class Answer:
    """`status` is 0 where there was none; `error` says why."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    error: str = ""
    began: float = 0.0  # perf_counter(), as `ended`
    ended: float = 0.0

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def ms(self) -> float:
        return (self.ended - self.began) * 1000


def ask(path: Path, target: str, timeout: float = 15.0) -> Answer:
    """One request on a connection of its own. What goes wrong is an answer, too."""
    answer = Answer(began=time.perf_counter())
    connection = UnixConnection(path, timeout)
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        answer.status, answer.headers, answer.body = response.status, response.getheaders(), response.read()
    except (OSError, HTTPException) as error:
        answer.status, answer.error = 0, f"{type(error).__name__}: {error}"
    finally:
        connection.close()
        answer.ended = time.perf_counter()
    return answer
