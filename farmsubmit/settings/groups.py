"""The groups that a user belongs to, for policies that are about some of them."""

from __future__ import annotations

import os
from typing import Sequence, Tuple


def unix_groups() -> Tuple[str, ...]:
    """Return the names of the groups of the user of this process, in the system's order; empty where there are none."""
    try:
        import grp
        import pwd
    except ImportError:
        return ()
    try:
        user = pwd.getpwuid(os.getuid())
        numbers: Sequence[int] = os.getgrouplist(user.pw_name, user.pw_gid)
    except (KeyError, OSError):
        # A container may run a user that no list knows.
        numbers = os.getgroups()
    names = []
    for number in numbers:
        try:
            names.append(grp.getgrgid(number).gr_name)
        except (KeyError, OSError):
            continue
    return tuple(names)
