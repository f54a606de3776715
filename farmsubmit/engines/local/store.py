"""The queue on disk: one SQLite file with jobs, tasks and the requests that users made.

Whoever submits or asks opens it; only the runner that holds the lock changes how jobs and tasks stand. A user's
wish is a row in ``request``, and the runner writes its answer there: empty for done, else the sentence that says why
not. No environment is stored.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from farmsubmit import files
from farmsubmit.author.planning.plan import GraftPlan, JobPlan, TaskPlan, commands_from_json, commands_json
from farmsubmit.engines.base import BLOCKED, READY, SpoolInfo
from farmsubmit.errors import EngineError, NoSuchJob

# What each version adds to the one before it.
_VERSIONS = (
    """
CREATE TABLE job (jid INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, owner TEXT, spoolhost TEXT, spoolfile TEXT,
    priority REAL, state TEXT, paused INTEGER, taken INTEGER DEFAULT 0, ending TEXT DEFAULT '',
    spooled REAL, started REAL, stopped REAL, settings TEXT, needs TEXT);
CREATE TABLE task (jid INTEGER, tid INTEGER, title TEXT, parent INTEGER, state TEXT, progress INTEGER DEFAULT 0,
    exit_code INTEGER, started REAL, stopped REAL, reason TEXT DEFAULT '', process TEXT DEFAULT '', commands TEXT,
    PRIMARY KEY (jid, tid));
CREATE INDEX job_new ON job (taken) WHERE taken = 0;
CREATE INDEX task_state ON task (jid, state);
CREATE TABLE request (id INTEGER PRIMARY KEY AUTOINCREMENT, jid INTEGER, action TEXT, tids TEXT, value REAL,
    asked REAL, answer TEXT);
""",
    """
ALTER TABLE job ADD COLUMN tasks INTEGER DEFAULT 0;
UPDATE job SET tasks = (SELECT count(*) FROM task WHERE task.jid = job.jid);
ALTER TABLE task ADD COLUMN serial INTEGER DEFAULT 0;
ALTER TABLE task ADD COLUMN spent INTEGER DEFAULT 0;
CREATE TABLE graft (jid INTEGER, host INTEGER, first INTEGER, size INTEGER, needs TEXT, tops TEXT, ids TEXT);
CREATE INDEX graft_job ON graft (jid);
""",
)
SCHEMA_VERSION = len(_VERSIONS)
_ADD_JOB = """INSERT INTO job (title, owner, spoolhost, spoolfile, priority, state, paused, spooled, settings, needs,
    tasks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_TASK = "INSERT INTO task (jid, tid, title, parent, state, serial, commands) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ADD_GRAFT = "INSERT INTO graft (jid, host, first, size, needs, tops, ids) VALUES (?, ?, ?, ?, ?, ?, ?)"
_LAST_COMMANDS = """SELECT commands FROM task WHERE jid = ? AND commands != '[[], []]' ORDER BY tid DESC LIMIT 1"""
# Not those that hold the whole job: they grow with it, and a status is asked for often.
JOB_COLUMNS = "jid, title, owner, priority, state, paused, spooled, started, stopped"
_JOB = f"SELECT {JOB_COLUMNS} FROM job WHERE jid = ? AND ending != 'delete'"  # noqa: S608  # a constant
_BUSY_SECONDS = 30


def queue_folder() -> Path:
    """Return the folder of this user's queue, making it, for its owner only, where it is not there yet.

    Raises EngineError where it cannot be made.
    """
    folder = files.state_dir() / "local"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"cannot make {folder}, the folder of the local queue: {error.strerror}") from None
    return folder


class Store:
    """An open queue; use it with ``with``, in one thread. Raises EngineError for a queue that cannot be used."""

    def __init__(self, folder: Path, durable: bool = True) -> None:
        import sqlite3

        self.folder = folder
        self.path = folder / "queue.db"
        self._error = sqlite3.Error
        with self._plainly():
            self._db = sqlite3.connect(str(self.path), timeout=_BUSY_SECONDS, isolation_level=None)
            self._db.row_factory = sqlite3.Row
        try:
            self._prepare(durable)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, durable: bool) -> None:
        with self._plainly():
            version = self._version()
        if version > SCHEMA_VERSION:
            problem = f"{self.path} was written by a newer farmsubmit (version {version}, this one knows "
            raise EngineError(f"{problem}{SCHEMA_VERSION})", "update farmsubmit, or move that folder away")
        self.run("PRAGMA journal_mode=WAL")
        self.run(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        if version < SCHEMA_VERSION:
            self._upgrade()

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _upgrade(self) -> None:
        with self.transaction():
            for statements in _VERSIONS[self._version() :]:
                for statement in statements.split(";"):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            raise EngineError(f"the local queue {self.path} does not work: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all statements inside count together, or none of them."""
        with self._plainly():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> List[Any]:
        """Run one statement and return its rows, which can be read by column name."""
        with self._plainly():
            return self._db.execute(sql, values).fetchall()

    def run_all(self, statements: Sequence[Tuple[str, Sequence[Any]]]) -> None:
        """Run statements in one transaction."""
        with self.transaction():
            for sql, values in statements:
                self._db.execute(sql, values)

    def add_job(self, plan: JobPlan, info: SpoolInfo, now: float) -> int:
        """Write a job with its tasks, and return its id."""
        job = (plan.title, info.owner, info.spoolhost, info.spoolfile, plan.priority, READY, plan.paused, now)
        values = (*map(storable, job), plan.settings_json(), _json(plan.needs), len(plan.tasks))
        states = [READY, *(BLOCKED if needed else READY for needed in plan.needs)]
        with self.transaction():
            jid = self._db.execute(_ADD_JOB, values).lastrowid
            self._db.executemany(_ADD_TASK, _task_rows(jid or 0, plan.tasks, states))
        return jid or 0

    def add_graft(self, jid: int, plan: GraftPlan, tops: List[int], states: Sequence[str]) -> None:
        """Write a graft with its tasks, which are in these states by tid."""
        values = (jid, plan.host, plan.first, len(plan.tasks), _json(plan.needs), _json(tops), _json(plan.ids))
        with self.transaction():
            self._db.execute(_ADD_GRAFT, values)
            self._db.executemany(_ADD_TASK, _task_rows(jid, plan.tasks, states))

    def last_cid(self, jid: int, plan: JobPlan) -> int:
        """Return the highest cid that a job has, its grafts included: cids go up with the tids."""
        commands = [*plan.postscript, *plan.cleanup]
        for row in self.run(_LAST_COMMANDS, jid):
            for own in commands_from_json(row["commands"]):
                commands += own
        return max((command.cid for command in commands), default=0)

    def job(self, jid: str) -> Any:
        """Return JOB_COLUMNS of a job; raises NoSuchJob."""
        number = int(jid) if jid.isascii() and jid.isdigit() and len(jid) < 19 else -1
        rows = self.run(_JOB, number)
        if rows:
            return rows[0]
        first, last = self.run("SELECT min(jid), max(jid) FROM job WHERE ending != 'delete'")[0]
        known = f"known are {first} to {last}" if first != last else f"known is {first}"
        raise NoSuchJob(f"there is no job {jid} here", known if first else "the queue is empty")

    def counts(self, jid: Optional[int] = None) -> Dict[int, Dict[str, int]]:
        """Return how many tasks are in each state, for one job or for all."""
        where, values = ("", ()) if jid is None else (" WHERE jid = ?", (jid,))
        found: Dict[int, Dict[str, int]] = {}
        for row in self.run(f"SELECT jid, state, count(*) FROM task{where} GROUP BY jid, state", *values):  # noqa: S608
            found.setdefault(row[0], {})[row[1]] = row[2]
        return found

    def add_request(self, jid: int, action: str, tids: Sequence[int], value: Optional[float]) -> int:
        """Write down what a user wants, and return the number under which the answer will stand."""
        sql = "INSERT INTO request (jid, action, tids, value, asked) VALUES (?, ?, ?, ?, ?)"
        values = (jid, action, ",".join(map(str, tids)), value, time.time())
        with self.transaction():
            return self._db.execute(sql, values).lastrowid or 0

    def take_answer(self, request: int) -> str:
        """Return the answer to a request that has one, and remove the request."""
        answer = self.run("SELECT answer FROM request WHERE id = ?", request)[0][0]
        self.run("DELETE FROM request WHERE id = ?", request)
        return str(answer)

    def has_news(self) -> bool:
        """Tell whether a job or a request waits for a runner to take it."""
        sql = """SELECT EXISTS (SELECT 1 FROM job WHERE taken = 0)
            OR EXISTS (SELECT 1 FROM request WHERE answer IS NULL)"""
        return bool(self.run(sql)[0][0])


class Journal:
    """Changes that a runner has made and not written yet; they are written together, in their order."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._notes: List[Tuple[str, Sequence[Any]]] = []

    def note(self, sql: str, *values: Any) -> None:
        """Add a statement."""
        self._notes.append((sql, values))

    def flush(self) -> None:
        """Write what was noted."""
        if self._notes:
            self._store.run_all(self._notes)
            self._notes.clear()


def _task_rows(jid: int, tasks: Sequence[TaskPlan], states: Sequence[str]) -> Iterator[Tuple[Any, ...]]:
    for task in tasks:
        title = storable(task.title)
        yield jid, task.tid, title, task.parent, states[task.tid], task.serial, commands_json(task)


def _json(value: Any) -> str:
    import json

    return json.dumps(value, separators=(",", ":"))


def storable(value: Any) -> Any:
    """Return a text as UTF-8 can hold it: bytes of a file name that is not UTF-8 become question marks."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
