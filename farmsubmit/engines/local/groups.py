"""Processes and the groups they lead: starting one, ending all of it, and knowing it again after a crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple


def start_group(argv: List[str], env: Dict[str, str], cwd: Optional[str], streams: Tuple[Any, Any, Any]) -> Any:
    """Start a program as the leader of a group of its own and return its Popen; raises OSError and ValueError.

    ``streams`` are its standard input, output and error, as Popen takes them.
    """
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
        # CreateProcess would look along the PATH of this process and for .exe only.
        argv = [shutil.which(argv[0], path=env.get("PATH")) or argv[0], *argv[1:]]
    return subprocess.Popen(
        argv,
        env=env,
        cwd=cwd,
        stdin=streams[0],
        stdout=streams[1],
        stderr=streams[2],
        start_new_session=True,
        creationflags=flags,
    )


def end_group(pid: int, hard: bool = False) -> None:
    """Ask all of a group to end, or with ``hard`` make it; a group that is gone is fine."""
    if sys.platform == "win32":
        if hard:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(pid)], capture_output=True, check=False)
            return
        try:
            os.kill(pid, signal.CTRL_BREAK_EVENT)
        except OSError:
            return
    else:
        try:
            os.killpg(pid, signal.SIGKILL if hard else signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            # macOS answers PermissionError for a group of zombies.
            return


def group_is_alive(pid: int) -> bool:
    """Tell whether a group whose leader has ended still has members; on Windows that is not known: False."""
    if sys.platform == "win32":
        return False
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def fingerprint(pid: int) -> str:
    """Return the pid and when its process began, by which it is known again; just the pid where that is unknown.

    Only Linux tells without another program.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return str(pid)
    # The name in parentheses may hold blanks; what follows it has the start time as its 20th word.
    return f"{pid} {stat.rpartition(b')')[2].split()[19].decode()}"


def end_leftover(mark: str) -> bool:
    """End the group of a process that a runner left behind when it was killed; tell whether there was one.

    A process is touched only where its fingerprint proves that it is the same one.
    """
    pid, _, began = mark.partition(" ")
    if not began or fingerprint(int(pid)) != mark:
        return False
    end_group(int(pid), hard=True)
    return True
