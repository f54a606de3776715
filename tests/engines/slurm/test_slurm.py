"""Jobs on a real Slurm of this machine. All of them are sent at once; each test waits for its own."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from farmsubmit.author import Command, Instance, Job, Task
from farmsubmit.engines.slurm import SlurmEngine
from farmsubmit.errors import EngineError, SpoolError
from farmsubmit.scenes import read_scene
from farmsubmit.tasks.build import build

pytestmark = pytest.mark.slurm
TRUE = ["true"]
BUILDERS = {}


def sent_first(builder):
    """Let the job that a function builds be sent with all the others."""
    BUILDERS[builder.__name__.strip("_")] = builder
    return builder


@pytest.fixture(scope="module")
def sent(cluster):
    """The ids of the jobs that were sent, by name."""
    return {name: cluster.spool(builder(cluster), key=f"key-{name}") for name, builder in BUILDERS.items()}


# --- what runs when


@sent_first
def _serial(cluster):
    job = Job(title="serial", serialsubtasks=True)
    for name in "abc":
        group = job.newTask(title=name)
        for number in range(2):
            group.newTask(title=f"{name}{number}", argv=cluster.mark("serial", name))
    return job


def test_serial_subtasks_run_one_subtree_after_another(cluster, sent):
    assert cluster.ended(sent["serial"]).state == "done"
    assert cluster.marks("serial") == ["a", "a", "b", "b", "c", "c"]


@sent_first
def _instance(cluster):
    job = Job(title="instance")
    shared = Task(title="shared", argv=cluster.mark("instance", "shared"))
    for name in ("first", "second"):
        parent = job.newTask(title=name, argv=cluster.mark("instance", name))
        parent.addChild(shared)
    job.addChild(Instance(title="second"))
    return job


def test_an_instance_is_waited_for_and_runs_once(cluster, sent):
    assert cluster.ended(sent["instance"]).counts == {"done": 3}
    assert cluster.marks("instance")[0] == "shared"
    assert sorted(cluster.marks("instance")) == ["first", "second", "shared"]


@sent_first
def _pairs(cluster):
    job = Job(title="pairs")
    for frame in range(4):
        comp = job.newTask(title=f"comp {frame}", argv=cluster.mark("pairs", f"comp{frame}"))
        comp.newTask(title=f"render {frame}", argv=["sh", "-c", f"test {frame} != 2"])
    return job


def test_a_frame_waits_for_its_own_frame_only(cluster, sent):
    status = cluster.ended(sent["pairs"])
    assert (status.state, status.counts) == ("error", {"done": 6, "error": 1, "blocked": 1})
    assert sorted(cluster.marks("pairs")) == ["comp0", "comp1", "comp3"]


@sent_first
def _limited(cluster):
    job = Job(title="limited", service="nuke && linux")
    for frame in range(3):
        alone = f"mkdir {cluster.folder}/busy && sleep 0.1 && rmdir {cluster.folder}/busy"
        job.newTask(title=str(frame), argv=["sh", "-c", alone])
    return job


def test_a_licence_of_one_lets_one_task_run_at_a_time(cluster, sent):
    assert cluster.ended(sent["limited"]).counts == {"done": 3}


@sent_first
def _throttled(cluster):
    job = Job(title="throttled", maxactive=1)
    for frame in range(3):
        alone = f"mkdir {cluster.folder}/turn && sleep 0.1 && rmdir {cluster.folder}/turn"
        job.newTask(title=str(frame), argv=["sh", "-c", alone])
    return job


def test_maxactive_throttles_an_array(cluster, sent):
    assert cluster.ended(sent["throttled"]).counts == {"done": 3}


@sent_first
def _placed(cluster):
    job = Job(title="placed")
    for service in ("fast", "slow", "!fast", "n1", "@.mem > 3 || slow && !slow"):
        job.newTask(title=service, argv=TRUE, service=service)
    return job


def test_services_choose_the_node(cluster, sent):
    assert cluster.ended(sent["placed"]).counts == {"done": 5}
    assert [task.blade for task in cluster.engine.tasks(sent["placed"])] == ["n1", "n2", "n2", "n1", "n1"]


def test_a_job_waits_for_the_jobs_that_it_names(cluster, sent):
    first = Job(title="first")
    first.newTask(title="t", argv=cluster.mark("after", "first", "sleep 0.3"))
    jid = cluster.spool(first)
    second = Job(title="second", afterjids=[int(jid)])
    second.newTask(title="t", argv=cluster.mark("after", "second"))
    assert cluster.ended(cluster.spool(second)).state == "done"
    assert cluster.marks("after") == ["first", "second"]


# --- after failures


@sent_first
def _cleaned(cluster):
    job = Job(title="cleaned")
    task = job.newTask(title="t", argv=cluster.mark("cleaned", "cmd", "exit 7"))
    task.addCleanup(Command(argv=cluster.mark("cleaned", "cleanup")))
    job.newTask(title="other", argv=TRUE)
    for when in ("done", "error"):
        job.newPostscript(argv=cluster.mark("cleaned", when), when=when)
    job.newCleanup(argv=cluster.mark("cleaned", "jobcleanup"))
    return job


def test_cleanup_runs_after_a_failure_and_then_the_postscripts_that_fit(cluster, sent):
    assert cluster.ended(sent["cleaned"]).state == "error"
    assert cluster.marks("cleaned") == ["cmd", "cleanup", "error"]
    task = cluster.engine.tasks(sent["cleaned"])[0]
    assert (task.state, task.exit_code, task.reason) == ("error", 7, "exit code 7")


@sent_first
def _failing(cluster):
    job = Job(title="failing")
    parent = job.newTask(title="movie", argv=cluster.mark("failing", "movie"))
    for frame in range(4):
        command = f"test {frame} != 2 || test -e {cluster.folder}/mended"
        parent.newTask(title=f"frame {frame}", argv=cluster.mark("failing", f"f{frame}", command))
    job.newCleanup(argv=cluster.mark("failing", "cleanup"))
    return job


def test_a_retry_runs_the_failed_frame_and_what_waits_for_it(cluster, sent):
    jid = sent["failing"]
    assert cluster.ended(jid).counts == {"done": 3, "error": 1, "blocked": 1}
    assert "exit code 1" in cluster.engine.log(jid, 4)
    (cluster.folder / "mended").touch()
    cluster.engine.control(jid, "retry")
    assert cluster.ended(jid).state == "done"
    marks = cluster.marks("failing")
    assert (sorted(marks[:4]), marks[4:]) == (["f0", "f1", "f2", "f3"], ["f2", "movie", "cleanup"])


@sent_first
def _skipped(cluster):
    job = Job(title="skipped")
    parent = job.newTask(title="p", argv=cluster.mark("skipped", "parent"))
    parent.newTask(title="c", argv=["false"])
    return job


def test_what_waits_for_a_skipped_task_runs(cluster, sent):
    cluster.ended(sent["skipped"])
    cluster.engine.control(sent["skipped"], "skip", [2])
    assert cluster.ended(sent["skipped"]).counts == {"done": 1, "skipped": 1}
    assert cluster.marks("skipped") == ["parent"]


# --- hold, release, cancel


@sent_first
def _held(cluster):
    job = Job(title="held", paused=True)
    job.newTask(title="t", argv=cluster.mark("held", "ran"))
    return job


def test_a_held_job_runs_when_it_is_released(cluster, sent):
    jid = sent["held"]
    assert cluster.engine.status(jid).state == "paused"
    cluster.engine.control(jid, "resume")
    assert cluster.ended(jid).state == "done"


def test_a_job_can_be_held_in_the_middle(cluster):
    job = Job(title="middle")
    wait = f"until test -e {cluster.folder}/go; do sleep 0.05; done"
    parent = job.newTask(title="p", argv=cluster.mark("middle", "parent"))
    parent.newTask(title="c", argv=["sh", "-c", wait])
    jid = cluster.spool(job)
    cluster.wait(lambda: cluster.states(jid)[1] == "active")
    cluster.engine.control(jid, "pause")
    (cluster.folder / "go").touch()
    cluster.wait(lambda: cluster.states(jid)[1] == "done")
    assert (cluster.engine.status(jid).state, cluster.marks("middle")) == ("paused", [])
    cluster.engine.control(jid, "resume")
    assert cluster.ended(jid).state == "done"


@sent_first
def _cancelled(cluster):
    job = Job(title="cancelled")
    parent = job.newTask(title="p", argv=cluster.mark("cancelled", "never"))
    task = parent.newTask(title="c", argv=cluster.mark("cancelled", "began", "exec sleep 60"))
    task.addCleanup(Command(argv=cluster.mark("cancelled", "cleanup")))
    job.newCleanup(argv=cluster.mark("cancelled", "jobcleanup"))
    job.newPostscript(argv=cluster.mark("cancelled", "post"))
    return job


def test_a_cancelled_job_ends_its_processes_and_cleans_up(cluster, sent):
    jid = sent["cancelled"]
    cluster.wait(lambda: cluster.marks("cancelled") == ["began"])
    cluster.engine.control(jid, "kill")
    assert cluster.ended(jid).state == "killed"
    assert cluster.marks("cancelled") == ["began", "cleanup", "jobcleanup"]
    assert cluster.engine.tasks(jid)[1].reason.startswith("killed")
    with pytest.raises(EngineError, match="is over: it is killed"):
        cluster.engine.control(jid, "kill")


def test_one_task_is_killed_and_the_others_go_on(cluster):
    job = Job(title="one")
    for number in range(2):
        job.newTask(title=str(number), argv=cluster.mark("one", f"t{number}", f"test {number} = 0 || exec sleep 60"))
    jid = cluster.spool(job)
    cluster.wait(lambda: cluster.states(jid) == ["done", "active"])
    cluster.engine.control(jid, "kill", [2])
    assert cluster.ended(jid).counts == {"done": 1, "error": 1}


def test_a_deleted_job_is_gone(cluster):
    job = Job(title="deleted", paused=True)
    job.newTask(title="t", argv=TRUE)
    jid = cluster.spool(job)
    cluster.engine.control(jid, "delete")
    assert jid not in [status.jid for status in cluster.engine.jobs()]
    with pytest.raises(EngineError, match=f"no job {jid}"):
        cluster.engine.status(jid)


def test_a_priority_is_changed_while_the_job_waits(cluster):
    job = Job(title="first one", paused=True, priority=10)
    job.newTask(title="t", argv=TRUE)
    jid = cluster.spool(job)
    cluster.engine.control(jid, "priority", value=90)
    assert cluster.engine.status(jid).priority == 90
    assert "100" in cluster.daemons.ask("squeue", "-h", "-n", "first one", "-o", "%y").split()
    cluster.engine.control(jid, "kill")


# --- what is told


@sent_first
def _told(cluster):
    job = Job(title="told", envkey=["setenv SHOT=sq10"])
    job.newDirMap("X:/proj", "/mnt/proj", "NFS")
    task = job.newTask(title="t")
    words = ["%D(X:/proj/a)", "%h", "%j", "%t", "%c"]
    task.newCommand(argv=["sh", "-c", 'echo "$SHOT" "$@"; echo TR_PROGRESS 40%%', "sh", *words])
    return job


def test_words_environment_and_progress_reach_the_task(cluster, sent):
    jid = sent["told"]
    cluster.ended(jid)
    assert f"sq10 /mnt/proj/a n1 {jid} 1 1\n" in cluster.engine.log(jid).replace("n2", "n1")
    assert '"percent": 40' in (cluster.folder / "jobs" / jid / "journals" / "1.jsonl").read_text()
    assert cluster.engine.commands(jid, 1)[0][4:] == ["%D(X:/proj/a)", "%h", "%j", "%t", "%c"]


def test_a_finished_job_is_known_when_slurm_is_gone(cluster, sent, monkeypatch):
    cluster.ended(sent["told"])
    monkeypatch.setenv("SLURM_CONF", "/nowhere/slurm.conf")
    engine = SlurmEngine(cluster.url)
    assert engine.status(sent["told"]).state == "done"
    assert engine.tasks(sent["told"])[0].exit_code == 0


def test_a_job_is_found_by_its_key(cluster, sent):
    assert cluster.engine.find("key-told") == sent["told"]
    assert cluster.engine.find("key-of-none") is None


def test_slurm_tells_its_blades_and_names(cluster):
    assert cluster.engine.answer().startswith("slurm")
    assert [blade.name for blade in cluster.engine.blades()] == ["n1", "n2"]
    assert cluster.engine.known().tags == {"nuke", "maya"}
    assert cluster.engine.known().limits["array"] == 1001


def test_a_job_that_slurm_refuses_leaves_nothing_behind(cluster):
    job = Job(title="refused")
    parent = job.newTask(title="p", argv=TRUE, service="quantum")
    parent.newTask(title="c", argv=TRUE)
    before = sorted((cluster.folder / "jobs").iterdir())
    with pytest.raises(SpoolError, match="feature that no node has"):
        cluster.spool(job)
    assert sorted((cluster.folder / "jobs").iterdir()) == before
    assert cluster.daemons.ask("squeue", "-h", "-n", "refused") == ""


# --- the big ones


SMALL_SCENE = """import bpy
scene = bpy.context.scene
scene.frame_start, scene.frame_end = 1, 20
scene.render.engine = "CYCLES"
scene.cycles.samples, scene.cycles.use_denoising = 1, False
scene.render.resolution_x = scene.render.resolution_y = 32
scene.render.resolution_percentage = 100
scene.render.filepath = "//frames/small.####.png"
bpy.ops.wm.save_as_mainfile(filepath=%r)
"""


@sent_first
def _animation(cluster):
    """Frames 1 to 20 of a real scene, ten a task, and a movie of them."""
    blender = shutil.which("blender")
    if not (blender and shutil.which("ffmpeg")):
        job = Job(title="no animation")
        job.newTask(title="t", argv=TRUE)
        return job
    scene = cluster.folder / "scene.blend"
    argv = [blender, "-b", "--factory-startup", "--python-exit-code", "1", "--python-expr", SMALL_SCENE % str(scene)]
    subprocess.run(argv, check=True, capture_output=True, timeout=60)
    return build(read_scene(str(scene), blender=blender), chunk=10)


def test_an_animation_of_20_frames_becomes_a_movie(cluster, sent):
    if not (shutil.which("blender") and shutil.which("ffmpeg")):
        pytest.skip("blender or ffmpeg is not installed here")
    status = cluster.ended(sent["animation"])
    assert status.state == "done", cluster.engine.log(sent["animation"])[-3000:]
    assert len(list(cluster.folder.rglob("*.png"))) == 20
    movie = cluster.folder / "frames" / "small.mp4"
    assert movie.is_file() and movie.stat().st_size > 1000, cluster.engine.log(sent["animation"])[-3000:]


@sent_first
def _thousand(cluster):
    # The lowest of all, so that the others need not wait for it.
    job = Job(title="thousand", priority=-900)
    parent = job.newTask(title="all", argv=cluster.mark("thousand", "all"))
    for frame in range(1000):
        parent.newTask(title=f"frame {frame}", argv=TRUE)
    return job


def test_an_array_of_1000_is_run(cluster, sent):
    jid = sent["thousand"]
    submitted = (cluster.folder / "jobs" / jid / "submitted.json").read_text()
    assert submitted.count("0-0") == submitted.count("1-0") == 1
    status = cluster.ended(jid)
    assert (status.state, status.counts) == ("done", {"done": 1001})
    assert cluster.marks("thousand") == ["all"]


def test_nothing_is_left_in_slurm(cluster, sent):
    cluster.wait(lambda: not cluster.daemons.ask("squeue", "-h"))
    written = {name: cluster.folder / "jobs" / jid / "slurm.out" for name, jid in sent.items()}
    # Slurm itself writes there what it cancels.
    assert [name for name, path in written.items() if path.read_text()] == ["cancelled"]
