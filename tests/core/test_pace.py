"""Long work in steps, which somebody may stop."""

from __future__ import annotations

from itertools import count

import pytest

from farmsubmit.author import Job
from farmsubmit.checks import check
from farmsubmit.checks.context import Context
from farmsubmit.errors import Stopped
from farmsubmit.pace import Steps, in_steps, taken
from farmsubmit.request import request_for
from farmsubmit.scenes.facts import Camera, FrameRange, Layer, Output, SceneFacts
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import build_request


class Patience:
    """A ``cancelled`` that is asked so often before it says yes; never where it is None."""

    def __init__(self, times=None):
        self.asked = count(1)
        self.times = times
        self.last = 0

    def __call__(self):
        self.last = next(self.asked)
        return self.times is not None and self.last > self.times


def test_items_come_as_they_are_and_whoever_waits_is_asked_now_and_then():
    patience = Patience()
    assert list(in_steps(range(1000), patience)) == list(range(1000))
    assert 10 < patience.last < 100


def test_work_stops_in_the_middle_once_nobody_waits():
    found = []
    with pytest.raises(Stopped, match="nobody waits for it any more"):
        for item in in_steps(range(1000), Patience(3)):
            found.append(item)
    assert 0 < len(found) < 1000 and found == list(range(len(found)))


def test_nothing_is_done_for_nobody():
    with pytest.raises(Stopped):
        list(in_steps(iter([1]), Patience(0)))


def test_a_tuple_in_steps_is_a_tuple_that_stops_whoever_goes_through_it():
    patience = Patience()
    steps = Steps.of(range(200), patience)
    assert steps == tuple(range(200)) and len(steps) == 200 and steps[-1] == 199 and not Steps.of((), patience)
    patience.times = patience.last
    with pytest.raises(Stopped):
        list(steps)


def test_what_is_laid_on_a_stack_meanwhile_is_taken_too():
    stack = [3, 2, 1]
    seen = []
    for item in taken(stack):
        seen.append(item)
        if item == 1:
            stack.append(9)
    assert seen == [1, 9, 2, 3]


def large_job(tasks=2000):
    job = Job(title="large")
    for number in range(tasks):
        job.newTask(title=f"t{number}", argv=["render", str(number)], service="Render")
    return job


def test_a_check_of_a_large_job_stops_in_the_middle_of_a_rule_and_does_not_take_that_for_a_mistake():
    patience = Patience()
    assert not [problem for problem in check(large_job(), cancelled=patience) if "failed" in problem.text]
    for times in (5, patience.last // 2, patience.last - 3):
        stopped = Patience(times)
        assert not [problem for problem in check(large_job(), cancelled=stopped) if "failed" in problem.text]
        assert stopped.last < patience.last


def test_the_tree_of_a_job_can_be_asked_again_after_it_was_stopped():
    patience = Patience(3)
    tree = Context(large_job(), cancelled=patience).tree
    with pytest.raises(Stopped):
        tree.commands  # noqa: B018
    patience.times = None
    assert len(tree.commands) == 2000 and tree.error is None


def test_a_large_job_is_built_until_nobody_waits_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    facts = SceneFacts(
        "maya",
        str(tmp_path / "shot.ma"),
        "2026",
        frames=FrameRange(1, 2000),
        cameras=(Camera("shotCam"),),
        layers=(Layer("beauty", "render setup layer"),),
        outputs=(Output("main", file="/show/<RenderLayer>.####.exr"),),
    )
    request = request_for(facts, load_settings(dcc="maya"), chunk=1)
    patience = Patience()
    assert build_request(request, patience).job == build_request(request).job
    for times in (0, patience.last // 2, patience.last - 1):
        with pytest.raises(Stopped):
            build_request(request, Patience(times))
