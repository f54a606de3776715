"""The ways in which a job reaches a Tractor engine, in the order of the setting ``tractor_transports``.

How a job is posted over HTTP is in no public document. So the installed package comes first, then the installed
``tractor-spool``, and HTTP only where a site has written the request down.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.engines.base import Dropped, SpoolInfo
from farmsubmit.engines.tractor import authorapi, package
from farmsubmit.engines.tractor.location import Location
from farmsubmit.engines.tractor.wire import Refused, Wire, refuse_unreachable
from farmsubmit.errors import AnswerLost, EngineError, SpoolError, did_you_mean
from farmsubmit.formats.alf import to_tcl
from farmsubmit.settings import load_settings

_PROGRAM = "tractor-spool"
_JID = re.compile(r"\bj(?:ob )?id\W{0,4}(\d+)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.:/-])(\d+)(?![\w:/-])")
# What tractor-spool prints is in no document. "ingress rc" was reported by a client's authors for a refused job.
_REFUSAL = re.compile(
    r"ingress rc|syntax error|pars(?:e|ing)\b|denied|password|not (?:allowed|permitted)", re.IGNORECASE
)


class Way:
    """One way to send a job; ``missing`` says why it cannot be used here, and is empty where it can."""

    name = ""

    def __init__(self, location: Location, wire: Wire) -> None:
        self.location = location
        self.wire = wire

    @property
    def missing(self) -> str:
        """Why it cannot be used here, or ""."""
        raise NotImplementedError

    def losses(self, job: Job) -> Tuple[Dropped, ...]:
        """Return what it cannot express of a job."""
        return ()

    def spool(self, job: Job, info: SpoolInfo, block: bool) -> str:
        """Send a job and return its id, "" where it was taken and the id was not told.

        Raises SpoolError, EngineUnreachable and AnswerLost as Engine.spool does.
        """
        raise NotImplementedError


class PackageWay(Way):
    """The installed package ``tractor``, through its author API."""

    name = "package"

    @property
    def missing(self) -> str:
        """Say so where no Python has the package."""
        return "" if package.found_package() else "the package tractor is not installed in this Python"

    def losses(self, job: Job) -> Tuple[Dropped, ...]:
        """Return the options that the author API is not known to have."""
        return authorapi.losses(job)

    def spool(self, job: Job, info: SpoolInfo, block: bool) -> str:
        """Make the job anew with the author API, and let that send it."""
        found = package.found_package()
        if found is None:
            raise package.Missing(self.missing)
        document = authorapi.document(job)
        refuse_unreachable(self.location)
        words = {"block": block, "owner": info.owner, "spoolhost": info.spoolhost, "spoolfile": info.spoolfile}
        return package.spool(found, self.location, document, {name: value for name, value in words.items() if value})


class ProgramWay(Way):
    """The installed program ``tractor-spool``, which reads a job script."""

    name = _PROGRAM

    @property
    def missing(self) -> str:
        """Say so where the program is not there, or would need a password that others could read."""
        if not shutil.which(_PROGRAM):
            return f"{_PROGRAM} is not installed"
        if self.wire.who.password:
            return f"{_PROGRAM} takes a password only in its command line, where others can read it"
        return ""

    def spool(self, job: Job, info: SpoolInfo, block: bool) -> str:
        """Give the job script to the program in a private file; its documented options name the engine and owner."""
        script = to_tcl(job)
        refuse_unreachable(self.location)
        handle, name = tempfile.mkstemp(prefix="farmsubmit-", suffix=".alf")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(script + "\n")
            return self._run([f"--engine={self.location.address}", f"--user={info.owner}", name], info)
        finally:
            Path(name).unlink(missing_ok=True)

    def _run(self, words: Sequence[str], info: SpoolInfo) -> str:
        folder = info.spoolcwd if info.spoolcwd and Path(info.spoolcwd).is_dir() else None
        try:
            done = subprocess.run(
                [shutil.which(_PROGRAM) or _PROGRAM, *words],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=package.SENDING,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise AnswerLost(f"{_PROGRAM} did not end within {package.SENDING:g} s") from None
        except OSError as error:
            raise SpoolError(f"{_PROGRAM} does not start: {error.strerror or error}") from None
        if done.returncode:
            raise _failed(done.returncode, f"{done.stderr}\n{done.stdout}")
        return read_jid(done.stdout)


class HttpWay(Way):
    """A POST that the site wrote down as ``spool`` in the setting ``tractor_http``."""

    name = "http"

    @property
    def missing(self) -> str:
        """Say so where nobody has written the request down."""
        return "" if "spool" in self.wire.table else "tractor_http has no request spool"

    def spool(self, job: Job, info: SpoolInfo, block: bool) -> str:
        """Post the job script; an answer that cannot be read means that the engine may have the job."""
        script = to_tcl(job)
        values = {"owner": info.owner, "host": info.spoolhost, "file": info.spoolfile, "cwd": info.spoolcwd}
        values.update(block="1" if block else "0", script=script)
        try:
            answer = self.wire.answer("spool", values, script.encode("utf-8"))
        except Refused as error:
            raise SpoolError(error.problem, error.hint) from None
        try:
            told = answer.json() if answer.text.strip() else {}
        except EngineError as error:
            raise AnswerLost(f"the job was sent, and {error.problem}") from None
        return str(told.get("jid") or "") if isinstance(told, dict) else ""


_WAYS = {way.name: way for way in (PackageWay, ProgramWay, HttpWay)}


def ways(location: Location, wire: Wire) -> List[Way]:
    """Return the ways of the setting ``tractor_transports``, in its order; raises EngineError for an unknown one."""
    names = [str(name) for name in load_settings()["tractor_transports"]]
    for name in names:
        if name not in _WAYS:
            hint = did_you_mean(name, _WAYS) or f"known are {', '.join(_WAYS)}"
            raise EngineError(f"tractor_transports: there is no way {name!r}", hint)
    return [_WAYS[name](location, wire) for name in names]


def chosen(every: Sequence[Way], job: Job) -> Optional[Way]:
    """Return the first way that can be used and loses nothing, else the first that can be used, else None."""
    usable = [way for way in every if not way.missing]
    whole = (way for way in usable if not way.losses(job))
    return next(whole, usable[0] if usable else None)


def no_way(every: Sequence[Way]) -> SpoolError:
    """Return the error for a job that cannot be sent from here."""
    reasons = "; ".join(way.missing for way in every) or "the setting tractor_transports is empty"
    return SpoolError(f"there is no way to send a job to Tractor from here: {reasons}", "see docs/tractor.md")


def read_jid(text: str) -> str:
    """Return the job id in what tractor-spool printed: behind ``jid``, or the only number that there is; else ""."""
    named = _JID.search(text)
    if named:
        return named[1]
    numbers = set(_NUMBER.findall(text))
    return numbers.pop() if len(numbers) == 1 else ""


def _failed(code: int, text: str) -> EngineError:
    said = " ".join(text.split())[:300]
    problem = f"{_PROGRAM} ended with {code}: {said or 'it says nothing'}"
    return SpoolError(problem) if _REFUSAL.search(text) else AnswerLost(problem)
