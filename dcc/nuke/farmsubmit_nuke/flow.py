"""What flows from node to node in the open script, through groups and past Writes, as the reader of files sees it."""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional, Sequence, Set

import nuke

from farmsubmit.scenes.nuke import values
from farmsubmit.scenes.nuke.classes import is_write
from farmsubmit.scenes.nuke.script import Node, Script, Stream, merged


class Flow:
    """Answers what flows into and out of a node; every node is looked at once, and without recursion."""

    def __init__(
        self, script: Script, live: Mapping[Node, nuke.Node], clones: Mapping[Node, Sequence[nuke.Node]]
    ) -> None:
        self._names = script.names
        self._kept = set(script.nodes)
        self._live = live
        self._clones = clones
        self._out: Dict[Node, Optional[Stream]] = {}
        self._ends: Dict[Node, List[Node]] = {}
        for node in script.names.values():
            if node.cls == "Output" and node.group is not None:
                self._ends.setdefault(node.group, []).append(node)

    def into(self, node: Node) -> Optional[Stream]:
        """Return what flows into a node, None for nothing."""
        return merged(self._out_of(source) for source in self._inputs(node))

    def _out_of(self, node: Node) -> Optional[Stream]:
        waiting: List[Node] = [node]
        under_way: Set[Node] = set()
        while waiting:
            current = waiting[-1]
            under_way.add(current)
            # A loop, which Nuke reports when it renders, is cut where it closes.
            missing = [one for one in self._sources(current) if one not in self._out and one not in under_way]
            if current in self._out or not missing:
                waiting.pop()
                self._out.setdefault(current, self._flowing(current))
            waiting.extend(missing if current not in self._out else ())
        return self._out[node]

    def _flowing(self, node: Node) -> Optional[Stream]:
        stream = merged(self._out.get(source) for source in self._sources(node))
        if node not in self._kept:
            return stream
        if not is_write(node.cls):
            return Stream((stream,) if stream else (), node)
        is_read_back = values.switch(node.knobs.get(b"reading", b"false")) is not False
        return Stream((), node) if is_read_back else stream

    def _sources(self, node: Node) -> List[Node]:
        """Return the nodes whose flow a node passes on: of a group, what ends in it."""
        return self._ends.get(node) or self._inputs(node)

    def _inputs(self, node: Node) -> List[Node]:
        if node.cls == "Input":
            return self._inputs_of_group(node)
        lives = [self._live[node], *self._clones.get(node, ())]
        return self._known([live.input(index) for live in lives for index in range(live.inputs())])

    def _inputs_of_group(self, node: Node) -> List[Node]:
        """Return what comes into a group where an Input stands in it: the group's input of its number."""
        if node.group is None:
            return []
        number = values.number(node.knobs.get(b"number", b"0"))
        live = self._live[node.group]
        if number is not None and 0 <= number < live.inputs():
            return self._known([live.input(int(number))])
        return self._inputs(node.group)

    def _known(self, lives: Sequence[Optional[nuke.Node]]) -> List[Node]:
        found = [self._names.get(live.fullName()) for live in lives if live is not None]
        return [node for node in found if node is not None]
