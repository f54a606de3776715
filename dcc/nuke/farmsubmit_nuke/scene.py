"""The facts of the open script, by the rules that read a script file, with Nuke's own answers where a file has none.

Written after Foundry's Python reference; not run in a Nuke.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, List, Tuple, TypeVar

import nuke

from farmsubmit.errors import SceneError
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.scenes.nuke.reader import facts_of, read_nuke
from farmsubmit_nuke.graph import LiveScript
from farmsubmit_nuke.lookup import LiveLookup

T = TypeVar("T")


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
    return _in_saved_order(facts_of(live.script, scene, LiveLookup(live, scene)))


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
