"""The facts of the open script, by the rules that read a script file, with Nuke's own answers where a file has none.

Written after Foundry's Python reference; not run in a Nuke.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, TypeVar

import nuke

from farmsubmit.errors import SceneError
from farmsubmit.scenes.facts import FrameRange, SceneFacts
from farmsubmit.scenes.nuke import files, read_nuke, values
from farmsubmit.scenes.nuke.outputs import Outputs
from farmsubmit_nuke.graph import LiveScript
from farmsubmit_nuke.lookup import LiveLookup

T = TypeVar("T")
_COLOR = ("colorManagement", "OCIO_config", "customOCIOConfigPath", "workingSpaceLUT", "monitorLut")


def script_path() -> str:
    """Return the path of the open script; raises SceneError for one that was never saved."""
    knob = nuke.root().knob("name")
    path = str(knob.value()) if knob is not None else ""
    if not path:
        raise SceneError("the script has no file yet, and a farm renders files", "save it first")
    return path


def scene_facts(path: str = "") -> SceneFacts:
    """Return the facts of the open script; ``path`` is the file that holds it where that is a copy.

    They are those that read_scene() gives for the saved file, and more: paths, ranges and switches that only Nuke can
    work out, and Writes inside gizmos. Must be called in Nuke's main thread. Raises SceneError for a script that was
    never saved.
    """
    scene = Path(path or script_path()).absolute()
    live = LiveScript()
    lookup = LiveLookup(live, scene)
    frames = _frames(live, lookup)
    needed = files.needed(live.script, lookup)
    maker = Outputs(live.script, lookup, frames, tuple(nuke.views()))
    outputs = maker.all(needed)
    facts = SceneFacts(
        dcc="nuke",
        path=str(scene),
        version=live.script.version,
        fps=lookup.number(live.root, "fps", 24),
        current_frame=nuke.frame(),
        frames=frames,
        resolution=_resolution(),
        outputs=outputs,
        variables=lookup.variables,
        files=needed,
        references=files.references(needed, live.script),
        color=_color(live),
        code=tuple(live.script.code),
        warnings=(*live.script.warnings, *maker.warnings, *lookup.warnings()),
        unresolved=tuple(dict.fromkeys(lookup.unresolved)),
    )
    return _in_saved_order(facts)


def _frames(live: LiveScript, lookup: LiveLookup) -> Optional[FrameRange]:
    first, last = lookup.number(live.root, "first_frame", 1), lookup.number(live.root, "last_frame", 100)
    if first is None or last is None:
        return None
    stored = b"first_frame" in live.root.knobs or b"last_frame" in live.root.knobs
    return FrameRange(first, last, source="stored" if stored else "default")


def _resolution() -> Tuple[int, int]:
    size = nuke.root().format()
    return size.width(), size.height()


def _color(live: LiveScript) -> Dict[str, str]:
    knobs = live.root.knobs
    return {name: values.text(knobs[name.encode()]) for name in _COLOR if name.encode() in knobs}


def _in_saved_order(facts: SceneFacts) -> SceneFacts:
    """Return the facts in the order of the script's file, new things last.

    Foundry does not say in which order Nuke tells nodes; in the file's order a job is the same from wherever it is
    made, byte for byte.
    """
    try:
        saved = read_nuke(facts.path)
    except SceneError:
        return facts
    return replace(
        facts,
        outputs=_sorted(facts.outputs, saved.outputs, "name"),
        files=_sorted(facts.files, saved.files, "node"),
        references=_sorted(facts.references, saved.references, "namespace"),
        code=_sorted(facts.code, saved.code, "node"),
        unresolved=_sorted(facts.unresolved, saved.unresolved, "node"),
    )


def _sorted(found: Tuple[T, ...], saved: Tuple[Any, ...], name: str) -> Tuple[T, ...]:
    known: List[str] = list(dict.fromkeys(getattr(one, name) for one in saved))
    places = {node: place for place, node in enumerate(known)}
    return tuple(sorted(found, key=lambda one: places.get(getattr(one, name), len(places))))
