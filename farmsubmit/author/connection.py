"""What a script says of its engine with setEngineClientParam, kept until a job is spooled."""

from __future__ import annotations

from typing import Any, Dict, Optional

from farmsubmit.errors import AuthorError, UnknownAttributeError

_KINDS = {"hostname": str, "port": int, "user": str, "password": str, "debug": bool, "sessionFilename": str}
_NAMES = {str: "a string", int: "a whole number, such as 80", bool: "True or False"}
_said: Dict[str, Any] = {}


def setEngineClientParam(**params: Any) -> None:
    """Override how jobs reach the engine: hostname, port, user, password, debug, sessionFilename.

    Call it before spooling. The hostname counts only where the settings name no engine, so that one setting can send
    a whole pipeline's scripts elsewhere. Raises AuthorError for an unknown name or a value of the wrong kind.
    Source: the author API document, "Engine Connectivity".
    """
    for name, value in params.items():
        kind = _KINDS.get(name)
        if kind is None:
            raise UnknownAttributeError("setEngineClientParam", name, _KINDS)
        if value is not None and not isinstance(value, kind):
            shown = "…" if name == "password" else value
            raise AuthorError("setEngineClientParam", name, shown, _NAMES[kind])
    _said.update(params)


def closeEngineClient() -> None:
    """End the session with the engine: what setEngineClientParam said is forgotten."""
    _said.clear()


def engine_param(name: str) -> Any:
    """Return what the script said of one parameter, such as ``user``; None where it said nothing."""
    return _said.get(name)


def engine_host() -> Optional[str]:
    """Return ``host`` or ``host:port`` as the script named it, or None."""
    host = _said.get("hostname")
    if not host:
        return None
    return f"{host}:{_said['port']}" if _said.get("port") else str(host)
