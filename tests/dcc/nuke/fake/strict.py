"""What the fake does with a name, a flag or a word that Nuke does not have: it refuses, and nobody can catch it."""

from __future__ import annotations

from typing import Any, List, NoReturn

#: All that was refused; a test fails where something stands here.
REFUSED: List[str] = []


class Refused(BaseException):
    """No Exception, so that no ``except Exception`` of ours hides it."""


def refuse(what: str) -> NoReturn:
    REFUSED.append(what)
    raise Refused(f"Nuke has no {what}")


class Strict:
    """An object that has what its class says, and nothing else."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        refuse(f"{type(self).__name__}.{name}")
