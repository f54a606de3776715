"""What the HTML page knows of a job, packed small: each text once, and columns of numbers that point at the texts.

A page of 100,000 tasks is a third of the size that way. Colours are found here, by the parsers of the languages, so
that the page's script needs no grammar of its own.
"""

from __future__ import annotations

import json
from typing import Any, Dict, FrozenSet, Iterable, Iterator, List, Set, Tuple

from farmsubmit.author.elements import Command, Element, Job
from farmsubmit.formats._alike import folds
from farmsubmit.formats._plain import more_settings, plain
from farmsubmit.formats.outline import CommandLine, Outline, Row, RowKind, command_line
from farmsubmit.lang.servicekey import tokens
from farmsubmit.lang.substitution import Piece, PieceKind, pieces

#: A coloured part of a text: where it starts and ends, and its class in the style sheet.
Mark = Tuple[int, int, str]

_KINDS = {RowKind.TASK: 0, RowKind.INSTANCE: 1, RowKind.ITERATE: 2}
_LOCAL, _CLEANUP = 1, 2
# An element's title, service and the like have columns of their own; what it holds stands in the rows below it.
_IN_COLUMNS = ("title", "id", "service", "serialsubtasks", "varname", "frm", "to", "by")
_HELD = ("parent", "target", "subtasks", "cmds", "cleanup", "template")
_SHOWN_WITH_ROW = frozenset((*_IN_COLUMNS, *_HELD))
_SHOWN_WITH_COMMAND = frozenset(("argv", "service", "local"))


def page_json(job: Job, view: Outline) -> str:
    """Return the data as JSON that may stand in a script element, whatever the job's texts hold."""
    text = json.dumps(_Packer(_ids(view)).pack(job, view), separators=(",", ":"))
    # Inside strings only, where an escape means the same; U+2028 and U+2029 are escaped already, as all but ASCII is.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def service_marks(text: str) -> List[Mark]:
    """Return the coloured parts of a service expression."""
    return [(token.start, token.end, token.kind.value) for token in tokens(text)]


def _ids(view: Outline) -> Set[str]:
    """Return the ids that ``%id`` may name."""
    found = {row.id for row in view.rows if row.id}
    for row in view.rows:
        for command in vars(row.element).get("cmds", ()):
            name = vars(command).get("id")
            if name:
                found.add(name)
    return found


class _Packer:
    def __init__(self, ids: Set[str]) -> None:
        self.ids = ids
        self.places: Dict[str, int] = {}
        self.arguments: Dict[str, int] = {}
        self.marks: Dict[Tuple[Mark, ...], int] = {}
        self.argument_marks: Dict[int, int] = {}
        self.service_marks: Dict[int, int] = {}
        self.problems: Dict[int, str] = {}

    def pack(self, job: Job, view: Outline) -> Dict[str, Any]:
        rows = view.rows
        self._text("")
        return {
            "title": plain(job.title or "(no title)"),
            "summary": view.summary,
            "service": self._service(job.service or ""),
            "serial": bool(job.serialsubtasks),
            "parents": [row.parent for row in rows],
            "kinds": [_KINDS[row.kind] for row in rows],
            "titles": [self._text(plain(row.title) or "(no title)") for row in rows],
            "services": [self._service(row.service) for row in rows],
            "commands": [self._commands(row) for row in rows],
            "ids": {row.place: row.id for row in rows if row.id},
            "serials": [row.place for row in rows if row.serial],
            "afters": {row.place: row.after for row in rows if row.after >= 0},
            "targets": {row.place: row.target for row in rows if row.target >= 0},
            "more": {row.place: more for row in rows for more in [_more(row.element, _SHOWN_WITH_ROW)] if more},
            "folds": list(folds(rows).values()),
            "dirmaps": [[dirmap.src, dirmap.dst, dirmap.zone] for dirmap in job.dirmaps],
            "argumentMarks": self.argument_marks,
            "serviceMarks": self.service_marks,
            "marks": list(self.marks),
            "problems": self.problems,
            "texts": list(self.places),
        }

    def _text(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))

    def _marks(self, marks: Iterable[Mark]) -> int:
        """Keep alike marks once: paths of the same length have the same."""
        return self.marks.setdefault(tuple(marks), len(self.marks))

    def _service(self, text: str) -> int:
        place = self._text(plain(text))
        if text and place not in self.service_marks:
            self.service_marks[place] = self._marks(service_marks(plain(text)))
        return place

    def _argument(self, text: str) -> int:
        place = self.arguments.get(text)
        if place is None:
            place = self.arguments[text] = self._text(plain(text))
            if "%" in text or text.startswith("~"):
                self._mark(place, plain(text))
        return place

    def _mark(self, place: int, text: str) -> None:
        found = list(pieces(text, self.ids))
        self.argument_marks[place] = self._marks(_marks(found))
        problem = _first_problem(found)
        if problem:
            self.problems[place] = problem

    def _commands(self, row: Row) -> Any:
        """Return the commands of a row, or 0 where it has none, which saves a list for each."""
        elements = vars(row.element)
        found = [self._command(*each, flags=0) for each in zip(row.commands, elements.get("cmds", ()))]
        for command in elements.get("cleanup", ()):
            found.append(self._command(command_line(command), command, flags=_CLEANUP))
        return found or 0

    def _command(self, line: CommandLine, command: Command, flags: int) -> List[int]:
        if line.local:
            flags |= _LOCAL
        more = self._text(_more(command, _SHOWN_WITH_COMMAND))
        return [flags, self._service(line.service), more, *map(self._argument, line.argv)]


def _more(element: Element, leave_out: FrozenSet[str]) -> str:
    return " · ".join(f"{each.label} {plain(each.text)}" for each in more_settings(element, leave_out))


def _marks(found: List[Piece]) -> Iterator[Mark]:
    """Yield the coloured parts of an argument; ``open`` and ``close`` stand around a path that is mapped."""
    for piece in found:
        if piece.kind is PieceKind.MAPPED:
            yield piece.start, piece.end - 1 - len(piece.argument), "open"
            yield from _marks(list(piece.inner))
            yield piece.end - 1, piece.end, "close"
        elif piece.kind is PieceKind.BAD:
            yield piece.start, piece.end, "bad"
        elif piece.kind is PieceKind.PERCENT:
            yield piece.start, piece.end, "percent"
        elif piece.kind is not PieceKind.LITERAL:
            yield piece.start, piece.end, "live"


def _first_problem(found: List[Piece]) -> str:
    for piece in found:
        for part in (piece, *piece.inner):
            if part.problem:
                return part.problem + (f"; {part.hint}" if part.hint else "")
    return ""
