# ruff: noqa: PTH108, PTH110, PTH111, PTH112, PTH114, PTH118, PTH119, PTH123, PTH202, PTH208, SIM115
# Not pathlib: it takes as long to import as all else here, and this starts once for each task.
"""Runs one task of a job on a blade, and writes down how it goes.

A task is a row of a table in the job's folder. Its commands run up to the first that fails, then its cleanup; what they
do goes into ``journals/TID.jsonl`` and ``logs/TID.log`` of the folder. So what became of a task is known when the farm
has forgotten it. The row of the table ``last`` is the job itself: its postscripts and cleanup. The exit code is 0 where
the task is done, for farms that go by it.

On a node of Slurm the batch script of an array starts it as ``farmtask.py FOLDER TABLE``, and ``SLURM_ARRAY_TASK_ID``
is the row. The wrapper of another farm stands on ``Run``. It needs nothing but Python 3.6 or newer.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from typing import Any, Dict, List, NamedTuple, Optional

MOST_RETRIES = 3
# SIGINT, SIGTERM and SIGKILL are what a user's wish looks like. Source: Tractor's job scripting page on retries.
NEVER_RETRIED = (-2, -15, -9)
# How a program, and a shell around one, end by SIGTERM or SIGKILL.
BY_SIGNAL = (-15, -9, 143, 137)
NOT_FOUND, NOT_STARTED = 127, 126
KILL_AFTER = 5.0
END_AFTER_STATUS = 2.0
LOOK = 0.1
LONGEST_LINE = 4096
PASSED = ("done", "skipped")

# TR_ and ALF_ are Tractor's. The others are how prman (R90000) and Arnold (done) tell of themselves in a log.
PROGRESS = (
    re.compile(rb"\b(?:TR|ALF)_PROGRESS[ \t]+(\d{1,9})[ \t]*%"),
    re.compile(rb"\bR90000[ \t]+(\d{1,3})%"),
    re.compile(rb"\b(\d{1,3})% done\b"),
)
STATUS = re.compile(rb"[ \t]*(?:TR|ALF)_EXIT_STATUS[ \t]+(-?\d{1,9})[ \t]*\Z")
LINE_END = re.compile(rb"[\r\n]")


class Ended(NamedTuple):
    """How a command ended: exit code (negative for a signal), seconds it took, and why it counts as failed."""

    code: int
    seconds: float
    reason: str


class Problem(Exception):
    """A command that cannot be started, in words."""


def main(argv: List[str]) -> int:
    """Run the row of the table that this process is for, and return the exit code."""
    folder, table = argv[1:3]
    run = Run(folder, read_job(folder), read_row(folder, table, os.environ["SLURM_ARRAY_TASK_ID"]))
    signal.signal(signal.SIGTERM, run.stop)
    signal.signal(signal.SIGINT, run.stop)
    return run.run()


def read_job(folder: str) -> Dict[str, Any]:
    """Return what all tasks of a job share, with its environment."""
    env = read_json(os.path.join(folder, "tables", "env.json"))
    return dict(read_json(os.path.join(folder, "job.json")), env=env)


def read_row(folder: str, table: str, at: str) -> Dict[str, Any]:
    """Return a row of a table."""
    rows: Dict[str, Dict[str, Any]] = read_json(os.path.join(folder, "tables", table + ".json"))
    return rows[at]


def read_json(path: str) -> Any:
    """Return what a file holds."""
    with open(path, encoding="utf-8") as stream:
        return json.load(stream)


class Journal:
    """What is written down of a task: one event a line."""

    def __init__(self, folder: str, tid: int) -> None:
        self.path = os.path.join(folder, "journals", f"{tid}.jsonl")

    def note(self, event: str, **values: Any) -> None:
        """Append an event; a disk that is full must not end the render, so then only the farm knows how it went."""
        line = json.dumps(dict(values, event=event)) + "\n"
        try:
            append(self.path, line)
        except OSError as error:
            sys.stderr.write(f"{self.path} cannot be written: {error}\n")

    def state(self) -> str:
        """Return done, error or skipped, or an empty text for a task that is not over."""
        state = ""
        for event in self._events():
            if event["event"] in ("start", "again"):
                state = ""
            elif event["event"] in ("end", "skip"):
                state = event.get("state", "skipped")
        return state

    def host(self) -> str:
        """Return the host that the task ran on last, or an empty text."""
        hosts = [event["host"] for event in self._events() if event["event"] == "start"]
        return hosts[-1] if hosts else ""

    def _events(self) -> List[Dict[str, Any]]:
        try:
            with open(self.path, encoding="utf-8") as stream:
                return [json.loads(line) for line in stream if line.endswith("\n")]
        except FileNotFoundError:
            return []


def append(path: str, text: str) -> None:
    """Append a text in one write, so that nothing else gets between."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(handle, text.encode("utf-8", "backslashreplace"))
    finally:
        os.close(handle)


class Run:
    """The commands of one task, or the postscripts and cleanup of the job; ``farm`` is what asks it to end."""

    farm = "Slurm"

    def __init__(self, folder: str, job: Dict[str, Any], row: Dict[str, Any]) -> None:
        self.folder, self.job, self.row = folder, job, row
        self.tid = int(row["tid"])
        self.log = os.path.join(folder, "logs", f"{self.tid}.log")
        self.journal = Journal(folder, self.tid)
        self.host = os.environ.get("SLURMD_NODENAME") or os.uname().nodename
        self.restarts = int(os.environ.get("SLURM_RESTART_COUNT") or 0)
        self.stopped = ""
        self.percent = -1
        self.told = 0.0

    def stop(self, *_: Any) -> None:
        """Let the running command end, and none start but the cleanup."""
        self.stopped = f"killed: {self.farm} asked it to end"

    def run(self) -> int:
        """Run the row, and return the exit code for the farm."""
        return self.task() if self.tid else self.last()

    def task(self) -> int:
        """Run the task and return its exit code."""
        if self.journal.state() == "skipped":
            return 0
        self._begin()
        ended = self.commands(self.row["cmds"])
        reason = ended.reason
        self.stopped = ""
        for command in self.row["cleanup"]:
            self.command(command, f"task {self.tid}, cleanup")
        self._end("error" if reason else "done", ended)
        return exit_code(ended)

    def last(self) -> int:
        """Run what comes after the tree: postscripts that fit, and cleanup unless the job is in error."""
        self._begin()
        outcome = self.outcome()
        after = [] if outcome == "killed" else self.row["postscript"]
        todo = [command for command in after if command.get("when", "always") in ("always", outcome)]
        todo += [] if outcome == "error" else self.row["cleanup"]
        for command in todo:
            if not self.stopped:
                self.command(command, "job")
        self._end("done", Ended(0, 0.0, self.stopped))
        return 0

    def outcome(self) -> str:
        """Return how the tree went: done, error or killed."""
        if os.path.exists(os.path.join(self.folder, "killed")):
            return "killed"
        # Looking at the folder lets a network disk see the journals that other nodes have just begun.
        os.listdir(os.path.join(self.folder, "journals"))
        passed = all(Journal(self.folder, tid).state() in PASSED for tid in self.row["tids"])
        return "done" if passed else "error"

    def _begin(self) -> None:
        self.journal.note("start", time=time.time(), host=self.host, **self.place())

    def place(self) -> Dict[str, Any]:
        """Return where on the farm this runs, for the journal."""
        where = f"{os.environ.get('SLURM_ARRAY_JOB_ID')}_{os.environ.get('SLURM_ARRAY_TASK_ID')}"
        return {"slurm": where, "restart": self.restarts}

    def _end(self, state: str, ended: Ended) -> None:
        self.journal.note("end", time=time.time(), state=state, code=ended.code, reason=ended.reason)

    def commands(self, commands: List[Dict[str, Any]]) -> Ended:
        """Run commands up to the first that fails; return how the last of them ended."""
        ended = Ended(0, 0.0, self.stopped)
        for command in commands:
            if self.stopped:
                return ended._replace(reason=self.stopped)
            ended = self.with_retries(command)
            if ended.reason:
                return ended
        return ended

    def with_retries(self, command: Dict[str, Any]) -> Ended:
        """Run a command, again where its exit code is one of its retryrc; the reason says why it failed."""
        for retries in range(MOST_RETRIES + 1):
            ended = self.command(command, f"task {self.tid}")
            again = ended.code in command.get("retryrc", ()) and ended.code not in NEVER_RETRIED
            if ended.reason or self.stopped or not again or retries == MOST_RETRIES:
                break
        return ended._replace(reason=ended.reason or failure(command, ended, retries))

    def command(self, command: Dict[str, Any], label: str) -> Ended:
        """Run one command once."""
        argv = list(command["argv"])
        try:
            argv = self.words(command)
            self.say(f"{label}: {' '.join(map(shlex.quote, argv))}")
            ended = run_built_in(argv, self.cwd()) if argv[0] == "TractorBuiltIn" else self.process(command, argv)
        except Problem as problem:
            ended = Ended(NOT_STARTED, 0.0, str(problem))
        except FileNotFoundError:
            ended = Ended(NOT_FOUND, 0.0, f"cannot start {argv[0]!r}: {self.why_missing(argv[0])}")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            ended = Ended(NOT_STARTED, 0.0, f"cannot start {argv[0]!r}: {why}")
        why = f" ({ended.reason})" if ended.reason else ""
        self.say(f"exit code {ended.code} after {ended.seconds:.1f} s{why}")
        return ended

    def process(self, command: Dict[str, Any], argv: List[str]) -> Ended:
        """Start a program, watch it through its log, and return how it ended."""
        began = time.monotonic()
        place = os.path.getsize(self.log)
        with open(self.log, "ab") as log, opened("".join(self.pieces(command.get("msg", "")))) as message:
            process = subprocess.Popen(
                argv,
                env=self.environment(command),
                cwd=self.cwd(),
                stdin=message,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        watch = Watch(self, process, place, command.get("maxrunsecs") or 0)
        watch.wait()
        seconds = time.monotonic() - began
        code = process.returncode if watch.status is None or watch.reason else watch.status
        if code in BY_SIGNAL and not self.stopped:
            # The farm signals all processes of a task, and this one's signal may come last.
            time.sleep(LOOK)
        return Ended(code, seconds, watch.reason or (self.stopped if code else ""))

    def cwd(self) -> str:
        """Return the folder that commands run in."""
        return self.job["cwd"] or os.path.expanduser("~")

    def why_missing(self, program: str) -> str:
        """Say why a program was not found."""
        if not os.path.isdir(self.cwd()):
            return f"the job's folder {self.cwd()} is not there"
        if os.path.basename(program) == program:
            return "not found on PATH"
        return "there is no such file"

    def environment(self, command: Dict[str, Any]) -> Dict[str, str]:
        """Return the environment of a command: that of the node, the job's, and what Tractor sets."""
        own = command.get("env")
        env = dict(os.environ)
        home = os.path.expanduser("~")
        env.setdefault("HOME", home)
        env.update(self.job["env"] if own is None else own)
        env.update(
            TR_ENV_JID=str(self.job["jid"]),
            TR_ENV_TID=str(self.tid),
            TR_ENV_CID=str(command["cid"]),
            TR_ENV_JOB_PROJECT=self.job["project"],
        )
        return env

    # --- words

    def words(self, command: Dict[str, Any]) -> List[str]:
        """Return the words of a command with everything replaced."""
        found: List[str] = []
        for word in command.get("words") or command["argv"]:
            parts = self.pieces(word)
            is_list = isinstance(word, list) and len(word) == 1 and word[0][0] in ("hosts", "hostoptions")
            found += "".join(parts).split() if is_list else ["".join(parts)]
        return found

    def pieces(self, word: Any) -> List[str]:
        """Return the parts of a word, which is a text or a list of texts and of what is known only here."""
        if isinstance(word, str):
            return [word]
        return [part if isinstance(part, str) else self.piece(part) for part in word]

    def piece(self, part: List[Any]) -> str:
        """Return what stands for a part that is known only here."""
        kind, argument = part
        if kind == "map":
            return str(argument.get(self.job["zone"], argument[""]))
        if kind == "recover":
            return "1" if self.restarts else "0"
        if kind == "home":
            home = os.path.expanduser("~" + argument)
            if home.startswith("~"):
                raise Problem(f"{home!r}: that home folder is not known")
            return str(home)
        if kind in ("hosts", "hostoptions"):
            host = Journal(self.folder, argument).host() if argument and argument != self.tid else self.host
            if not host:
                raise Problem(f"no host is bound to task {argument}")
            return host if kind == "hosts" else "-h " + host
        raise Problem(str(argument))

    # --- what is told

    def say(self, text: str) -> None:
        """Write a line of our own into the log; a log that cannot be written any more changes nothing."""
        clock = time.strftime("%Y-%m-%d %H:%M:%S")
        try:
            append(self.log, f"{'' if ends_a_line(self.log) else chr(10)}# {clock} {text}\n")
        except OSError as error:
            sys.stderr.write(f"{self.log} cannot be written: {error}\n")

    def progress(self, percent: int) -> None:
        """Tell of progress, but not more than once a second."""
        now = time.monotonic()
        if percent != self.percent and (now - self.told >= 1 or percent == 100):
            self.percent, self.told = percent, now
            self.journal.note("progress", percent=percent)


class Watch:
    """A program that runs: what it says of itself, and whether it must end."""

    def __init__(self, run: Run, process: Any, place: int, seconds: float) -> None:
        self.run, self.process, self.place, self.most = run, process, place, seconds
        self.began = time.monotonic()
        self.reason = ""
        self.status: Optional[int] = None
        self.status_at = 0.0
        self.ended_at = 0.0
        self.forced = False
        self.rest = b""

    def wait(self) -> None:
        """Wait for its end, and for that of its group where it was asked to end."""
        while self.process.poll() is None or (self.ended_at and self._group_lives()):
            self.tick()
            try:
                self.process.wait(timeout=LOOK)
            except subprocess.TimeoutExpired:
                continue
            if self.ended_at and self._group_lives():
                time.sleep(LOOK)
        self.read()
        self.line(self.rest)

    def tick(self) -> None:
        """Read what it wrote, and end it where it must."""
        self.read()
        now = time.monotonic()
        if self.run.stopped and not self.reason:
            self.end(self.run.stopped)
        elif self.most and now - self.began > self.most and not self.ended_at:
            self.end(f"longer than its maxrunsecs of {self.most}")
        elif self.status is not None and not self.ended_at and now - self.status_at > END_AFTER_STATUS:
            self.end("")
        if self.ended_at and not self.forced and now - self.ended_at > KILL_AFTER:
            self.forced = True
            self._signal(signal.SIGKILL)

    def end(self, reason: str) -> None:
        """Ask its whole group to end."""
        self.reason, self.ended_at = reason, time.monotonic()
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return

    def _group_lives(self) -> bool:
        if self.forced:
            return False
        try:
            os.killpg(self.process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def read(self) -> None:
        """Look at what it has written since."""
        with open(self.run.log, "rb") as log:
            log.seek(self.place)
            data = log.read()
        self.place += len(data)
        lines = LINE_END.split(self.rest + data)
        self.rest = lines.pop()[-LONGEST_LINE:]
        for line in lines:
            self.line(line)

    def line(self, line: bytes) -> None:
        """Look at one line."""
        status = STATUS.match(line) if b"_EXIT_STATUS" in line else None
        if status:
            self.status, self.status_at = int(status.group(1)), time.monotonic()
        if b"%" in line:
            found = [int(match.group(1)) for form in PROGRESS for match in form.finditer(line)]
            if found:
                self.run.progress(min(found[-1], 100))


def opened(message: str) -> Any:
    """Return an open file that holds a text for standard input."""
    if not message:
        return open(os.devnull, "rb")
    import tempfile

    stream = tempfile.TemporaryFile()
    stream.write(message.encode("utf-8", "surrogateescape"))
    stream.seek(0)
    return stream


def failure(command: Dict[str, Any], ended: Ended, retries: int) -> str:
    """Return why the end of a command is a failure, or an empty text."""
    again = f", after {retries} automatic retries" if retries else ""
    if ended.code > 0:
        return f"exit code {ended.code}{again}"
    if ended.code < 0:
        return f"ended by signal {-ended.code}"
    if ended.seconds < command.get("minrunsecs", 0):
        return f"ended after {ended.seconds:.1f} s, sooner than its minrunsecs of {command['minrunsecs']}"
    return ""


def exit_code(ended: Ended) -> int:
    """Return the exit code that tells Slurm how a task ended: never 0 for a failure."""
    if not ended.reason:
        return 0
    code = 128 - ended.code if ended.code < 0 else ended.code
    return code if 0 < code < 256 else 1


def run_built_in(argv: List[str], cwd: str) -> Ended:
    """Do ``TractorBuiltIn File delete PATH…``, which a blade understands itself; files only, gone ones are fine."""
    if argv[1:3] != ["File", "delete"] or len(argv) < 4:
        return Ended(1, 0.0, f"TractorBuiltIn knows 'File delete PATH' here, not {' '.join(argv[1:])!r}")
    for name in argv[3:]:
        path = os.path.join(cwd, name)
        if os.path.isdir(path) and not os.path.islink(path):
            return Ended(1, 0.0, f"{path} is a folder, and only files are deleted")
        try:
            os.unlink(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            return Ended(1, 0.0, f"cannot delete {path}: {error.strerror}")
    return Ended(0, 0.0, "")


def ends_a_line(path: str) -> bool:
    """Tell whether a file is empty, not there, or ends with a line end."""
    try:
        with open(path, "rb") as stream:
            stream.seek(-1, os.SEEK_END)
            return stream.read(1) in b"\r\n"
    except OSError:
        return True


if __name__ == "__main__":
    sys.exit(main(sys.argv))
