"""Which DCCs are on this machine: on PATH, where their variables say, and in the usual places."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

from farmsubmit.install.machine import DCCS, Machine

_SECONDS = 10.0

# The names of the programs; Foundry's carry the version.
_NAMES = {"maya": ("maya",), "nuke": ("nuke", "Nuke"), "katana": ("katana", "katanaBin"), "blender": ("blender",)}
_VARIABLES: Dict[str, Tuple[Tuple[str, str], ...]] = {
    "maya": (("MAYA_LOCATION", "bin/maya"),),
    "katana": (("KATANA_ROOT", "katana"), ("KATANA_ROOT", "bin/katanaBin")),
}
# Where the vendors' installers put them, below the root of the file system.
_USUAL: Dict[str, Dict[str, Tuple[str, ...]]] = {
    "linux": {
        "maya": ("usr/autodesk/maya*/bin/maya",),
        "nuke": ("usr/local/Nuke*/Nuke[0-9]*", "opt/Nuke*/Nuke[0-9]*"),
        "katana": ("opt/[Ff]oundry/[Kk]atana*/katana",),
        "blender": ("opt/blender*/blender", "usr/local/blender*/blender"),
    },
    "darwin": {
        "maya": ("Applications/Autodesk/maya*/Maya.app/Contents/bin/maya",),
        "nuke": ("Applications/Nuke*/Nuke*.app/Contents/MacOS/Nuke[0-9]*",),
        "katana": (),
        "blender": ("Applications/Blender*.app/Contents/MacOS/Blender",),
    },
    "win32": {
        "maya": ("Program Files/Autodesk/Maya*/bin/maya.exe",),
        "nuke": ("Program Files/Nuke*/Nuke[0-9]*.exe",),
        "katana": ("Program Files/Katana*/bin/katanaBin.exe",),
        "blender": ("Program Files/Blender Foundation/Blender*/blender.exe",),
    },
}
_VERSIONS = {
    "maya": re.compile(r"[Mm]aya(\d{4})"),
    "nuke": re.compile(r"Nuke(\d+\.\d+(?:v\d+)?)"),
    "katana": re.compile(r"[Kk]atana[-_]?(\d+\.\d+(?:v\d+)?)"),
    "blender": re.compile(r"Blender (\d+\.\d+(?:\.\d+)?)"),
}


class Found(NamedTuple):
    """A DCC on this machine; ``version`` is empty where it is not known, ``where`` says how it was found."""

    dcc: str
    program: Path
    version: str
    where: str


def find(dcc: str, machine: Machine) -> List[Found]:
    """Return the places where a DCC is, each once. Only Blender is asked for its version; nothing else is started."""
    found: Dict[Path, Found] = {}
    for program, where in _candidates(dcc, machine):
        real = program.resolve()
        if real not in found and program.is_file() and os.access(program, os.X_OK):
            found[real] = Found(dcc, program, version_of(dcc, program), where)
    return list(found.values())


def find_all(machine: Machine) -> List[Found]:
    """Return all DCCs on this machine."""
    return [found for dcc in DCCS for found in find(dcc, machine)]


def find_render(machine: Machine) -> Optional[Path]:
    """Return Maya's Render: beside a Maya that is found, else on PATH; None where there is none."""
    name = "Render.exe" if machine.system == "win32" else "Render"
    for maya in find("maya", machine):
        beside = maya.program.resolve().with_name(name)
        if beside.is_file():
            return beside
    on_path = shutil.which("Render", path=machine.environ.get("PATH", ""))
    return Path(on_path) if on_path else None


def version_of(dcc: str, program: Path) -> str:
    """Return the version that a program's path names, or for Blender the one that it prints; empty where none does."""
    text = _printed_version(program) if dcc == "blender" else f"{program.resolve()} {program}"
    found = _VERSIONS[dcc].search(text)
    return found[1] if found else ""


def _candidates(dcc: str, machine: Machine) -> Iterator[Tuple[Path, str]]:
    path = machine.environ.get("PATH", "")
    for name in _NAMES[dcc]:
        program = shutil.which(name, path=path) if path else None
        if program:
            yield Path(program), "PATH"
    ending = ".exe" if machine.system == "win32" else ""
    for variable, below in _VARIABLES.get(dcc, ()):
        if machine.environ.get(variable):
            yield Path(machine.environ[variable]) / (below + ending), variable
    for pattern in _USUAL.get(machine.system, {}).get(dcc, ()):
        for program_path in sorted(machine.root.glob(pattern)):
            yield program_path, "the usual place"


def _printed_version(program: Path) -> str:
    import subprocess

    try:
        done = subprocess.run(
            [str(program), "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")
