"""``import tractor.api.author`` answered by farmsubmit's own authoring API."""

from __future__ import annotations

import sys
from types import ModuleType

_NAMES = ("tractor", "tractor.api")


def install() -> None:
    """Put the names in place for this process, in front of an installed ``tractor`` package."""
    import farmsubmit.author

    above = None
    for name in _NAMES:
        module = ModuleType(name, "An alias that farmsubmit put in place.")
        module.__path__ = []
        sys.modules[name] = module
        if above is not None:
            setattr(above, name.rpartition(".")[2], module)
        above = module
    sys.modules["tractor.api.author"] = farmsubmit.author
    setattr(above, "author", farmsubmit.author)  # noqa: B010  # a ModuleType has no such attribute for mypy
