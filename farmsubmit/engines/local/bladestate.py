"""What status filters are told of this machine before a new task starts.

The keys are ours; what Tractor puts into its dict we could not verify. A key is missing where the standard library
cannot tell.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Dict, List

from farmsubmit.engines.local.launch import Blade
from farmsubmit.engines.statusfilter import Subprocess

_GB = 1 << 30


def profile(blade: Blade, slots: int) -> Dict[str, Any]:
    """Return what does not change: ``host``, ``zone``, ``platform``, ``cpus`` and ``slots``."""
    return {
        "host": blade.name,
        "zone": blade.zone,
        "platform": sys.platform,
        "cpus": os.cpu_count() or 1,
        "slots": slots,
    }


def basic_state(blade: Blade, slots: int, free: int, active: List[Subprocess]) -> Dict[str, Any]:
    """Return the profile, the ``free_slots``, and in ``active`` the commands that run."""
    return {**profile(blade, slots), "free_slots": free, "active": active}


def dynamic_state(folder: Path) -> Dict[str, Any]:
    """Return the ``load`` per processor of the last minute, and free ``memory`` and ``disk`` of a folder in GB."""
    state: Dict[str, Any] = {}
    with suppress(OSError, AttributeError):
        state["load"] = os.getloadavg()[0] / (os.cpu_count() or 1)
    # Asking for a name that a system does not have is a ValueError.
    with suppress(OSError, AttributeError, ValueError):
        state["memory"] = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _GB
    with suppress(OSError):
        state["disk"] = shutil.disk_usage(folder).free / _GB
    return state
