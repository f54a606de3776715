"""Attributes of the fake's nodes: which a node has, under which names, and what they are where nobody has set them."""

from __future__ import annotations

from typing import Any, Iterator, List, Optional, Tuple

from mayafake import refuse, state

# Source: Autodesk's node reference. What is not here is a text, and nothing.
DEFAULTS = {
    "rnd": True,
    "rndr": True,
    "g": False,
    "do": 0,
    "sen": True,
    "mul": 1.0,
    "ofs": 0.0,
    "o": 1.0,
    "an": False,
    "fs": 1.0,
    "ef": 10.0,
    "bfs": 1.0,
    "outf": 7,
    "ep": 1,
    "pff": False,
    "ofc": 0,
    "peie": 1,
    "w": 960,
    "h": 540,
    "cme": False,
    "cfe": False,
    "ufe": False,
    "uvt": 0,
    "enabled": True,
    "mergeAOVs": False,
    "ren": "mayaSoftware",
}
# In script nodes these are numbers, elsewhere switches or texts.
SCRIPT_DEFAULTS = {"st": 0, "stp": 0}
# Attributes that are only connected, by their long names; of the others no long name is known.
LINKS = {"legacyRenderLayer": "lrl", "message": "msg"}
# Attributes that are made when there is something to put into them.
DYNAMIC = ("atv", "wi", "he", "imageFormat", "imgfs", "ai_translator")


def node_of(name: str) -> Any:
    from farmsubmit.scenes.maya.tables import DEFAULT_NODES

    if name in DEFAULT_NODES:
        return state.scene.default(name)
    return state.scene.node(name) or refuse(f"node {name!r}")


def short_of(node: Any, attribute: str) -> Optional[str]:
    from farmsubmit.scenes.maya.tables import ATTRIBUTES, CONNECTED

    known = {**ATTRIBUTES[node.kind], **LINKS}
    return known.get(attribute, attribute if attribute in CONNECTED else None)


def has(node: Any, attribute: str) -> bool:
    short = short_of(node, attribute)
    return short is not None and (short not in DYNAMIC or short in node.attributes)


def value_of(plug: str) -> Any:
    name, _, attribute = plug.partition(".")
    node = node_of(name)
    if "[" in attribute:
        short = attribute.replace("adjustments[", "adjs[").replace("].value", "].val")
        return node.attributes.get(short)
    if not has(node, attribute):
        refuse(f"attribute {plug}")
    short = short_of(node, attribute)
    default = SCRIPT_DEFAULTS.get(short) if node.kind == "script" else DEFAULTS.get(short)
    value = node.attributes.get(short, default)
    return list(value) if isinstance(value, tuple) else bool(value) if isinstance(default, bool) else value


def links_to(name: str) -> Iterator[Tuple[str, str]]:
    """Yield source and target of each connection that leads to a node, with long names where they are known."""
    for source, target in state.scene.connections:
        if target.partition(".")[0] == name:
            yield with_long_name(source), with_long_name(target)


def with_long_name(plug: str) -> str:
    from farmsubmit.scenes.maya.tables import ATTRIBUTES

    name, _, attribute = plug.partition(".")
    if "[" in attribute:
        return plug.replace(".adjs[", ".adjustments[").replace("].plg", "].plug")
    links = {short: long for long, short in LINKS.items()}
    kind = getattr(node_of(name), "kind", "") if _is_known(name) else ""
    longs = {short: long for long, short in ATTRIBUTES.get(kind, {}).items() if long != short}
    return f"{name}.{longs.get(attribute) or links.get(attribute, attribute)}"


def _is_known(name: str) -> bool:
    from farmsubmit.scenes.maya.tables import DEFAULT_NODES

    return name in DEFAULT_NODES or state.scene.node(name) is not None


def image_name(layer: str, camera: str) -> List[str]:
    """Return what renderSettings gives: the reader's pattern with everything filled in that Maya fills in."""
    import re
    from pathlib import Path

    from farmsubmit.scenes.maya.facts import facts_of

    pattern = facts_of(state.scene, Path(state.path), state.workspace).outputs[0].file
    name = {"defaultRenderLayer": "masterLayer"}.get(layer, layer[3:] if layer.startswith("rs_") else layer)
    known = {"renderlayer": name, "layer": name, "camera": camera, "extension": "exr"}
    return [re.sub("<([A-Za-z]+)>", lambda found: known.get(found[1].lower(), found[0]), pattern)]
