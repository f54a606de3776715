"""What the fake answers for a name or argument that Katana's stubs and documents do not have."""

from __future__ import annotations

from typing import Any, List

REFUSED: List[str] = []


class Refused(AttributeError):
    """A name that Katana does not have; kept in REFUSED too, for whoever catches everything."""


def refuse(what: str) -> Any:
    REFUSED.append(what)
    raise Refused(f"the fake Katana has no {what}")


def unknown(module: str, name: str) -> Any:
    # Python and its tools ask modules for names with underscores, and hasattr() for what older versions lack.
    if name.startswith("__") or (module, name) == ("Katana.FarmAPI", "BaseFarmPlugin"):
        raise AttributeError(name)
    return refuse(f"{module}.{name}")


class Strict:
    """A class whose instances take only the attributes that it names."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return refuse(f"{type(self).__name__}.{name}")


def checked(what: str, value: Any, kind: Any) -> Any:
    """Return a value, or refuse one of the wrong type: Katana's own functions are C++ behind."""
    return value if isinstance(value, kind) else refuse(f"{what} of {type(value).__name__}")
