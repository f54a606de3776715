from __future__ import annotations

from typing import Any

import mayastate
from strict import unknown


def about(*, batch: bool) -> bool:
    if not mayastate.up:
        raise AttributeError("module 'maya.cmds' has no attribute 'about'")
    return batch


def __getattr__(name: str) -> Any:
    unknown("maya.cmds", name)
