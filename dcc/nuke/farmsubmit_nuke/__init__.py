"""farmsubmit inside Nuke."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("farmsubmit") is None:
    # Nothing was installed for this Python: the folder that holds this package holds the core too.
    _parents = Path(__file__).resolve().parents
    _root = next((path for path in _parents if (path / "farmsubmit" / "__init__.py").is_file()), None)
    # Where there is no core, the first action says so; Nuke's start must not.
    if _root is not None:
        sys.path += [str(_root), str(_root / "ui"), str(_root / "libraries")]
