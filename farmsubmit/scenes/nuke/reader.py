"""Read a Nuke script (.nk, .gizmo, a toolset) without Nuke and without its licence; nothing of it is ever run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO, Dict, FrozenSet, List, Optional, Union

from farmsubmit.errors import SceneError
from farmsubmit.scenes import existing_file, shown
from farmsubmit.scenes.facts import FrameRange, SceneFacts
from farmsubmit.scenes.nuke import files, values
from farmsubmit.scenes.nuke.lookup import Lookup
from farmsubmit.scenes.nuke.machine import Machine
from farmsubmit.scenes.nuke.outputs import Outputs
from farmsubmit.scenes.nuke.script import Node, Script
from farmsubmit.scenes.nuke.tokens import commands

# Nuke stores a knob only if it is not the default. Source: Nuke's reference of the project settings.
_FIRST, _LAST, _FPS = 1, 100, 24
_COLOR = ("colorManagement", "OCIO_config", "customOCIOConfigPath", "workingSpaceLUT", "monitorLut")
_CHUNK = 1 << 20
_START = 1024
_LONGEST_NAME = 256
_MOST_ASKED = 10_000
# A node that an expression takes a value from.
_ASKED = (re.compile(rb"value[ \t]+([\w.]+)"), re.compile(rb"knob[ \t]+([\w.]+)"))


def read_nuke(path: Union[str, Path]) -> SceneFacts:
    """Return the facts of a Nuke script; none of the code in it runs.

    Outputs are the nodes that write, wherever they stand in groups. Values that only Nuke could work out are
    ``unresolved`` with their text; code that Nuke would run is in ``code``. Of the environment only variables that an
    expression names are read. Raises SceneError for a file that is missing or cannot be read, and for one that is no
    Nuke script; a script that is cut off or damaged gives what could be read, with warnings.
    """
    scene = existing_file(Path(path)).absolute()
    try:
        with scene.open("rb") as stream:
            script = _script(stream, scene)
    except OSError as error:
        raise SceneError(f"{shown(scene)} cannot be read: {error.strerror}") from None
    return facts_of(script, scene, Lookup(script, scene))


def _script(stream: BinaryIO, scene: Path) -> Script:
    _check_start(stream.read(_START), scene)
    stream.seek(0)
    machine = Machine(_asked(stream))
    stream.seek(0)
    for command in commands(stream):
        machine.take(command)
    script = machine.finish()
    if not script.commands:
        raise SceneError(f"{shown(scene)} is no Nuke script", "a script holds nodes such as Write {file …}")
    return script


def _check_start(start: bytes, scene: Path) -> None:
    if not start:
        raise SceneError(f"{shown(scene)} is empty", "save it again, or name another file")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SceneError(f"{shown(scene)} is UTF-16 text, which Nuke does not write", "save it as UTF-8")
    if b"\0" in start:
        raise SceneError(f"{shown(scene)} is no text, so no Nuke script", "name a .nk or .gizmo file")


def _asked(stream: BinaryIO) -> FrozenSet[bytes]:
    """Return the names of all nodes that expressions ask for, seen before the nodes themselves are read."""
    names: Dict[bytes, None] = {}
    rest = b""
    while len(names) < _MOST_ASKED:
        data = stream.read(_CHUNK)
        if not data:
            break
        text = rest + data
        for pattern in _ASKED:
            for found in pattern.finditer(text):
                names.update(dict.fromkeys(found[1][:_LONGEST_NAME].split(b".")[:-1]))
        rest = text[-_LONGEST_NAME:]
    return frozenset(names)


def facts_of(script: Script, scene: Path, lookup: Lookup) -> SceneFacts:
    """Return what a script says of itself; ``scene`` is its file, and ``lookup`` answers what its values are."""
    root = script.root if script.root is not None else Node("Root", "Root", {}, None)
    frames = _frames(root, lookup)
    needed = files.needed(script, lookup)
    maker = Outputs(script, lookup, frames, lookup.views(root))
    outputs = maker.all(needed)
    return SceneFacts(
        dcc="nuke",
        path=str(scene),
        version=script.version,
        fps=lookup.number(root, "fps", _FPS),
        current_frame=lookup.current_frame(root),
        frames=frames,
        resolution=lookup.resolution(root),
        outputs=outputs,
        variables=lookup.variables,
        files=needed,
        references=files.references(needed, script),
        color=_color(root),
        code=tuple(script.code),
        warnings=(*_general_warnings(script), *script.warnings, *maker.warnings, *lookup.warnings()),
        unresolved=tuple(dict.fromkeys(lookup.unresolved)),
    )


def _frames(root: Node, lookup: Lookup) -> Optional[FrameRange]:
    """Return the range of the script, ``default`` where neither of its ends is stored."""
    first, last = lookup.number(root, "first_frame", _FIRST), lookup.number(root, "last_frame", _LAST)
    if first is None or last is None:
        return None
    stored = b"first_frame" in root.knobs or b"last_frame" in root.knobs
    return FrameRange(first, last, source="stored" if stored else "default")


def _color(root: Node) -> Dict[str, str]:
    return {name: values.text(root.knobs[name.encode()]) for name in _COLOR if name.encode() in root.knobs}


def _general_warnings(script: Script) -> List[str]:
    warnings: List[str] = []
    if script.root is None:
        warnings.append("the script has no Root: its frames, its rate and its format are Nuke's defaults")
    if not script.version:
        warnings.append("the script does not say which Nuke wrote it")
    return warnings
