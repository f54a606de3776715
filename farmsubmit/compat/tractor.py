"""``import tractor.api.author`` and ``tractor.api.query`` answered by farmsubmit."""

from __future__ import annotations

from farmsubmit.compat.aliases import replace

_NAMES = {
    "tractor": "",
    "tractor.api": "",
    "tractor.api.author": "farmsubmit.author",
    "tractor.api.query": "farmsubmit.compat.tractorquery",
}


def install() -> None:
    """Put the names in place for this process, in front of an installed ``tractor`` package."""
    replace(_NAMES)
