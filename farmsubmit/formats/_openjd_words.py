"""The words of a command as a template has them: texts, paths, and parameters of the job.

A template knows no escape for ``{{``, and no control characters in a word. Values of job parameters are not looked at
again, so such a character becomes a parameter that holds it.
Source: Open Job Description, "Template Schemas 2023-09", sections 2.5, 5.2 and 7.3.
"""

from __future__ import annotations

import re
from typing import Any, Collection, Dict, List, NamedTuple, Sequence, Tuple

from farmsubmit.author.planning.plan import CommandPlan
from farmsubmit.errors import FarmsubmitError, SubstitutionError
from farmsubmit.formats._blade import program
from farmsubmit.lang.substitution import Piece, PieceKind, scan

TEXT, PATH, PARAMETER = "text", "path", "parameter"
LONGEST_VALUE = 1024
_LONGEST_LABEL = 64
MOST_PARAMETERS = 50
# Room for what words need besides paths.
MOST_PATHS = 40

_ABSOLUTE = re.compile(r"/|[A-Za-z]:[/\\]|\\\\")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_OR_BRACE = re.compile(r"[{}\x00-\x1f\x7f-\x9f]")
_NAMES = {"{": "LeftBrace", "}": "RightBrace", "\n": "Newline", "\r": "Return", "\t": "Tab"}
_HOSTS = {PieceKind.HOSTS: "", PieceKind.HOST_OPTIONS: "-h "}
_TOLD = {
    "Host": ("localhost", "the host of a task, as that host itself calls it"),
    "JobNumber": ("0", "the number of the job, which a template does not know"),
}


class Part(NamedTuple):
    """A part of a word: a TEXT, the PATH inside ``%D()``, or the name of a PARAMETER of the job."""

    kind: str
    text: str


#: A word of a command, as its parts.
Word = Tuple[Part, ...]


def text_word(text: str) -> Word:
    """Return a word that is nothing but text."""
    return (Part(TEXT, text),)


class Reader:
    """Reads words; ``ids`` are those of the job. ``told`` gets the notations that a template has no word for."""

    def __init__(self, ids: Collection[str]) -> None:
        self._ids = ids
        self.told: Dict[str, str] = {}

    def argv(self, command: CommandPlan, tid: int) -> List[Word]:
        """Return the words of a command; raises FarmsubmitError for one that only a farm can run."""
        words: List[Word] = []
        for text in program(command.argv):
            # A list of hosts that is a word by itself becomes several words.
            is_options = text in ("%H", "%{H}")
            words += [text_word("-h")] if is_options else []
            words.append(self.word("%h" if is_options else text, command, tid))
        return words

    def word(self, text: str, command: CommandPlan, tid: int) -> Word:
        """Return one word, or the standard input of a command."""
        if "%" not in text and not text.startswith("~"):
            return text_word(text)
        try:
            pieces = scan(text, self._ids)
        except SubstitutionError as error:
            raise FarmsubmitError(f"task {tid} cannot stand in a template: {error.problem}", error.hint) from None
        return _merged([part for piece in pieces for part in self._parts(piece, command, tid)])

    def _parts(self, piece: Piece, command: CommandPlan, tid: int) -> List[Part]:
        if piece.kind is PieceKind.MAPPED:
            inner = _merged([part for each in piece.inner for part in self._parts(each, command, tid)])
            is_path = len(inner) == 1 and inner[0].kind == TEXT and _ABSOLUTE.match(inner[0].text)
            return [Part(PATH, inner[0].text)] if is_path else list(inner)
        if piece.kind in _HOSTS:
            self.told["Host"] = f"{piece.text} becomes localhost: a template does not know where a task will run"
            return [Part(TEXT, _HOSTS[piece.kind]), Part(PARAMETER, "Host")]
        if piece.kind is PieceKind.JOB:
            self.told["JobNumber"] = f"{piece.text} becomes 0: a template does not know the number of its job"
            return [Part(PARAMETER, "JobNumber")]
        if piece.kind is PieceKind.HOME:
            self.told["~"] = f"{piece.text} stays as it is: only a shell on the worker knows that folder"
        return [Part(TEXT, _known(piece, command, tid))]


def _known(piece: Piece, command: CommandPlan, tid: int) -> str:
    """Return the text of a piece that is the same wherever the task runs."""
    values = {
        PieceKind.PERCENT: "%",
        PieceKind.SLOTS: command.slots,
        PieceKind.TASK: tid,
        PieceKind.COMMAND: command.cid,
        PieceKind.RECOVER: 0,
        PieceKind.LOOP: 0,
        PieceKind.QUALITY: 1.0,
    }
    if piece.kind in (PieceKind.ID_HOSTS, PieceKind.ID_HOST_OPTIONS):
        problem = f"{piece.text!r} of task {tid} asks where another task runs, which a template cannot say"
        raise FarmsubmitError(problem, "name the host, or send the job to a farm that knows it")
    return str(values.get(piece.kind, piece.text))


def _merged(parts: Sequence[Part]) -> Word:
    """Join texts that stand side by side, and leave empty ones out."""
    found: List[Part] = []
    for part in parts:
        if found and part.kind == TEXT == found[-1].kind:
            found[-1] = Part(TEXT, found[-1].text + part.text)
        elif part != (TEXT, ""):
            found.append(part)
    return tuple(found) or text_word("")


class Parameters:
    """The parameters of a job, made when a word first needs one."""

    def __init__(self, paths: Collection[str], folder: str = "") -> None:
        self._paths = {path: f"Path{number}" for number, path in enumerate(paths, 1)}
        self._folder = folder
        if folder:
            self._paths[folder] = "WorkingDirectory"
        self._texts: Dict[str, Tuple[str, str]] = {}

    @property
    def folder_reference(self) -> str:
        """The format string for the folder in which commands are started."""
        return "{{Param.WorkingDirectory}}"

    def part(self, part: Part, among_others: bool) -> str:
        """Return a part for a format string; ``among_others`` tells that the string has more than this part."""
        if part.kind == PATH:
            return f"{{{{Param.{self._paths[part.text]}}}}}"
        if part.kind == PARAMETER:
            self._texts.setdefault(part.text, _TOLD[part.text])
            return f"{{{{Param.{part.text}}}}}"
        return self.text(part.text, among_others)

    def text(self, text: str, among_others: bool = False) -> str:
        """Return a format string that resolves to this text."""
        # A brace beside another one, or beside a reference, would be taken for half of a pair.
        has_pairs = among_others or "{{" in text or "}}" in text
        return (_CONTROL_OR_BRACE if has_pairs else _CONTROL).sub(self._character, text)

    def _character(self, found: re.Match[str]) -> str:
        character = found.group()
        name = _NAMES.get(character, f"Character{ord(character)}")
        self._texts.setdefault(name, (character, f"character {ord(character)}, which words cannot hold"))
        return f"{{{{Param.{name}}}}}"

    def definitions(self) -> List[Dict[str, Any]]:
        """Return the definitions for the template; raises FarmsubmitError where a limit is passed."""
        found: List[Dict[str, Any]] = [
            _path_definition(name, path, path == self._folder) for path, name in self._paths.items()
        ]
        for name, (value, description) in self._texts.items():
            shown = {"control": "LINE_EDIT" if name in _TOLD else "HIDDEN"}
            row = {"name": name, "type": "STRING", "description": description, "default": value}
            found.append({**row, "userInterface": shown})
        if len(found) > MOST_PARAMETERS:
            problem = f"this job needs {len(found)} job parameters, and a template has {MOST_PARAMETERS} at most"
            raise FarmsubmitError(problem, "make several jobs")
        return found

    def values(self) -> Dict[str, str]:
        """Return the values of those that have no default; raises FarmsubmitError for one that is too long."""
        for path in self._paths:
            if len(path) > LONGEST_VALUE:
                problem = (
                    f"a path of {len(path)} characters is longer than the {LONGEST_VALUE} that a parameter may have"
                )
                raise FarmsubmitError(f"{problem}: {path[:60]}…", "use a shorter folder")
        return {name: path for path, name in self._paths.items()}


def _path_definition(name: str, path: str, is_folder: bool) -> Dict[str, Any]:
    """Return the definition of a path: most likely a file where its name has an ending."""
    last = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    is_file = "." in last.strip(".") and not is_folder
    label = _CONTROL.sub(" ", last).strip()[:_LONGEST_LABEL]
    kind = {"objectType": "FILE" if is_file else "DIRECTORY", "dataFlow": "NONE"}
    return {"name": name, "type": "PATH", **kind, "userInterface": {"label": label or name}}
