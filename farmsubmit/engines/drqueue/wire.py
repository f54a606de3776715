"""One conversation with a DrQueue master or slave: requests, sized blocks and texts, all of it bounded.

The one that sends a struct says its size first, and the other answers its own: where they differ, both hang up. Each
conversation is one request; then the connection is closed. Nothing is read that was not asked for, and all of it
together has a deadline.
Source: the wire of DrQueue 0.64.4 and later.
"""

from __future__ import annotations

import socket
import struct
import time
from types import TracebackType
from typing import Optional, Type

from farmsubmit.engines.drqueue.codec import decoded, encoded
from farmsubmit.errors import EngineError, EngineUnreachable

#: Who asks: what the master does is the same for all of them.
CLIENT = 20
MASTER_PORT, SLAVE_PORT = 1234, 2345
#: Seconds to connect, and for a whole conversation: the master hangs up after as many.
CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 30.0
#: The longest text that is read, in bytes.
LONGEST_TEXT = 4096
_REQUEST = struct.Struct(">BBI")


class Refused(EngineError):
    """An answer of the master that is an error; ``code`` is its number."""

    def __init__(self, code: int, problem: str) -> None:
        self.code = code
        super().__init__(problem)


class NotConnected(EngineUnreachable):
    """A master or slave that nothing was sent to, because it did not take the call."""


class Conversation:
    """A connection for one request; use it in a ``with``.

    Raises EngineUnreachable where the other side does not answer or hangs up, and EngineError where it says what
    cannot be.
    """

    def __init__(self, host: str, port: int, seconds: float = WHOLE_SECONDS, who: int = CLIENT) -> None:
        self.where, self._who = f"{host}:{port}", who
        self._end = time.monotonic() + seconds
        try:
            self._socket = socket.create_connection((host, port), min(CONNECT_SECONDS, seconds))
            # Sizes and answers are a few bytes each: without this every one of them would wait for the one before.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, UnicodeError) as error:
            raise NotConnected(f"DrQueue at {self.where} does not answer: {_reason(error)}") from None

    def __enter__(self) -> Conversation:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    # --- what is sent

    def ask(self, code: int, data: int = 0) -> None:
        """Send a request, or a number that belongs to one."""
        self.send(_REQUEST.pack(code, self._who, data))

    def offer(self, size: int, what: str) -> None:
        """Say the size of what is sent next; raises EngineError where the other side has another one."""
        self.send(struct.pack(">I", size))
        other = self._size()
        if other != size:
            raise self._other_version(what, other, size)

    def send_text(self, text: str, what: str) -> None:
        """Send a text."""
        data = encoded(text, LONGEST_TEXT, what) + b"\0"
        self.offer(2, "the length of a text")
        self.send(struct.pack(">H", len(data)))
        self.offer(len(data), "a text")
        self.send(data)

    def send(self, data: bytes) -> None:
        """Send bytes."""
        try:
            self._wait()
            self._socket.sendall(data)
        except OSError as error:
            raise self._lost(_reason(error)) from None

    # --- what comes

    def answer(self) -> int:
        """Return the number of an answer."""
        return int(_REQUEST.unpack(self.read(_REQUEST.size))[2])

    def count(self, most: int, what: str) -> int:
        """Return an answer that says how many follow; raises EngineError for more than there can be."""
        number = self.answer()
        if number > most:
            raise EngineError(f"DrQueue at {self.where} says that it has {number} {what}", f"it can have {most}")
        return number

    def block(self, what: str, *sizes: int) -> bytes:
        """Return a sized block, which must have one of these sizes."""
        size = self._size()
        self.send(struct.pack(">I", size if size in sizes else sizes[0]))
        if size not in sizes:
            raise self._other_version(what, size, *sizes)
        return self.read(size)

    def text(self, what: str) -> str:
        """Return a text; raises EngineError for one that is too long or has no end."""
        (length,) = struct.unpack(">H", self.block("the length of a text", 2))
        if not 0 < length <= LONGEST_TEXT:
            raise EngineError(f"DrQueue at {self.where} sends {what} of {length} bytes", f"it may have {LONGEST_TEXT}")
        data = self.block(what, length)
        if data[-1:] != b"\0":
            raise EngineError(f"DrQueue at {self.where} sends {what} without an end")
        return decoded(data)

    def read(self, size: int) -> bytes:
        """Return exactly so many bytes."""
        found = bytearray()
        while len(found) < size:
            try:
                self._wait()
                piece = self._socket.recv(min(size - len(found), 1 << 16))
            except OSError as error:
                raise self._lost(_reason(error)) from None
            if not piece:
                raise self._lost("it hung up half-way" if found else "it hung up without an answer")
            found += piece
        return bytes(found)

    def _size(self) -> int:
        return int(struct.unpack(">I", self.read(4))[0])

    def _wait(self) -> None:
        """Give the next step what is left of the time."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        self._socket.settimeout(left)

    def _lost(self, reason: str) -> EngineUnreachable:
        return EngineUnreachable(f"DrQueue at {self.where} does not answer: {reason}")

    def _other_version(self, what: str, found: int, *known: int) -> EngineError:
        sizes = " or ".join(map(str, sorted(known)))
        problem = f"DrQueue at {self.where} is of another version: for {what} it has {found} bytes, not {sizes}"
        return EngineError(problem, "this client speaks with DrQueue 0.64.4 and later")


def _reason(error: Exception) -> str:
    if isinstance(error, socket.timeout):
        return "it takes too long"
    return str(getattr(error, "strerror", None) or error)
