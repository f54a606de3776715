"""A Nuke script as the facts need it: the nodes that matter, named by where they stand, and what flows into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Iterable, List, Optional, Tuple

from farmsubmit.scenes.facts import Code
from farmsubmit.scenes.nuke.tokens import Knobs

# A name grows no longer than this many groups.
DEEPEST = 100


class Node:
    """A node: its class, its name among its neighbours, its knobs as they are written, and the group it is in.

    ``stream`` is what flows into it; ``copies`` counts the clones that stand elsewhere in the same group.
    """

    __slots__ = ("cls", "copies", "group", "knobs", "name", "prefix", "stream", "user")

    def __init__(self, cls: str, name: str, knobs: Dict[bytes, bytes], group: Optional[Node]) -> None:
        self.cls = cls
        self.name = name
        self.knobs = knobs
        self.user = knobs.user if isinstance(knobs, Knobs) else ()
        self.group = group
        self.stream: Optional[Stream] = None
        self.copies = 0
        self.prefix = prefix(group)

    @property
    def full(self) -> str:
        """The full name, as ``Group1.Write2``."""
        return self.prefix + self.name


class Stream:
    """What flows out of a node: what a file node reads, or what flows together from its inputs."""

    __slots__ = ("node", "parents")

    def __init__(self, parents: Tuple[Stream, ...], node: Optional[Node] = None) -> None:
        self.parents = parents
        self.node = node


def prefix(group: Optional[Node]) -> str:
    """Return what the names of the nodes in a group start with; nothing for those in none."""
    if group is None:
        return ""
    if group.prefix.count(".") >= DEEPEST:
        return group.prefix
    return f"{group.prefix}{group.name}."


def merged(streams: Iterable[Optional[Stream]]) -> Optional[Stream]:
    """Return one stream for several, which is often one of them."""
    found = tuple(dict.fromkeys(stream for stream in streams if stream is not None))
    if len(found) <= 1:
        return found[0] if found else None
    return Stream(found)


@dataclass
class Script:
    """What was seen of a script; ``root`` is None where there is no Root, ``hints`` are the #write_info lines."""

    version: str = ""
    root: Optional[Node] = None
    nodes: List[Node] = field(default_factory=list)
    names: Dict[str, Node] = field(default_factory=dict)
    hints: Dict[str, str] = field(default_factory=dict)
    formats: Dict[str, str] = field(default_factory=dict)
    code: List[Code] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)
    commands: int = 0
