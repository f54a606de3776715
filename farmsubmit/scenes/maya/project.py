"""Where paths of a Maya scene lead: the project around it, as far as the disk shows it. Nothing is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Optional

# workspace.mel is code for Maya; only the plain statement that names the folder for images is looked for.
_IMAGES = re.compile(r'^[ \t]*workspace[ \t]+-(?:fr|fileRule)[ \t]+"images"[ \t]+"([^"\n]+)"', re.MULTILINE)
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")
_SLASHES = re.compile("//+")
_COPY = re.compile(r"\{[0-9]+\}$")
# An environment variable, a home folder, or a token that stands for a folder of Maya.
_NEEDS_MAYA = re.compile(r"\$|%[A-Za-z]|~|<MAYA_RESOURCES>")


class Project:
    """The project of a scene: the folder that Maya tells, else the nearest one above it that holds a workspace.mel."""

    def __init__(self, scene: Path, told: str = "") -> None:
        self.scene = Path(scene).absolute()
        above = (folder for folder in self.scene.parents if _is_file(folder / "workspace.mel"))
        self.root: Optional[Path] = Path(told) if told else next(above, None)
        self._images = self._rule() if self.root else ""

    def _rule(self) -> str:
        try:
            with (self.root or self.scene).joinpath("workspace.mel").open("rb") as stream:
                text = stream.read(1 << 16).decode("utf-8", "replace")
        except OSError:
            return "images"
        found = _IMAGES.search(text)
        return found[1] if found else "images"

    def place(self, text: str, beside_scene: bool = False) -> tuple[str, bool]:
        """Return a stored path as far as it can be told where it leads, and whether that is known.

        A relative one starts from the project; with ``beside_scene`` the scene's folder is tried first. Maya writes
        ``project//sourceimages/a.png`` and numbers further references to one file ``a.ma{1}``.
        """
        path = _COPY.sub("", text) if text.endswith("}") else text
        if _NEEDS_MAYA.search(path):
            return path, False
        if _ABSOLUTE.match(path):
            return path[:1] + _SLASHES.sub("/", path[1:]), True
        folder = self.scene.parent
        if beside_scene and _is_file(folder / path):
            return _joined(folder, path), True
        return (_joined(self.root, path), True) if self.root else (path, False)

    def image(self, text: str) -> tuple[str, bool]:
        """Return the path of an image that is rendered: a relative one starts from the project's folder for images."""
        if _NEEDS_MAYA.search(text):
            return text, False
        if _ABSOLUTE.match(text):
            return self.place(text)
        path, known = self.place(self._images or "images")
        return f"{path.rstrip('/')}/{text}", known


def _joined(folder: Optional[Path], path: str) -> str:
    return f"{folder}/{path}" if folder else path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
