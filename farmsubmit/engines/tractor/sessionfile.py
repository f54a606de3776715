"""The session with an engine, kept for the next process in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

from farmsubmit import files
from farmsubmit.engines.tractor.location import Location

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def path(location: Location, user: str) -> Path:
    """Return where the session of a user with an engine is kept."""
    return files.state_dir() / "tractor" / f"{name_of(location, user)}.session"


def name_of(location: Location, user: str) -> str:
    """Return what files of this user and engine are called."""
    return _UNSAFE.sub("_", f"{user}@{location.host}-{location.port}")


def read(location: Location, user: str) -> str:
    """Return the session of an earlier time, or ""; a file that others can read or write does not count."""
    kept = path(location, user)
    try:
        if not _is_private(kept):
            return ""
        told = json.loads(kept.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    if not isinstance(told, dict) or (told.get("engine"), told.get("user")) != (location.address, user):
        return ""
    tsid = told.get("tsid")
    return tsid if isinstance(tsid, str) else ""


def write(location: Location, user: str, tsid: str) -> None:
    """Keep a session; where that cannot be done, the next process logs in anew."""
    kept = path(location, user)
    text = json.dumps({"engine": location.address, "user": user, "tsid": tsid})
    try:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write_atomic(kept, text, private=True)
    except OSError:
        return


def _is_private(kept: Path) -> bool:
    # Windows has no such bits; there the folder of the user is private.
    if os.name == "nt":
        return True
    found = kept.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
