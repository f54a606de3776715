"""Where the files of the layers are: those of the site, of the show, of the user, and of a scene."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Iterable, List, NamedTuple, Optional, Union

from farmsubmit import files
from farmsubmit.errors import SettingsError, did_you_mean
from farmsubmit.settings.tomltext import is_there

#: The variable with the folders of the site, the first of which counts most, and that with the folder of the show.
SITE, SHOW = "FARMSUBMIT_SITE", "FARMSUBMIT_SHOW"

#: The DCCs that a file may have tables for, each with the endings of its scenes.
DCCS = {
    "blender": (".blend",),
    "katana": (".katana", ".macro", ".livegroup"),
    "maya": (".ma", ".mb"),
    "nuke": (".nk", ".gizmo"),
    "usd": (".usd", ".usda", ".usdc", ".usdz"),
}

_FILE = "settings.toml"
_SHOW_FILES = ("farmsubmit.toml", os.path.join(".farmsubmit", _FILE))  # noqa: PTH118

ScenePath = Union[str, Path, None]


class Place(NamedTuple):
    """A folder of a layer, whose ``kind`` is site, show or user."""

    kind: str
    path: Path


def site_folders() -> List[Path]:
    """Return the folders that FARMSUBMIT_SITE lists; raises SettingsError for one that is not there."""
    texts = [text.strip() for text in os.environ.get(SITE, "").split(os.pathsep)]
    return [_folder(text, SITE) for text in texts if text]


def site_files() -> List[Path]:
    """Return the settings files of the site, the one that counts most first."""
    return [path for folder in site_folders() if is_there(path := folder / _FILE)]


def show_folder(scene: ScenePath = None) -> Optional[Path]:
    """Return the folder of the show: that of FARMSUBMIT_SHOW, else the nearest above the scene with a show's file.

    Raises SettingsError for a folder that is not there.
    """
    named = os.environ.get(SHOW, "").strip()
    if named:
        return _folder(named, SHOW)
    if scene is None:
        return None
    above = absolute(Path(scene)).parents
    return next((folder for folder in above if any(is_there(folder / name) for name in _SHOW_FILES)), None)


def show_file(folder: Path) -> Optional[Path]:
    """Return the settings file of a show, or None; raises SettingsError where there are two."""
    found = [path for name in _SHOW_FILES if is_there(path := folder / name)]
    if len(found) > 1:
        raise SettingsError(f"{folder} has both {' and '.join(_SHOW_FILES)}", "keep one of them")
    return found[0] if found else None


def scene_file(scene: Union[str, Path]) -> Path:
    """Return the settings file of a scene, which may not exist: ``shot.ma.farmsubmit.toml`` beside ``shot.ma``."""
    path = absolute(Path(scene))
    return path.with_name(f"{path.name}.farmsubmit.toml")


def file_of(kind: str, scene: ScenePath = None) -> Path:
    """Return the file of a layer, user, show or scene, for writing; it may not exist.

    Raises SettingsError where there is no show, or no scene is given.
    """
    if kind == "user":
        return settings_file()
    if kind == "scene":
        if scene is None:
            raise SettingsError("a scene's settings need the scene", "name it")
        return scene_file(scene)
    folder = show_folder(scene)
    if folder is None:
        raise SettingsError("there is no show here", f"set {SHOW}, or name a scene of a show")
    return show_file(folder) or folder / _SHOW_FILES[0]


def settings_file() -> Path:
    """Return the user's settings file, which may not exist."""
    return files.config_dir() / _FILE


def preset_folders(scene: ScenePath = None) -> List[Place]:
    """Return the folders with presets, which may not exist, the one that counts most first."""
    show = show_folder(scene)
    shows = [Place("show", show / ".farmsubmit" / "presets")] if show else []
    sites = [Place("site", folder / "presets") for folder in site_folders()]
    return [Place("user", files.config_dir() / "presets"), *shows, *sites]


def dcc_of(scene: ScenePath) -> str:
    """Return the DCC of a scene by its ending, or an empty string."""
    suffix = Path(scene).suffix.lower() if scene is not None else ""
    return next((dcc for dcc, suffixes in DCCS.items() if suffix in suffixes), "")


def check_dcc(name: str, where: Optional[Callable[[], str]] = None) -> None:
    """Raise SettingsError for a DCC that files have no tables for; ``where`` gives the place that names it."""
    if name not in DCCS:
        place = f"{where()}: " if where else ""
        hint = did_you_mean(name, DCCS) or f"there are {', '.join(DCCS)}"
        raise SettingsError(f"{place}there is no DCC {name!r}", hint)


def is_trusted(path: Path, folders: Iterable[str]) -> bool:
    """Tell whether a file lies in FARMSUBMIT_SHOW or in one of the folders, so that it may name code to run."""
    trusted = [absolute(Path(folder).expanduser()) for folder in (os.environ.get(SHOW, "").strip(), *folders) if folder]
    return any(folder in absolute(path).parents for folder in trusted)


def absolute(path: Path) -> Path:
    """Return a path from the root on, without ``..``; links are not followed, for a show may be one."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # Path.absolute leaves the dots


def _folder(text: str, variable: str) -> Path:
    path = absolute(Path(text).expanduser())
    if not os.path.isdir(path):  # noqa: PTH112  # Path raises where it may not look
        raise SettingsError(f"{variable} names {path}, which is no folder")
    return path
