"""Reading the logs of a job: one file a command, named after its task and its place in that."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Collection, List, Optional, Tuple

_NAME = re.compile(r"(\d+)\.(\d+)\.log\Z")


def read_logs(folder: Path, tid: Optional[int] = None) -> str:
    """Return the logs of one task, or those of all and then the job's own, which count as task 0; empty without any.

    Bytes that are not UTF-8 come back as replacement characters.
    """
    found: List[Tuple[bool, int, int, Path]] = []
    for path in folder.glob(f"{'*' if tid is None else tid}.*.log"):
        name = _NAME.match(path.name)
        if name:
            task, number = int(name[1]), int(name[2])
            found.append((task == 0, task, number, path))
    return "".join(_text(path) for *_, path in sorted(found))


def remove_logs(folder: Path, tids: Collection[int]) -> None:
    """Remove the logs of some tasks; what cannot be removed stays."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        tid = path.name.partition(".")[0]
        if tid.isdigit() and int(tid) in tids:
            with suppress(OSError):
                path.unlink()


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        # The job was deleted meanwhile.
        return ""
