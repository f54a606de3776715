from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

import farmsubmit.engines.tractor as tractor
from farmsubmit.author import Job, connection
from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.tractor import wire

STANDIN = runpy.run_path(str(Path(__file__).with_name("standin.py")))
_VARIABLES = ("TRACTOR_ENGINE", "TRACTOR_USER", "TRACTOR_PASSWORD", "TRACTOR_DEBUG")


class Site:
    """A stand-in, a home folder of its own, and what a site has written into its settings."""

    def __init__(self, standin, monkeypatch):
        self.standin, self._monkeypatch = standin, monkeypatch
        self.url = f"//{standin.address}"
        self.write(STANDIN["SITE"])
        self.set("transports", "http")

    def set(self, name, value):
        self._monkeypatch.setenv(f"FARMSUBMIT_TRACTOR_{name.upper()}", value)

    def write(self, requests):
        self.set("http", json.dumps(requests))

    def engine(self):
        return tractor.TractorEngine(self.url)

    def spool(self, job, engine=None, key="k1", **more):
        engine = engine or self.engine()
        return engine.spool(engine.translate(job), SpoolInfo("bob", "here", key=key), **more)


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USER", "bob")
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tractor, "SETTLING", 0.0)
    monkeypatch.setattr(tractor, "LOOKING", 0.0)
    tractor._limits.clear()
    yield
    connection.closeEngineClient()


@pytest.fixture
def hanging(monkeypatch):
    """Call it before something hangs; until then a busy machine has time to answer."""
    return lambda fault: monkeypatch.setattr(wire, "TIMEOUT", (5.0, 0.1 if fault == "hang" else 30.0))


@pytest.fixture
def standin():
    engine = STANDIN["StandIn"]()
    yield engine
    engine.down()


@pytest.fixture
def site(standin, monkeypatch):
    return Site(standin, monkeypatch)


@pytest.fixture
def job():
    job = Job(title="shot", priority=5)
    job.newTask(title="frame", argv=["prman", "a.rib"], service="PixarRender")
    return job
