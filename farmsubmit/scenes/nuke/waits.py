"""Which writes of a Nuke script must be done before another: those whose file is read upstream of it."""

from __future__ import annotations

from typing import Dict, FrozenSet, List, Tuple

from farmsubmit.scenes.facts import NeededFile, Output
from farmsubmit.scenes.nuke.classes import is_write
from farmsubmit.scenes.nuke.script import Node, Stream

# Of a hostile tree no write waits for more than this many others.
_MOST = 2000
_NONE: FrozenSet[Node] = frozenset()


class Waits:
    """Answers for each write which others it waits for.

    Sources are nodes that read the file of a write, and writes that read their own file back.
    """

    def __init__(self, writes: Dict[str, Node], outputs: Dict[str, Output], needed: Tuple[NeededFile, ...]) -> None:
        self._makers: Dict[str, List[str]] = {}
        for name, output in outputs.items():
            if output.file and output.resolved:
                self._makers.setdefault(output.file, []).append(name)
        self._reads: Dict[str, List[str]] = {}
        for file in needed:
            if file.path in self._makers:
                self._reads.setdefault(file.node, []).extend(self._makers[file.path])
        self._writes = writes
        self._known: Dict[Stream, FrozenSet[Node]] = {}

    def of(self, node: Node) -> Tuple[str, ...]:
        """Return the names of the writes that a write waits for, in the order of the script."""
        if node.stream is None:
            return ()
        found: Dict[str, None] = {}
        for source in self._sources(node.stream):
            found.update(dict.fromkeys([source.full] if is_write(source.cls) else self._reads[source.full]))
        found.pop(node.full, None)
        return tuple(name for name in self._writes if name in found) if found else ()

    def _sources(self, stream: Stream) -> FrozenSet[Node]:
        """Return the sources upstream; every stream is looked at once, and without recursion."""
        waiting = [stream]
        while waiting:
            current = waiting[-1]
            missing = [parent for parent in current.parents if parent not in self._known]
            if missing:
                waiting.extend(missing)
                continue
            waiting.pop()
            if current not in self._known:
                self._known[current] = self._joined(current)
        return self._known[stream]

    def _joined(self, stream: Stream) -> FrozenSet[Node]:
        own = frozenset((stream.node,)) if stream.node is not None and self._matters(stream.node) else _NONE
        sets = [found for found in {id(s): s for s in map(self._known.__getitem__, stream.parents)}.values() if found]
        if not sets:
            return own
        if len(sets) == 1 and not own:
            return sets[0]
        largest = max(sets, key=len)
        return largest if len(largest) >= _MOST else own.union(*sets)

    def _matters(self, node: Node) -> bool:
        return is_write(node.cls) or node.full in self._reads


def in_circles(outputs: Tuple[Output, ...]) -> List[str]:
    """Return the names of the outputs that can never be reached because they, or others before them, go in a circle."""
    waiting = {output.name: set(output.depends) for output in outputs}
    after: Dict[str, List[str]] = {}
    for output in outputs:
        for name in output.depends:
            after.setdefault(name, []).append(output.name)
    ready = [name for name, depends in waiting.items() if not depends]
    while ready:
        done = ready.pop()
        del waiting[done]
        for name in after.get(done, ()):
            waiting[name].discard(done)
            if not waiting[name]:
                ready.append(name)
    return list(waiting)
