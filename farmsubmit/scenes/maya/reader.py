"""Read a Maya scene without Maya: .ma and .mb, told apart by what they hold. Nothing of a scene is ever run.

Source: files of Maya 7.0 to 2027 and Autodesk's node reference; see docs/scenes-maya.md for what is read from where.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Union

from farmsubmit.errors import SceneError
from farmsubmit.scenes import existing_file, first_bytes, shown
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.scenes.maya.ascii import read_statements
from farmsubmit.scenes.maya.binary import read_chunks
from farmsubmit.scenes.maya.facts import facts_of

_ASCII = re.compile(rb"^\s*(//Maya ASCII|requires\s|file\s|createNode\s|fileInfo\s|currentUnit\s)", re.MULTILINE)


def read_maya(path: Union[str, Path]) -> SceneFacts:
    """Return the facts of a .ma or .mb file, whatever it is called.

    Frames are in the scene's time unit. Raises SceneError for a file that is missing, cannot be read, or is neither.
    """
    scene = existing_file(Path(path))
    if first_bytes(scene, 4) in (b"FOR4", b"FOR8"):
        return read_binary(scene)
    return read_ascii(scene)


def read_ascii(path: Union[str, Path]) -> SceneFacts:
    """Return the facts of a .ma file; raises SceneError for a file that is missing, unreadable, or no Maya ASCII."""
    scene = existing_file(Path(path))
    start = first_bytes(scene, 4096)
    if not start:
        raise SceneError(f"{shown(scene)} is empty", "save it again, or name another file")
    if not _ASCII.search(start):
        raise SceneError(f"{shown(scene)} is no Maya scene", "a .ma starts with //Maya ASCII, a .mb with FOR4 or FOR8")
    return facts_of(read_statements(scene), scene)


def read_binary(path: Union[str, Path]) -> SceneFacts:
    """Return the facts of a .mb file; raises SceneError for a file that is missing, unreadable, or no Maya binary."""
    scene = existing_file(Path(path))
    return facts_of(read_chunks(scene), scene)
