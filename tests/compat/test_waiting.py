"""Waiting for what was sent: until the engine has taken it, and until it has run."""

import pytest

from farmsubmit.author import Job
from farmsubmit.cli.main import main
from farmsubmit.engines import registry
from farmsubmit.engines.base import Capabilities, Engine, JobStatus, TaskStatus, Ticket, Translation
from farmsubmit.errors import EngineError, EngineUnreachable, JobFailed, SpoolError
from farmsubmit.submission import wait_until_over, wait_until_taken, waiting


class FarEngine(Engine):
    scheme = "far"
    capabilities = Capabilities(tasks=True, logs=True)
    answers: list = []
    sent: list = []

    def translate(self, job):
        return Translation(job)

    def spool(self, translation, info, block=False):
        self.sent.append(translation.payload)
        return Ticket("7", self.url)

    def status(self, jid):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return JobStatus(jid, "far job", answer, {answer: 1})

    def tasks(self, jid):
        return [TaskStatus(1, "frame 1", "error", exit_code=3), TaskStatus(2, "movie", "blocked")]

    def log(self, jid, tid=None):
        return "first line\nno license\n"


@pytest.fixture
def far(monkeypatch):
    monkeypatch.setattr(registry, "_homes", lambda: {"far": "far"})
    monkeypatch.setattr(registry, "_load", lambda home, scheme: FarEngine)
    monkeypatch.setattr(waiting, "_FAR_POLL_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "TAKEN_SECONDS", 0.05)
    monkeypatch.setattr(FarEngine, "sent", [])
    monkeypatch.setenv("FARMSUBMIT_ENGINE", "far:")
    return FarEngine


def job():
    made = Job(title="t")
    made.newTask(title="t", argv=["/bin/true"], service="x")
    return made


def test_a_job_that_is_spooled_with_block_is_known_when_it_returns(far):
    far.answers = [EngineError("no job 7 yet"), EngineUnreachable("away"), "ready"]
    assert job().spool(block=True) == 7
    assert far.answers == ["ready"]


def test_without_block_nothing_is_waited_for(far):
    far.answers = [AssertionError("asked")]
    assert job().spool() == 7


def test_a_job_that_the_engine_never_knows_is_refused_in_its_words(far):
    far.answers = [EngineError("syntax error in line 3")]
    with pytest.raises(SpoolError, match="far: took job 7 and does not know it: syntax error in line 3"):
        job().spool(block=True)


def test_an_engine_that_went_away_is_no_refusal(far):
    far.answers = [EngineUnreachable("far: does not answer")]
    with pytest.raises(EngineUnreachable, match="does not answer"):
        wait_until_taken(FarEngine(), "7")


def test_an_engine_that_tells_nothing_is_not_waited_for(far, monkeypatch):
    monkeypatch.setattr(far, "capabilities", Capabilities())
    far.answers = [AssertionError("asked")]
    wait_until_taken(FarEngine(), "7")


def test_a_job_that_is_done_is_waited_for(far):
    far.answers = ["ready", EngineUnreachable("away"), "paused", "done"]
    assert wait_until_over(FarEngine(), "7").state == "done"


def test_a_job_that_fails_is_told_with_its_tasks_and_log(far):
    far.answers = ["active", "error"]
    with pytest.raises(JobFailed) as caught:
        wait_until_over(FarEngine(), "7")
    first, *log = str(caught.value).splitlines()
    assert first == "job 7 of far: is in error: failed: frame 1 (exit code 3)"
    assert [line.strip() for line in log] == ["first line", "no license"]


def test_an_engine_that_stays_silent_ends_the_waiting(far):
    far.answers = [EngineUnreachable("away")]
    with pytest.raises(EngineUnreachable, match="away"):
        wait_until_over(FarEngine(), "7")


@pytest.mark.parametrize(("end", "code"), [("done", 0), ("error", 1)])
def test_submit_waits_for_a_job_elsewhere_when_it_is_told_to(far, tmp_path, capsys, end, code):
    script = tmp_path / "job.alf"
    script.write_text(job().asTcl())
    far.answers = ["active", end]
    assert main(["submit", str(script), "--engine", "far:", "--wait"]) == code
    assert "job 7 is" in capsys.readouterr().out.splitlines()[-1] or code
    far.answers = [AssertionError("asked")]
    assert main(["submit", str(script), "--engine", "far:"]) == 0


def test_what_cannot_be_waited_for_is_not_sent(far, tmp_path, capsys, monkeypatch):
    script = tmp_path / "job.alf"
    script.write_text(job().asTcl())
    monkeypatch.setattr(far, "capabilities", Capabilities())
    assert main(["submit", str(script), "--engine", "far:", "--wait"]) == 2
    assert far.sent == []
    assert "the engine far: cannot tell how a job stands" in capsys.readouterr().err
