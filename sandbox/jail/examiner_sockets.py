"""A WebSocket of an exercise's checks: frames travel to the project through the supervisor."""

import json
from collections.abc import Mapping
from typing import Any, Self

from sandbox.jail.examiner_link import Link
from sandbox.jail.examiner_mismatch import Mismatch, show

_WAIT = 2.0  # seconds; on a busy machine an answer takes its time, and one that comes is not waited for


class WebSocket:
    """An open (or refused) connection. Use it as a context manager, or let the end of the check close it.

    Frames are handled while a method of this class, a request or `project.run()` is under way, and then as
    far as the project can go without waiting for time to pass. Methods raise Mismatch, and LearnerError with
    what a consumer raised.
    """

    def __init__(self, link: Link, handshake: Mapping[str, Any], *, timeout: float = _WAIT) -> None:
        self._link = link
        self.path = str(handshake["path"])
        self.close_code: int | None = None
        self.close_reason = ""
        self._gone = False
        answer = link.ask({"op": "socket", "action": "connect", "timeout": timeout, **handshake})
        value = answer["value"]
        self._trace: dict[str, Any] = answer["trace"]
        self._number = value["socket"]
        self.accepted = bool(value["accepted"])
        self.subprotocol: str | None = value["subprotocol"]
        if not self.accepted:
            self.close_code = value["code"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        if error is None:
            self.close()
        else:
            self.finish()

    @property
    def trace(self) -> dict[str, Any]:
        """The connection's X-ray as it is now: `frames`, `queries`, `tasks`, `mail`, …"""
        if not self._gone:
            self._trace = self._ask("trace").get("trace") or self._trace
        return self._trace

    @property
    def frames(self) -> list[dict[str, Any]]:
        return list(self.trace["frames"])

    @property
    def closed(self) -> bool:
        """Whether the project has closed or refused it, as far as frames were received."""
        return self.close_code is not None

    def send(self, data: str | bytes) -> None:
        """A text frame, or a binary one."""
        self._need_open()
        content = {"text": data} if isinstance(data, str) else {"bytes": bytes(data).hex()}
        self._ask("send", **content)

    def send_json(self, value: Any) -> None:
        self.send(json.dumps(value, default=str))

    def receive(self, timeout: float = _WAIT) -> str | bytes:
        """The next frame. Mismatch where none comes in time, or the project closes instead."""
        self._need_open()
        found = self._next(timeout)
        if found is None:
            if self.closed:
                raise Mismatch(expected="a frame", got=f"the socket was closed with code {self.close_code}")
            raise Mismatch(expected=f"a frame within {timeout:g} s", got="nothing")
        return found

    def receive_json(self, timeout: float = _WAIT) -> Any:
        frame = self.receive(timeout)
        try:
            return json.loads(frame)
        except ValueError as error:
            raise Mismatch(expected="a frame of JSON", got=show(frame)) from error

    def close(self, code: int = 1000) -> None:
        """As when the browser's tab is closed; the consumer's disconnect() runs."""
        if not self._gone:
            answer = self._ask("close", code=code)
            self._trace, self._gone = answer.get("trace") or self._trace, True

    def finish(self) -> None:
        """For the end of a check: closed if it is not, without minding what the project raises then."""
        if not self._gone:
            self._gone = True
            self._link.exchange({"op": "socket", "action": "close", "socket": self._number, "code": 1001})

    # --- expectations -------------------------------------------------------------------------

    def expect_accepted(self, concept: str = "") -> None:
        if not self.accepted:
            got = "it was refused (403)" if self.close_code else "no answer to the handshake"
            raise Mismatch(expected=f"{self.path} accepts the connection", got=got, concept=concept)

    def expect_refused(self, concept: str = "") -> None:
        """Refused during the handshake: a close before accept()."""
        if self.accepted:
            raise Mismatch(
                expected=f"{self.path} refuses the connection", got="it was accepted", concept=concept
            )

    def expect_text(self, expected: str, timeout: float = _WAIT, concept: str = "") -> None:
        """The next frame is this text."""
        self._expect(expected, lambda: self.receive(timeout), concept)

    def expect_json(self, expected: Any, timeout: float = _WAIT, concept: str = "") -> None:
        """The next frame is this value as JSON."""
        self._expect(expected, lambda: self.receive_json(timeout), concept)

    def expect_nothing(self, timeout: float = 0.1, what: str = "", concept: str = "") -> None:
        """No frame comes, and the socket stays open, for so long."""
        found = None if self.closed else self._next(timeout)
        if found is not None or self.closed:
            got = f"closed with code {self.close_code}" if found is None else show(found)
            raise Mismatch(expected="no frame", got=got, what=what, concept=concept)

    def expect_closed(self, code: int | None = None, timeout: float = _WAIT, concept: str = "") -> None:
        """The project closes the connection next, with this code if one is named."""
        wanted = "the project closes the socket" + (f" with code {code}" if code is not None else "")
        found = None if self.closed else self._next(timeout)
        if found is not None:
            raise Mismatch(expected=wanted, got=f"a frame: {show(found)}", concept=concept)
        if not self.closed:
            raise Mismatch(expected=wanted, got="it is open", concept=concept)
        if code is not None and self.close_code != code:
            raise Mismatch(expected=wanted, got=f"closed with code {self.close_code}", concept=concept)

    def _expect(self, expected: Any, receive: Any, concept: str) -> None:
        try:
            got = receive()
        except Mismatch as mismatch:
            raise Mismatch(expected=show(expected), got=mismatch.got, concept=concept) from mismatch
        if got != expected:
            raise Mismatch(expected=show(expected), got=show(got), concept=concept)

    def _next(self, timeout: float) -> str | bytes | None:
        value = self._ask("receive", timeout=timeout)["value"]
        if value is None:
            return None
        if "code" in value:
            self.close_code, self.close_reason = value["code"], value["reason"]
            return None
        return str(value["text"]) if "text" in value else bytes.fromhex(value["bytes"])

    def _need_open(self) -> None:
        if self._gone or not self.accepted:
            state = "closed by the check" if self._gone else "never accepted"
            raise Mismatch(expected=f"an open socket at {self.path}", got=f"it was {state}")

    def _ask(self, action: str, **values: Any) -> dict[str, Any]:
        return self._link.ask({"op": "socket", "action": action, "socket": self._number, **values})
