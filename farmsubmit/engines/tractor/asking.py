"""Asking a Tractor engine for rows: through the query API of the package, the program ``tq``, or HTTP.

Sources: the Query Python API page, the page on search clauses, and published scripts for ``tq``. The request for a list
of jobs over HTTP is described and not shown, so it counts only where a site has written it down.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any, List, Mapping, Optional, Sequence

from farmsubmit.engines.tractor import package, rows
from farmsubmit.engines.tractor.location import Location
from farmsubmit.engines.tractor.wire import Wire, refuse_unreachable
from farmsubmit.errors import EngineError, EngineUnreachable, NoSuchJob
from farmsubmit.lang import tcl

_PROGRAM = "tq"
# What tq prints is columns between blanks: only what is one word can be told apart, and free text at the end of a line.
_ONE_WORD = frozenset({"jid", "owner", "priority", *rows.COUNT_COLUMNS})
_FREE_TEXT = "title"


class Asker:
    """Rows of one engine, by the first way there is; ``order`` is the setting ``tractor_transports``."""

    def __init__(self, location: Location, wire: Wire, order: Sequence[str]) -> None:
        self._location = location
        self._wire = wire
        self._order = order

    def can(self, entity: str) -> bool:
        """Tell whether jobs, tasks or commands can be asked for."""
        return bool(self._ways(entity))

    def jobs(self, where: str, columns: Sequence[str], owner: str = "") -> List[rows.Row]:
        """Return the jobs that a search clause finds; over HTTP all that the site's request gives.

        An owner that is named limits a request over HTTP that has a place for one.
        """
        return self._rows("jobs", where, columns, {"owner": owner})

    def with_key(self, key: str) -> Optional[str]:
        """Return the id of the job whose metadata holds a key, or None; raises EngineError where that is not told."""
        for row in self.jobs(f'metadata like "{key}"', ("jid", "metadata")):
            # A request that does not mind the search clause gives jobs of others: only tq, which shows no metadata, is
            # trusted to have minded it.
            if "metadata" not in row and self._ways("jobs")[0] != "tractor-spool":
                raise EngineError("Tractor's rows of jobs hold no metadata, so no job can be told by its key")
            if str(row.get("jid", "")).isdigit() and key in str(row.get("metadata", key)):
                return str(row["jid"])
        return None

    def tasks(self, jid: str) -> List[rows.Row]:
        """Return the tasks of a job."""
        return self._rows("tasks", f"jid={number(jid)}", (), {"jid": jid})

    def commands(self, jid: str, tid: int) -> List[List[str]]:
        """Return the words of each command of a task."""
        where = f"jid={number(jid)} and tid={tid}"
        found = self._rows("commands", where, ("cid", "argv"), {"jid": jid, "tid": str(tid)})
        ordered = sorted(found, key=lambda row: int(row["cid"]) if str(row.get("cid", "")).isdigit() else 0)
        return [_words(row.get("argv")) for row in ordered]

    def _ways(self, entity: str) -> List[str]:
        return [name for name in self._order if self._is_there(name, entity)]

    def _is_there(self, way: str, entity: str) -> bool:
        if way == "package":
            return package.found_package() is not None
        if way == "http":
            return entity in self._wire.table
        return entity == "jobs" and bool(shutil.which(_PROGRAM)) and not self._wire.who.password

    def _rows(self, entity: str, where: str, columns: Sequence[str], values: Mapping[str, str]) -> List[rows.Row]:
        for way in self._ways(entity):
            try:
                if way == "http":
                    return rows.rows_of(self._wire.ask(entity, where=where, **values))
                refuse_unreachable(self._location)
                return self._packaged(entity, where, columns) if way == "package" else self._printed(where, columns)
            except package.Missing:
                continue
        hint = "install the package tractor or tq here, or see docs/tractor.md"
        raise EngineError(f"there is no way to ask Tractor for {entity} from here", hint)

    def _packaged(self, entity: str, where: str, columns: Sequence[str]) -> List[rows.Row]:
        found = package.found_package()
        if found is None:
            raise package.Missing("the package tractor is not installed")
        return package.rows(found, self._location, entity, where, columns)

    def _printed(self, where: str, columns: Sequence[str]) -> List[rows.Row]:
        """Return the jobs that tq prints."""
        ordered = [name for name in columns if name in _ONE_WORD]
        ordered += [_FREE_TEXT] if _FREE_TEXT in columns else []
        argv = [shutil.which(_PROGRAM) or _PROGRAM, "jobs", where, "-c", ",".join(ordered), "--nh"]
        lines = _run(argv, self._location).splitlines()
        cells = (line.strip().split(None, len(ordered) - 1) for line in lines if line.strip())
        return [dict(zip(ordered, each)) for each in cells]


def number(jid: str) -> str:
    """Return a job id; raises NoSuchJob for one that is no number, as all of Tractor's are."""
    if not (jid.isascii() and jid.isdigit()):
        raise NoSuchJob(f"Tractor has no job {jid!r}", "its job ids are numbers")
    return jid


def _run(argv: Sequence[str], location: Location) -> str:
    try:
        done = subprocess.run(
            list(argv),
            env={**os.environ, "TRACTOR_ENGINE": location.address},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=package.ASKING,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineUnreachable(f"{_PROGRAM} did not end within {package.ASKING:g} s") from None
    except OSError as error:
        raise EngineError(f"{_PROGRAM} does not start: {error.strerror or error}") from None
    if done.returncode:
        raise EngineError(f"{_PROGRAM} ended with {done.returncode}: {' '.join(done.stderr.split())[:300]}")
    return done.stdout


def _words(argv: Any) -> List[str]:
    return tcl.split(argv) if isinstance(argv, str) else [str(word) for word in argv or ()]
