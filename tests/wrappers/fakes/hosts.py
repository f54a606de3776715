"""Programs that run a wrapper as a DCC does, with the habits of each that a wrapper must survive.

    python hosts.py HOST ARGUMENT...

What a host does where nobody has written it down is set to the worst: a script that raises ends with exit code 0. The
variable FAKE_HABIT chooses between ways that differ from version to version or are not documented.
"""

from __future__ import annotations

import os
import re
import sys
from code import InteractiveInterpreter
from pathlib import Path
from typing import List, NoReturn

HABIT = os.environ.get("FAKE_HABIT", "")


def plain(arguments: List[str]) -> None:
    """No DCC at all: only the contract."""
    sys.path.insert(0, arguments[0])
    from farmwrapper import main  # type: ignore[import-not-found, unused-ignore]

    main(arguments[-1])


def maya_batch(arguments: List[str]) -> None:
    """``maya -batch -script FILE.mel WORD``; the whole command line is in sys.argv, and MEL knows where it is."""
    import mayastate

    script = arguments[arguments.index("-script") + 1]
    mel = Path(script).read_text("ascii")
    mayastate.up = True
    if HABIT != "whatIs knows nothing":
        mayastate.procedures = dict.fromkeys(re.findall(r"global proc (\w+)\(\)", mel), script)
    sys.argv = ["maya", *(arguments if HABIT != "argv has only the word" else arguments[-1:])]
    run(python_text(mel), "<maya console>")


def python_text(mel: str) -> str:
    """Return the Python text of a MEL file: all its strings, for a test sees that they are one argument of python()."""
    code = "\n".join(line for line in mel.splitlines() if not line.startswith("//"))
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', code)
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), "".join(strings))


def nuke(arguments: List[str]) -> None:
    """``Nuke -t SCRIPT WORD``: a number or a frame range at the end is not for the script."""
    import nuke

    nuke.rawArgs = ["Nuke", *arguments]
    script, words = arguments[1], arguments[2:]
    if words and re.fullmatch(r"[-\d,x]+", words[-1]):
        words.pop()
    sys.argv = [script, *(words if HABIT != "argv has only the script" else [])]
    run(Path(script).read_text("utf-8"), script)


def katana(arguments: List[str]) -> None:
    """``katana --script SCRIPT WORD``: the script's folder is on sys.path, and there is no __file__."""
    script = arguments[1]
    if HABIT != "the folder is not on sys.path":
        sys.path.insert(0, str(Path(script).parent))
    sys.argv = {"whole argv": ["katana", *arguments], "argv has only the word": ["katana", arguments[-1]]}.get(
        HABIT, arguments[1:]
    )
    run(Path(script).read_text("utf-8"), script)


def run(text: str, path: str) -> None:
    """Run a text as a host does: in a name space without __file__, an error printed and forgotten."""
    name = "a name of the host" if HABIT == "not __main__" else "__main__"
    InteractiveInterpreter({"__name__": name}).runsource(text, path, "exec")


def end() -> NoReturn:
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    {"plain": plain, "maya": maya_batch, "nuke": nuke, "katana": katana}[sys.argv[1]](sys.argv[2:])
    end()
