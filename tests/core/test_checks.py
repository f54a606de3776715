"""What the checks find in a job."""

import pytest

from farmsubmit import author
from farmsubmit.checks import Severity, check
from farmsubmit.scenes.facts import Camera, Code, NeededFile, Output, SceneFacts


def good_job():
    job = author.Job(title="night", service="Linux")
    job.newTask(title="render", argv=["prman", "%D(/a.rib)"], service="PixarRender")
    return job


def found(job, facts=None):
    return [(problem.severity, problem.where, problem.text) for problem in check(job, facts)]


def test_a_good_job_has_no_problem():
    assert found(good_job()) == []


@pytest.mark.parametrize(
    ("change", "severity", "words"),
    [
        (lambda job: job.subtasks.clear(), Severity.ERROR, "no tasks"),
        (lambda job: job.subtasks[0].cmds.clear(), Severity.WARNING, "nothing will run"),
        (lambda job: job.newTask(), Severity.ERROR, "without a title"),
        (lambda job: job.subtasks[0].newCommand(service="x"), Severity.ERROR, "without a program"),
        (lambda job: job.addChild(author.Instance(title="rendr")), Severity.ERROR, "'rendr'"),
        (lambda job: job.subtasks[0].newCommand(argv=["a"], refersto="bob"), Severity.ERROR, "'bob'"),
        (lambda job: setattr(job, "service", "(a &&"), Severity.ERROR, "column 6"),
        (lambda job: setattr(job, "service", "a,b || c"), Severity.WARNING, "','"),
        (lambda job: job.newTask(title="t", argv=["x", "f.%04d.exr"]), Severity.ERROR, "%04d"),
        (lambda job: job.newTask(title="t", id="a-b"), Severity.NOTE, "'-'"),
        (lambda job: (job.newDirMap("X:/", "/a", "N"), job.newDirMap("X:/b", "/c", "N")), Severity.WARNING, "X:/"),
    ],
)
def test_a_mistake_is_found(change, severity, words):
    job = good_job()
    change(job)
    problems = found(job)
    assert [problem for problem in problems if problem[0] is severity and words in problem[2]], problems


def test_a_command_that_nobody_may_take_is_found():
    job = author.Job(title="x")
    job.newTask(title="t", argv=["a"])
    assert "without a service" in found(job)[0][2]


def test_two_tasks_with_one_id_are_found():
    job = good_job()
    job.newTask(title="one", id="a")
    job.newTask(title="two", id="a")
    assert found(job) == [(Severity.ERROR, "Task 'two'", "the id 'a' is taken by an earlier task")]


def test_a_cycle_is_one_error_and_no_traceback():
    job, a = author.Job(title="x"), author.Task(title="A")
    job.subtasks.append(a)
    a.subtasks.append(a)
    assert found(job) == [(Severity.ERROR, "Job 'x'", "these tasks wait for each other: A → A")]


def test_the_same_mistake_in_many_commands_is_told_a_few_times_and_counted():
    job = good_job()
    for number in range(100):
        job.newTask(title=f"t{number}").newCommand(service="Linux")
    assert len(found(job)) == 6
    assert found(job)[-1] == (Severity.ERROR, "elsewhere", "95 more of this kind")


def test_the_worst_problem_comes_first():
    job = good_job()
    job.service = "a,b || c"
    job.newTask(title="t", id="a-b", argv=["x", "%04d"])
    assert [problem[0] for problem in found(job)] == [Severity.ERROR, Severity.WARNING, Severity.NOTE]


def test_missing_files_and_cameras_of_the_scene_are_found(tmp_path):
    there = tmp_path / "wall.tx"
    there.write_text("x")
    (tmp_path / "wall.1001.tx").write_text("x")
    needed = tuple(
        NeededFile(path=str(path), node="wall") for path in (there, tmp_path / "gone.tx", tmp_path / "wall.<UDIM>.tx")
    )
    facts = SceneFacts(path="a.blend", dcc="blender", files=needed, cameras=(Camera("cam", renderable=False),))
    assert [text for _, _, text in found(good_job(), facts)] == [
        "no camera renders",
        f"the file {tmp_path / 'gone.tx'} is not there",
    ]


def test_code_and_outputs_that_only_the_dcc_knows_are_told():
    output = Output("Write1", "images", "[python {x}]", resolved=False)
    facts = SceneFacts(path="a.nk", dcc="nuke", outputs=(output,), code=(Code("Write1", "beforeRender", "x()"),))
    assert [(severity, where) for severity, where, _ in found(good_job(), facts)] == [
        (Severity.WARNING, "Write1"),
        (Severity.NOTE, "a.nk"),
    ]
