"""Runs inside Katana what the word says: see farmword.py for the word, and farmwrapper.py for exit codes and output.

    katana --script katanascript.py WORD

Written after Foundry's documents and what users tell; not tried with a Katana.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import List


def own_folders(arguments: List[str]) -> List[str]:
    """Return the folders that this file may be in: Katana runs a script without ``__file__``, users say."""
    named = [word for word in arguments if Path(word).name == "katanascript.py"]
    paths = [globals().get("__file__"), *named]
    return [str(Path(path).resolve().parent) for path in paths if path]


def main() -> None:
    """Do what the last argument says and end the process."""
    # Where neither is known, Katana has put the script's folder on sys.path.
    sys.path[:0] = own_folders(sys.argv)
    try:
        from farmwrapper import main as wrapper_main
    except BaseException:
        # Nowhere is it said which exit code Katana has for a script that raises.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(2)
    wrapper_main(sys.argv[-1])


# Whatever name a Katana gives to the script it runs: doing nothing would look like success. The one name left out is
# that under which the processes of multiprocessing read it again.
if __name__ != "__mp_main__":
    main()
