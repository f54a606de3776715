"""The machine as the installer sees it, and where each DCC looks for what belongs to its user."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import List, Mapping, NamedTuple

#: The DCCs that farmsubmit can be installed for.
DCCS = ("maya", "nuke", "katana", "blender")

_VERSION = re.compile(r"\d+\.\d+")


class Machine(NamedTuple):
    """An operating system as ``sys.platform`` names it, its variables, the user's home, and where its folders begin."""

    system: str
    environ: Mapping[str, str]
    home: Path
    root: Path = Path("/")

    @property
    def separator(self) -> str:
        """What stands between the parts of a variable that is a list of paths."""
        return ";" if self.system == "win32" else ":"

    def list_of(self, name: str) -> List[str]:
        """Return the parts of a variable that is a list of paths; none where it is not set."""
        return [part for part in self.environ.get(name, "").split(self.separator) if part]


def this_machine() -> Machine:
    """Return the machine that this runs on."""
    return Machine(sys.platform, os.environ, Path.home())


def maya_home(machine: Machine) -> Path:
    """Return the user's Maya folder. Source: Autodesk's page "File path variables", MAYA_APP_DIR and its defaults."""
    named = machine.environ.get("MAYA_APP_DIR")
    if named:
        return Path(named)
    if machine.system == "win32":
        return machine.home / "Documents" / "maya"
    if machine.system == "darwin":
        return machine.home / "Library" / "Preferences" / "Autodesk" / "maya"
    return machine.home / "maya"


def nuke_home(machine: Machine) -> Path:
    """Return the user's Nuke folder. Source: Foundry's page on loading plug-ins and scripts."""
    return machine.home / ".nuke"


def blender_addons(machine: Machine, versions: List[str]) -> List[Path]:
    """Return the folders for the user's add-ons: of each version that has a folder, and of ``versions`` such as 4.2.

    BLENDER_USER_SCRIPTS counts instead, as it does for Blender. Source: Blender's manual, "Directory Layout".
    """
    named = machine.environ.get("BLENDER_USER_SCRIPTS")
    if named:
        return [Path(named) / "addons"]
    home = _blender_home(machine)
    there = [path.name for path in home.iterdir() if path.is_dir()] if home.is_dir() else []
    found = {name for name in (*there, *versions) if _VERSION.fullmatch(name)}
    return [home / name / "scripts" / "addons" for name in sorted(found, key=_as_numbers)]


def _blender_home(machine: Machine) -> Path:
    if machine.system == "win32":
        roaming = Path(machine.environ.get("APPDATA") or machine.home / "AppData" / "Roaming")
        return roaming / "Blender Foundation" / "Blender"
    if machine.system == "darwin":
        return machine.home / "Library" / "Application Support" / "Blender"
    return Path(machine.environ.get("XDG_CONFIG_HOME") or machine.home / ".config") / "blender"


def _as_numbers(version: str) -> List[int]:
    return [int(part) for part in version.split(".")]
