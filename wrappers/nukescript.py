"""Runs inside Nuke what the word says: see farmword.py for the word, and farmwrapper.py for exit codes and output.

    nuke -t nukescript.py WORD

Nuke keeps a last argument that is a number or a frame range to itself; the word begins with { or ends with .json, so it
is never one. Written after Foundry's documents; not tried with a Nuke.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import List


def last_word(arguments: List[str]) -> str:
    """Return the last argument, from ``nuke.rawArgs`` where ``sys.argv`` has only the script.

    Source: Foundry's Nuke Python Developer's Guide, "Using the Command-line".
    """
    if len(arguments) > 1:
        return arguments[-1]
    import nuke  # type: ignore[import-not-found, unused-ignore]

    return str(nuke.rawArgs[-1])


def main() -> None:
    """Do what the last argument says and end the process."""
    # Foundry's guide shows the script's path as the first of sys.argv, and says nothing of __file__.
    paths = [globals().get("__file__"), *sys.argv[:1]]
    sys.path[:0] = [str(Path(path).resolve().parent) for path in paths if path]
    try:
        from farmwrapper import main as wrapper_main

        word = last_word(sys.argv)
    except BaseException:
        # Nowhere is it said which exit code Nuke has for a script that raises.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(2)
    wrapper_main(word)


# Whatever name a Nuke gives to the script it runs: doing nothing would look like success. The one name left out is that
# under which the processes of multiprocessing read it again.
if __name__ != "__mp_main__":
    main()
