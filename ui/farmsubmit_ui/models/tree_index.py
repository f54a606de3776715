"""What is known of a whole job: worked out between events, thrown away when the job changes."""

from __future__ import annotations

from typing import Callable, Dict, Iterator, Optional, Sequence

from qtpy.QtCore import QObject, Signal

from farmsubmit.author.elements import Job
from farmsubmit_ui.models import tree_texts as texts
from farmsubmit_ui.models.tree_links import find_links
from farmsubmit_ui.models.tree_search import Kept, Words, keep
from farmsubmit_ui.models.tree_shape import Shape, scan
from farmsubmit_ui.slices import Slices

#: Up to so many rows the words are read before anybody filters.
_READ_AHEAD = 200_000


class TreeIndex(QObject):
    """The shape of a job, the targets of its instances, and the words of its rows, one after another.

    ``counted`` gives the shape and the links, ``found`` what a filter leaves (None: all), ``failed`` the sentence for a
    job whose tree goes in a circle.
    """

    counted = Signal(object, object)
    found = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.text = ""
        self._wanted: Optional[Callable[[int], bool]] = None
        self._shape: Optional[Shape] = None
        self._links: Dict[int, int] = {}
        self._words: Optional[Words] = None
        self._work = Slices(self)
        self._search = Slices(self)

    def start(self, job: Optional[Job]) -> None:
        """Begin with a job; a filter that is on is done again for it."""
        self.stop()
        self._shape = self._words = None
        if job is not None:
            self._work.start(scan(job), self._counted, self.failed.emit)

    def stop(self) -> None:
        """Leave everything undone."""
        self._work.stop()
        self._search.stop()

    def finish(self) -> None:
        """Do the rest now."""
        while self._work.running or self._search.running:
            self._work.finish()
            self._search.finish()

    def find(self, text: str, wanted: Optional[Callable[[int], bool]] = None) -> None:
        """Look for a text, and for places that ``wanted`` wants; ``found`` tells when that is done.

        Without either everything is found at once.
        """
        was_on = self._is_on
        self.text, self._wanted = text.strip(), wanted
        self._search.stop()
        if self._is_on:
            self._look()
        elif was_on:
            self.found.emit(None)

    @property
    def _is_on(self) -> bool:
        return bool(self.text) or self._wanted is not None

    def _counted(self, shape: Shape) -> None:
        self._shape = shape
        if shape.instances:
            self._work.start(find_links(shape), self._linked)
        else:
            self._linked({})

    def _linked(self, links: Dict[int, int]) -> None:
        assert self._shape is not None
        self._links = links
        self.counted.emit(self._shape, links)
        if self._is_on or len(self._shape) <= _READ_AHEAD:
            self._read_words()

    def _read_words(self) -> None:
        assert self._shape is not None
        words = Words(self._shape, self._title)
        self._work.start(words.build(), lambda _: self._take_words(words))

    def _take_words(self, words: Words) -> None:
        self._words = words
        if self._is_on:
            self._look()

    def _title(self, place: int) -> str:
        assert self._shape is not None
        target = self._links.get(place)
        named = self._shape.elements[target] if target is not None else None
        return texts.title(self._shape.elements[place], named)

    def _look(self) -> None:
        """Search as soon as the words are there; whoever has not asked for them yet asks now."""
        if self._words is not None:
            self._search.start(self._steps(self._words), self.found.emit)
        elif self._shape is not None and not self._work.running:
            self._read_words()

    def _steps(self, words: Words) -> Iterator[Kept]:
        assert self._shape is not None
        hits: Sequence[int] = range(len(self._shape))
        if self.text:
            for found in words.find(self.text):
                hits = found
                yield Kept()
        yield from keep(self._shape, hits, self._wanted)
