"""The dry run of Maya's Render: each of a job's commands with ``-test``, where there is a Maya.

Source: Autodesk's page "Common flags for the command line renderer": ``-test`` prints the MEL commands and does not
execute them. That a mistake gives another exit code than 0 is not documented, so words of an error count too. Not run
with a Maya.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, Iterator, List, NamedTuple, Sequence, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.dirmap import map_path
from farmsubmit.lang.substitution import Context, expand_argv

_SECONDS = 60.0
# Only where a line begins with one of them: the MEL that Render prints may hold such words too.
_ERROR = re.compile(r"^\W*(?:error|usage|unknown|invalid|unrecognized|cannot)\b.*$", re.IGNORECASE | re.MULTILINE)
_RENDER = re.compile(r"(?:.*[/\\])?Render(?:\.exe)?\Z", re.IGNORECASE)


class Tried(NamedTuple):
    """A command that Render was asked about: where it stands, its words, and what is wrong; empty where nothing is."""

    where: str
    argv: List[str]
    problem: str


def try_commands(job: Job, commands: Sequence[Tuple[str, Any]], render: Path, zone: str) -> List[Tried]:
    """Ask Render about each different kind of command of a job; ``commands`` are (where, Command).

    Commands that differ only in their frames are asked about once. Only ``render``, a program of this machine, is
    started, never the program that a command names. Paths are mapped for ``zone``.
    """
    seen = set()
    found: List[Tried] = []
    for where, words in _renders(job, commands, zone):
        kind = tuple(_without_frames(words))
        if kind not in seen:
            seen.add(kind)
            found.append(Tried(where, words, _problem([str(render), "-test", *words[1:]])))
    return found


def _renders(job: Job, commands: Sequence[Tuple[str, Any]], zone: str) -> Iterator[Tuple[str, List[str]]]:
    maps = list(job.dirmaps)
    context = Context(jid=1, tid=1, cid=1, map_path=_mapper(maps, zone))
    for where, command in commands:
        # What a package manager's words are is not known here; Render's own begin behind them.
        words = expand_argv(command.argv, context)
        place = next((place for place, word in enumerate(words) if _RENDER.match(word)), None)
        if place is not None:
            yield where, words[place:]


def _mapper(maps: Any, zone: str) -> Callable[[str], str]:
    return lambda path: map_path(path, maps, zone)


def _without_frames(words: Sequence[str]) -> Iterator[str]:
    """Give the words without the values of -s and -e."""
    for before, word in zip(("", *words), words):
        if before not in ("-s", "-e"):
            yield word


def _problem(argv: List[str]) -> str:
    import subprocess

    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"Render did not answer within {_SECONDS:g} seconds"
    except OSError as error:
        raise FarmsubmitError(f"cannot start {argv[0]}: {error.strerror or error}") from None
    said = done.stdout.decode("utf-8", "replace")
    wrong = _ERROR.search(said)
    if wrong is not None:
        return wrong[0].strip()[:300]
    return f"Render ended with exit code {done.returncode}" if done.returncode else ""
