"""Runs whenever Nuke starts, also as ``nuke -t``: lets ``import farmsubmit_nuke`` work, and does nothing else.

Written after Foundry's Nuke Python Developer's Guide, "Start-up Scripts"; not run in a Nuke.
"""

from __future__ import annotations


def _farmsubmit_add_path() -> None:
    """Put the folder of this file at the end of sys.path, unless Nuke has put it there.

    The guide does not say whether a start-up script knows its own file, so the plug-in path is looked through too.
    """
    import sys
    from pathlib import Path

    import nuke

    own = globals().get("__file__")
    for folder in [*([Path(own).parent] if own else []), *map(Path, nuke.pluginPath())]:
        if (folder / "farmsubmit_nuke" / "__init__.py").is_file():
            if str(folder) not in sys.path:
                sys.path.append(str(folder))
            return


_farmsubmit_add_path()
