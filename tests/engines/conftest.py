from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager, suppress

import pytest

from farmsubmit.author import Job
from farmsubmit.engines.base import FINAL_STATES, SpoolInfo
from farmsubmit.engines.local import LocalEngine, lock
from farmsubmit.engines.local.runner import run_until_idle
from farmsubmit.engines.local.store import queue_folder


class LocalQueue:
    """A queue of its own for one test, run in this process by run() or by a real runner after spool()."""

    def __init__(self, folder, monkeypatch):
        self.folder, self._monkeypatch = folder, monkeypatch
        self.marks = folder / "marks"
        self.engine = LocalEngine()

    def python(self, code):
        return [sys.executable, "-S", "-c", code.replace("%", "%%")]

    def mark(self, name, then=""):
        """A command that writes its name behind those of others."""
        return self.python(f"open({str(self.marks)!r}, 'a').write({name + chr(10)!r})\n{then}")

    def marked(self):
        return self.marks.read_text().split() if self.marks.exists() else []

    def spool(self, job, block=False):
        info = SpoolInfo("me", "here", spoolcwd=str(self.folder))
        return self.engine.spool(self.engine.translate(job), info, block).jid

    def spool_only(self, job):
        """Spool without a runner."""
        with self.no_runner():
            return self.spool(job)

    @contextmanager
    def no_runner(self):
        with self._monkeypatch.context() as patch:
            patch.setattr(lock, "ensure_runner", lambda folder: None)
            yield

    def run(self, job, slots=4):
        """Run a job in this process, and return how it stands."""
        jid = self.spool_only(job)
        self.idle(slots)
        return self.engine.status(jid)

    def idle(self, slots=4):
        with self._monkeypatch.context() as patch:
            patch.setenv("FARMSUBMIT_SLOTS", str(slots))
            assert run_until_idle()

    def states(self, jid="1"):
        return [task.state for task in self.engine.tasks(jid)]

    def task(self, tid=1, jid="1"):
        return self.engine.tasks(jid)[tid - 1]

    def wait_until(self, condition):
        end = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < end, "it never happened"
            time.sleep(0.02)

    def wait_for(self, jid, *states):
        self.wait_until(lambda: self.engine.status(jid).state in (states or FINAL_STATES))

    def wait_for_no_runner(self):
        self.wait_until(lambda: not lock.runner_is_alive(queue_folder()))

    def runner_pid(self):
        return int((queue_folder() / "runner.pid").read_text())

    def end(self):
        """Leave no runner behind, and no process of one."""
        for status in self.engine.jobs():
            if status.state not in FINAL_STATES:
                self.engine.control(status.jid, "kill")
        self.wait_until(self._ended)
        for _, process in lock._started:
            process.wait(timeout=30)

    def _ended(self):
        if not lock.runner_is_alive(queue_folder()):
            return True
        # It may be about to begin or to go, and then has no file or is no more.
        with suppress(OSError, ValueError):
            os.kill(self.runner_pid(), signal.SIGTERM)
        return False


@pytest.fixture
def queue(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "4")
    monkeypatch.setenv("FARMSUBMIT_ZONE", "NFS")
    queue = LocalQueue(tmp_path, monkeypatch)
    yield queue
    queue.end()


@pytest.fixture
def job():
    return Job(title="test")
