"""``import tractor.api.author`` and ``tractor.api.query`` answered by farmsubmit."""

from __future__ import annotations

import sys
from types import ModuleType


def install() -> None:
    """Put the names in place for this process, in front of an installed ``tractor`` package."""
    import farmsubmit.author
    from farmsubmit.compat import tractorquery

    api = ModuleType("tractor.api", "An alias that farmsubmit put in place.")
    top = ModuleType("tractor", "An alias that farmsubmit put in place.")
    for module in (top, api):
        module.__path__ = []
    vars(top)["api"] = api
    vars(api).update(author=farmsubmit.author, query=tractorquery)
    sys.modules.update(
        {
            "tractor": top,
            "tractor.api": api,
            "tractor.api.author": farmsubmit.author,
            "tractor.api.query": tractorquery,
        }
    )
