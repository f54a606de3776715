"""The knobs of a live node, written as its script says them, so that one reader understands both.

Written after Foundry's reference of nuke.Node and nuke.Knob; not run in a Nuke.
"""

from __future__ import annotations

from io import BytesIO

import nuke

from farmsubmit.scenes.nuke import values
from farmsubmit.scenes.nuke.tokens import Knobs, commands

# What Nuke writes into a script: the knobs that are not at their default, and those that a person added.
_WRITTEN = nuke.TO_SCRIPT | nuke.WRITE_NON_DEFAULT_ONLY | nuke.WRITE_USER_KNOB_DEFS | nuke.WRITE_ALL
# The range of the script with its defaults: scripts that are made of what writeKnobs gives have been seen without it.
_RANGE = {"first_frame": "1", "last_frame": "100"}


def stored(node: nuke.Node) -> Knobs:
    """Return the knobs that the script holds of a node, as they are written in it.

    Source: Node.writeKnobs of Foundry's reference, which gives names and values by turns as a Tcl list.
    """
    return parsed(node.writeKnobs(_WRITTEN))


def stored_of_root(root: nuke.Node) -> Knobs:
    """Return the knobs that the script holds of its settings."""
    knobs = stored(root)
    for name, default in _RANGE.items():
        knob = root.knob(name)
        if name.encode() in knobs or knob is None:
            continue
        value = _encoded(knob.toScript(True))
        if values.unwrapped(values.text(value)) not in ("", default):
            knobs.take(name.encode(), value)
    return knobs


def parsed(text: str) -> Knobs:
    """Return what a Tcl list of names and values holds, each value still with its braces or quotes."""
    command = next(commands(BytesIO(b"Node {\n" + _encoded(text) + b"\n}\n")), None)
    knobs = command.knobs if command is not None else None
    return knobs if knobs is not None else Knobs()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
