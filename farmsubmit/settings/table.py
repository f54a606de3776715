"""The one table of settings: name, kind, default and one line of help."""

from __future__ import annotations

import os
import sys
from typing import Callable, Dict, NamedTuple, Tuple, Union

Value = Union[str, int]


class Setting(NamedTuple):
    """A setting; ``kind`` is str, int (at least 1), or a tuple of the words that it can be."""

    name: str
    kind: Union[type, Tuple[str, ...]]
    default: Callable[[], Value]
    help: str

    @property
    def expected(self) -> str:
        """What completes the sentence "… is not …"."""
        if isinstance(self.kind, tuple):
            return "one of " + ", ".join(self.kind)
        return {str: "a string", int: "a whole number of at least 1"}[self.kind]


def _all_cores() -> int:
    return os.cpu_count() or 1


def _conventional_zone() -> str:
    return "UNC" if sys.platform == "win32" else "NFS"


_ROWS = (
    Setting("engine", str, lambda: "local:", "the URL of the engine that jobs go to"),
    Setting("slots", int, _all_cores, "how many commands the local engine runs at once"),
    Setting("zone", str, _conventional_zone, "the directory-map zone of this machine"),
    Setting("chunk", int, lambda: 5, "how many frames one task renders"),
    Setting("service", str, lambda: "BlenderRender", "service expression of render commands"),
    Setting(
        "movie", ("auto", "yes", "no"), lambda: "auto", "make a movie after the frames: auto means where ffmpeg is"
    ),
    Setting("movie_service", str, lambda: "ffmpeg", "service expression of the movie command"),
    Setting("blender", str, lambda: "blender", "the Blender program, here and on the farm"),
    Setting("ffmpeg", str, lambda: "ffmpeg", "the ffmpeg program, here and on the farm"),
)

SETTINGS: Dict[str, Setting] = {setting.name: setting for setting in _ROWS}
