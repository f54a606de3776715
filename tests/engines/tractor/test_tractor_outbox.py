"""The outbox and a Tractor engine that fails in every way there is: one job in the end."""

import contextlib
import random

import pytest

from farmsubmit import outbox
from farmsubmit.author import Job
from farmsubmit.engines import registry
from farmsubmit.engines.tractor import TractorEngine, wire
from farmsubmit.errors import FarmsubmitError
from farmsubmit.submission import Submission
from farmsubmit.submission import outbox as carrier

FAULTS = ("", "hang", "500", "session", "half", "lost", "500 after", "garbage", "down")


@pytest.fixture
def shared(site, monkeypatch):
    monkeypatch.setattr(registry, "_homes", lambda: {"tractor": ""})
    monkeypatch.setattr(registry, "_load", lambda home, scheme: TractorEngine)
    # 400 entries of a history take longer than all the rest.
    monkeypatch.setattr("farmsubmit.submission.way.into_history", lambda *args, **more: None)
    # No power fails here.
    monkeypatch.setattr("os.fsync", lambda handle: None)
    # There is a session from an earlier time.
    site.engine().jobs()
    return site


@contextlib.contextmanager
def fault_at(standin, fault):
    patient = wire.TIMEOUT
    if fault == "down":
        standin.down()
    else:
        standin.faults[:] = [fault]
    if fault == "hang":
        wire.TIMEOUT = (5.0, 0.05)
    try:
        yield
    finally:
        wire.TIMEOUT = patient
        standin.faults.clear()
        if fault == "down":
            standin.up()


def prepared(standin, title):
    job = Job(title=title)
    job.newTask(title="frame", argv=["render"], service="Render")
    way = Submission(job, f"tractor://{standin.address}")
    way.prepare(is_checked=False)
    return way


def carried_at_last(run):
    """Try again without faults, at which everything goes out."""
    assert outbox.REFUSED not in [letter.state for letter in outbox.letters()], run
    carrier.carry(outbox.letters())
    assert outbox.letters() == [], run


@pytest.mark.parametrize("fault", FAULTS)
def test_after_any_fault_there_is_one_job(shared, standin, fault):
    with fault_at(standin, fault), contextlib.suppress(FarmsubmitError):
        way = prepared(standin, fault or "no fault")
        way.send()
    carried_at_last(fault)
    assert standin.keys() == [way.key]


def test_in_200_runs_of_random_faults_no_job_is_lost_and_none_made_twice(shared, standin):
    for seed in range(200):
        chance = random.Random(seed)
        with fault_at(standin, chance.choice(FAULTS)), contextlib.suppress(FarmsubmitError):
            way = prepared(standin, str(seed))
            way.send()
        for _ in range(chance.randrange(3)):
            with fault_at(standin, chance.choice(FAULTS)):
                carrier.carry(outbox.letters())
        carried_at_last(seed)
        assert standin.keys().count(way.key) == 1, seed
    assert len(standin.jobs) == 200
