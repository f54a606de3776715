"""Reading the job script that a command wrote: a whole Job, or nothing but its tasks.

Source: Tractor's ``-expand`` and jobtronaut's ``TR_EXPAND_CHUNK``; that both forms are taken from both is ours.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import List

from farmsubmit.author.elements import Job
from farmsubmit.errors import JobFileError, TclError
from farmsubmit.formats.alf import from_tcl
from farmsubmit.lang import tcl

MOST_BYTES = 256 << 20
_BEFORE, _AFTER = "Job -subtasks {", "\n}"
_NOT_NEWLINE = re.compile(r"[^\n]")


def read_script(path: Path) -> Job:
    """Return the job of a script file; one of tasks only, or of nothing, becomes a Job without any settings.

    Raises TclError with line and column, and JobFileError for a file that cannot be read or has more than 256 MB.
    """
    text = _read(path).replace("\r\n", "\n")
    script = tcl.Script(text, str(path))
    tasks: List[str] = []
    position = read_to = 0
    while True:
        words, position = script.command(position, len(text))
        if not words:
            break
        kind, start, end = words[0]
        if text[start:end] in ("Job", "Assign"):
            return from_tcl(text, str(path))
        start -= kind != tcl.BARE
        tasks += [_NOT_NEWLINE.sub(" ", text[read_to:start]), text[start:position]]
        read_to = position
    return _job_of("".join(tasks), text, str(path))


def _read(path: Path) -> str:
    try:
        found = path.stat()
        # Reading a pipe or a device might never end.
        if not stat.S_ISREG(found.st_mode):
            raise JobFileError(f"{path}: it is no file")
        if found.st_size > MOST_BYTES:
            raise JobFileError(f"{path}: a job script of more than {MOST_BYTES >> 20} MB is not grafted")
        return path.read_bytes().decode("utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise JobFileError(f"{path}: {why}") from None


def _job_of(tasks: str, text: str, source: str) -> Job:
    """Return a Job of tasks that stand where they stood in the text, with blanks for its comments between them."""
    if not tasks:
        return Job()
    try:
        return from_tcl(_BEFORE + tasks + _AFTER, source)
    except TclError as error:
        raise TclError(error.problem, text, error.position - len(_BEFORE), error.hint, source) from None
