"""A process outside of Blender that goes on by itself, and the looks at it now and then that never hold Blender up."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable, List, Optional, Sequence

import bpy

from . import programs

#: Looks at something; gives the seconds until the next look, or None for no more.
Look = Callable[[], Optional[float]]

_LOG = "log.txt"
_looks: List[Look] = []


class Child:
    """A program that was started in a session of its own; what it says goes into a file in ``folder``."""

    def __init__(self, argv: Sequence[str], folder: Path) -> None:
        self._log = folder / _LOG
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=programs.environment(),
                start_new_session=True,
                creationflags=programs.no_window(),
            )

    @property
    def exit_code(self) -> Optional[int]:
        """The exit code, None while the program runs."""
        return self._process.poll()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def last_line(self) -> str:
        """Return what the program said last, or how it ended where it said nothing."""
        lines = self._log.read_text("utf-8", "replace").split("\n") if self._log.is_file() else []
        said = [line.strip() for line in lines if line.strip()]
        return said[-1] if said else f"it ended with exit code {self.exit_code} and said nothing"


def new_folder() -> Path:
    """Return a new folder, which goes when Blender ends."""
    return Path(tempfile.mkdtemp(prefix="farmsubmit-", dir=bpy.app.tempdir or None))


def look(step: Look) -> None:
    """Take looks until one gives None: from Blender's timers, or, in the background, here and now."""
    if not bpy.app.background:
        _looks[:] = [*filter(bpy.app.timers.is_registered, _looks), step]
        # A timer that is not persistent ends when another scene is loaded.
        bpy.app.timers.register(step, first_interval=0.1, persistent=True)
        return
    pause = step()
    while pause is not None:
        time.sleep(min(pause, 0.05))
        pause = step()


def stop_looking() -> None:
    """Take no more looks; the programs go on."""
    for step in _looks:
        if bpy.app.timers.is_registered(step):
            bpy.app.timers.unregister(step)
    _looks.clear()
