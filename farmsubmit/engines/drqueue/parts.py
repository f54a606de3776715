"""What the folder of a job holds for DrQueue: its parts, where they are on the master, and who waits for whom.

``parts.json`` is written before anything is sent, and again with the slots; ``waits/N.json`` are the tasks that rows
wait for, and ``noted.json`` the tasks whose journals the engine wrote into. All else is as the wrapper reads it, see
batch.jobfolder.
"""

from __future__ import annotations

import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Collection, Dict, FrozenSet, List, NamedTuple, Optional

from farmsubmit.author.planning.needs import Reach
from farmsubmit.engines.batch.jobfolder import JobFolder
from farmsubmit.engines.batch.plan import Layout, place
from farmsubmit.engines.drqueue.plan import LAST, DrQueuePlan

#: The most rows of a table; a frame reads the table that its row is in.
ROWS = 1000
#: A pool that no slave is in keeps a job from starting.
HOLD = "__hold__"
#: The variable of a job that has its key.
KEY = "FARMSUBMIT_KEY"
_PARTS, _NOTED = "parts.json", "noted.json"
_WRAPPER = "drqueuetask.py"
_UNSAFE = re.compile(r"[^\w.-]+")
_SHORT_KEY, _LONGEST_TITLE = 12, 80


class Placed(NamedTuple):
    """A part: its tables, its name on the master, its pool, the part that it waits for, and where it was put.

    ``slot`` is None until it is there; ``submitted`` is the master's time of it, which tells it from a later job.
    """

    step: str
    name: str
    pool: str
    frames: int
    after: Optional[int]
    slot: Optional[int] = None
    submitted: int = 0


def names(title: str, key: str, count: int) -> List[str]:
    """Return the names of the parts of a job on the master: the title as a file name, the key's beginning, a number."""
    stem = _UNSAFE.sub("_", title).strip("_.").encode()[:_LONGEST_TITLE].decode("utf-8", "ignore") or "job"
    return [f"{stem}.{key[:_SHORT_KEY]}.{number}of{count}" for number in range(1, count + 1)]


def has_short_key(name: str, key: str) -> bool:
    """Tell whether a job of the master has a name that was made with this key."""
    return name.rpartition(".")[0].endswith(f".{key[:_SHORT_KEY]}")


def wrapper(folder: JobFolder) -> str:
    """Return the path of the wrapper that slaves start."""
    return str(folder.path / _WRAPPER)


def write_parts(folder: JobFolder, parts: List[Placed]) -> None:
    """Write down the parts of a job."""
    folder.write(_PARTS, parts)


def read_parts(folder: JobFolder) -> List[Placed]:
    """Return the parts of a job; raises EngineError where the folder is damaged."""
    return [Placed(*each) for each in folder.read(_PARTS)]


def fill_waits(folder: JobFolder, plan: DrQueuePlan) -> None:
    """Write what rows wait for, and into the rows which of it is theirs; and the wrapper."""
    home = folder.path / "waits"
    home.mkdir()
    # Slaves run all jobs as one user of their own, who must read the tables and write the rest.
    (folder.path / "tables").chmod(0o755)
    for name in ("waits", "journals", "logs"):
        (folder.path / name).chmod(0o777)
    shutil.copyfile(Path(__file__).with_name(_WRAPPER), folder.path / _WRAPPER)
    numbers: Dict[FrozenSet[int], int] = {}
    layout = plan.base.layout
    reach = Reach(layout.needs, layout.rows)
    tables: Dict[str, Any] = {}
    for tid, row in layout.rows.items():
        needed = reach.of_task(tid)
        if not needed:
            continue
        where = place(row, ROWS)
        if where.table not in tables:
            tables[where.table] = folder.read(f"tables/{where.table}.json")
        tables[where.table][str(where.at)]["waits"] = numbers.setdefault(needed, len(numbers))
    for needed, number in numbers.items():
        folder.write(f"waits/{number}.json", sorted(needed))
    for name, table in tables.items():
        folder.write(f"tables/{name}.json", table)


def note(folder: JobFolder, tids: Collection[int], event: str, **values: Any) -> None:
    """Append an event of ours to the journals of tasks, and remember that there is one."""
    now = time.time()
    for tid in tids:
        folder.note(tid, event, time=now, **values)
    known = noted(folder)
    if not known.issuperset(tids):
        folder.write(_NOTED, sorted(known.union(tids)))


def noted(folder: JobFolder) -> FrozenSet[int]:
    """Return the tasks whose journals hold what only the engine knows, such as that they were skipped."""
    if not (folder.path / _NOTED).exists():
        return frozenset()
    return frozenset(folder.read(_NOTED))


def forget_waits(folder: JobFolder) -> None:
    """Let the wrapper look again whether what its row waits for was done."""
    for mark in (folder.path / "waits").glob("*.passed"):
        with suppress(OSError):
            mark.unlink()


def tids_of(layout: Layout) -> Dict[str, List[int]]:
    """Return the tasks of each step, in the order of its frames; 0 is the job itself."""
    found: Dict[str, List[int]] = {LAST: [0]}
    for tid, row in sorted(layout.rows.items(), key=lambda item: item[1].position):
        found.setdefault(str(row.step), []).append(tid)
    return found
