"""One runner at a time: a lock that dies with its process, and making sure that somebody holds it.

The lock is an exclusive transaction on a small SQLite file of its own: the operating system drops it with the
process, however that ends, and it works alike on Windows and POSIX.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from farmsubmit.errors import EngineError

RUNNER_LOG = "runner.log"
# Runners that this process started, with their queue's folder: kept, so that they are waited for when they have ended.
_started: List[Tuple[Path, subprocess.Popen[bytes]]] = []


class RunnerStopped(SystemExit):
    """A runner was told to end; nothing that catches a plug-in's own sys.exit() may catch this."""


class RunnerLock:
    """The lock of a queue folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._db: Any = None

    def acquire(self, timeout: float = 0.0) -> bool:
        """Take the lock, waiting up to ``timeout`` seconds for it; tell whether that worked."""
        import sqlite3

        path = self._folder / "runner.lock"
        try:
            self._db = sqlite3.connect(str(path), timeout=timeout, isolation_level=None, check_same_thread=False)
            self._db.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self.release()
            if "locked" in str(error):
                return False
            raise EngineError(f"cannot lock {path}: {error}") from None
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._db is not None:
            self._db.close()
            self._db = None


def runner_is_alive(folder: Path) -> bool:
    """Tell whether a runner holds the lock."""
    lock = RunnerLock(folder)
    if not lock.acquire():
        return True
    lock.release()
    return False


def ensure_runner(folder: Path) -> None:
    """Start a runner in a process of its own where none is alive.

    Call it after what the runner is to see was written: a runner that is about to exit gives the lock back first and
    then looks once more, so either it sees what was written or its lock was free here.
    Raises EngineError where no Python can be started.
    """
    _started[:] = [(home, process) for home, process in _started if process.poll() is None]
    if runner_is_alive(folder):
        return
    arguments = [python_program(), "-m", "farmsubmit.engines.local"]
    try:
        with (folder / RUNNER_LOG).open("ab") as log:
            _started.append((folder, _detached(arguments, log)))
    except OSError as error:
        raise EngineError(f"cannot start the runner of the local queue: {error}") from None


def keep_running(folder: Path) -> None:
    """See that a runner is at work, for somebody who waits for it: after a reboot, say, there is none.

    Raises EngineError with its last words where one that was started here ended in error.
    """
    codes = [process.poll() for home, process in _started if home == folder]
    if None in codes:
        return
    code = codes[-1] if codes else 0
    if code:
        _started[:] = [(home, process) for home, process in _started if home != folder]
        log = folder / RUNNER_LOG
        said = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
        raise EngineError(f"the runner of the local queue ended with exit code {code}: {''.join(said)}", f"see {log}")
    ensure_runner(folder)


def _detached(arguments: List[str], log: Any) -> subprocess.Popen[bytes]:
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        # -m looks here first, so the runner is this very farmsubmit. PYTHONPATH would do the same to every command.
        cwd=Path(__file__).resolve().parents[3],
        env=_with_whole_paths(os.environ.copy()),
        start_new_session=True,
        creationflags=flags,
    )


def _with_whole_paths(environment: Dict[str, str]) -> Dict[str, str]:
    """Name the state folder and the configuration file in a way that holds in another working directory."""
    from farmsubmit.settings.configuration import VARIABLES

    for name in ("FARMSUBMIT_HOME", *VARIABLES):
        if environment.get(name):
            environment[name] = str(Path(environment[name]).expanduser().absolute())
    return environment


def python_program() -> str:
    """Return the Python to run the queue with: this one, or where a host program embeds it, one that belongs to it.

    Inside Maya or Nuke ``sys.executable`` is the program itself, and starting that would open another window.
    """
    candidates: List[Optional[str]] = [sys.executable]
    homes = [str(Path(sys.executable or ".").parent), *(str(Path(sys.prefix) / part) for part in ("bin", "."))]
    candidates += [shutil.which(name, path=home) for home in homes for name in ("mayapy", "python3", "python")]
    candidates += [shutil.which(name) for name in ("python3", "python")]
    for candidate in candidates:
        if candidate and Path(candidate).name.lower().startswith(("python", "mayapy", "pypy")):
            return candidate
    raise EngineError("found no Python to run the local queue with", "put python3 on PATH")
