from __future__ import annotations

import runpy
import sys
import time
from pathlib import Path

import pytest

from farmsubmit.author import Job
from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.drqueue import DrQueueEngine, slots
from farmsubmit.engines.drqueue.master import Master

FARM = runpy.run_path(str(Path(__file__).with_name("drqueue_farm.py")))


@pytest.fixture
def farm(tmp_path):
    """A master whose slave runs frames when the test says so; complaints about a client fail the test."""
    master = FARM["Master"](tmp_path / "logs")
    yield master
    master.close()
    assert not master.complaints


@pytest.fixture
def client(farm):
    return Master("127.0.0.1", farm.port, seconds=5)


class Site:
    """An engine on the farm, with its folder, and a place where commands leave marks."""

    def __init__(self, farm, folder):
        self.farm, self.folder = farm, folder
        self.url = f"//{farm.host}?folder={folder}/jobs&python={sys.executable}&zone=NFS&logs={farm.logs}"
        self.engine = DrQueueEngine(self.url)

    def mark(self, name, then="exit 0"):
        """A command that writes its name behind those of others."""
        return ["sh", "-c", f"echo {name} >> {self.folder}/marks; {then}".replace("%", "%%")]

    def marks(self):
        path = self.folder / "marks"
        return path.read_text().split() if path.exists() else []

    def spool(self, job, key="key-of-the-job"):
        info = SpoolInfo("me", "here", spoolcwd=str(self.folder), key=key)
        return self.engine.spool(self.engine.translate(job), info).jid

    def run(self, job):
        """Send a job and let the slave run all that can run."""
        jid = self.spool(job)
        self.farm.run()
        return jid

    def states(self, jid):
        return [task.state for task in self.engine.tasks(jid)]

    def frames(self, count, **attributes):
        job = Job(title="frames", **attributes)
        for number in range(1, count + 1):
            job.newTask(title=f"frame {number}", argv=self.mark(number))
        return job

    def one(self, **attributes):
        job = Job(**attributes)
        job.newTask(title="t", argv=["true"])
        return job

    def stages(self, *names, then="exit 0"):
        """Tasks one after another; ``then`` is what the first does last."""
        job = Job(title="stages", serialsubtasks=True)
        for name in names:
            job.newTask(title=name, argv=self.mark(name, then if name == names[0] else "exit 0"))
        return job

    def wait_until(self, condition):
        end = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < end, "it never happened"
            time.sleep(0.02)

    def names(self):
        return [job["name"] for job in self.farm.jobs if job]


@pytest.fixture
def site(farm, tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(slots, "LOOK_AGAIN", 0.005)
    monkeypatch.setattr(slots, "DONE_WITHIN", 20.0)
    return Site(farm, tmp_path)
