"""Code in a Maya scene: script nodes, expressions, and MEL around the render. It is shown and never run."""

from __future__ import annotations

from typing import Iterator

from farmsubmit.scenes.facts import Code
from farmsubmit.scenes.maya.scene import MayaScene, Node
from farmsubmit.scenes.maya.tables import MEL_HOOKS, SCRIPT_TYPES

# How much of a piece of code is shown.
SHOWN = 200


def code_of(scene: MayaScene) -> list[Code]:
    """Return the code of a scene, the beginning of each piece; the time slider's own script node is left out."""
    found = [code for node in scene.of("script") if not _is_time_slider(node) for code in _scripts(node)]
    found.extend(Code(node.name, "expression", node.text("ixp")[:SHOWN]) for node in scene.of("expression"))
    settings = scene.default("defaultRenderGlobals")
    for short, long in MEL_HOOKS.items():
        if settings.text(short).strip():
            found.append(Code(settings.name, f"MEL {long}", settings.text(short)[:SHOWN]))
    return found


def _is_time_slider(node: Node) -> bool:
    text = node.text("b").strip()
    plain = text.startswith("playbackOptions ") and not set(text) & set(";`\n({$|")
    return node.number("st", 0) == 6 and plain and not node.text("a").strip()


def _scripts(node: Node) -> Iterator[Code]:
    """Yield the text that runs first and the one that runs last; a node without any holds one that was not read."""
    language = "Python" if node.number("stp", 0) == 1 else "MEL"
    when = SCRIPT_TYPES.get(int(node.number("st", 0)), "at an unknown time")
    texts = [node.text(name) for name in ("b", "a") if node.text(name).strip()]
    for text in texts or [""]:
        yield Code(node.name, f"script node, {language}, {when}", text[:SHOWN])
