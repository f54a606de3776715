"""The dialog, in a process of its own, for Blender has no Qt; it gets the facts of the open scene as a JSON file."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import List, Optional

import bpy

from . import child, programs, saving, scene, settings, status

#: A dialog that ends within so many seconds has not come up.
EARLY = 2.0
_OPENING = "Opening the submitter …"


class Opened:
    """A dialog that was started.

    One that is live gets the facts of the open scene through a file, and looks when that is written anew; another has
    read the scene's file.
    """

    def __init__(self, words: List[str], path: str, is_live: bool) -> None:
        folder = child.new_folder()
        self.facts = folder / f"{Path(path).stem}.facts.json"
        self.is_live = is_live
        if is_live:
            self.hand_over(path)
        self.started = time.monotonic()
        self.process = child.Child([*words, str(self.facts) if is_live else path], folder)

    @property
    def is_open(self) -> bool:
        """Whether the dialog still runs."""
        return self.process.exit_code is None

    def hand_over(self, path: str) -> None:
        """Write the facts of the open scene, whole or not at all."""
        part = self.facts.with_name("part")
        told = {**scene.facts_document(path), "options": saving.options_of(path, saving.SAVE)}
        part.write_text(json.dumps(told), "ascii")
        part.replace(self.facts)

    def look(self) -> Optional[float]:
        """Tell of an early end; give the seconds until the next look, None for no more."""
        if not self.is_open:
            text = f"the submitter did not come up: {self.process.last_line()}"
            status.tell(text, is_problem=True)
            return None
        if time.monotonic() - self.started < EARLY:
            return 0.25
        if status.latest().text == _OPENING:
            status.tell("The submitter is open")
        return None


_opened: List[Opened] = []


def show(unsaved: str = saving.REFUSE) -> None:
    """Open the dialog on the open scene; one that is open shows the scene as it is now.

    Raises FarmsubmitError where the scene cannot be submitted as it stands, or no Python is found that has a Qt.
    """
    path = saving.submitted_file(unsaved)
    is_live = unsaved != saving.AS_SAVED
    if is_live and is_open():
        _opened[0].hand_over(path)
        return
    words = programs.command("dialog", settings.python())
    status.tell(_OPENING)
    _opened[:] = [Opened(words, path, is_live)]
    child.look(_opened[0].look)


def is_open() -> bool:
    """Tell whether a dialog is open that this Blender has started and can hand a scene to."""
    return bool(_opened) and _opened[0].is_live and _opened[0].is_open


def hand_over_change() -> None:
    """Hand over the scene that was saved or loaded to an open dialog."""
    if is_open() and bpy.data.filepath:
        _opened[0].hand_over(bpy.data.filepath)
