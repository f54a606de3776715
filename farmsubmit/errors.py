"""Every error that farmsubmit raises on purpose, and the sentence each one builds.

    FarmsubmitError                 exit code 2: wrong usage or input
    ├── ParseError                  a text has a mistake; knows line and column
    │   ├── TclError                lang.tcl, formats.alf
    │   ├── FrameError              lang.frames
    │   ├── ServiceKeyError         lang.servicekey
    │   ├── SubstitutionError       lang.substitution
    │   ├── DirMapError             lang.dirmap
    │   ├── ExpressionError         lang.expression
    │   ├── TemplateError           lang.template
    │   └── SearchError             lang.search
    ├── AuthorError                 a value that an element refuses
    │   ├── RequiredValueError      a value that is missing when the job is written
    │   ├── UnknownAttributeError   also an AttributeError
    │   └── ChildError              the wrong kind of child; also a TypeError
    ├── JobTreeError                a cycle, or a reference to nothing
    ├── JobFileError                a job file that is no job
    ├── SceneError                  a scene that cannot be read
    ├── RequestError                a request that cannot be read, or contradicts itself
    ├── PluginError                 a plug-in that is unknown, does not load, or cannot be built
    ├── ArgumentError               an argument of a task that is missing, of the wrong kind, or cannot be read
    ├── SettingsError               a setting that is unknown or of the wrong kind
    ├── MissingLibraryError         an optional library is not installed here
    ├── Stopped                     work that nobody waits for any more
    ├── JobFailed                   exit code 1: the job ran and did not succeed
    ├── ChecksFailed                exit code 1: the checks found errors, so nothing was sent
    ├── HookError                   exit code 1: a hook failed, so nothing was sent
    │   └── HookRefused             a hook refused
    └── EngineError                 an engine refused
        ├── SpoolError              the job was not accepted
        └── EngineUnreachable       exit code 3
            └── AnswerLost          the job was sent, and no answer came

A caller catches FarmsubmitError and prints it: the text is one sentence for the person who made the mistake.
"""

from __future__ import annotations

from typing import Iterable, Optional


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest known word, or an empty string."""
    import difflib

    names = list(known)
    by_lower = {name.lower(): name for name in names}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f"did you mean {by_lower[near[0]]!r}?" if near else ""


class FarmsubmitError(Exception):
    """The root of all errors made on purpose; ``hint`` says what would be right, and may be empty."""

    exit_code = 2

    def __init__(self, problem: str, hint: str = "") -> None:
        self.problem = problem
        self.hint = hint
        super().__init__(problem + (f"; {hint}" if hint else ""))


class ParseError(FarmsubmitError):
    """A text that does not parse.

    ``text`` is the whole text, ``position`` the 0-based offset of the mistake in it; ``line`` and ``column`` are
    counted from 1. ``source`` names the file or option that the text came from. ``pointer`` draws the line with a
    caret under the mistake, for terminals and tooltips.
    """

    what = "text"

    def __init__(self, problem: str, text: str, position: int, hint: str = "", source: str = "") -> None:
        self.text = text
        self.position = min(max(position, 0), len(text))
        self.source = source
        self.line = text.count("\n", 0, self.position) + 1
        self.line_start = text.rfind("\n", 0, self.position) + 1
        self.column = self.position - self.line_start + 1
        where = f"{source}: " if source else ""
        super().__init__(f"{where}{self._place()}: {problem}", hint)
        self.problem = problem

    def _place(self) -> str:
        if "\n" in self.text or self.source:
            return f"line {self.line}, column {self.column}"
        return f"{self.what} {_short(self.text)}, column {self.column}"

    @property
    def pointer(self) -> str:
        """The line at fault and a caret below the column; long lines are cut around the caret."""
        end = self.text.find("\n", self.line_start)
        line = self.text[self.line_start : end if end >= 0 else None].replace("\t", " ")
        first = max(0, self.column - 1 - 60)
        return f"{line[first : first + 120]}\n{' ' * (self.column - 1 - first)}^"


class TclError(ParseError):
    """A Tcl word, list or job script that does not parse."""

    what = "Tcl text"


class FrameError(ParseError):
    """A frame set that does not parse, or cannot be cut or ordered as asked."""

    what = "frames"


class ServiceKeyError(ParseError):
    """A service-key expression that does not parse, or asks for something that a blade cannot answer."""

    what = "service"


class SubstitutionError(ParseError):
    """A %-substitution that is not one of the documented ones, or has no value here."""

    what = "argument"


class DirMapError(ParseError):
    """A directory map that cannot be used."""

    what = "dirmap"


class ExpressionError(ParseError):
    """An expression that does not parse, or cannot be worked out."""

    what = "expression"


class TemplateError(ParseError):
    """A template that does not parse, names something that is not there, or does what templates may not do."""

    what = "template"


class AuthorError(FarmsubmitError):
    """A value that an element of a job refuses, raised when it is assigned.

    ``element`` names the element (``Task 'render'``), ``attribute`` and ``value`` are what was assigned, and
    ``expected`` says what would be right. Source: the author API document, "Exceptions".
    """

    def __init__(self, element: str, attribute: str, value: object, expected: str, hint: str = "") -> None:
        self.element = element
        self.attribute = attribute
        self.value = value
        self.expected = expected
        super().__init__(f"{element}: {attribute} = {_short(value)} is not {expected}", hint)


class RequiredValueError(AuthorError):
    """A value without which the element cannot be written, such as the command of a Command."""

    def __init__(self, element: str, attribute: str, hint: str = "") -> None:
        FarmsubmitError.__init__(self, f"{element}: {attribute} is missing", hint)
        self.element = element
        self.attribute = attribute
        self.value = None
        self.expected = "a value"


class UnknownAttributeError(AuthorError, AttributeError):
    """An attribute that the element does not have."""

    def __init__(self, element: str, attribute: str, known: Iterable[str]) -> None:
        FarmsubmitError.__init__(self, f"{element} has no attribute {attribute!r}", did_you_mean(attribute, known))
        self.element = element
        self.attribute = attribute
        self.value = None
        self.expected = "a known attribute"


class ChildError(AuthorError, TypeError):
    """An object that cannot be a child where it was added."""

    def __init__(self, element: str, child: object, expected: str) -> None:
        FarmsubmitError.__init__(self, f"{element} cannot hold {_short(child)}", f"expected {expected}")
        self.element = element
        self.attribute = "child"
        self.value = child
        self.expected = expected


class JobTreeError(FarmsubmitError):
    """A task tree that cannot be written: a cycle, or an Instance or reference whose task is not in the job."""


class JobFileError(FarmsubmitError):
    """A job file that cannot be read as a job: not there, not text, not of a known kind or version."""


class SceneError(FarmsubmitError):
    """A scene that cannot be read."""


class RequestError(FarmsubmitError):
    """A request that cannot be read, or whose rows contradict each other."""


class PluginError(FarmsubmitError):
    """A plug-in that is unknown, does not load, or whose tasks cannot be built."""


class ArgumentError(FarmsubmitError):
    """An argument of a task that is missing, of the wrong kind, or whose file cannot be read."""


class SettingsError(FarmsubmitError):
    """A setting that is unknown, or whose value is of the wrong kind."""


class MissingLibraryError(FarmsubmitError):
    """An optional library that a feature needs and that is not installed in this Python."""

    def __init__(self, library: str, feature: str) -> None:
        super().__init__(f"{feature} needs the Python package {library}", f"pip install {library}")


class Stopped(FarmsubmitError):
    """Work that was stopped, for nobody waits for it any more."""


class JobFailed(FarmsubmitError):
    """A job that ran and did not succeed."""

    exit_code = 1


class ChecksFailed(FarmsubmitError):
    """A job that was not sent because the checks found errors."""

    exit_code = 1


class HookError(FarmsubmitError):
    """A hook that failed, or gave back what cannot be used; nothing was sent."""

    exit_code = 1


class HookRefused(HookError):
    """A hook that refused. A Python hook may raise it: ``raise HookRefused("no project was chosen")``."""


class EngineError(FarmsubmitError):
    """An engine that refused what was asked, or does not know the job."""


class NoSuchJob(EngineError):
    """A job that the engine does not know, or knows no more."""


class SpoolError(EngineError):
    """A job that the engine did not accept."""


class EngineUnreachable(EngineError):
    """An engine that does not answer."""

    exit_code = 3


class AnswerLost(EngineUnreachable):
    """A job that was sent, and whose answer did not come: the engine may have it, or not."""


def _short(value: Optional[object]) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
