"""The folder of a job on the shared disk: what nodes read, what they write, and what was submitted.

| file | what |
| --- | --- |
| ``job.json`` | what all tasks share, and who sent it |
| ``tree.json`` | titles, who waits for whom, and where each task stands |
| ``tables/STEP-PART.json`` | what each row of an array runs; only the job's owner reads what is in ``tables`` |
| ``tables/last.json``, ``tables/env.json`` | postscripts and cleanup of the job, and its environment |
| ``submitted.json`` | what was submitted as what (Slurm's arrays), and with which indices |
| ``journals/TID.jsonl``, ``logs/TID.log`` | written by the wrapper; task 0 is the job itself |
| ``killed``, ``paused`` | marks |
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple

from farmsubmit import files
from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.batch.plan import BatchPlan, layout_to_json
from farmsubmit.engines.batch.tables import last_table, tables
from farmsubmit.engines.local.lock import RunnerLock
from farmsubmit.errors import EngineError, NoSuchJob, SpoolError

#: The largest array that is made, whatever the farm allows: each task reads the table of its own array.
LARGEST_ARRAY = 1000
LAST = "last"
_SCRIPT = "run.sh"
_WRAPPER = "farmtask.py"
# The words behind the script's name are the program, so nothing is ever quoted or read by a shell.
_SCRIPT_TEXT = '#!/bin/sh\nexec "$@"\n'
_SUBMITTED = "submitted.json"
_MOST_TRIES = 1000


class Submitted(NamedTuple):
    """An array that was submitted: its id, its table, and its indices with the tids there (0 for the job itself)."""

    id: str
    table: str
    tids: Dict[int, int]


class JobFolder:
    """One job's folder; it may not be there. Methods raise EngineError where a file cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.jid = path.name

    @property
    def exists(self) -> bool:
        """Whether a whole job stands here."""
        try:
            return (self.path / _SUBMITTED).is_file()
        except OSError:
            # It belongs to somebody else, who shows it to nobody.
            return False

    @property
    def wrapper(self) -> str:
        """The wrapper of this job's tasks."""
        return str(self.path / _WRAPPER)

    @property
    def script(self) -> str:
        """The batch script of all its arrays."""
        return str(self.path / _SCRIPT)

    def fill(self, plan: BatchPlan, info: SpoolInfo, common: Dict[str, Any], size: int) -> None:
        """Write all that nodes will read."""
        jid = int(self.jid)
        with _plainly(self.path):
            for name in ("journals", "logs"):
                (self.path / name).mkdir()
            # Commands and their environment may hold what not everybody should read.
            (self.path / "tables").mkdir(mode=0o700)
            (self.path / _SCRIPT).write_text(_SCRIPT_TEXT, "utf-8")
            shutil.copyfile(files.shipped("wrappers", _WRAPPER), self.path / _WRAPPER)
            if plan.job.paused:
                (self.path / "paused").touch()
        for name, table in tables(plan, jid, size).items():
            self.write(f"tables/{name}.json", table)
        self.write("tables/env.json", plan.job.env)
        self.write(f"tables/{LAST}.json", last_table(plan, jid))
        self.write("job.json", {**_common(plan, info), **common, "jid": jid, "size": size})
        titles = [[task.title, task.parent] for task in plan.job.tasks]
        nodes = len(plan.job.needs)
        has_last = bool(plan.job.postscript or plan.job.cleanup)
        own = {"tasks": titles, "nodes": nodes, "last": plan.last if has_last else None}
        self.write("tree.json", {**layout_to_json(plan.layout), **own})

    def write(self, name: str, value: Any) -> None:
        """Write a file whole."""
        import json

        with _plainly(self.path / name):
            files.write_atomic(self.path / name, json.dumps(value, separators=(",", ":")))

    def read(self, name: str) -> Any:
        """Return what a file holds."""
        import json

        with _plainly(self.path / name):
            return json.loads((self.path / name).read_text("utf-8"))

    def submitted(self) -> List[Submitted]:
        """Return what was submitted, in that order."""
        found = self.read(_SUBMITTED)
        return [Submitted(jid, table, {int(at): tid for at, tid in tids.items()}) for jid, table, tids in found]

    def write_submitted(self, arrays: List[Submitted]) -> None:
        """Write down what was submitted; from then on the job is there."""
        self.write(_SUBMITTED, arrays)

    def note(self, tid: int, event: str, **values: Any) -> None:
        """Append an event of ours to the journal of a task."""
        import json

        path = self.path / "journals" / f"{tid}.jsonl"
        with _plainly(path), path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"event": event, **values}) + "\n")

    def has_mark(self, name: str) -> bool:
        """Tell whether a mark is there."""
        return (self.path / name).exists()

    def mark(self, name: str, is_set: bool) -> None:
        """Set or take away a mark."""
        path = self.path / name
        with _plainly(path):
            if is_set:
                path.touch()
            else:
                path.unlink(missing_ok=True)

    def log(self, tid: int) -> str:
        """Return the log of a task; empty where it has none."""
        with suppress(OSError):
            return (self.path / "logs" / f"{tid}.log").read_bytes().decode("utf-8", "replace")
        return ""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let only one process at a time change the job."""
        lock = RunnerLock(self.path)
        if not lock.acquire(timeout=30):
            raise EngineError(f"job {self.jid} is being changed by somebody else", "try again")
        try:
            yield
        finally:
            lock.release()

    def remove(self) -> None:
        """Forget the job."""
        with _plainly(self.path):
            # First of all it is no job any more; nodes may still write into the rest.
            (self.path / _SUBMITTED).unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)


def new_folder(home: Path) -> JobFolder:
    """Make the folder of a new job; its name is the next free number. Raises SpoolError."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        number = max(numbers(home), default=0) + 1
        for name in range(number, number + _MOST_TRIES):
            with suppress(FileExistsError):
                (home / str(name)).mkdir(mode=0o755)
                return JobFolder(home / str(name))
    except OSError as error:
        hint = "name another in the URL of the engine: ?folder=…"
        raise SpoolError(f"no folder for the job can be made in {home}: {error.strerror or error}", hint) from None
    raise SpoolError(f"no free number for the job in {home}")


def folders(home: Path) -> List[JobFolder]:
    """Return the folders of whole jobs, in the order of their numbers."""
    return [folder for folder in (JobFolder(home / str(number)) for number in numbers(home)) if folder.exists]


def existing(home: Path, jid: str) -> JobFolder:
    """Return the folder of a job; raises NoSuchJob."""
    folder = JobFolder(home / jid)
    if jid.isascii() and jid.isdigit() and folder.exists:
        return folder
    known = numbers(home)
    hint = f"known are {known[0]} to {known[-1]}" if known else f"{home} holds none"
    raise NoSuchJob(f"there is no job {jid} here", hint)


def numbers(home: Path) -> List[int]:
    """Return the numbers of the folders of jobs, in their order."""
    try:
        return sorted(int(path.name) for path in home.iterdir() if path.name.isascii() and path.name.isdigit())
    except OSError:
        return []


def _common(plan: BatchPlan, info: SpoolInfo) -> Dict[str, Any]:
    job = plan.job
    return {
        "title": job.title,
        "owner": info.owner,
        "spoolhost": info.spoolhost,
        "key": info.key,
        "priority": job.priority,
        "cwd": job.cwd,
        "project": job.project,
        "maxactive": job.maxactive,
        "after": job.after,
        "afterjids": job.afterjids,
        "comment": plan.comment,
    }


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EngineError(f"{path} cannot be used: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise EngineError(f"{path} is damaged: {error}") from None
