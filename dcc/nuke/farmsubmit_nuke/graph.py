"""The open script as the reader of script files has it: its nodes, where they stand, and what flows into them.

Written after Foundry's reference of nuke.Node and nuke.Group; not run in a Nuke.
"""

from __future__ import annotations

from typing import Dict, Iterator, List, Optional, Tuple

import nuke

from farmsubmit.scenes.nuke import code, values
from farmsubmit.scenes.nuke.classes import class_name, has_file, is_write
from farmsubmit.scenes.nuke.script import Node, Script
from farmsubmit_nuke.flow import Flow
from farmsubmit_nuke.knobs import stored, stored_of_root

_Level = Iterator[Tuple[nuke.Node, Optional[Node]]]


class LiveScript:
    """The open script: ``script`` as the reader has one, and in ``live`` Nuke's own node of each of its nodes."""

    def __init__(self) -> None:
        root = nuke.root()
        self.root = Node("Root", "Root", stored_of_root(root), None)
        self.script = Script(version=nuke.NUKE_VERSION_STRING, root=self.root)
        self.live: Dict[Node, nuke.Node] = {self.root: root}
        self._clones: Dict[Node, List[nuke.Node]] = {}
        code.look(self.script, self.root, self.root.knobs)
        self._walk(root)
        self._drop_holders()
        flow = Flow(self.script, self.live, self._clones)
        for node in self.script.nodes:
            node.stream = flow.into(node)

    def _walk(self, root: nuke.Group) -> None:
        """Take all nodes, what is in a group after the group, without recursion."""
        levels: List[_Level] = [_inside(root, None)]
        while levels:
            entry = next(levels[-1], None)
            if entry is None:
                levels.pop()
                continue
            live, group = entry
            node = self._take(live, group)
            if isinstance(live, nuke.Group) and is_open(live, node):
                levels.append(_inside(live, node))

    def _take(self, live: nuke.Node, group: Optional[Node]) -> Node:
        knobs = stored(live)
        node = Node(class_name(live.Class().encode()), live.name(), knobs, group)
        known = self.script.names.get(node.full)
        if known is not None:
            # Clones have one name; in one group they are one node that stands in several places.
            known.copies += 1
            self._clones.setdefault(known, []).append(live)
            return known
        self.script.names[node.full] = node
        self.live[node] = live
        if code.suspect(knobs):
            code.look(self.script, node, knobs)
        if is_write(node.cls) or has_file(node.cls, knobs):
            self.script.nodes.append(node)
        return node

    def _drop_holders(self) -> None:
        """Leave out gizmos that call themselves writes and hold the Write that does it: only that can be executed."""
        holders = {holder for node in self.script.nodes if is_write(node.cls) for holder in _groups_of(node)}
        self.script.nodes[:] = [node for node in self.script.nodes if node not in holders or not is_write(node.cls)]


def is_open(live: nuke.Group, node: Node) -> bool:
    """Whether what is in a group belongs to this script: not so for a Precomp and for a LiveGroup as published."""
    if not isinstance(live, nuke.Precomp):
        return True
    return node.cls == "LiveGroup" and values.switch(node.knobs.get(b"modified", b"false")) is True


def _inside(live: nuke.Group, node: Optional[Node]) -> _Level:
    return ((inner, node) for inner in live.nodes())


def _groups_of(node: Node) -> Iterator[Node]:
    group = node.group
    while group is not None:
        yield group
        group = group.group
