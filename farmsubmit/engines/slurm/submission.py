"""Submitting rows as arrays, in an order in which none waits for a later one, all of them or none.

All arrays are submitted on hold and released together. Rows of one table that wait for the same go together; so the
first submission and a retry of some rows are the same thing.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from farmsubmit.author.planning.needs import Key, Reach
from farmsubmit.engines.batch.jobfolder import LAST, JobFolder, Submitted
from farmsubmit.engines.batch.plan import Layout, Shape, place
from farmsubmit.engines.slurm.client import Client
from farmsubmit.engines.slurm.location import Location
from farmsubmit.errors import FarmsubmitError

# Longer names help nobody who reads a list of jobs.
_LONGEST_NAME = 60


class Spot(NamedTuple):
    """Where a task was submitted last: the array's id and the index in it."""

    id: str
    at: int


class Spots:
    """Where all tasks of a job were submitted last."""

    def __init__(self, arrays: Iterable[Submitted]) -> None:
        self.of: Dict[int, Spot] = {}
        self._sizes: Counter[str] = Counter()
        for array in arrays:
            self.add(array)

    def add(self, array: Submitted) -> None:
        """Take in an array; it stands for its tasks from now on."""
        self._sizes[array.id] = len(array.tids)
        self.of.update((tid, Spot(array.id, at)) for at, tid in array.tids.items())

    @property
    def ids(self) -> List[str]:
        """The arrays that still stand for a task, in order of submission."""
        return list(dict.fromkeys(spot.id for _, spot in sorted(self.of.items())))

    def waiting_for(self, tids: Iterable[int], pairs: bool = False) -> str:
        """Return the dependency on these tasks, as sbatch takes it; ``pairs`` for the same index of their arrays."""
        by_id: Dict[str, List[int]] = {}
        for tid in sorted(tids):
            by_id.setdefault(self.of[tid].id, []).append(self.of[tid].at)
        if pairs:
            return ",".join(f"aftercorr:{jid}" for jid in by_id)
        names: List[str] = []
        for jid, indices in by_id.items():
            whole = len(indices) == self._sizes[jid]
            names += [jid] if whole else [f"{jid}_{at}" for at in indices]
        return f"afterok:{':'.join(names)}" if names else ""


class Submission:
    """A job being submitted, or some tasks of it again; ``passed`` are tasks that nothing waits for any more.

    ``arrays`` are those that were submitted here. ``first`` is a dependency that all must wait for besides their own.
    """

    def __init__(self, client: Client, folder: JobFolder, location: Location, layout: Layout, spots: Spots) -> None:
        self.client, self.folder, self.location, self.layout, self.spots = client, folder, location, layout, spots
        self.job: Dict[str, Any] = folder.read("job.json")
        self.reach = Reach(layout.needs, layout.rows)
        self.arrays: List[Submitted] = []
        self.passed: Set[int] = set()
        self.first = ""
        self._known: Dict[Key, str] = {}

    def submit(self, tids: Iterable[int]) -> None:
        """Submit tasks on hold; raises SpoolError, EngineUnreachable and AnswerLost."""
        size = int(self.job["size"])
        tables: Dict[Tuple[int, int], List[int]] = {}
        for tid in tids:
            where = place(self.layout.rows[tid], size)
            tables.setdefault((where.step, where.part), []).append(tid)
        for (step, part), members in sorted(tables.items()):
            # Only now is it known where those stand that they wait for: in earlier steps.
            for waits, rows in self._by_dependency(members).items():
                tids_at = {place(self.layout.rows[tid], size).at: tid for tid in sorted(rows)}
                self._array(f"{step}-{part}", tids_at, self.layout.steps[step], waits)

    def submit_last(self, shape: Sequence[Any], ids: Sequence[str]) -> None:
        """Submit what runs after the tree, on hold, behind these arrays."""
        waits = f"afterany:{':'.join(ids)}" if ids else ""
        self._array(LAST, {0: 0}, Shape(*shape), waits)

    def take_back(self) -> None:
        """Cancel what was submitted here, after something went wrong."""
        with suppress(FarmsubmitError):
            self.client.cancel([array.id for array in self.arrays])

    def _by_dependency(self, tids: Iterable[int]) -> Dict[str, List[int]]:
        found: Dict[str, List[int]] = {}
        for tid in tids:
            found.setdefault(self._dependency(tid), []).append(tid)
        return found

    def _dependency(self, tid: int) -> str:
        pairs = self.layout.rows[tid].pairs
        key = self.reach.key(tid)
        waits = None if pairs else self._known.get(key)
        if waits is None:
            needed = self.reach.of(key) - self.passed
            waits = self.spots.waiting_for(needed, pairs) or self.first
            if not pairs:
                self._known[key] = waits
        return waits

    def _array(self, table: str, tids: Mapping[int, int], shape: Shape, waits: str) -> None:
        argv = [*self._options(tids, shape, waits), self.folder.script, *self._program(), str(self.folder.path), table]
        jid = self.client.sbatch(argv)
        array = Submitted(jid, table, dict(tids))
        self.arrays.append(array)
        self.spots.add(array)

    def _program(self) -> List[str]:
        # Without the site's packages and the caller's PYTHON variables it starts faster, and always alike.
        return [str(self.job["python"]), "-S", "-E", self.folder.wrapper]

    def _options(self, tids: Iterable[int], shape: Shape, waits: str) -> List[str]:
        job, throttle = self.job, int(self.job["maxactive"])
        options = [
            "--hold",
            f"--array={ranges(tids)}" + (f"%{throttle}" if throttle else ""),
            f"--job-name={_one_line(job['title'])[:_LONGEST_NAME] or 'farmsubmit'}",
            f"--comment={comment(self.folder.jid, job['key'])} {_one_line(job['comment'])}".rstrip(),
            f"--chdir={self.folder.path}",
            "--output=slurm.out",
            "--open-mode=append",
            "--export=ALL",
            "--requeue",
            "--kill-on-invalid-dep=yes",
            f"--nice={self.location.nice_of(float(job['priority']))}",
            "--ntasks=1",
            f"--cpus-per-task={shape.cpus}",
        ]
        wanted = {
            "--dependency": waits,
            "--constraint": shape.constraint,
            "--licenses": ",".join(shape.licences),
            "--exclude": ",".join(shape.exclude),
            "--begin": _moment(job["after"]),
            "--partition": job["partition"],
            "--account": job["account"],
            "--qos": job["qos"],
        }
        return options + [f"{name}={value}" for name, value in wanted.items() if value]


def comment(jid: str, key: str) -> str:
    """Return the words that a job's arrays have as the beginning of their comment."""
    return f"farmsubmit {jid} {key}".rstrip()


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers as sbatch's ``--array`` takes them: ``0-3,7``."""
    runs: List[List[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] + 1 == number:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ",".join("-".join(map(str, run)) for run in runs)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _moment(after: Optional[float]) -> str:
    """Return a time as ``--begin`` takes it, in local time; empty where there is none or it is past."""
    if after is None or after <= time.time():
        return ""
    return f"{datetime.fromtimestamp(after):%Y-%m-%dT%H:%M:%S}"
