"""A job as a text tree, for a terminal or a mail."""

from __future__ import annotations

import unicodedata
from typing import Dict, Iterator, List, NamedTuple, Optional

from farmsubmit.author.elements import Job
from farmsubmit.formats._alike import USUAL_LIMIT, Fold, folds
from farmsubmit.formats._plain import job_commands, job_settings, plain, show_argv
from farmsubmit.formats.outline import CommandLine, Outline, Row, RowKind, counted, outline

# Beyond this the number of the level stands in for the branches: 5,000 levels would be 20,000 columns.
_DEEPEST_INDENT = 24
_WIDEST_LABEL = 64


class _Signs(NamedTuple):
    """The characters that draw a tree; each of the four branches is four columns wide."""

    middle: str
    last: str
    line: str
    blank: str
    link: str
    more: str
    dot: str


_BOXES = _Signs("├── ", "└── ", "│   ", "    ", "→", "…", "·")
_ASCII = _Signs("|-- ", "`-- ", "|   ", "    ", "->", "...", "-")


class _Line(NamedTuple):
    """A line of the tree: what stands left, and what stands in the column at the right."""

    label: str
    note: str = ""


def to_text(job: Job, commands: bool = False, limit: Optional[int] = None, ascii: bool = False) -> str:
    """Return a job as a text tree like that of ``tree``, ending in a newline.

    ``commands`` adds each command's arguments. A run of more than ``limit`` alike siblings (12 if None) is folded into
    ``… 18 more``; 0 shows all. ``ascii`` draws the branches, and writes all text, in ASCII. Characters that a terminal
    would obey are shown as escapes such as ``\\x1b``. Raises JobTreeError for a task inside itself.
    """
    signs = _ASCII if ascii else _BOXES
    view = outline(job)
    tree = _Tree(view, commands, USUAL_LIMIT if limit is None else limit or len(view.rows), signs)
    text = "\n".join([*_head(job, view, signs), "", *_aligned(list(tree.lines()))]) + "\n"
    return text.encode("ascii", "backslashreplace").decode("ascii") if ascii else text


def _head(job: Job, view: Outline, signs: _Signs) -> Iterator[str]:
    yield plain(job.title or "(no title)")
    settings = [f"{setting.label.lower()} {plain(setting.text)}" for setting in job_settings(job)]
    if settings:
        yield f" {signs.dot} ".join(settings)
    for dirmap in job.dirmaps:
        yield f"dirmap {plain(dirmap.src)} {signs.link} {plain(dirmap.dst)} ({plain(dirmap.zone)})"
    for when, command in job_commands(job):
        yield f"{when}: {show_argv(command.argv)}"
    yield view.summary.replace("·", signs.dot)


def _aligned(lines: List[_Line]) -> Iterator[str]:
    widths = [_columns(line.label) for line in lines]
    column = max((min(width, _WIDEST_LABEL) for line, width in zip(lines, widths) if line.note), default=0) + 2
    for line, width in zip(lines, widths):
        yield line.label + " " * max(2, column - width) + line.note if line.note else line.label


def _columns(text: str) -> int:
    """Return how many columns a terminal needs for a text, as well as can be known."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF") for each in text)


class _Tree:
    """Draws the rows; keeps the vertical line, or blank, that each level of the current row leaves for those below."""

    def __init__(self, view: Outline, commands: bool, limit: int, signs: _Signs) -> None:
        self.view = view
        self.commands = commands
        self.signs = signs
        self.folds: Dict[int, Fold] = folds(view.rows, limit)
        self.branches: List[str] = []

    def lines(self) -> Iterator[_Line]:
        place = 0
        while place < len(self.view.rows):
            row = self.view.rows[place]
            fold = self.folds.get(place)
            if fold:
                yield self._fold(fold, row)
                place = fold.end
                continue
            yield _Line(self._branch(row, row.end) + self._label(row), self._note(row))
            if self.commands:
                yield from self._commands(row)
            place += 1

    def _fold(self, fold: Fold, row: Row) -> _Line:
        commands = fold.siblings * row.total_commands
        label = f"{self._branch(row, fold.end)}{self.signs.more} {fold.siblings:,} more"
        return _Line(label, counted(commands, "command") if commands else "")

    def _branch(self, row: Row, end: int) -> str:
        """Return what leads to a row, or to a fold that ends at ``end``, and remember what it leaves below."""
        is_last = end == (self.view.rows[row.parent].end if row.parent >= 0 else len(self.view.rows))
        signs = self.signs
        if row.depth < _DEEPEST_INDENT:
            del self.branches[row.depth :]
            above = "".join(self.branches)
            self.branches.append(signs.blank if is_last else signs.line)
            return above + (signs.last if is_last else signs.middle)
        return "".join(self.branches) + (signs.last if is_last else signs.middle) + f"({row.depth + 1}) "

    def _label(self, row: Row) -> str:
        title = plain(row.title) or "(no title)"
        if row.kind is RowKind.INSTANCE:
            missing = ", no such task" if row.target < 0 else ""
            return f"{self.signs.link} {title} (instance{missing})"
        if row.kind is RowKind.ITERATE:
            return f"{title} (iterate)"
        return f"{title} [serial]" if row.serial else title

    def _note(self, row: Row) -> str:
        own = counted(len(row.commands), "command") if row.commands else ""
        below = f"{row.total_commands:,} in all" if row.total_commands > len(row.commands) else ""
        return f" {self.signs.dot} ".join(filter(None, (own, below, plain(row.service))))

    def _commands(self, row: Row) -> Iterator[_Line]:
        below = self.signs.line if row.children else self.signs.blank
        for command in row.commands:
            yield _Line("".join(self.branches) + below + self._command(command, row))

    def _command(self, command: CommandLine, row: Row) -> str:
        prompt = "local $ " if command.local else "$ "
        differs = command.service and command.service != row.service
        return prompt + show_argv(command.argv) + (f"  [{plain(command.service)}]" if differs else "")
