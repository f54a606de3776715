"""Runs inside Maya what the word says: see farmword.py for the word, and farmwrapper.py for exit codes and output.

    mayapy mayascript.py WORD
    maya -batch -script mayascript.mel WORD

The first is the better one: it starts Maya only once the word is read. The second is for what needs a whole Maya in
batch mode. Written after Autodesk's documents; not tried with a Maya.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: Without the first, mayapy closes Maya at its end and makes the exit code 0. The others switch off what is sent to
#: Autodesk, for that can crash Maya at its start. A studio's own values stay. Source: Autodesk's tests of Maya USD.
ENVIRONMENT = {"MAYA_NO_STANDALONE_ATEXIT": "1", "MAYA_DISABLE_CIP": "1", "MAYA_DISABLE_CER": "1"}


def main() -> None:
    """Do what the last argument says and end the process; for a Maya that is up, as mayascript.mel calls it."""
    from farmwrapper import main as wrapper_main

    wrapper_main(sys.argv[-1])


def main_of_mayapy() -> None:
    """Do what the last argument says in a Maya that is started for it, and end the process."""
    from farmwrapper import main as wrapper_main

    wrapper_main(sys.argv[-1], start_maya)


def start_maya() -> None:
    """Start Maya without its windows in this mayapy."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    import maya.standalone  # type: ignore[import-not-found, unused-ignore]

    maya.standalone.initialize(name="python")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    main_of_mayapy()
