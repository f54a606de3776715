"""What the shipped tasks share: whose blades run them, the chunks they are made for, and the words of a command."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from farmsubmit.errors import ArgumentError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.lang.substitution import literal, mapped
from farmsubmit.tasks.plugin import Flags, Program, TaskPlugin, shown
from farmsubmit.tasks.processor import Processor

#: The service of a command that needs nothing but a blade. Source: quoted names with ``*``, Service Key Expressions.
ANY_BLADE = '"*"'

#: What ``farmsubmit info`` says of the arguments that all renders take.
FRAMES_HELP = {
    "frames": "the frames, such as 1001-1100x5,1200",
    "chunk": "how many frames one task renders; 0 is all of them, as is an output that is a movie file",
    "order": "the order of the chunks: forward, reverse, first-middle-last, outer-in, binary, every-N",
    "service": "service expression of the commands; empty is that of the settings",
}
FRAMES_DEFAULTS: Mapping[str, Any] = {"chunk": 5, "order": "forward", "service": ""}

# A drive letter with a slash behind it, or the name of a server.
_WINDOWS = re.compile(r"[A-Za-z]:[/\\]|\\\\|//")


class FarmTask(TaskPlugin):
    """A shipped task: its service is the first of ``service_arguments`` that is given, else that of the settings.

    ``service_setting`` names the setting; where it is empty, any blade will do.
    """

    service_arguments: Sequence[str] = ("service",)
    service_setting = ""

    @property
    def services(self) -> Sequence[str]:  # type: ignore[override]  # what an instance says goes over the class
        """The service expression, as a list of one."""
        for name in self.service_arguments:
            if self.optional(name):
                return [self.optional(name)]
        return [self.settings[self.service_setting] if self.service_setting else ANY_BLADE]

    def optional(self, name: str) -> str:
        """Return an argument that is text and may be missing or None: then it is empty."""
        if name not in self.arguments or self.value(name) in (None, ""):
            return ""
        return self.text(name)

    def text(self, name: str) -> str:
        """Return an argument that must be text, and not empty; raises ArgumentError for anything else."""
        found = super().text(name)
        if not found.strip():
            raise ArgumentError(f"{name} is empty")
        return found

    def texts(self, name: str) -> List[str]:
        """Return an argument that is text, a list of texts, or missing; raises ArgumentError for anything else."""
        value = self.value(name) if name in self.arguments else None
        found = [value] if isinstance(value, str) and value else value or []
        if isinstance(found, (list, tuple)) and all(isinstance(text, str) for text in found):
            return list(found)
        raise ArgumentError(f"{name} = {shown(value)} is neither text nor a list of texts")

    def flag(self, name: str) -> bool:
        """Return an argument that is True or False, or missing, which is False; raises ArgumentError."""
        value = self.value(name) if name in self.arguments else False
        if not isinstance(value, bool):
            raise ArgumentError(f"{name} = {shown(value)} is neither True nor False")
        return value

    def whole(self, name: str, least: int = 0) -> int:
        """Return an argument that is a whole number of at least ``least``; raises ArgumentError."""
        value = self.value(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ArgumentError(f"{name} = {shown(value)} is no whole number of at least {least}")
        return value

    def frame_set(self) -> FrameSet:
        """Return the argument ``frames``: of a chunk, where the task is made for chunks."""
        return as_frame_set(self.value("frames"))


class ChunkTask(FarmTask):
    """A task with a command for each chunk of frames, titled by its frames."""

    elements_id = "frames"
    flags = Flags.PER_ELEMENT
    argument_processors = (Processor("FramesToChunksProcessor", ["frames.processed"]),)

    def leaf_title(self) -> str:
        """Return the title and the frames of the chunk."""
        return f"{self.title or type(self).__name__} {self.frame_set()}"


class FrameTask(ChunkTask):
    """A task with a command for each frame."""

    argument_processors = (Processor("FramesToChunksProcessor", ["frames.processed"], {"size": 1}),)

    @property
    def frame(self) -> int:
        """The frame of this command."""
        return int(self.frame_set().first)


def by_farmmake(task: FarmTask, program: str, *words: str) -> Program:
    """Return a program that ``wrappers/farmmake.py`` starts, which checks and makes files; ``words`` are its options.

    It needs a Python of the blade and this one file: farmsubmit itself need not be there.
    """
    from farmsubmit import files

    python = task.program("blade_python")
    wrapper = mapped(str(files.shipped("wrappers", "farmmake.py")))
    found = Program(program)
    own: Program = program if isinstance(program, Program) else Program()
    found.is_found = isinstance(program, Program)
    # -I, for the environment of a job may hold the PYTHONHOME of a DCC.
    found.prefix = (*python.prefix, str(python), "-I", wrapper, *words, "--", *own.prefix)
    found.dirmaps = (*python.dirmaps, *own.dirmaps)
    return found


class PythonTask(FarmTask):
    """A task whose script() runs in a plain Python."""

    def cmd(self) -> Sequence[str]:
        """Return the Python of the settings with the wrapper for hosts that are none."""
        return [self.program("python"), self.wrapper("python")]


def as_frame_set(value: Any) -> FrameSet:
    """Return the frames of text, a number, or a list of them; raises FrameError."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    return FrameSet.parse(",".join(map(str, parts)))


def path_word(path: str) -> str:
    """Return a path as a word of its own, mapped, and never one that a program would take for an option."""
    return mapped(f"./{path}" if path.startswith("-") else path)


def forward(path: str) -> str:
    """Return a Windows path with forward slashes, and any other as it is.

    Maya and Nuke put their arguments into MEL and Tcl, where a backslash begins an escape; on Windows both slashes name
    the same file.
    """
    return path.replace("\\", "/") if _WINDOWS.match(path) else path


def option(flag: str, value: str) -> List[str]:
    """Return an option and its value as two literal words, or none where the value is empty.

    Raises ArgumentError for a value that the program would take for another option.
    """
    if value.startswith("-"):
        raise ArgumentError(f"{flag} {value!r} would be taken for an option", "rename it")
    return [flag, literal(value)] if value else []


def joined(flag: str, value: str) -> str:
    """Return an option and its value as one literal word, for names that may start with a minus sign or a tilde."""
    return literal(f"{flag}={value}")


def path_option(flag: str, path: str) -> List[str]:
    """Return an option and its path as two words, or none where the path is empty."""
    return [flag, path_word(path)] if path else []


def merged(*tables: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the defaults or the help of a task; of several tables, for a task made of others, the later ones win."""
    return {name: value for one in tables for name, value in one.items()}


def defaults_of(required: Sequence[str], *tables: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the defaults of a task that is made of others, but for what it requires."""
    return {name: value for name, value in merged(*tables).items() if name not in required}


def needed(*names: Sequence[str]) -> Tuple[str, ...]:
    """Return the names that are required by several tasks, each once."""
    return tuple(dict.fromkeys(name for group in names for name in group))
