"""farmsubmit inside Blender: an add-on for 3.4 and newer, and an extension for 4.2 and newer.

Nothing but this file and the interface is loaded when Blender starts; the core is, when an action needs it.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Optional

bl_info = {
    "name": "farmsubmit",
    "author": "the farmsubmit maintainers",
    "version": (0, 1, 0),
    "blender": (3, 4, 0),
    "location": "Render menu, and Output properties",
    "description": "Turn the scene into a render-farm job, look at it, and send it",
    "category": "Render",
}

ROOT_FILE = "farmsubmit_root.txt"


def core_root() -> Optional[Path]:
    """Return the folder that holds the core: that of ``farmsubmit_root.txt``, else one that holds this package.

    What is installed for this Python comes before both. None where there is no core.
    """
    spec = find_spec("farmsubmit")
    if spec is not None and spec.origin:
        return Path(spec.origin).absolute().parents[1]
    here = Path(__file__).resolve().parent
    named = here / ROOT_FILE
    roots = [Path(named.read_text("utf-8").strip())] if named.is_file() else []
    return next((root for root in (*roots, *here.parents) if (root / "farmsubmit" / "__init__.py").is_file()), None)


def register() -> None:
    """Add the menu entries, the panel and the preferences; called by Blender when the add-on is switched on."""
    from . import menu

    menu.register()


def unregister() -> None:
    """Take away all that register() has added."""
    from . import menu

    menu.unregister()


_root = core_root()
if _root is not None:
    from .outside import add_paths

    add_paths(sys.path, _root)
