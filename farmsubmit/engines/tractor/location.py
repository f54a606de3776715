"""Which Tractor engine an URL means, and who asks it.

Source: the author API document, "Engine Connectivity": TRACTOR_ENGINE, else ``tractor-engine:80``; USER, else root;
TRACTOR_PASSWORD; TRACTOR_DEBUG. How an engine is discovered on the network is in no public document, so that is not
done: name the engine.
"""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from farmsubmit.author import connection
from farmsubmit.errors import EngineError
from farmsubmit.settings import load_settings
from farmsubmit.settings.functions import Credentials

DEFAULT_ENGINE = "tractor-engine:80"
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})"
_ADDRESS = re.compile(rf"(?:([^\s:/@?#]+)@)?(\[[0-9A-Fa-f:.]+\]|{_LABEL}(?:\.{_LABEL})*\.?)(?::([0-9]{{1,5}}))?/?\Z")
_FORM = "write tractor://HOST:PORT, or tractor://USER@HOST:PORT"
_FALSE = ("", "0", "false", "no", "off")


class Location(NamedTuple):
    """A host (an IPv6 address in brackets), a port, and a user where the URL names one."""

    host: str
    port: int
    user: str = ""

    @property
    def address(self) -> str:
        """``HOST:PORT``."""
        return f"{self.host}:{self.port}"

    @property
    def text(self) -> str:
        """What stands behind ``tractor:`` in the URL."""
        return f"//{self.user}@{self.address}" if self.user else f"//{self.address}"


def read_location(text: str) -> Location:
    """Return the engine that an URL names behind ``tractor:``; where it names none, that of this environment.

    The order is: the URL, setEngineClientParam(), the setting ``tractor_engine``, TRACTOR_ENGINE, DEFAULT_ENGINE.
    Raises EngineError for what is no address, and for a password: it does not belong there.
    """
    named = text.lstrip("/") or _engine_of_environment()
    if ":" in named.rpartition("@")[0]:
        raise EngineError("a password does not belong in the URL of an engine", "see docs/tractor.md")
    found = _ADDRESS.match(named)
    port = int(found[3] or 80) if found else 0
    if found is None or not 0 < port < 65536:
        raise EngineError(f"tractor:{text} names no engine", _FORM)
    return Location(found[2], port, found[1] or "")


def identity(location: Location) -> Credentials:
    """Return the user and the password ("" where there is none); printing them shows neither.

    The user is that of the URL, of setEngineClientParam(), of the credentials resolver, TRACTOR_USER, USER, or root.
    The password is that of setEngineClientParam(), of the resolver where the user is its own, TRACTOR_PASSWORD where
    TRACTOR_ENGINE names no other engine, or that of the keyring for ``tractor://HOST:PORT``. Raises SettingsError where
    the resolver fails.
    """
    resolved = _resolved()
    user = location.user or _said("user") or resolved.user
    user = user or os.environ.get("TRACTOR_USER") or os.environ.get("USER") or "root"
    own = resolved.password if user == resolved.user else ""
    password = _said("password") or own or _of_environment(location) or _of_keyring(location, user)
    return Credentials(user, password)


def is_debug() -> bool:
    """Tell whether requests are to be shown on standard error."""
    return bool(_said("debug")) or os.environ.get("TRACTOR_DEBUG", "").strip().lower() not in _FALSE


def session_filename() -> str:
    """Return the session file that a script named with setEngineClientParam(), or ""."""
    return _said("sessionFilename")


def _engine_of_environment() -> str:
    setting = str(load_settings()["tractor_engine"])
    return connection.engine_host() or setting or os.environ.get("TRACTOR_ENGINE") or DEFAULT_ENGINE


def _resolved() -> Credentials:
    settings = load_settings()
    if settings.origin("tractor_engine_credentials_resolver") == "default":
        return Credentials("", "")
    found: Credentials = settings["tractor_engine_credentials_resolver"]()
    return found


def _said(name: str) -> str:
    """Return what a script said of its engine, as text; "" where it said nothing."""
    return str(connection.engine_param(name) or "")


def _of_environment(location: Location) -> str:
    """Return TRACTOR_PASSWORD, unless the environment names another engine: that one's is not for everybody."""
    named = os.environ.get("TRACTOR_ENGINE")
    if named and read_location(named).address != location.address:
        return ""
    return os.environ.get("TRACTOR_PASSWORD", "")


def _of_keyring(location: Location, user: str) -> str:
    from importlib import import_module

    try:
        keyring: Any = import_module("keyring")
    except ImportError:
        return ""
    try:
        return str(keyring.get_password(f"tractor://{location.address}", user) or "")
    except Exception:
        # A keyring that is locked or has no service here is one without a password.
        return ""
