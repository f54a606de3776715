"""What each DCC needs to find farmsubmit: a variable, or something in the user's own folders.

Written after the vendors' documents; of the four, Blender was tried.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple

from farmsubmit import files
from farmsubmit._version import __version__
from farmsubmit.errors import FarmsubmitError, did_you_mean
from farmsubmit.install.find import find
from farmsubmit.install.machine import DCCS, Machine, blender_addons, maya_home, nuke_home
from farmsubmit.install.steps import Block, Folder, Step, WholeFile

#: Names the folder of the core in an add-on that was copied away from it.
ROOT_FILE = "farmsubmit_root.txt"
_MODULE = "farmsubmit.mod"


class Plan(NamedTuple):
    """What makes a DCC find farmsubmit.

    ``variables`` are lists of paths, each with the one to add; ``steps`` do the same in the user's own folders, and
    are none where the DCC knows no such way. ``notes`` are what the person does then.
    """

    dcc: str
    variables: Dict[str, str]
    steps: List[Step]
    notes: List[str]

    def is_set(self, machine: Machine) -> bool:
        """Tell whether a variable has the path already."""
        paths = [(name, Path(path)) for name, path in self.variables.items()]
        return any(path in map(Path, machine.list_of(name)) for name, path in paths)

    def is_done(self, machine: Machine) -> bool:
        """Tell whether the DCC finds farmsubmit; raises FarmsubmitError where the user's files cannot be read."""
        return self.is_set(machine) or (bool(self.steps) and all(step.is_done() for step in self.steps))


def plan_for(dcc: str, machine: Machine) -> Plan:
    """Return what a DCC needs; raises FarmsubmitError for one that is not known."""
    if dcc not in _PLANS:
        raise FarmsubmitError(f"there is no DCC {dcc!r}", did_you_mean(dcc, DCCS) or f"there are {', '.join(DCCS)}")
    return _PLANS[dcc](machine)


def _maya(machine: Machine) -> Plan:
    folder = files.shipped("dcc", "maya")
    step = WholeFile(maya_home(machine) / "modules" / _MODULE, _module_text(folder), _is_our_module)
    return Plan("maya", {"MAYA_MODULE_PATH": str(folder)}, [step], ["Maya reads it when it starts"])


def _module_text(folder: Path) -> str:
    """Return the shipped module file with its folder written out, for it is read from another place.

    Source: Autodesk's page "Module description files": ``+ CONDITIONS NAME VERSION PATH``.
    """
    shipped = folder / _MODULE
    if not shipped.is_file():
        return f"+ farmsubmit {__version__} {folder.as_posix()}\n"
    return "".join(f"{_with_path(line, folder)}\n" for line in shipped.read_text("utf-8").splitlines())


def _with_path(line: str, folder: Path) -> str:
    if not line.startswith("+"):
        return line
    *words, path = line.split()
    return " ".join([*words, (folder / path).as_posix()])


def _is_our_module(text: str) -> bool:
    return any(line.startswith("+") and "farmsubmit" in line.split() for line in text.splitlines())


def _nuke(machine: Machine) -> Plan:
    folder = files.shipped("dcc", "nuke")
    # In ASCII, so that it reads the same whatever the encoding of the file that it stands in.
    lines = ["import nuke", f"nuke.pluginAddPath({folder.as_posix()!a})"]
    step = Block(nuke_home(machine) / "init.py", lines)
    return Plan("nuke", {"NUKE_PATH": str(folder)}, [step], ["Nuke reads it when it starts, in terminal mode too"])


def _katana(machine: Machine) -> Plan:
    # Foundry's "Environment Variables" names what is read from the user's folder; plug-ins are not among it.
    folder = files.shipped("dcc", "katana")
    return Plan("katana", {"KATANA_RESOURCES": str(folder)}, [], ["Katana reads it when it starts"])


def _blender(machine: Machine) -> Plan:
    versions = [".".join(found.version.split(".")[:2]) for found in find("blender", machine)]
    steps: List[Step] = [
        Folder(folder / "farmsubmit_blender", _copy_addon, ROOT_FILE, "the add-on")
        for folder in blender_addons(machine, versions)
    ]
    notes = ["switch it on in Blender: Edit, Preferences, Add-ons, farmsubmit"]
    if not steps:
        notes = ["no Blender is found: start it once, put it on PATH, or set BLENDER_USER_SCRIPTS"]
    return Plan("blender", {}, steps, notes)


def _copy_addon(target: Path) -> None:
    source = files.shipped("dcc", "blender", "farmsubmit_blender")
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    (target / ROOT_FILE).write_text(f"{files.root()}\n", "utf-8")


_PLANS: Dict[str, Callable[[Machine], Plan]] = {"maya": _maya, "nuke": _nuke, "katana": _katana, "blender": _blender}


def shell_line(name: str, path: str, machine: Machine) -> str:
    """Return the line of a shell that adds a path to a variable: of cmd on Windows, of sh elsewhere."""
    if machine.system == "win32":
        return f'set "{name}={path};%{name}%"'
    import shlex

    return f"export {name}={shlex.quote(path)}${{{name}:+:${name}}}"
