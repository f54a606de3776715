"""Removing files and folders when nothing needs them any more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, List, Sequence

from farmsubmit.errors import ArgumentError
from farmsubmit.tasks.shipped._base import PythonTask
from farmsubmit.tasks.shipped._patterns import frame_path, split

_ROOT = re.compile(r"[A-Za-z]:/|/+[^/]|//[^/]+/[^/]+/")


class Cleanup(PythonTask):
    """Removes files and folders by name."""

    description = (
        "Removes files and folders by name, without wildcards. A link is removed, not what it points to. "
        "What is not there is no mistake."
    )
    required_arguments: Sequence[str] = ("paths",)
    argument_defaults = {"service": ""}
    argument_help = {
        "paths": "absolute paths of files or folders; one with #### stands for its files of the argument frames",
        "frames": "the frames of the paths with ####",
        "service": "service expression of the command; empty is any blade",
    }
    path_arguments: Sequence[str] = ("paths",)

    def cmd(self) -> Sequence[str]:
        """Return the Python of the settings with the wrapper; raises ArgumentError for a path that is too much."""
        for path in self.texts("paths"):
            refuse_too_much(path)
            if "##" in split(path)[1] and "frames" not in self.arguments:
                raise ArgumentError(f"{path!r} stands for the files of frames, and no frames are given", "give frames")
        return super().cmd()

    def leaf_title(self) -> str:
        """Return the title."""
        return self.title or type(self).__name__

    def script(self) -> List[str]:
        """Remove them and return what was there; raises OSError for what cannot be removed."""
        return [path for path in self.doomed() if remove(path)]

    def doomed(self) -> Iterator[str]:
        """Give the paths to remove, as this blade has them."""
        for path in self.texts("paths"):
            if "#" in split(path)[1] and "frames" in self.arguments:
                yield from (frame_path(path, frame) for frame in self.frame_set())
            else:
                yield path


def refuse_too_much(path: str) -> None:
    """Raise ArgumentError for a path that is not absolute, holds ``..``, or stands at the top of a drive or share."""
    plain = path.replace("\\", "/")
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    if not _ROOT.match(plain):
        raise ArgumentError(f"{path!r} is no absolute path, so it is not removed", "write the whole path")
    if ".." in parts or len(parts) < _depth(plain):
        raise ArgumentError(f"{path!r} is too much to remove", "name a file or folder further down")


def _depth(path: str) -> int:
    """Return how many names a path must have at least: the server and the share of //server/share do not count."""
    return 4 if path.startswith("//") else 2 if path.startswith("/") else 3


def remove(text: str) -> bool:
    """Remove a file, a link, or a folder with all in it, and tell whether it was there; raises OSError."""
    import shutil

    refuse_too_much(text)
    path = Path(text)
    if Path.home().is_relative_to(path):
        raise ArgumentError(f"{text!r} holds the home folder, so it is not removed")
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
        return True
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True
