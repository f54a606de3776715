"""Any program as a task: once, or after each frame, such as a denoiser."""

from __future__ import annotations

import re
from typing import Dict, List, Sequence

from farmsubmit.errors import ArgumentError
from farmsubmit.lang.substitution import literal
from farmsubmit.settings import SETTINGS
from farmsubmit.tasks.shipped._base import FarmTask, FrameTask, by_farmmake, merged, path_word
from farmsubmit.tasks.shipped._patterns import beside, frame_path, split
from farmsubmit.tasks.shipped.movie import made_by_oiiotool

_PLACE = re.compile(r"\{(in|out|frame)\}")
#: Settings that name a program, which may stand first in an argument list in its place.
PROGRAMS = ("blender", "maya", "mayapy", "maya_render", "nuke", "katana", "ffmpeg", "oiiotool", "python")
_SERVICE_HELP = {"service": "service expression of the command; empty is any blade"}
_PROGRAM_HELP = f"first a path, a name for the setting executable_resolver, or one of {', '.join(PROGRAMS)}"


class Command(FarmTask):
    """Runs one command."""

    description = "Runs one command, given as an argument list. No shell is involved."
    required_arguments = ("argv",)
    argument_defaults = {"expressions": False, "command_title": "", "service": ""}
    argument_help = merged(
        {
            "argv": f"the program and its arguments, a list of texts: {_PROGRAM_HELP}",
            "expressions": "True: %D(/path), %j and the like are replaced at launch; else each word is meant literally",
            "command_title": "title of the task",
        },
        _SERVICE_HELP,
    )

    def cmd(self) -> Sequence[str]:
        """Return the words, escaped unless they are launch expressions."""
        first, *words = _words(self, "argv")
        return [_program(self, first), *(words if self.flag("expressions") else map(literal, words))]

    def leaf_title(self) -> str:
        """Return the title of the task."""
        return self.optional("command_title") or self.title or type(self).__name__


class FollowUp(FrameTask):
    """Runs a command after each frame."""

    argv_argument = "follow_argv"
    result_argument = "follow_output"
    result_word = "followed"

    description = "Runs a command for each frame, such as a check or a conversion. No shell is involved."
    required_arguments: Sequence[str] = ("output", "frames", "follow_argv")
    argument_defaults = {"follow_output": "", "service": ""}
    argument_help = merged(
        {
            "output": "the file pattern of the frames, with ####: {in}",
            "frames": "the frames",
            "follow_argv": f"the argument list, with {{in}}, {{out}} and {{frame}} where they go: {_PROGRAM_HELP}",
            "follow_output": "the file pattern for {out}; empty is that of output with 'followed' before the number",
        },
        _SERVICE_HELP,
    )

    def cmd(self) -> Sequence[str]:
        """Return the words with the files of the frame in their places, mapped, and all else literal."""
        first, *words = _words(self, self.argv_argument)
        given = self.text("output")
        made = self.optional(self.result_argument) or beside(given, self.result_word)
        as_word = made_by_oiiotool if first == "oiiotool" else path_word
        places = {
            "in": path_word(frame_path(given, self.frame)),
            "out": as_word(frame_path(made, self.frame)),
            "frame": str(self.frame),
        }
        program = _program(self, first)
        # Else the folder is there: it is that of the frames.
        if split(made)[0] != split(given)[0]:
            program = by_farmmake(self, program, "--folder-of", places["out"])
        return [program, *(_filled(word, places) for word in words)]


class Denoise(FollowUp):
    """Cleans each frame."""

    argv_argument = "denoise_argv"
    result_argument = "denoised"
    result_word = "denoised"

    description = (
        "Cleans each frame with the denoiser of your studio. Without denoise_argv it is only oiiotool's median of "
        "3x3 pixels, which takes out fireflies."
    )
    required_arguments = ("output", "frames")
    argument_defaults = {
        "denoise_argv": ("oiiotool", "--wildcardoff", "--evaloff", "{in}", "--median", "3x3", "-o", "{out}"),
        "denoised": "",
        "service": "",
    }
    argument_help = merged(
        {
            "output": "the file pattern of the frames, with ####: {in}",
            "frames": "the frames",
            "denoise_argv": "the argument list, with {in}, {out} and {frame} where they go; the program as in FollowUp",
            "denoised": "the file pattern for {out}; empty is that of output with 'denoised' before the number",
        },
        _SERVICE_HELP,
    )


def _words(task: FarmTask, name: str) -> List[str]:
    words = task.texts(name)
    if not words:
        raise ArgumentError(f"{name} is empty", "give a program and its arguments, such as ['/bin/echo', 'hello']")
    return words


def _program(task: FarmTask, word: str) -> str:
    return task.program(word) if word in PROGRAMS and word in SETTINGS else word


def _filled(word: str, places: Dict[str, str]) -> str:
    """Put the files into a word; what stands between them is literal."""
    parts = _PLACE.split(word)
    rest = (places[part] if place % 2 else part.replace("%", "%%") for place, part in enumerate(parts[1:], start=1))
    return literal(parts[0]) + "".join(rest)
