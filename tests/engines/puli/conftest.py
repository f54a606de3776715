from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from farmsubmit.author import Job
from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.puli import PuliEngine

SERVER = runpy.run_path(str(Path(__file__).with_name("server.py")))


class Site:
    """A server, the engine that speaks to it, and what most tests do."""

    def __init__(self, server):
        self.server, self.farm = server, server.farm
        self.engine = PuliEngine(f"//{server.address}")

    def goes_wrong(self, fault, path="", times=1):
        """Let the next requests go wrong; where no answer comes, the engine does not wait long for it."""
        if fault == "silent":
            self.engine = PuliEngine(f"//{self.server.address}", timeout=(5.0, 1.0))
        self.server.goes_wrong(fault, path, times)

    def spool(self, job, key="key-1"):
        info = SpoolInfo("anna", "here", key=key)
        return self.engine.spool(self.engine.translate(job), info)

    def jid(self, job, key="key-1"):
        return self.spool(job, key).jid

    def post(self, document):
        """Send a document as somebody else's client does; return the job's id."""
        return str(self.farm.submit(document)[0].id)

    def states(self, jid):
        return [task.state for task in self.engine.tasks(jid)]

    def node(self, name):
        return next(node for node in self.farm.nodes.values() if node.name == name)

    def command(self, name):
        return next(each for each in self.farm.commands.values() if each.description == name)

    def asked(self, line):
        return [body for found, body in self.server.requests if found.startswith(line)]


@pytest.fixture
def site():
    with SERVER["serving"]() as server:
        yield Site(server)
        # Its threads wait for requests on connections that are kept.
        server.closing.set()


@pytest.fixture
def job():
    return Job(title="test")


@pytest.fixture
def frames(job):
    """Three frames and a movie behind them."""
    movie = job.newTask(title="movie", argv=["ffmpeg", "out.mov"])
    for number in (1, 2, 3):
        movie.newTask(title=f"frame {number}", argv=["render", str(number)])
    return job
