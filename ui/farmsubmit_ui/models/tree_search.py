"""Finding text in a job's tree: the words of all rows in blocks, and what must stay visible around the hits."""

from __future__ import annotations

import zlib
from array import array
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Union

from farmsubmit.author.elements import Element
from farmsubmit_ui.models.tree_shape import JOB, Shape, attribute

_BLOCK = 1_000
# So many rows are read in about a millisecond.
_STEP = 200
#: Beyond this the blocks are packed: a million long commands would take some 300 MB.
_PACKED = 200_000
_BETWEEN = "\0"


class Words:
    """The title, services and arguments of each row in small letters, in script order.

    ``title_of`` says what a row is called by its place, for an Instance has the title of its task.
    """

    def __init__(self, shape: Shape, title_of: Callable[[int], str]) -> None:
        self._shape = shape
        self._title_of = title_of
        self._is_packed = len(shape) > _PACKED
        self._blocks: List[Union[str, bytes]] = []

    def build(self) -> Iterator[None]:
        """Read the words of all rows, a block at a time, which takes several steps."""
        elements, title_of = self._shape.elements, self._title_of
        for first in range(0, len(elements), _BLOCK):
            texts: List[str] = []
            for start in range(first, min(first + _BLOCK, len(elements)), _STEP):
                some = elements[start : min(start + _STEP, first + _BLOCK)]
                texts += [_words(title_of(place), element) for place, element in enumerate(some, start)]
                yield
            block = _BETWEEN.join(texts)
            if block.count(_BETWEEN) != len(texts) - 1:
                block = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts)
            self._blocks.append(self._packed(block.lower()))

    def find(self, text: str) -> Iterator[array[int]]:
        """Yield the places of the rows that hold a text in any case, more and more of them; the last is complete."""
        wanted = text.lower().replace(_BETWEEN, " ")
        hits = array("i")
        for number, packed in enumerate(self._blocks):
            block = packed if isinstance(packed, str) else zlib.decompress(packed).decode("utf-8", "surrogatepass")
            if wanted in block:
                first = number * _BLOCK
                hits.extend([first + row for row, words in enumerate(block.split(_BETWEEN)) if wanted in words])
            yield hits
        yield hits

    def _packed(self, block: str) -> Union[str, bytes]:
        return zlib.compress(block.encode("utf-8", "surrogatepass"), 1) if self._is_packed else block


def _words(title: str, element: Element) -> str:
    commands = attribute(element, "cmds")
    if not commands:
        return title
    words = [title]
    for command in commands:
        service = attribute(command, "service")
        if service:
            words.append(service)
        words += map(str, attribute(command, "argv") or ())
    return " ".join(words)


class Kept:
    """The rows that a filter leaves: the hits and all that stands above them, as children by the place of the parent.

    ``hits`` are the rows that were found, in script order; the others are there for the way to them.
    """

    def __init__(self, hits: Sequence[int] = (), rows: int = 0) -> None:
        self.hits = hits
        self._known = bytearray(rows)
        self.children: Dict[int, List[int]] = {}

    def holds(self, place: int) -> bool:
        """Tell whether a row is left; the job always is."""
        return place == JOB or bool(self._known[place])

    def add(self, hits: Sequence[int], parents: Sequence[int]) -> Iterator[None]:
        """Add all hits and what stands above them; they come in script order."""
        known, children = self._known, self.children
        last: Optional[int] = None
        siblings: List[int] = []
        for number, hit in enumerate(hits):
            if not number % _BLOCK:
                yield
            known[hit] = 1
            parent = parents[hit]
            if parent != last:
                last, siblings = parent, children.setdefault(parent, [])
                self._add_above(parent, parents)
            siblings.append(hit)

    def _add_above(self, place: int, parents: Sequence[int]) -> None:
        """Add a row below its parent, and the parent below its own, as far as it is not there yet."""
        while place != JOB and not self._known[place]:
            self._known[place] = 1
            parent = parents[place]
            self.children.setdefault(parent, []).append(place)
            place = parent


def keep(shape: Shape, hits: Sequence[int], wanted: Optional[Callable[[int], bool]] = None) -> Iterator[Kept]:
    """Yield what a filter leaves of a tree; the last is complete.

    ``wanted`` may refuse hits by their place, such as those in another state.
    """
    if wanted is not None:
        hits = [place for place in hits if wanted(place)]
    kept = Kept(hits, len(shape))
    for _ in kept.add(hits, shape.parents):
        yield kept
    yield kept
