from __future__ import annotations

from typing import Any

import mayastate
from strict import refuse, unknown


def eval(string: str, /) -> Any:
    """Answer what a MEL command would: whatIs alone, in the words of Autodesk's command reference."""
    command, _, name = string.partition(" ")
    if command != "whatIs" or not name.isidentifier():
        refuse(f"MEL command {string!r}")
    path = mayastate.procedures.get(name)
    return f"Mel procedure found in: {path}" if path else "Unknown"


def __getattr__(name: str) -> Any:
    unknown("maya.mel", name)
