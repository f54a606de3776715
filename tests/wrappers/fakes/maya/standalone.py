from __future__ import annotations

import atexit
import os
from typing import Any

import mayastate
from strict import refuse, unknown

NO_START = (
    "Error encountered when initializing Maya - Please check for sufficient disk space "
    "and necessary write permissions of MAYA_APP_DIR."
)


def initialize(name: str = "python") -> None:
    """Start Maya once. From then on a normal end of Python crashes; before that, the exit code may be made 0."""
    if mayastate.up or name != "python":
        refuse(f"maya.standalone.initialize(name={name!r}) in a Maya that is {'up' if mayastate.up else 'not up'}")
    if os.environ.get("FAKE_MAYA_START") == "no":
        raise RuntimeError(NO_START)
    mayastate.up = True
    mayastate.environment = dict(os.environ)
    atexit.register(os.abort)
    if os.environ.get("MAYA_NO_STANDALONE_ATEXIT") != "1":
        atexit.register(os._exit, 0)


def uninitialize() -> None:
    mayastate.up = False


def __getattr__(name: str) -> Any:
    unknown("maya.standalone", name)
