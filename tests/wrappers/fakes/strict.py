"""A wrong name or argument ends the process with a code of its own, so that no wrapper can catch it."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

REFUSED = 99


def refuse(what: str) -> NoReturn:
    sys.stderr.write(f"the fake has no {what}\n")
    sys.stderr.flush()
    os._exit(REFUSED)


def unknown(module: str, name: str) -> NoReturn:
    """What a fake module answers for a name it does not have; Python itself asks for names with underscores."""
    if name.startswith("__"):
        raise AttributeError(name)
    refuse(f"{module}.{name}")
