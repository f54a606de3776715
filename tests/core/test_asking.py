"""What the checks know of a farm: asked while the job is built, and never waited for long."""

import threading

import pytest

from farmsubmit import load_settings
from farmsubmit.author import Job
from farmsubmit.engines import registry
from farmsubmit.engines.base import Capabilities, Engine, Known, Ticket, Translation
from farmsubmit.errors import EngineError, EngineUnreachable, NoSuchJob
from farmsubmit.request import request_for
from farmsubmit.scenes.facts import Camera, FrameRange, Output, SceneFacts
from farmsubmit.submission import Submission, farms


class TellingEngine(Engine):
    """An engine whose answer comes when ``gate`` opens; ``fault`` is raised then, and ``asked`` counts."""

    scheme = "telling"
    gate = threading.Event()
    fault = None
    asked = 0

    def translate(self, job):
        return Translation(job)

    def spool(self, translation, info, block=False):
        return Ticket("1", self.url)

    def known(self):
        type(self).asked += 1
        self.gate.wait(20)
        if self.fault is not None:
            raise self.fault
        return Known(tags=frozenset({"nuke"}))


@pytest.fixture(autouse=True)
def engine(monkeypatch, tmp_path):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(registry, "_homes", lambda: {"telling": "telling"})
    monkeypatch.setattr(registry, "_load", lambda home, scheme: TellingEngine)
    monkeypatch.setattr(farms, "CHECKS_WAIT", 20.0)
    for name, value in (("gate", threading.Event()), ("fault", None), ("asked", 0)):
        monkeypatch.setattr(TellingEngine, name, value)
    yield TellingEngine
    TellingEngine.gate.set()
    for thread in threading.enumerate():
        if thread.name == "farmsubmit-farm":
            thread.join()


def add_task(job):
    job.newTask(title="frame").newCommand(argv=["render"], tags=["nukee"])
    return ()


def a_way(url="telling:"):
    job = Job(title="shot", service="linux")
    add_task(job)
    return Submission(job, url)


def prepared(way):
    way.prepare()
    return [problem.rule for problem in way.problems]


def test_what_the_engine_knows_is_compared_with_the_job(engine):
    engine.gate.set()
    way = a_way()
    assert "unknown-tag" in prepared(way)
    assert way.notes == []


def test_jobs_that_it_waits_for_are_looked_for(engine, monkeypatch):
    def status(self, jid):
        if jid != "12":
            raise NoSuchJob(f"there is no job {jid}")

    engine.gate.set()
    monkeypatch.setattr(TellingEngine, "status", status)
    way = a_way()
    way.built.job.afterjids = [12, 13]
    assert "unknown-afterjid" not in prepared(way)
    monkeypatch.setattr(TellingEngine, "capabilities", Capabilities(tasks=True))
    way.prepare()
    assert [found.text for found in way.problems if found.rule == "unknown-afterjid"] == [
        "it waits for job 13, which the engine does not know"
    ]


def test_jobs_that_it_does_not_tell_of_in_time_are_a_note(engine, monkeypatch):
    end = threading.Event()

    def known(self):
        # From here on it is slow.
        monkeypatch.setattr(farms, "CHECKS_WAIT", 0.01)
        return Known()

    monkeypatch.setattr(TellingEngine, "known", known)
    monkeypatch.setattr(TellingEngine, "status", lambda self, jid: end.wait(20))
    monkeypatch.setattr(TellingEngine, "capabilities", Capabilities(tasks=True))
    way = a_way("telling://bob:secret@host")
    way.built.job.afterjids = [12, 13]
    assert "unknown-afterjid" not in prepared(way)
    end.set()
    told = (
        "whether telling://bob@host has the jobs that this one waits for (12, 13) is not known: no answer within 0.01 s"
    )
    assert way.notes == [told]


@pytest.mark.parametrize("kind", [EngineUnreachable, EngineError])
def test_why_it_cannot_tell_of_jobs_is_a_note_too(engine, monkeypatch, kind):
    def status(self, jid):
        raise kind("it went down")

    engine.gate.set()
    monkeypatch.setattr(TellingEngine, "status", status)
    monkeypatch.setattr(TellingEngine, "capabilities", Capabilities(tasks=True))
    way = a_way()
    way.built.job.afterjids = [12]
    prepared(way)
    assert way.notes[0].endswith("(12) is not known: it went down")


def test_the_engine_thinks_while_the_job_is_built(engine):
    images = Output("Composite", "images", "/shows/b.####.png")
    facts = SceneFacts(
        "blender", "/shows/a.blend", frames=FrameRange(1, 4), cameras=(Camera("cam"),), outputs=(images,)
    )

    def built(job):
        # The answer comes only because building does not wait for it.
        engine.gate.set()
        return add_task(job)

    request = request_for(facts, load_settings({"movie": "no"}))
    assert "unknown-tag" in prepared(Submission(request, "telling:", on_built=built))


def test_an_engine_that_takes_too_long_is_not_waited_for_and_a_note_says_so(engine, monkeypatch):
    monkeypatch.setattr(farms, "CHECKS_WAIT", 0.01)
    way = a_way("telling://bob:secret@host")
    assert "unknown-tag" not in prepared(way)
    (note,) = way.notes
    assert note.endswith("the blades and names of telling://bob@host: no answer within 0.01 s")
    assert way.send().ticket.jid == "1"


def test_an_engine_that_owes_an_answer_is_not_asked_a_second_time(engine, monkeypatch):
    monkeypatch.setattr(farms, "CHECKS_WAIT", 0.01)
    for _ in range(3):
        prepared(a_way())
    assert engine.asked == 1


def test_an_engine_that_has_answered_is_asked_anew(engine):
    engine.gate.set()
    for _ in range(2):
        prepared(a_way())
    assert engine.asked == 2


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (EngineUnreachable("it is down"), "names of telling:: it is down"),
        (ZeroDivisionError("oops"), "names of telling:: ZeroDivisionError: oops"),
    ],
)
def test_an_engine_that_does_not_answer_hinders_nothing_and_a_note_says_why(engine, fault, told):
    engine.fault = fault
    engine.gate.set()
    way = a_way()
    assert "unknown-tag" not in prepared(way)
    assert way.notes[0].endswith(told)


def test_an_engine_that_answers_and_does_not_tell_is_no_news(engine):
    engine.fault = EngineError("it tells nobody")
    engine.gate.set()
    way = a_way()
    assert "unknown-tag" not in prepared(way)
    assert way.notes == []


def test_what_is_spooled_unchecked_asks_nothing(engine):
    a_way().prepare(is_checked=False)
    assert engine.asked == 0


def test_the_thread_that_asks_keeps_no_process_from_its_end(engine, monkeypatch):
    monkeypatch.setattr(farms, "CHECKS_WAIT", 0.01)
    prepared(a_way())
    (thread,) = [each for each in threading.enumerate() if each.name == "farmsubmit-farm"]
    assert thread.daemon
