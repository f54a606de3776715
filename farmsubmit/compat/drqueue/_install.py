"""The names under which old scripts import DrQueue's bindings."""

from __future__ import annotations

import sys
from types import ModuleType


def install() -> None:
    """Put ``drqueue`` and ``drqueue.base.libdrqueue`` in place for this process, in front of an installed package."""
    from farmsubmit.compat import drqueue

    base = ModuleType("drqueue.base", "An alias that farmsubmit put in place.")
    base.__path__ = []
    names = {"drqueue": drqueue, "drqueue.base": base, "drqueue.base.libdrqueue": drqueue}
    sys.modules.update(names)
    setattr(drqueue, "base", base)  # noqa: B010  # a module has no such attribute for mypy
    setattr(base, "libdrqueue", drqueue)  # noqa: B010
