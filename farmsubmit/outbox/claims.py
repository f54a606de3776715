"""One process at a time: who carries a letter puts its name on it, and a dead one's name is taken off."""

from __future__ import annotations

import os
import socket
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

_CLAIM = "claim"
#: Seconds after which nobody can still be sending: more than an engine is ever waited for.
STALE = 1800.0


@contextmanager
def claimed(folder: Path) -> Iterator[bool]:
    """Put this process's name on the letter in a folder, and take it off at the end; tell whether it was free."""
    mine = take(folder) or (_take_off_stale(folder / _CLAIM) and take(folder))
    try:
        yield mine
    finally:
        if mine:
            release(folder)


def take(folder: Path) -> bool:
    """Put this process's name on the letter in a folder, and tell whether it was free; see claimed()."""
    claim = folder / _CLAIM
    try:
        handle = os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError:
        # It is another's, or the letter itself is gone.
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(f"{socket.gethostname()} {os.getpid()} {uuid.uuid4().hex}")
    return True


def release(folder: Path) -> None:
    """Take this process's name off; the letter may be gone."""
    (folder / _CLAIM).unlink(missing_ok=True)


def _take_off_stale(claim: Path) -> bool:
    """Take off the name of a process that is no more, and tell whether that was so."""
    name = _read(claim)
    if not _is_stale(claim, name):
        return False
    aside = claim.with_name(f"{_CLAIM}.{uuid.uuid4().hex}")
    try:
        claim.rename(aside)
    except OSError:
        return False
    if _read(aside) == name:
        aside.unlink(missing_ok=True)
        return True
    # Between the look and the move another has put its name there: that one counts.
    aside.rename(claim)
    return False


def _is_stale(claim: Path, name: str) -> bool:
    try:
        age = time.time() - claim.stat().st_mtime
    except OSError:
        return False
    host, _, rest = name.partition(" ")
    number = rest.partition(" ")[0]
    if host == socket.gethostname() and number.isdigit() and not _is_alive(int(number)):
        return True
    return age > STALE


def _is_alive(process: int) -> bool:
    if sys.platform == "win32":
        # There, signal 0 would end it; its age tells.
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
