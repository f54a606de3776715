"""What stands above a node of Katana's graph: the walk up its connections, through groups and their pseudo ports.

Inside a group, ``Group1.in`` as a source is the group's own input; outside it, ``Group1.out`` is what the nodes in it
return there. Every input counts, those that a Switch does not take among them.
"""

from __future__ import annotations

from typing import NamedTuple

from farmsubmit.scenes.katana.graph import Graph, Node

RENDER_TYPES = ("Render", "RenderScript", "ImageWrite")
_SETTINGS = ("RenderSettings", "RenderOutputDefine")
# About a second. A scene of 10,000 render nodes below one long chain would be walked for hours.
MOST_STEPS = 2_000_000


class Above(NamedTuple):
    """What was met above a node, the nearest first: render nodes, and settings nodes that stand before any of them."""

    renders: list[Node]
    settings: list[Node]


class Walker:
    """Walks up a graph; ``finished`` is false after it gave up, MOST_STEPS from the start."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._fed: dict[Node, list[Node]] = {}
        self._steps = 0

    @property
    def finished(self) -> bool:
        """Whether all that was asked for could be walked."""
        return self._steps < MOST_STEPS

    def above(self, start: Node) -> Above:
        """Return what feeds a node; a bypassed render node is walked through, for it renders nothing."""
        found = Above([], [])
        seen = {start}
        ahead = self._feeding(start)
        while ahead and self.finished:
            level, ahead = ahead, []
            for node in level:
                if node in seen or not self.finished:
                    continue
                seen.add(node)
                if self._note(node, found):
                    ahead += self._feeding(node)
        return found

    def _note(self, node: Node, found: Above) -> bool:
        """Put a node where it belongs; return whether to walk on above it."""
        self._steps += 1
        if node.is_off:
            return True
        if node.type in RENDER_TYPES:
            found.renders.append(node)
            return False
        if node.type in _SETTINGS:
            found.settings.append(node)
        return True

    def _feeding(self, node: Node) -> list[Node]:
        """Return the nodes connected to the inputs of a node, with the pseudo ports of groups followed."""
        if node not in self._fed:
            found: dict[Node, None] = {}
            for source in dict.fromkeys(node.inputs.values()):
                if self.finished:
                    found.update(dict.fromkeys(self._sources(node, source)))
            self._fed[node] = list(found)
        self._steps += len(self._fed[node])
        return self._fed[node]

    def _sources(self, asking: Node, source: str) -> list[Node]:
        """Return the nodes behind one connection: one, or those that a group returns there."""
        seen: set[tuple[Node, str]] = set()
        while (asking, source) not in seen:
            seen.add((asking, source))
            self._steps += 1
            name, _, port = source.rpartition(".")
            target = self._graph.find(name)
            if target is None:
                return []
            from_inside = target is asking.parent or target is asking
            further = (target.inputs if from_inside else target.outputs).get(port)
            if further is None:
                found = [] if from_inside else target.returns.get(port) or [target]
                self._steps += len(found)
                return found
            asking, source = target, further
        return []
