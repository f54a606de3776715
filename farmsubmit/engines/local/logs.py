"""Reading the logs of a job: one file a command, named after its task and its place in that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Optional, Tuple

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


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        # The job was deleted meanwhile.
        return ""
