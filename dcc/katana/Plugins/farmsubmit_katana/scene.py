"""The facts of the open scene: those of the file reader, and better where only Katana knows.

Written after Foundry's developer guide; not run in a Katana.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Tuple

from Katana import KatanaFile, NodegraphAPI

from farmsubmit.errors import SceneError
from farmsubmit.scenes.facts import Output, SceneFacts
from farmsubmit.scenes.katana.graph import Graph
from farmsubmit.scenes.katana.reader import facts_of
from farmsubmit_katana import live
from farmsubmit_katana.host import log


def scene_path() -> str:
    """Return the file of the open project; raises SceneError for one that was never saved."""
    path = NodegraphAPI.GetProjectFile()
    if not path:
        raise SceneError("the project has no file yet", "save it first")
    return str(Path(path))


def is_dirty() -> bool:
    """Whether the open project has changes that its file has not."""
    return bool(KatanaFile.IsFileDirty())


def scene_facts(path: str = "") -> SceneFacts:
    """Return the facts of the open scene; ``path`` is the file to name in them (default: the project's own).

    Equal to what read_scene gives for the saved file, but that expressions, asset ids and places of outputs are those
    that Katana gives now, and that a render node depends on what Katana's FarmAPI says. Raises SceneError for a project
    that was never saved, or is larger than the reader takes.
    """
    own = scene_path()
    graph = live.live_graph(own)
    found, warnings = _render_settings(graph)
    live.put_locations(graph, found)
    values = live.LiveValues(graph, str(Path(own).parent).replace("\\", "/"))
    facts = facts_of(graph, values, path or own)
    outputs = tuple(_with_dependencies(facts.outputs, live.dependencies(found)))
    return replace(facts, outputs=outputs, warnings=(*facts.warnings, *warnings))


def _render_settings(graph: Graph) -> Tuple[List[live.RenderSettings], Tuple[str, ...]]:
    """Return what FarmAPI tells; a scene that Katana cannot cook is told as it was saved, with a warning."""
    try:
        return live.render_settings(graph), ()
    except Exception as error:
        log.warning("FarmAPI.GetSortedDependencies failed", exc_info=True)
        text = " ".join(str(error).split())[:200]
        return [], (f"Katana cannot tell where its render nodes write ({text}): the places are those last saved",)


def _with_dependencies(outputs: Tuple[Output, ...], known: Dict[str, Tuple[str, ...]]) -> List[Output]:
    owner = ""
    found = []
    for output in outputs:
        # The further files of a node follow it.
        owner = output.name if output.kind != "images" else owner
        found.append(replace(output, depends=known[owner]) if owner in known else output)
    return found
