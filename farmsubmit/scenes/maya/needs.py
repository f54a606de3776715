"""Files that a Maya scene needs: textures, caches, sound, and the scenes that it refers to."""

from __future__ import annotations

import re
from typing import Iterable, Iterator

from farmsubmit.scenes.facts import NeededFile, Reference, Unresolved
from farmsubmit.scenes.maya.project import Project
from farmsubmit.scenes.maya.scene import MayaScene, Node
from farmsubmit.scenes.maya.tables import ATTRIBUTES, FILES

_UDIM = re.compile(r"<udim>|<uvtile>|u<U>_v<V>", re.IGNORECASE)
_SEQUENCE = re.compile(r"<f>|<frame>|##", re.IGNORECASE)

# Node type → short name → long name; where an attribute has both, the long one comes last.
_LONG = {kind: {short: name for name, short in ATTRIBUTES[kind].items()} for kind in FILES}


def files_of(scene: MayaScene, project: Project) -> tuple[list[NeededFile], list[Unresolved]]:
    """Return the files that nodes name, each once a node, and the paths that only Maya can place."""
    found = []
    unplaced = []
    for node, attribute, text, kind in _paths(scene):
        path, known = project.place(text)
        found.append(NeededFile(path, node.name, attribute, _kind(node, path, kind)))
        if not known:
            unplaced.append(Unresolved(node.name, attribute, text))
    return found, unplaced


def _paths(scene: MayaScene) -> Iterator[tuple[Node, str, str, str]]:
    """Yield node, attribute by its long name, stored path and kind."""
    for kind, attributes in FILES.items():
        for node in scene.of(kind):
            for attribute, what in attributes:
                yield from ((node, _LONG[kind][attribute], text, what) for text in _stored(node, attribute))
    for node in scene.of("cacheFile"):
        if node.text("cn"):
            folder = node.text("cp").rstrip("/")
            yield node, "cachePath", f"{folder}/{node.text('cn')}.xml" if folder else f"{node.text('cn')}.xml", "cache"
    config = scene.default("defaultColorMgtGlobals")
    if config.text("cfp") and config.number("cfe", 0) == 1 and not config.text("cfp").startswith("<MAYA_RESOURCES>"):
        yield config, "configFilePath", config.text("cfp"), "file"


def _stored(node: Node, attribute: str) -> Iterable[str]:
    value = node.attributes.get(attribute)
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    # A path is named once, though an Alembic node stores it in two attributes.
    return [text for text in value if text != node.attributes.get("fn")] if isinstance(value, tuple) else ()


def _kind(node: Node, path: str, kind: str) -> str:
    token = "<" in path or "#" in path
    if (token and _UDIM.search(path)) or node.number("uvt", 0) > 0:
        return "udim"
    if (token and _SEQUENCE.search(path)) or node.number("ufe", 0) == 1:
        return "sequence" if kind == "image" else kind
    return kind


def references_of(scene: MayaScene, project: Project) -> tuple[list[Reference], list[Unresolved]]:
    """Return the references, each once, and the paths that only Maya can place; relative ones start from the scene."""
    found: dict[Reference, None] = {}
    unplaced = []
    for key, item in scene.references.items():
        path, known = project.place(item.path, beside_scene=True)
        found[Reference(path, item.namespace, not item.deferred)] = None
        if not known:
            unplaced.append(Unresolved(key, "reference", item.path))
    return list(found), unplaced
