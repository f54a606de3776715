"""The scene in Maya's memory, put into what the reader of scene files is filled with: one meaning for both.

Node types, attributes and connections are those that the reader of files knows; each is asked for by commands. What
the render setup holds is read from its nodes too, for Autodesk calls its Python interface unsupported.
Written after Autodesk's documents; not run in a Maya.
"""

from __future__ import annotations

import re
from typing import Any, Iterator, Optional

from maya import cmds

from farmsubmit.scenes.maya.scene import MayaScene, Value
from farmsubmit.scenes.maya.tables import ATTRIBUTES, DEFAULT_NODES, FILES

# Read one by one with the connection that each belongs to.
_ADJUSTED_VALUE = "adjs.val"
_ADJUSTED_PLUG = re.compile(r"[^.]+\.(?:adjustments|adjs)\[([0-9]+)\]\.")
_DEFAULT_KINDS = frozenset(DEFAULT_NODES.values())
# Where layers and what they override hang together.
_LINKED = ("renderLayer", *(kind for kind, names in ATTRIBUTES.items() if "sen" in names))
_CAMERAS = ("camera", "stereoRigCamera")
_SLIDER = "sceneConfigurationScriptNode"
# A number beyond is no frame, no size and no choice; the reader of files leaves it out too.
_LARGEST = 1e15
# The vendor's stub has no such questions, or other answers.
_ask: Any = cmds


def open_scene() -> MayaScene:
    """Return what is in Maya's memory; nothing is changed, and no layer is made visible for it."""
    scene = MayaScene(cmds.about(version=True), cmds.currentUnit(query=True, time=True))
    scene.info["license"] = "".join(_ask.fileInfo("license", query=True) or ())
    scene.plugins = dict.fromkeys(_ask.pluginInfo(query=True, listPlugins=True) or (), "")
    for name, kind in DEFAULT_NODES.items():
        scene.select(name)
        _read_attributes(scene, name, kind)
    known = set(cmds.allNodeTypes())
    for kind in ATTRIBUTES:
        if kind in known and kind not in _DEFAULT_KINDS:
            _read_nodes(scene, kind)
    _read_slider(scene)
    _read_references(scene)
    return scene


def _read_nodes(scene: MayaScene, kind: str) -> None:
    # Types that are made of this one have their own names, so the exact one counts.
    for name in cmds.ls(exactType=kind):
        scene.create(kind, name, _parent(name) if kind in _CAMERAS else "")
        _read_attributes(scene, name, kind)
        if kind in _LINKED:
            _read_links(scene, name)


def _parent(name: str) -> str:
    found = cmds.listRelatives(name, parent=True)
    return found[0] if found else ""


def _read_attributes(scene: MayaScene, name: str, kind: str) -> None:
    paths = {short for short, _ in FILES.get(kind, ())}
    for short in dict.fromkeys(ATTRIBUTES[kind].values()):
        if short == _ADJUSTED_VALUE or not cmds.attributeQuery(short, node=name, exists=True):
            continue
        scene.store(short, _value(scene, f"{name}.{short}", is_path=short in paths))


def _value(scene: MayaScene, plug: str, is_path: bool = False) -> Optional[Value]:
    """Return the value of a plug; one that Maya does not tell is none, and said.

    What Maya itself puts in the place of $VARIABLE and ~ in a path is where it reads the file.
    """
    try:
        return value_of(cmds.getAttr(plug, expandEnvironmentVariables=is_path))
    except (RuntimeError, ValueError) as error:
        scene.warnings.append(f"Maya does not tell the value of {plug}: {' '.join(str(error).split())}")
        return None


def value_of(found: object) -> Optional[Value]:
    """Return a value of getAttr as a scene file would hold it; None for one that is empty or no value of interest."""
    if isinstance(found, (bool, int, float)):
        return float(found) if abs(found) < _LARGEST else None
    if isinstance(found, str):
        return found or None
    if isinstance(found, (list, tuple)) and found and all(isinstance(one, str) for one in found):
        return tuple(found)
    return None


def _read_links(scene: MayaScene, name: str) -> None:
    """Keep the connections that lead to a node, and the value of each plug that an old layer adjusts."""
    for source, target in _links(name):
        scene.connect(_with_short_name(source), _with_short_name(target))
        adjusted = _ADJUSTED_PLUG.match(target)
        if adjusted:
            value = f"adjustments[{adjusted[1]}].value"
            scene.store(value, _value(scene, f"{name}.{value}"))


def _links(name: str) -> Iterator[tuple[str, str]]:
    found = cmds.listConnections(name, connections=True, plugs=True, source=True, destination=False) or []
    return zip(found[1::2], found[::2])


def _with_short_name(plug: str) -> str:
    """Return a plug as scene files write it, if it is a plain one: ``layer.legacyRenderLayer`` is ``layer.lrl``."""
    node, _, attribute = plug.partition(".")
    if not attribute or "." in attribute or "[" in attribute:
        return plug
    return f"{node}.{_ask.attributeQuery(attribute, node=node, shortName=True)}"


def _read_slider(scene: MayaScene) -> None:
    """Put the time slider of now in the place of the script that holds the one of the last save."""
    if scene.select(_SLIDER) is None:
        scene.create("script", _SLIDER)
    ask = cmds.playbackOptions
    ends = (
        *(("min", ask(query=True, minTime=True)), ("max", ask(query=True, maxTime=True))),
        *(("ast", ask(query=True, animationStartTime=True)), ("aet", ask(query=True, animationEndTime=True))),
    )
    scene.store("b", "playbackOptions " + " ".join(f"-{flag} {float(value):.9g}" for flag, value in ends))
    scene.store("st", 6.0)


def _read_references(scene: MayaScene) -> None:
    for node in cmds.ls(exactType="reference"):
        try:
            path = str(cmds.referenceQuery(node, filename=True, withoutCopyNumber=True))
        except RuntimeError:
            # Some of these nodes belong to Maya itself and stand for no file.
            continue
        namespace = str(cmds.referenceQuery(node, namespace=True, shortName=True))
        scene.refer(node, path, namespace, not cmds.referenceQuery(node, isLoaded=True))
