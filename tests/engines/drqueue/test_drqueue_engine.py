"""Jobs of ours on a DrQueue: what is sent, in which order it runs, how it stands, and what users can do to it."""

import json
import runpy
from pathlib import Path

import pytest

from farmsubmit.author import Command, Instance, Job, Task
from farmsubmit.author import options as table
from farmsubmit.engines.base import BLOCKED, DONE, ERROR, PAUSED, SpoolInfo, Translation
from farmsubmit.engines.drqueue import DrQueueEngine, spooling
from farmsubmit.engines.drqueue.master import Master
from farmsubmit.engines.drqueue.parts import HOLD
from farmsubmit.engines.drqueue.records import JobRecord
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError

FARM = runpy.run_path(str(Path(__file__).with_name("drqueue_farm.py")))


# --- what is sent


def test_like_commands_are_one_job_whose_frames_are_rows_of_a_table(site, farm):
    site.spool(site.frames(3, priority=20))
    (sent,) = [job for job in farm.jobs if job]
    assert sent["name"] == "frames.key-of-the-j.1of1"
    assert (sent["start"], sent["end"], sent["priority"], sent["pool"], sent["owner"]) == (1, 3, 520, "Default", "me")
    assert sent.variables == {"FARMSUBMIT_KEY": "key-of-the-job"}
    farm.run()
    assert site.marks() == ["1", "2", "3"]


def test_a_command_of_any_length_fits(site, farm):
    job = Job(title="long")
    job.newTask(title="long", argv=["sh", "-c", f"echo $# > {site.folder}/marks", "sh", *(["word"] * 3000)])
    jid = site.run(job)
    assert site.marks() == ["3000"]
    assert site.engine.status(jid).state == DONE
    assert len(site.engine.commands(jid, 1)[0]) == 3004


def test_a_title_becomes_a_name_that_drqueue_can_make_a_folder_of(site, farm):
    site.spool(site.one(title="a/b c: für " + "x" * 200))
    (name,) = site.names()
    assert "/" not in name
    assert len(name.encode()) <= 127


def test_a_job_without_a_folder_that_can_be_made_is_refused(site, farm):
    (site.folder / "jobs").write_text("no folder")
    with pytest.raises(SpoolError, match=r"no folder for the job .*; see FARMSUBMIT_DRQUEUE_FOLDER"):
        site.spool(site.frames(1))


def test_a_folder_whose_path_is_too_long_for_a_command_is_refused_with_nothing_left(site, farm):
    engine = DrQueueEngine(f"//{farm.host}?folder={site.folder}/{'d' * 200}/{'e' * 200}/{'f' * 200}&python=p")
    site.engine = engine
    with pytest.raises(SpoolError, match=r"the cmd of a job has 1[0-9]+ bytes; DrQueue takes at most 1023"):
        site.spool(site.frames(1))
    assert not engine.jobs()


@pytest.mark.parametrize(
    ("service", "pool", "systems", "memory"),
    [
        ("fast", "fast", 65535, 0),
        ("FAST && linux", "fast", 2, 0),
        ("linux,macos", "Default", 6, 0),
        ("@.mem > 4.5", "Default", 65535, 4608),
    ],
)
def test_a_service_becomes_a_pool_systems_and_memory(site, farm, service, pool, systems, memory):
    farm.pools = ["Default", "fast"]
    site.spool(site.frames(1, service=service))
    (sent,) = [job for job in farm.jobs if job]
    assert (sent["pool"], sent["os"], sent["memory"]) == (pool, systems, memory)


@pytest.mark.parametrize("service", ["nobody", "!fast", "fast || slow", "fast && slow", "@.cpu < 1"])
def test_what_a_service_cannot_say_here_is_told(site, farm, service):
    farm.pools = ["fast", "slow"]
    dropped = site.engine.translate(site.frames(1, service=service)).dropped
    assert [each.option for each in dropped] == ["service"]


def test_a_service_is_reported_where_no_master_tells_its_pools(site):
    engine = DrQueueEngine("//127.0.0.1:1")
    assert "DrQueue does not answer" in engine.translate(site.frames(1, service="fast")).dropped[0].reason


# What DrQueue says in its own way; all else must be reported as dropped.
JOB_SAID = {
    "title", "init", "projects", "priority", "pbias", "paused", "samehost", "envkey", "maxactive", "spoolcwd",
    "service", "postscript", "whendone", "whenerror", "whenalways", "dirmaps", "serialsubtasks", "subtasks",
}  # fmt: skip
TASK_SAID = {"title", "id", "serialsubtasks", "subtasks", "cmds", "cleanup"}
COMMAND_SAID = {"argv", "service", "id", "minrunsecs", "maxrunsecs", "samehost", "envkey", "msg", "retryrc", "when"}
VALUES = {
    "after": "11:00", "afterjids": [7], "service": "nobody", "refersto": "t",
    "chaser": ["x"], "preview": ["x"], "tags": ["x"], "crews": ["x"], "resumewhile": ["x"],
}  # fmt: skip


def value_of(option):
    if option.attr in VALUES:
        return VALUES[option.attr]
    return next(value for value in (2, "x", True, ["x"]) if fits(option, value))


def fits(option, value):
    try:
        option.kind.check(value)
    except (ValueError, TypeError, NotImplementedError):
        return False
    return True


EVERY = [
    *(("job", option) for option in table.JOB if option.attr not in JOB_SAID),
    *(("task", option) for option in table.TASK if option.attr not in TASK_SAID),
    *(("command", option) for option in table.COMMAND if option.attr not in COMMAND_SAID),
]


@pytest.mark.parametrize(("where", "option"), EVERY, ids=lambda each: getattr(each, "attr", each))
def test_every_option_is_said_or_reported(site, where, option):
    command = Command(argv=["true"])
    task = Task(title="t", id="t")
    task.addCommand(command)
    job = Job(title="j")
    job.addChild(task)
    element = {"job": job, "task": task, "command": command}[where]
    if option.attr == "cleanup":
        element.cleanup.append(Command(argv=["true"]))
    else:
        setattr(element, option.attr, value_of(option))
    dropped = site.engine.translate(job).dropped
    assert [each.option for each in dropped] == [option.attr]
    assert all(each.reason for each in dropped)


def test_the_wrapper_sets_the_environment_maps_paths_and_tries_again(site):
    job = Job(title="all", envkey=["setenv SHOT=010"])
    job.newDirMap("/mnt/show", str(site.folder), "NFS")
    script = 'echo "$SHOT" >> "$0"; cat >> "$0"; test $(wc -l < "$0") -gt 3'
    job.newTask(title="t").newCommand(argv=["sh", "-c", script, "%D(/mnt/show/marks)"], msg="said\n", retryrc=[1])
    jid = site.run(job)
    assert site.marks() == ["010", "said", "010", "said"]
    assert site.engine.tasks(jid)[0].state == DONE


# --- order


def test_stages_are_jobs_that_wait_for_each_other(site, farm):
    jid = site.run(site.stages("one", "two", "three"))
    assert site.marks() == ["one", "two", "three"]
    assert site.names() == [f"stages.key-of-the-j.{number}of3" for number in (1, 2, 3)]
    assert [(job["flags"], job["depends"]) for job in farm.jobs[:3]] == [(0, 0), (4, 0), (4, 1)]
    assert site.engine.status(jid).counts == {DONE: 3}


def test_that_a_stage_waits_as_a_whole_is_reported(site):
    (dropped,) = site.engine.translate(site.stages("one", "two")).dropped
    assert dropped.option == "subtasks"
    assert "one dependency for each of its 2 jobs" in dropped.reason


def test_different_computers_make_different_jobs_and_what_follows_waits_for_all(site, farm):
    farm.pools = ["fast", "slow"]
    job = Job(title="pools")
    comp = job.newTask(title="comp", argv=site.mark("comp"), service="fast")
    comp.newTask(title="a", argv=site.mark("a"), service="slow")
    comp.newTask(title="b", argv=site.mark("b"), service="fast")
    site.run(job)
    assert site.marks() == ["a", "b", "comp"]
    assert [job["pool"] for job in farm.jobs[:3]] == ["slow", "fast", "fast"]


def test_what_waits_for_a_failed_task_does_not_run_though_drqueue_lets_it(site, farm):
    jid = site.run(site.stages("one", "two", "three", then="exit 3"))
    assert site.marks() == ["one"]
    assert site.states(jid) == [ERROR, BLOCKED, BLOCKED]
    status = site.engine.status(jid)
    assert (status.state, status.counts) == (ERROR, {ERROR: 1, BLOCKED: 2})
    assert site.engine.tasks(jid)[0].reason == "exit code 3"
    assert [(each.state, each.counts) for each in site.engine.jobs()] == [(ERROR, status.counts)]


def test_an_instance_waits_for_its_task(site):
    job = Job(title="shared")
    first = job.newTask(title="first", argv=site.mark("first"))
    later = job.newTask(title="later", argv=site.mark("later"))
    later.addChild(first)
    assert isinstance(later.subtasks[0], Instance)
    site.run(job)
    assert site.marks() == ["first", "later"]


def test_postscripts_and_cleanup_run_when_all_is_over(site):
    job = site.frames(2)
    job.newPostscript(argv=site.mark("done"), when="done")
    job.newPostscript(argv=site.mark("error"), when="error")
    job.newCleanup(argv=site.mark("clean"))
    site.run(job)
    assert site.marks() == ["1", "2", "done", "clean"]


def test_a_chain_of_5000_is_planned_and_refused_by_its_number_of_jobs(site, farm):
    top = task = Task(title="t", argv=["true"])
    for _ in range(4999):
        task = task.newTask(title="t", argv=["true"])
    job = Job(title="chain")
    job.addChild(top)
    plan = site.engine.translate(job).payload
    assert len(plan.parts) == 5000
    with pytest.raises(SpoolError, match="becomes 5000 jobs of DrQueue, which holds 100; make fewer stages"):
        site.engine.spool(Translation(plan), SpoolInfo("me", "here"))


def test_a_job_waits_for_another(site, farm):
    first = site.spool(site.frames(1))
    site.spool(site.one(title="later", afterjids=[int(first)]), "other")
    assert (farm.jobs[1]["flags"], farm.jobs[1]["depends"]) == (4, 0)
    with pytest.raises(SpoolError, match="there is no job 99 here"):
        site.spool(site.one(title="later", afterjids=[99]))


# --- all or nothing


def test_a_master_without_room_for_all_parts_has_none_of_them(site, farm, client):
    for number in range(98):
        client.register(JobRecord(name=f"other{number}", cmd="true"), {})
    with pytest.raises(SpoolError, match="no room for another job"):
        site.spool(site.stages("one", "two", "three"))
    farm.settle()
    assert len(site.names()) == 98
    assert not [job for job in site.engine.jobs() if job.title == "stages"]


def test_nothing_of_a_job_runs_before_all_of_it_is_there(site, farm, monkeypatch):
    seen = []
    register = farm.register
    monkeypatch.setattr(farm, "register", lambda talk: (seen.append(farm.runnable()), register(talk)))
    site.spool(site.stages("one", "two"))
    assert seen == [None, None]


def test_a_master_that_is_not_there_has_nothing(site):
    site.engine = DrQueueEngine(f"//127.0.0.1:1?folder={site.folder}/jobs")
    with pytest.raises(EngineUnreachable) as error:
        site.spool(site.frames(1))
    assert not isinstance(error.value, AnswerLost)
    assert not list((site.folder / "jobs").iterdir())


def lose_answer(site, farm, job, key="lost"):
    farm.faults["registered"] = object()
    with pytest.raises(AnswerLost):
        site.spool(job, key)
    farm.faults.clear()
    farm.settle()


def test_a_job_whose_answer_was_lost_is_found_by_its_key(site, farm):
    lose_answer(site, farm, site.frames(2))
    jid = site.engine.find("lost")
    farm.run()
    assert site.engine.status(jid).counts == {DONE: 2}
    assert site.engine.find("los") is None
    assert len(site.names()) == 1


def test_a_job_of_several_parts_whose_answer_was_lost_is_taken_back(site, farm):
    lose_answer(site, farm, site.stages("one", "two"))
    site.wait_until(lambda: site.names() == [])
    assert site.engine.find("lost") is None


def test_a_master_that_goes_away_between_two_parts_may_have_the_first(site, farm, monkeypatch):
    register = Master.register

    def once(self, job, variables):
        if farm.jobs[0]:
            farm.faults[6] = FARM["Fault"]("close", 3)
            raise EngineUnreachable("gone")
        return register(self, job, variables)

    with monkeypatch.context() as patch:
        patch.setattr(Master, "register", once)
        with pytest.raises(AnswerLost, match="a part of the job is with DrQueue, on hold, and then gone"):
            site.spool(site.stages("one", "two"), "parted")
    with pytest.raises(EngineUnreachable):
        site.engine.find("parted")
    farm.faults.clear()
    assert site.engine.find("parted") is None
    site.wait_until(lambda: site.names() == [])


def test_a_paused_job_whose_answer_was_lost_stays_paused(site, farm):
    lose_answer(site, farm, site.frames(1, paused=True))
    jid = site.engine.find("lost")
    assert farm.run() == 0
    assert site.engine.status(jid).state == PAUSED


def test_what_arrives_after_it_was_taken_back_is_swept_away_when_it_is_looked_for(site, farm, client):
    record = JobRecord(name="stages.late.1of2", cmd="true")
    record.limits.pool = HOLD
    client.register(record, {"FARMSUBMIT_KEY": "late"})
    client.register(JobRecord(name="stages.late.1of2", cmd="true"), {"FARMSUBMIT_KEY": "later"})
    assert site.engine.find("late") is None
    site.wait_until(lambda: len(site.names()) == 1)


def test_what_a_dead_process_left_on_hold_is_finished_when_it_is_looked_for(site, farm, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(spooling, "release", lambda *_: (_ for _ in ()).throw(EngineUnreachable("gone")))
        with pytest.raises(AnswerLost, match="on hold"):
            site.spool(site.stages("one", "two"), "held")
    assert [job["pool"] for job in farm.jobs[:2]] == [HOLD, HOLD]
    jid = site.engine.find("held")
    farm.run()
    assert site.engine.status(jid).state == DONE


# --- the farm


def test_computers_are_blades_whose_pools_are_service_keys(site, farm):
    farm.pools = ["fast", "slow"]
    (blade,) = site.engine.blades()
    assert (blade.name, blade.address, blade.provides) == ("render1", "127.0.0.1", ("fast", "slow"))
    assert blade.metrics["mem"] == 31.25


def test_an_answer_tells_what_is_there(site):
    assert site.engine.answer() == "DrQueue, 0.64.4 or later, 0 jobs"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("//master:0", "'0' is no port; it is 1234 where nobody changed it"),
        ("//master?colour=red", "knows no option 'colour'"),
        ("//master?order=middle", "order=middle is not known; it is little or big"),
        ("//", "names no master; write drqueue://master"),
    ],
)
def test_a_url_that_cannot_be_right_is_refused(url, told, monkeypatch):
    monkeypatch.delenv("DRQUEUE_MASTER", raising=False)
    with pytest.raises(EngineError) as error:
        DrQueueEngine(url)
    assert told in str(error.value)


def test_a_master_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("DRQUEUE_MASTER", "renderhost")
    assert DrQueueEngine("")._location[:2] == ("renderhost", 1234)


def test_the_tables_are_plain_json(site):
    site.spool(site.frames(2))
    found = json.loads((site.folder / "jobs" / "1" / "tables" / "0-0.json").read_text())
    assert [found[at]["tid"] for at in sorted(found)] == [1, 2]
