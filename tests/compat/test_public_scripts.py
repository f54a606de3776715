"""Scripts in the manner of public clients of ``tractor.api``: the same calls, own code, run as they are."""

import sys
from pathlib import Path

import pytest

from farmsubmit import author
from farmsubmit.author import Instance, Task
from farmsubmit.compat.script import run_script
from farmsubmit.errors import FarmsubmitError
from farmsubmit.formats.alf import from_tcl

SCRIPTS = Path(__file__).parent / "scripts"
SAY = "import sys; print('ran', *sys.argv[1:])"
ARGUMENTS = {
    "blender_spooler": ["X:/shots/a", "1", "2", "prman"],
    "graph_dispatcher": [".", "gaffer"],
    "graph_submitter": ["meshroom_compute"],
    "houdini_button": ["/shots/a.hip", "1", "5", "2", "hbatch"],
    "cache_export": ["/shots/a.ma", "mayapy", "export.py"],
}


@pytest.fixture
def sent(tmp_path, monkeypatch, capsys):
    """Return a function that runs a script against a folder, and gives its job and what it printed."""
    monkeypatch.setenv("FARMSUBMIT_ENGINE", f"folder:{tmp_path}")
    monkeypatch.chdir(tmp_path)

    def run(name):
        assert run_script(SCRIPTS / f"{name}.py", ARGUMENTS[name]) == 0
        said = capsys.readouterr().out
        (script,) = tmp_path.glob("20*.alf")
        assert script.stem in said
        return from_tcl(script.read_text()), said

    return run


@pytest.fixture(autouse=True)
def no_engine_named():
    yield
    author.closeEngineClient()


def below(element):
    return [child.title for child in element.subtasks]


def test_the_spooler_of_blender(sent):
    job, _ = sent("blender_spooler")
    (frames,) = job.subtasks
    assert below(frames) == ["Frame: 1", "Frame: 2"]
    assert frames.subtasks[0].cmds[0].argv == ["prman", "-Progress", "-t:0", "%D(X:/shots/a.0001.rib)"]
    assert frames.subtasks[0].preview == ["sho", "X:/shots/a.0001.exr"]
    assert (job.tier, job.crews, job.after, job.priority) == ("rush", ["lighting", "fx"], "11 24 13:45", 10.0)
    assert [(script.when, script.argv[-1]) for script in job.postscript] == [("done", "done"), ("always", "over")]
    assert [(dirmap.dst, dirmap.zone) for dirmap in job.dirmaps][1] == ("/fileserver/projects/", "NFS")
    assert job.cleanup[0].argv[:3] == ["TractorBuiltIn", "File", "delete"]


def test_a_dispatcher_whose_shared_batches_become_instances(sent, tmp_path):
    job, _ = sent("graph_dispatcher")
    comp, again = job.subtasks
    beauty, shadow = comp.subtasks
    assert (below(beauty), below(shadow)) == (["sim 1", "textures"], [beauty.subtasks[0].id])
    assert isinstance(shadow.subtasks[0], Instance)
    assert isinstance(again, Instance) and again.title == shadow.id
    assert (beauty.subtasks[1].cmds, comp.cmds[0].tags) == ([], ["graph", "nodes"])
    assert from_tcl((tmp_path / "job.alf").read_text()) == job


def test_a_submitter_with_chunks_and_metadata(sent):
    job, said = sent("graph_submitter")
    assert said.startswith("http://tractor-engine/tv/#jid=")
    matching, features = job.subtasks[0].subtasks
    chunk = matching.subtasks[1].subtasks[0]
    assert isinstance(features, Instance)
    assert chunk.cmds[0].service == "mikrosRender && @.mem > 4"
    assert chunk.cmds[0].envkey == ["setenv REZ_USED=meshroom-2023.3 PROD=show"]
    assert matching.subtasks[1].metadata == '{"node": "FeatureExtraction", "braces": "{"}'
    assert job.subtasks[0].cmds[0].local


def test_a_button_in_houdini_with_a_shared_simulation(sent):
    job, said = sent("houdini_button")
    (movie,) = job.subtasks
    first, *others = movie.subtasks
    assert isinstance(first.subtasks[0], Task) and first.subtasks[0].id == "sim.1"
    assert [below(chunk) for chunk in others] == [["sim.1"], ["sim.1"]]
    assert [command.refersto for command in first.cmds] == ["beauty.1", "beauty.1"]
    assert (first.cmds[1].msg, first.cmds[1].samehost, first.cleanup[0].argv[-1]) == ("quit\n", True, "/tmp/%j")
    assert said.startswith("Job -title {/shots/a.hip 1-5} -priority {50.5}")


def test_an_export_of_caches_with_names_that_hurt(sent):
    job, _ = sent("cache_export")
    exports = job.subtasks[0].subtasks
    assert [task.cmds[0].argv[-1] for task in exports] == ["C:\\cams\\", "|grp|hero {rig}", "|grp|prop$1"]
    assert (job.atmost, job.afterjids, job.subtasks[0].cmds[0].local) == (3, [], True)


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_what_a_script_names_as_its_engine_counts_where_the_settings_name_none(name, monkeypatch, tmp_path):
    urls = []
    monkeypatch.setattr("farmsubmit.submission.way.engine_for", lambda url: urls.append(url) or 1 / 0)
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setenv("TRACTOR_ENGINE", "of.the.environment:8080")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FarmsubmitError, match="ZeroDivisionError"):
        run_script(SCRIPTS / f"{name}.py", ARGUMENTS[name])
    named = {"blender_spooler": "tractor-engine:80", "cache_export": "10.0.0.25:80"}
    assert urls == [f"tractor://{named.get(name, 'of.the.environment:8080')}"]


def test_a_dispatchers_job_really_runs(running, tmp_path, capsys):
    assert run_script(SCRIPTS / "graph_dispatcher.py", [str(tmp_path), sys.executable, "-c", SAY]) == 0
    jid = capsys.readouterr().out.strip()
    assert {task.state for task in running.tasks(jid)} == {"done"}
    assert running.log(jid).count("\nran execute -nodes sim -frames 1") == 1


def test_a_watcher_finds_tells_and_repairs(running, tmp_path, capsys):
    make = tmp_path / "make.py"
    make.write_text(
        "import sys\nfrom tractor.api.author import Job\n"
        "for name, code in ('good', 0), ('bad', 1):\n"
        "    job = Job(title=name)\n"
        "    job.newTask(title='t', argv=[sys.executable, '-c', 'raise SystemExit(%d)' % code])\n"
        "    job.spool()\n"
    )
    assert run_script(make, []) == 0
    assert run_script(SCRIPTS / "farm_watch.py", [sys.executable]) == 0
    assert capsys.readouterr().out.splitlines() == ["2 bad: 1 of 1", "  t True", "['bad'] 200.0"]
    assert [job.title for job in running.jobs()] == ["bad"]
    assert running.log("2").count("exit code 1") == 2
