"""farmsubmit inside Katana."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("farmsubmit") is None:
    # Nothing was installed for this Python: the folder that holds this package holds the core too.
    _root = next(path for path in Path(__file__).resolve().parents if (path / "farmsubmit" / "__init__.py").is_file())
    sys.path += [str(_root), str(_root / "ui"), str(_root / "libraries")]
