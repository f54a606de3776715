"""What stands behind ``puli:`` in the engine's URL: a server, and the pool that jobs go to."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from farmsubmit.engines.urloptions import read_options
from farmsubmit.errors import EngineError

HOST, PORT = "PULIHOST", "PULIPORT"
#: What Puli's own client takes where the environment names none.
DEFAULT_HOST, DEFAULT_PORT = "puliserver", "8004"
_OPTIONS = ("pool", "zone")
_FORM = "write puli://HOST:8004?pool=NAME"
_HOST = re.compile(r"[A-Za-z0-9_.-]+\Z|\[[0-9A-Fa-f:.]+\]\Z")


class Location(NamedTuple):
    """A server, the pool for jobs, and the directory-map zone of its render nodes; empty is the setting's."""

    host: str
    port: int
    pool: str = "default"
    zone: str = ""

    @property
    def base(self) -> str:
        """The URL that requests begin with."""
        return f"http://{self.host}:{self.port}"


def read_location(text: str) -> Location:
    """Return what an engine's URL says behind ``puli:``; the rest is PULIHOST and PULIPORT, as Puli's client has it.

    Raises EngineError for an option that there is not, a port that is none, and a password: the server knows none.
    """
    server, _, query = text.partition("?")
    server = server.strip("/")
    if "@" in server:
        raise EngineError("puli: takes no user and no password: its server asks for none", _FORM)
    host, colon, port = server.rpartition(":") if not server.endswith("]") else (server, "", "")
    if not colon:
        host, port = (host or port), ""
    host = host or os.environ.get(HOST, "") or DEFAULT_HOST
    port = port or os.environ.get(PORT, "") or DEFAULT_PORT
    if not _HOST.match(host):
        raise EngineError(f"puli: {host!r} is no name of a host", _FORM)
    number = _number(port)
    options = read_options("puli", query, _OPTIONS, _FORM)
    return Location(host, number, **{name: value for name, value in options.items() if value})


def _number(port: str) -> int:
    if not (port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536):
        raise EngineError(f"puli: {port!r} is no port", _FORM)
    return int(port)
