"""Scenes as files: read_scene says what a scene holds, without a person opening it in its DCC."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Callable, Union

from farmsubmit.errors import SceneError, did_you_mean
from farmsubmit.scenes.facts import SceneFacts

__all__ = ["SceneFacts", "read_scene"]

# The module with the reader of each kind of scene, and the reader's name in it; imported when it is needed.
_READERS = {
    "maya": ("read_maya", ".ma .mb"),
    "nuke": ("read_nuke", ".nk .gizmo"),
    "katana": ("read_katana", ".katana .macro .livegroup"),
    "usd": ("read_usd", ".usd .usda .usdc .usdz"),
}
_BY_SUFFIX = {suffix: (module, name) for module, (name, suffixes) in _READERS.items() for suffix in suffixes.split()}


def read_scene(
    path: Union[str, Path], blender: str = "blender", cancelled: Callable[[], bool] = lambda: False
) -> SceneFacts:
    """Return the facts of a scene file; none of the code in it runs.

    Maya, Nuke and Katana scenes are read without their DCC; ``blender`` is the Blender program, which reads .blend
    files until ``cancelled`` says that nobody waits for it; USD is read by the optional package usd-core. Raises
    SceneError for a path that is missing, is no file, or is of a kind that cannot be read, and MissingLibraryError
    where usd-core is needed and not installed.
    """
    scene = existing_file(Path(path))
    if is_blend(scene):
        from farmsubmit.scenes.blender import read_blend

        return read_blend(scene, blender, cancelled=cancelled)
    home = _BY_SUFFIX.get(scene.suffix.lower())
    if home is None:
        raise SceneError(f"{shown(scene)} is no scene of a known kind", f"known: .blend {' '.join(_BY_SUFFIX)}")
    from importlib import import_module

    facts: SceneFacts = getattr(import_module(f"farmsubmit.scenes.{home[0]}"), home[1])(scene.absolute())
    return facts


def is_blend(scene: Path) -> bool:
    """Whether a file is Blender's by its name, backups such as ``.blend1`` among them, or by its first bytes."""
    if scene.suffix.lower().rstrip("0123456789") == ".blend":
        return True
    return scene.suffix.lower() not in _BY_SUFFIX and first_bytes(scene, 7) == b"BLENDER"


def existing_file(path: Path) -> Path:
    """Return the path as it is if a file is there; raises SceneError saying what is wrong, with the nearest name."""
    try:
        if path.is_file():
            return path
        if path.is_dir():
            raise SceneError(f"{shown(path)} is a folder and no scene", "name a file in it")
        if path.exists():
            raise SceneError(f"{shown(path)} is no ordinary file")
        raise SceneError(f"there is no file {shown(path)}", _nearest(path))
    except OSError as error:
        raise SceneError(f"{shown(path)} cannot be looked at: {error.strerror}") from None


def shown(path: Path) -> str:
    """Return a path for a sentence: in quotes and escaped where it holds line ends or bytes that are no text."""
    text = str(path)
    return text if text.isprintable() else repr(text)


def first_bytes(path: Path, count: int) -> bytes:
    """Return the first bytes of a file, fewer if it is shorter; raises SceneError if it cannot be opened."""
    try:
        with path.open("rb") as stream:
            return stream.read(count)
    except OSError as error:
        raise SceneError(f"{shown(path)} cannot be opened: {error.strerror}") from None


def _nearest(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {shown(path.parent)}"
    return did_you_mean(path.name, (entry.name for entry in islice(path.parent.iterdir(), 2000)))
