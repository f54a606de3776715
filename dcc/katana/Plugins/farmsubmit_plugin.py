"""What Katana loads from a ``Plugins`` folder of KATANA_RESOURCES: it begins farmsubmit, and names its render farm.

Written after Foundry's developer guide; not run in a Katana.
"""

from __future__ import annotations

import logging
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, List, Tuple

Registry = List[Tuple[str, int, str, Any]]


def _begin() -> Registry:
    if find_spec("farmsubmit_katana") is None:
        sys.path.append(str(Path(__file__).resolve().parent))
    from farmsubmit_katana import menu, registry

    menu.install()
    return registry.entries()


PluginRegistry: Registry = []
try:
    PluginRegistry += _begin()
except Exception:
    # Whatever is wrong here, Katana itself starts.
    logging.getLogger("farmsubmit.katana").exception("farmsubmit is not there in this session")
