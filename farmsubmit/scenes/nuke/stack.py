"""The stack of a group: what lies on it, and how a node takes its inputs from it."""

from __future__ import annotations

import re
from typing import List, NamedTuple, Optional

from farmsubmit.scenes.nuke import values
from farmsubmit.scenes.nuke.script import Node, Stream, merged
from farmsubmit.scenes.nuke.tokens import Knobs

_USUAL = {b"0": 0, b"1": 1, b"2": 2, b"1+1": 2, b"2+1": 3}
_INPUTS = re.compile(r"\d{1,6}(?:\+\d{1,6})*")


class Item(NamedTuple):
    """What lies on the stack: what flows out of a node, and the node if it is kept."""

    stream: Optional[Stream]
    node: Optional[Node] = None


#: What ``push 0`` puts on the stack, and what an unknown name stands for.
NOTHING = Item(None)


class Frame:
    """A group that is open, or the script itself: its stack, and what flows into and out of the group."""

    def __init__(self, group: Optional[Node], indent: int, inputs: List[Item]) -> None:
        self.group = group
        self.indent = indent
        self.inputs = inputs
        self.stack: List[Item] = []
        self.output: Optional[Stream] = None

    def pop(self, knobs: Knobs) -> List[Item]:
        """Take the inputs of a node with these knobs from the stack; the top is the first input."""
        count = _count(knobs[b"inputs"]) if b"inputs" in knobs else 1
        taken = self.stack[max(len(self.stack) - count, 0) :] if count else []
        del self.stack[len(self.stack) - len(taken) :]
        taken.reverse()
        return taken

    def inside(self, knobs: Knobs) -> Item:
        """Return what an Input node brings into the group: the input of its number, or all where that is unclear."""
        number = values.number(knobs.get(b"number", b"0"))
        if number is not None and 0 <= number < len(self.inputs):
            return self.inputs[int(number)]
        return Item(merged(item.stream for item in self.inputs))


def _count(inputs: bytes) -> int:
    """Return how many inputs a node takes: ``2``, or ``2+1`` with a mask; 1 if that is an expression."""
    usual = _USUAL.get(inputs)
    if usual is not None:
        return usual
    written = values.unwrapped(values.text(inputs))
    return sum(map(int, written.split("+"))) if _INPUTS.fullmatch(written) else 1
