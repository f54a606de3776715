"""Finds what would run when Nuke opens or renders a script: Python in knobs and in expressions, and Blink kernels."""

from __future__ import annotations

import re
from typing import Mapping

from farmsubmit.scenes.facts import Code
from farmsubmit.scenes.nuke import values
from farmsubmit.scenes.nuke.script import Node, Script

MOST = 2000
_SHOWN = 300
# Source: Nuke's Python developer guide, "Callbacks", and the Python tab of Write and Root.
_KNOBS = frozenset(
    b"afterBackgroundFrameRender afterBackgroundRender afterFrameRender afterRender autolabel beforeBackgroundRender "
    b"beforeFrameRender beforeRender knobChanged onCreate onDestroy onScriptClose onScriptLoad onScriptSave "
    b"onUserCreate renderProgress updateUI".split()
)
_KERNEL = b"kernelSource"
_COMMAND = re.compile(rb"\[\s*(?:python|py|pyexec|exec|source|eval|open|load|socket|uplevel|interp)\b")


def suspect(knobs: Mapping[bytes, bytes]) -> bool:
    """Whether the knobs of a node may hold code; look() says what."""
    if not _KNOBS.isdisjoint(knobs) or _KERNEL in knobs:
        return True
    bracketed = [value for value in knobs.values() if b"[" in value]
    return bool(bracketed) and any(_COMMAND.search(value) for value in bracketed)


def look(script: Script, node: Node, knobs: Mapping[bytes, bytes]) -> None:
    """Add the code in the knobs of a node to the script."""
    for knob, value in knobs.items():
        if knob in _KNOBS:
            add(script, node.full, values.decode(knob), value)
        elif knob == _KERNEL:
            add(script, node.full, "Blink kernel", value)
        elif b"[" in value and _COMMAND.search(value):
            add(script, node.full, f"expression in {values.decode(knob)}", value)


def add(script: Script, node: str, kind: str, value: bytes) -> None:
    """Add one piece of code, of which the beginning is told; beyond MOST pieces nothing is added but a warning."""
    if len(script.code) < MOST:
        shown = values.text(value).strip()[:_SHOWN]
        if shown:
            script.code.append(Code(node, kind, shown))
    elif len(script.code) == MOST:
        script.code.append(Code("", "more", f"more than {MOST:,} knobs hold code; the rest is not told"))
