"""Waiting for a job elsewhere: an engine may be silent for a while, and Ctrl+C is no order to stop the job."""

import pytest

from farmsubmit.cli.main import main
from farmsubmit.engines import registry
from farmsubmit.engines.base import Capabilities, Engine, JobStatus, TaskStatus, Translation
from farmsubmit.errors import EngineUnreachable
from farmsubmit.submission import waiting


class FarEngine(Engine):
    scheme = "far"
    capabilities = Capabilities(actions=frozenset({"kill", "retry", "priority"}), tasks=True)
    answers: list = []
    done: list = []

    def translate(self, job):
        return Translation(job)

    def spool(self, translation, info, block=False):
        raise AssertionError("nothing is sent here")

    def status(self, jid):
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return JobStatus(jid, "far job", answer, {answer: 1})

    def tasks(self, jid):
        return [TaskStatus(1, "frame", "done")]

    def control(self, jid, action, tids=(), value=None):
        self.done.append((jid, action, tuple(tids), value))


@pytest.fixture
def far(monkeypatch, tmp_path):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setattr(registry, "_homes", lambda: {"far": "far"})
    monkeypatch.setattr(registry, "_load", lambda home, scheme: FarEngine)
    monkeypatch.setattr(waiting, "_FAR_POLL_SECONDS", 0.0)
    monkeypatch.setattr(FarEngine, "done", [])
    return FarEngine


def wait(far, *answers):
    far.answers = list(answers)
    return main(["job", "7", "--engine", "far:", "--wait"])


def test_an_engine_that_is_silent_for_a_while_is_asked_again(far):
    assert wait(far, "active", EngineUnreachable("away"), EngineUnreachable("away"), "done") == 0


def test_an_engine_that_stays_silent_ends_the_waiting(far, capsys):
    assert wait(far, *[EngineUnreachable("far: does not answer")] * 40) == 3
    assert capsys.readouterr().err == "farmsubmit: far: does not answer\n"


def test_ctrl_c_ends_the_waiting_and_the_job_goes_on(far, capsys):
    assert wait(far, "active", KeyboardInterrupt()) == 1
    assert far.done == []
    assert "job 7 goes on; farmsubmit kill 7 --engine far: stops it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["kill", "7"], ("7", "kill", (), None)),
        (["retry", "7", "--task", "2", "3"], ("7", "retry", (2, 3), None)),
        (["priority", "7", "55"], ("7", "priority", (), 55.0)),
    ],
)
def test_each_action_has_a_command_of_its_name(far, words, asked):
    far.answers = ["active"]
    assert main([*words, "--engine", "far:"]) == 0
    assert far.done == [asked]
