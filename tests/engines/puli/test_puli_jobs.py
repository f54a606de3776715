"""A job on a Puli server, from its document to its end, as the engine tells it."""

import json

import pytest

from farmsubmit.author import Job
from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, KILLED, PAUSED, READY, SKIPPED
from farmsubmit.engines.puli import PuliEngine
from farmsubmit.errors import EngineError


def test_a_job_reads_as_it_was_sent(site, frames):
    jid = site.jid(frames)
    assert [(task.tid, task.title, task.parent) for task in site.engine.tasks(jid)] == [
        (1, "movie", None),
        (2, "frame 1", 1),
        (3, "frame 2", 1),
        (4, "frame 3", 1),
    ]


def test_children_run_before_their_parent(site, frames):
    jid = site.jid(frames)
    assert site.farm.run() == ["frame 1", "frame 2", "frame 3", "movie"]
    assert site.engine.status(jid).state == DONE


def test_a_new_job_is_not_done_though_its_node_says_so(site, frames):
    jid = site.jid(frames)
    assert site.farm.nodes[int(jid)].status == 3
    assert site.engine.status(jid).state == READY
    assert site.engine.jobs()[0].state == READY


def test_before_the_first_round_what_waits_is_blocked_though_the_server_says_ready(site, frames):
    jid = site.jid(frames)
    assert {command.status for command in site.farm.commands.values()} == {1}
    assert site.states(jid) == [BLOCKED, READY, READY, READY]
    site.farm.tick()
    assert site.states(jid) == [BLOCKED, READY, READY, READY]


def test_before_the_first_round_serial_tasks_wait_for_each_other(site, job):
    parent = job.newTask(title="shots", serialsubtasks=True)
    for name in "ab":
        parent.newTask(title=name).newCommand(argv=["x"])
    assert site.states(site.jid(job)) == [BLOCKED, READY, BLOCKED]


def test_a_failed_frame_ends_the_job_in_error_and_its_retry_goes_on(site, frames):
    jid = site.jid(frames)
    site.farm.run(fails=["frame 2"])
    assert site.engine.status(jid).state == ERROR
    assert site.states(jid) == [BLOCKED, DONE, ERROR, DONE]
    site.engine.control(jid, "retry")
    assert site.farm.run() == ["frame 2", "movie"]
    assert site.engine.status(jid).state == DONE


def test_while_others_run_a_job_with_an_error_is_not_over(site, frames):
    jid = site.jid(frames)
    site.farm.tick()
    site.farm.end(site.command("frame 1"), fails=True)
    site.farm.start(site.command("frame 2"))
    site.farm.tick()
    assert site.farm.nodes[int(jid)].status == 4
    assert site.engine.status(jid).state == ACTIVE


def test_a_task_that_waits_for_the_next_round_keeps_the_job_alive(site, frames):
    jid = site.jid(frames)
    site.farm.tick()
    for number in (1, 2, 3):
        site.farm.end(site.command(f"frame {number}"))
    assert site.engine.status(jid).state == ACTIVE


def test_serial_subtasks_run_one_after_another(site, job):
    job.serialsubtasks = True
    for name in "abc":
        task = job.newTask(title=name, argv=["run", name])
        task.newTask(title=f"{name}1", argv=["run", name])
    site.jid(job)
    assert site.farm.run() == ["a1", "a", "b1", "b", "c1", "c"]


def test_an_instance_makes_its_parent_wait(site, job):
    shared = job.newTask(title="shared", argv=["a"])
    other = job.newTask(title="other", argv=["b"])
    other.addChild(shared)
    site.jid(job)
    assert site.farm.run() == ["shared", "other"]


def test_commands_of_a_task_run_in_order_and_cleanup_also_after_a_failure(site, job):
    task = job.newTask(title="t")
    for name in "abc":
        task.newCommand(argv=[name])
    task.cleanup.append(job.newCleanup(argv=["rm"]))
    job.cleanup.clear()
    jid = site.jid(job)
    assert site.farm.run(fails=["t [2]"]) == ["t", "t [2]", "t: cleanup"]
    assert site.states(jid) == [ERROR]


@pytest.mark.parametrize(
    ("fails", "ran"),
    [
        ((), ["t", "test: postscript, when done", "test: postscript, when always", "test: cleanup"]),
        (("t",), ["t", "test: postscript, when error", "test: postscript, when always", "test: cleanup"]),
    ],
)
def test_postscripts_run_when_they_say(site, job, fails, ran):
    job.newTask(title="t", argv=["t"])
    for when in ("done", "error", "always"):
        job.newPostscript(argv=[when], when=when)
    job.newCleanup(argv=["rm"])
    jid = site.jid(job)
    assert site.farm.run(fails=fails) == ran
    assert site.engine.status(jid).state == (ERROR if fails else DONE)


def test_a_postscript_for_errors_waits_while_others_run(site, frames):
    frames.newPostscript(argv=["mail"], when="error")
    site.jid(frames)
    site.farm.tick()
    site.farm.end(site.command("frame 1"), fails=True)
    site.farm.tick()
    site.farm.tick()
    assert "test: postscript, when error" not in [command.description for command in site.farm.ready()]


def test_a_task_without_commands_keeps_its_place_in_the_order(site, job):
    job.serialsubtasks = True
    job.newTask(title="a", argv=["a"])
    job.newTask(title="nothing")
    job.newTask(title="b", argv=["b"])
    site.jid(job)
    assert site.farm.run() == ["a", "b"]


def test_a_chain_of_5000_is_laid_flat_and_runs_from_the_inside(site, job):
    parent = job
    for number in range(5000):
        parent = parent.newTask(title=f"t{number}", argv=["run"])
    document = site.engine.translate(job).payload.document
    depths = {0: 0}
    for number, node in enumerate(document["tasks"]):
        depths.update((child, depths[number] + 1) for child in node.get("tasks", ()))
    assert max(depths.values()) < 60
    waits = [node for node in document["tasks"] if node["type"] == "Task" and len(node["dependencies"]) == 1]
    assert len(waits) == 4999


def test_a_paused_job_starts_paused_and_goes_on_when_told(site, frames):
    frames.paused = True
    jid = site.jid(frames)
    assert site.farm.run() == []
    assert site.engine.status(jid).state == PAUSED
    site.engine.control(jid, "resume")
    assert len(site.farm.run()) == 4


def test_the_limit_is_set_on_the_pool_share(site, frames):
    frames.maxactive = 2
    jid = site.jid(frames)
    site.farm.tick()
    assert site.farm.nodes[int(jid)].shares[0].maxRN == 2
    assert json.loads(site.asked("POST /poolshares/")[0]) == {"maxRN": 2}


def test_a_killed_job_is_killed_after_the_next_round(site, frames):
    jid = site.jid(frames)
    site.farm.tick()
    site.farm.end(site.command("frame 1"))
    site.engine.control(jid, "kill")
    site.farm.run()
    assert site.engine.status(jid).state == KILLED
    assert site.states(jid) == [BLOCKED, DONE, BLOCKED, BLOCKED]


def test_retry_of_a_killed_job_runs_what_was_left(site, frames):
    jid = site.jid(frames)
    site.engine.control(jid, "kill")
    site.farm.run()
    site.engine.control(jid, "retry")
    site.farm.tick()
    assert sorted(site.farm.run()) == ["frame 1", "frame 2", "frame 3", "movie"]


def test_a_skipped_task_lets_the_others_go_on(site, frames):
    jid = site.jid(frames)
    site.farm.run(fails=["frame 2"])
    site.engine.control(jid, "skip", [3])
    assert site.farm.run() == ["movie"]
    assert site.engine.status(jid).state == DONE


def test_a_done_task_runs_again_alone(site, frames):
    jid = site.jid(frames)
    site.farm.run()
    site.engine.control(jid, "retry", [2])
    assert site.farm.run() == ["frame 1"]


def test_restart_runs_all_again(site, frames):
    jid = site.jid(frames)
    site.farm.run()
    site.engine.restart(jid)
    assert sorted(site.farm.run()) == ["frame 1", "frame 2", "frame 3", "movie"]


def test_the_priority_is_the_dispatch_key(site, frames):
    frames.priority = 7
    jid = site.jid(frames)
    assert site.engine.status(jid).priority == 7
    site.engine.control(jid, "priority", value=30)
    assert site.engine.status(jid).priority == 30


def test_delete_cancels_waits_and_archives(site, frames):
    jid = site.jid(frames)
    site.server.ticks = True
    site.engine.control(jid, "delete")
    assert site.engine.jobs() == []
    with pytest.raises(EngineError, match=f"there is no job {jid}"):
        site.engine.status(jid)


def test_a_paused_job_of_which_something_is_done_is_deleted_too(site, frames):
    jid = site.jid(frames)
    site.farm.tick()
    site.engine.control(jid, "pause")
    site.engine.control(jid, "skip", [2])
    site.farm.tick()
    site.engine.control(jid, "kill")
    site.farm.run()
    assert site.farm.nodes[int(jid)].status == 6
    assert site.engine.jobs()[0].state == KILLED
    site.server.ticks = True
    site.engine.control(jid, "delete")
    assert site.engine.jobs() == []


def test_a_job_moves_to_another_pool_and_back(site, frames):
    jid = site.jid(frames)
    for pool in ("renderfarm", "default"):
        site.engine.move(jid, pool)
        assert site.farm.nodes[int(jid)].shares[0].pool == pool
    with pytest.raises(EngineError, match="did you mean 'renderfarm'"):
        site.engine.move(jid, "renderfarms")


def test_logs_come_from_the_render_node(site, frames):
    jid = site.jid(frames)
    site.farm.run(where=site.server.address)
    assert site.engine.log(jid, 2) == f"# frame 1 on {site.server.address}\nit ran\n"
    assert site.engine.log(jid).count("it ran") == 4


def test_a_log_that_cannot_be_had_says_why(site, frames):
    jid = site.jid(frames)
    assert site.engine.log(jid, 2) == "# frame 1\n# it has not run yet\n"
    site.farm.run(where="127.0.0.1:1")
    assert "its log cannot be had" in site.engine.log(jid, 2)


def test_the_farm_is_told(site):
    assert [blade.name for blade in site.engine.blades()] == ["node1:9001"]
    assert site.engine.pools() == ["default", "renderfarm"]
    assert [(each.name, each.used, each.most) for each in site.engine.licences()] == [("nuke", 0, 5)]
    site.farm.licences.clear()
    assert site.engine.licences() == []


@pytest.mark.parametrize("jid", ["9", "x", "-1", "1" * 30, "1"])
def test_what_is_no_job_is_told_in_one_sentence(site, jid):
    with pytest.raises(EngineError, match=r"there is no job|no job itself"):
        site.engine.status(jid)


@pytest.mark.parametrize(
    ("action", "tids", "told"),
    [
        ("kill", [9], "no task 9"),
        ("retry", [2], "only an ended task"),
        ("retry", [], "no task of job"),
        ("skip", [], "name them"),
        ("delete", [2], "takes a whole job"),
        ("stop", [], "there is no action"),
    ],
)
def test_what_makes_no_sense_is_refused(site, frames, action, tids, told):
    jid = site.jid(frames)
    with pytest.raises(EngineError, match=told):
        site.engine.control(jid, action, tids)


def test_an_error_edge_of_somebody_else_leaves_the_job_done(site):
    from farmsubmit.engines.puli.document import CommandNode, GroupNode, TaskNode, graph_document

    first = TaskNode("first", [CommandNode("first_1_1", {"cmd": "a"}), CommandNode("first_2_2", {"cmd": "a"})])
    mail = TaskNode("mail", [CommandNode("mail", {"cmd": "b"})], dependencies=[(first, [4])])
    jid = site.post(graph_document(GroupNode("g", [first, mail]), "g", "bob"))
    assert [task.title for task in site.engine.tasks(jid)] == ["first", "first_1_1", "first_2_2", "mail"]
    site.farm.run()
    assert site.engine.status(jid).state == DONE == site.engine.jobs()[0].state
    assert site.states(jid) == [DONE, DONE, DONE, SKIPPED]


def test_one_command_of_a_task_of_somebody_else_is_tried_again(site):
    from farmsubmit.engines.puli.document import CommandNode, TaskNode, graph_document

    only = TaskNode("only", [CommandNode(f"only_{n}_{n}", {"cmd": "a"}) for n in (1, 2)])
    jid = site.post(graph_document(only, "g", "bob"))
    site.farm.run(fails=["only_2_2"])
    assert site.states(jid) == [ERROR, DONE, ERROR]
    site.engine.control(jid, "retry", [3])
    assert site.farm.run() == ["only_2_2"]


def test_a_command_that_the_server_will_try_again_keeps_the_job_alive(site):
    from farmsubmit.engines.puli.document import CommandNode, TaskNode, graph_document

    only = TaskNode("only", [CommandNode("only", {"cmd": "a"})], max_attempt=2)
    jid = site.post(graph_document(only, "g", "bob"))
    site.farm.run(fails=["only"])
    assert site.engine.status(jid).state == ACTIVE
    assert "will try it again" in site.engine.tasks(jid)[0].reason


def test_jobs_are_listed_in_one_request(site):
    for number in range(3):
        job = Job(title=f"j{number}")
        job.newTask(title="t", argv=["t"])
        site.jid(job, f"key-{number}")
    site.farm.tick()
    site.server.requests.clear()
    assert [job.title for job in site.engine.jobs()] == ["j0", "j1", "j2"]
    assert len(site.server.requests) == 1


@pytest.fixture
def farmsubmit(site, monkeypatch, tmp_path, capsys):
    from farmsubmit.cli.main import main
    from farmsubmit.engines import registry

    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setattr(registry, "_homes", lambda: {"puli": ""})
    monkeypatch.setattr(registry, "_load", lambda home, scheme: PuliEngine)

    def run(*words):
        code = main([*words, "--engine", f"puli://{site.server.address}"])
        return code, capsys.readouterr().out

    return run


def test_the_command_line_reads_like_that_of_any_engine(site, frames, farmsubmit):
    jid = site.jid(frames)
    site.farm.run(fails=["frame 2"], where=site.server.address)
    assert "error" in farmsubmit("jobs")[1]
    code, told = farmsubmit("job", jid)
    assert (code, told.splitlines()[0]) == (0, f"job {jid}  test  error")
    assert [line.split()[:2] for line in told.splitlines()[-4:]] == [
        ["1", "blocked"],
        ["2", "done"],
        ["3", "error"],
        ["4", "done"],
    ]
    assert "it ran" in farmsubmit("log", f"{jid}:3")[1]
    assert farmsubmit("retry", jid)[0] == 0
    assert site.farm.run() == ["frame 2", "movie"]


def test_the_command_line_kills(site, frames, farmsubmit):
    jid = site.jid(frames)
    assert farmsubmit("kill", jid)[0] == 0
    site.farm.run()
    assert "killed" in farmsubmit("job", jid)[1]
