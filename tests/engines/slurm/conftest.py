from __future__ import annotations

import os
import runpy
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from farmsubmit.author import Job
from farmsubmit.engines.base import BLOCKED, FINAL_STATES, SpoolInfo
from farmsubmit.engines.slurm import SlurmEngine

SLURM = runpy.run_path(str(Path(__file__).with_name("slurm_farm.py")))
ACCOUNTING = runpy.run_path(str(Path(__file__).with_name("slurm_accounting.py")))
# CI is slow and has two cores; nothing waits for this long unless it is broken.
LONGEST = 120


class Cluster:
    """A real Slurm, the engine on it, and a folder in which commands leave marks."""

    def __init__(self, daemons, folder):
        self.daemons, self.folder = daemons, folder
        self.url = f"farm?folder={folder}/jobs&python={sys.executable}&zone=NFS"
        self.engine = SlurmEngine(self.url)

    def mark(self, job, name, then="exit 0"):
        """A command that writes its name behind those of others of the same job."""
        return ["sh", "-c", f"echo {name} >> {self.folder}/{job}.marks; {then}".replace("%", "%%")]

    def marks(self, job):
        path = self.folder / f"{job}.marks"
        return path.read_text().split() if path.exists() else []

    def spool(self, job, key="", engine=None):
        engine = engine or self.engine
        info = SpoolInfo("me", "here", spoolcwd=str(self.folder), key=key)
        return engine.spool(engine.translate(job), info).jid

    def wait(self, condition):
        end = time.monotonic() + LONGEST
        while not condition():
            assert time.monotonic() < end, "it never happened:\n" + self.daemons.ask("squeue", "-r")
            time.sleep(0.05)

    def ended(self, jid, *states):
        """Wait until a job is over, and return how it stands."""
        self.wait(lambda: self.engine.status(jid).state in (states or (*FINAL_STATES, BLOCKED)))
        return self.engine.status(jid)

    def states(self, jid):
        return [task.state for task in self.engine.tasks(jid)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    missing = SLURM["what_is_missing"]()
    if missing:
        pytest.skip(missing)
    with running(tmp_path_factory.mktemp("slurm")) as found:
        yield found


@pytest.fixture(scope="module")
def accounted(tmp_path_factory):
    """A cluster with accounting, in which a job needs an account."""
    missing = SLURM["what_is_missing"](*ACCOUNTING["DAEMONS"]) or ACCOUNTING["what_is_missing"]()
    if missing:
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("accounted")
    accounting = ACCOUNTING["Accounting"](folder, *SLURM["free_ports"](1))
    with running(folder, accounting=accounting) as found:
        yield found


@contextmanager
def running(folder, **settings):
    """Start a cluster in a folder; a socket's path may have 107 characters, so not too deep."""
    before = {name: os.environ.get(name) for name in ("SLURM_CONF", "FARMSUBMIT_HOME")}
    os.environ["FARMSUBMIT_HOME"] = str(folder / "home")
    try:
        with SLURM["started"](folder, **settings) as daemons:
            os.environ["SLURM_CONF"] = str(daemons.conf)
            yield Cluster(daemons, folder)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@pytest.fixture
def job():
    return Job(title="test")
