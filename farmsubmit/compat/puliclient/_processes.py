"""Programs that runners start: through the system's shell where a runner's command is a line for one, else without."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any, Dict, List, Optional, Sequence


def shell_argv(line: str) -> List[str]:
    """Return the words that give a line to the shell: ``/bin/sh``, or cmd on Windows."""
    if sys.platform == "win32":
        return [os.environ.get("COMSPEC", "cmd.exe"), "/d", "/c", line]
    return ["/bin/sh", "-c", line]


def start(argv: Sequence[str], **more: Any) -> subprocess.Popen[str]:
    """Start a program in a session of its own, so that it can be ended with all that it started."""
    own: Dict[str, Any] = {} if sys.platform == "win32" else {"start_new_session": True}
    return subprocess.Popen(list(argv), **own, **more)


def finish(process: subprocess.Popen[str], seconds: Optional[float] = None) -> int:
    """Wait for a program and return its exit code; whatever comes between, such as Ctrl-C, ends it.

    Raises subprocess.TimeoutExpired after so many seconds.
    """
    try:
        return process.wait(seconds)
    except BaseException:
        end(process)
        raise


def end(process: subprocess.Popen[str]) -> None:
    """End a program and what it started."""
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        pass
    process.wait()
