"""Jobs that old scripts make, change and send."""

import json
from pathlib import Path
from unittest.mock import patch

import pytest

from farmsubmit import history
from farmsubmit.author import Instance
from farmsubmit.author import Task as AuthorTask
from farmsubmit.compat.jobtronaut.author import (
    Arguments,
    Job,
    Task,
    TaskWithOverrides,
    jobs_to_task,
    submit,
    submit_as_tasks,
)
from farmsubmit.compat.jobtronaut.query import arguments as query_arguments
from farmsubmit.compat.jobtronaut.query import command, initialize_engine
from farmsubmit.compat.script import run_script
from farmsubmit.engines.base import Engine, Ticket, Translation
from farmsubmit.errors import AuthorError, EngineError, FarmsubmitError, PluginError
from farmsubmit.formats.alf import from_tcl
from farmsubmit.formats.preview import preview
from farmsubmit.submission import way

MAX_LENGTH = "jobtronaut.author.task.ARGUMENTS_SERIALIZED_MAX_LENGTH"
FRAMES = {"frames": [1, 3], "word": "x"}


def shape(element):
    """Return titles, with what is below in a list where it runs in parallel and in a tuple where in series."""
    below = [shape(child) for child in element.subtasks if not isinstance(child, Instance)]
    return (element.title, tuple(below) if element.serialsubtasks else below) if below else element.title


@pytest.fixture
def made(plugin_file):
    """Return a function that makes a job of an old task."""
    return lambda task="Echo", arguments=FRAMES, **options: Job(task, arguments, **options)


# --- building


def test_an_old_tree_is_built_compact_and_in_order(made):
    echo = ("echo", ["echo: Elements [1, 2]", "echo: Elements [3, 3]"])
    quiet = "quiet: Elements [[1, 2], [3, 3]]"
    job = made("Shot", {**FRAMES, "chunksize": 2})
    assert shape(job) == ("untitled", [("the shot", (("parallel", [echo, quiet]), "Report"))])
    assert "echo: Elements [1, 2]" in preview(job, "tree")


def test_commands_have_what_the_old_class_says(made):
    first = made().flat_hierarchy["cmds"][0]
    assert first.argv == ["/bin/echo", "frames", "[1, 2]", "x"]
    assert (first.service, first.envkey, first.local) == ("linux64", ["setenv CHUNK=2"], False)
    report = made("Report", {"frames": 3, "chunksize": 1})
    assert (report.flat_hierarchy["cmds"][0].service, report.task.chaser) == (
        "report,linux64",
        ["/usr/bin/less", "report.txt"],
    )
    assert (report.flat_hierarchy["cmds"][0].tags, report.flat_hierarchy["cmds"][0].retryrc) == (["few"], [3])


def test_an_old_processor_takes_part_in_the_build(made):
    word = made("Report", {"frames": [1, 2], "chunksize": 5}).flat_hierarchy["cmds"][0].argv[-1]
    assert '"frames":{"initial":[1,2],"processed":[7,9]}' in word


def test_elements_are_dropped_as_the_old_class_says(made):
    assert shape(made(arguments={"frames": [[1, 1], [9, 9]], "word": "x"}))[1] == ["echo: Elements [1, 1]"]


def test_a_job_that_runs_nothing_has_an_empty_task(made):
    job = made("Pair", {"frames": [[9, 9]], "word": "x"})
    assert [task.title for task in job.flat_hierarchy["tasks"]] == ["Pair"]


def test_arguments_come_as_text_too(made):
    assert len(made(arguments=Arguments(FRAMES).serialized()).flat_hierarchy["cmds"]) == 2
    assert made().arguments == Arguments(FRAMES)


def test_a_job_is_one_of_the_authoring_api_with_attributes(made):
    job = made(job_attributes={"priority": 7, "title": "shot"})
    assert (job.priority, job.title, job.job_attributes["priority"]) == (7.0, "shot", 7)
    assert from_tcl(job.asTcl()) == job
    with pytest.raises(AuthorError, match="did you mean 'priority'"):
        made(job_attributes={"prioriti": 7})
    with pytest.raises(PluginError, match="No task found for 'Ech'; did you mean 'Echo'"):
        made("Ech")


def test_a_task_of_the_authoring_api_will_do():
    task = AuthorTask(title="one", argv=["/bin/true"])
    job = Job(task, job_attributes={"comment": "c"})
    assert (job.task, job.comment, shape(job)) == (task, "c", ("untitled", ["one"]))


def test_every_task_has_an_id_of_its_own(made):
    ids = [task.id for task in made("Shot", {**FRAMES, "chunksize": 2}).flat_hierarchy["tasks"]]
    assert None not in ids
    assert len(set(ids)) == len(ids) == 7


def test_local_commands_run_on_the_spooling_host(made):
    assert all(command.local for command in made(local=True).flat_hierarchy["cmds"])


def test_inside_a_command_the_engine_is_asked_whether_it_is_a_local_one(made, monkeypatch):
    monkeypatch.setenv("TR_ENV_JID", "12")
    monkeypatch.setenv("TR_ENV_CID", "3")
    with patch.object(command, "get_local_state", lambda jid, cid: (jid, cid) == ("12", "3")):
        assert made().flat_hierarchy["cmds"][0].local
    with patch.object(command, "get_local_state", side_effect=EngineError("it cannot tell")):
        assert not made().flat_hierarchy["cmds"][0].local


# --- changing


def test_tasks_and_commands_are_changed_by_predicate(made):
    job = made()
    job.modify_cmds(predicate=lambda cmd: cmd.argv[2] == "[3, 3]", attribute="tags", value=["last"])
    job.modify_tasks(predicate=True, attribute="title", value=lambda task: task.title.upper())
    job.modify_cmds()
    assert [command.tags for command in job.flat_hierarchy["cmds"]] == [[], ["last"]]
    assert job.task.title == "ECHO"


def test_a_job_is_written_as_a_script(made, tmp_path):
    job = made()
    job.dump_job(str(tmp_path / "new" / "job.alf"))
    assert (tmp_path / "new" / "job.alf").read_text() == job.asTcl() + "\n"
    with pytest.raises(FarmsubmitError, match="cannot be written"):
        job.dump_job(str(tmp_path / "new" / "job.alf" / "below.alf"))


def test_arguments_that_are_too_long_go_to_files(made, tmp_path):
    with patch(MAX_LENGTH, new=10):
        job = made("Report", {"frames": 3, "chunksize": 1})
    assert job.requires_arguments_cache
    (key,) = job.arguments_cache
    cache = tmp_path / "cache" / "all.json"
    job.dump_arguments_cache(str(cache))
    assert Arguments(f"{cache}:{key}").frames == (3, 6)
    stored = Path(job.arguments_file).parent / f"{key}.json"
    assert stored.read_text() == job.arguments_cache[key]


def test_no_arguments_file_is_written_without_need(made, tmp_path):
    job = made()
    job.dump_arguments_cache(str(tmp_path / "cache.json"))
    assert not (tmp_path / "cache.json").exists()
    job.dump_arguments_cache(str(tmp_path / "cache.json"), force=True)
    assert json.loads((tmp_path / "cache.json").read_text()) == {}


# --- sending


class Recorder(Engine):
    scheme = "recorder"

    def __init__(self):
        super().__init__()
        self.sent, self.before = [], lambda: None

    def translate(self, job):
        return Translation(job.asTcl())

    def spool(self, translation, info, block=False):
        self.before()
        self.sent.append((from_tcl(translation.payload), info, block))
        return Ticket(str(100 + len(self.sent)), self.url)


@pytest.fixture
def recorder(monkeypatch):
    engine = Recorder()
    monkeypatch.setattr(way, "engine_for", lambda url: engine)
    monkeypatch.setenv("FARMSUBMIT_INHERIT_ENVIRONMENT", "no")
    return engine


def test_a_job_is_sent_with_attributes_and_what_spool_takes(made, recorder):
    jid = made().submit(title="shot", afterjids=[3, 4], envkey=["setenv A=1"], spoolhost="there", block=True)
    job, info, block = recorder.sent[0]
    assert (jid, job.title, job.afterjids, job.envkey) == (101, "shot", [3, 4], ["setenv A=1"])
    assert (info.spoolhost, block) == ("there", True)


def test_argument_files_are_there_before_the_job_is_sent(made, recorder):
    with patch(MAX_LENGTH, new=10):
        job = made("Report", {"frames": 3, "chunksize": 1})
    written = []
    recorder.before = lambda: written.extend(Path(job.arguments_file).parent.iterdir())
    job.submit()
    assert [path.stem for path in written] == list(job.arguments_cache)


def test_what_an_old_script_sends_is_in_the_history_and_no_copy_is_kept_by_spool(made, recorder, monkeypatch, tmp_path):
    monkeypatch.setenv("FARMSUBMIT_JOB_STORAGE_PATH_TEMPLATE", f"{tmp_path}/kept-{{user}}{{date}}{{job_id}}")
    jid = made().spool(owner="anna")
    (entry,) = history.entries()
    assert (entry.jid, entry.owner, entry.engine) == (str(jid), "anna", "recorder:")
    assert not list(tmp_path.glob("kept-*"))


def test_the_studios_hook_sees_what_an_old_script_sends(made, recorder, monkeypatch):
    monkeypatch.setattr(way, "before_send", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made().submit()
    assert recorder.sent == []


def test_allowed_variables_go_along_and_secrets_do_not(made, recorder, monkeypatch):
    variables = {"OCIO": "/c.ocio", "MAYA_TOKEN": "s", "HOME": "/me", "SHOW": "new show"}
    monkeypatch.setenv("FARMSUBMIT_INHERIT_ENVIRONMENT", "yes")
    with patch("jobtronaut.author.job.ENVIRONMENT_RESOLVER", new=lambda: variables):
        job = made()
        job.submit(envkey=["setenv OCIO=/mine"])
        job.submit()
    assert recorder.sent[0][0].envkey == ["setenv OCIO=/c.ocio", "setenv OCIO=/mine"]
    assert recorder.sent[1][0].envkey == recorder.sent[0][0].envkey


@pytest.mark.parametrize("keep", [True, False])
def test_a_copy_is_kept_where_the_template_says_if_wanted(made, recorder, tmp_path, keep):
    with patch("jobtronaut.author.job.JOB_STORAGE_PATH_TEMPLATE", new=f"{tmp_path}/kept/{{user}}-{{date}}-{{job_id}}"):
        made().submit(dump_job=keep)
    assert [path.name.endswith("-101") for path in tmp_path.glob("kept/*")] == [True] * keep


def test_a_copy_that_cannot_be_kept_does_not_undo_the_job(made, recorder, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    template = f"{tmp_path}/file/{{user}}{{date}}{{job_id}}"
    with patch("jobtronaut.author.job.JOB_STORAGE_PATH_TEMPLATE", new=template):
        assert made().submit() == 101
    assert "job 101 is sent, but its copy is not kept" in caplog.text


def test_the_engine_of_the_settings_counts_before_any_host(made, monkeypatch):
    urls = []
    monkeypatch.setattr(way, "engine_for", lambda url: urls.append(url) or 1 / 0)
    for engine, options in [("", {"hostname": "a", "port": 8}), ("", {}), ("folder:/x", {"hostname": "a"})]:
        monkeypatch.setenv("FARMSUBMIT_ENGINE", engine)
        with patch("jobtronaut.author.job.TRACTOR_ENGINE", new="farm:80"), pytest.raises(ZeroDivisionError):
            made().submit(**options)
    assert urls == ["tractor://a:8", "tractor://farm:80", "folder:/x"]


def test_several_jobs_wait_for_each_other_and_stay_as_they_are(made, recorder):
    jobs = [made(job_attributes={"priority": 1}), made(), made(job_attributes={"afterjids": [7]})]
    assert submit(jobs, {"comment": "all"}, serial=True) == [101, 102, 103]
    assert [job.afterjids for job, _, _ in recorder.sent] == [[], [101], [7, 102]]
    assert {job.comment for job, _, _ in recorder.sent} == {"all"}
    assert jobs[0].job_attributes == {"priority": 1}
    assert submit([made(), made()]) == [104, 105]
    assert recorder.sent[-1][0].afterjids == []


def test_jobs_are_folded_into_one_tree(made, recorder):
    first, *others = (made("Report", {"frames": number, "chunksize": 1}) for number in range(3))
    first.job_attributes = {"priority": 5}
    first.newDirMap("/a", "/b", "NFS")
    assert submit_as_tasks((first, others)) == 101
    job = recorder.sent[0][0]
    assert shape(job) == ("untitled", [("root", ("Report", ("parallel", ["Report", "Report"])))])
    assert (job.priority, job.dirmaps[0].src) == (5.0, "/a")


def test_a_task_of_several_jobs_can_stand_in_another_tree(made):
    task = jobs_to_task([made("Report", {"frames": 1, "chunksize": 1})])
    assert (task.title, task.parent) == ("Report", None)


# --- expanding


def grafted(capsys):
    """Return the job of the script that was printed."""
    command, path, end = capsys.readouterr().out.split('"')
    assert (command, end) == ("TR_EXPAND_CHUNK ", "\n")
    job = from_tcl(Path(path).read_text(), path)
    Path(path).unlink()
    return job


def test_expandchunk_prints_the_script_that_the_engine_takes_in(made, recorder, capsys):
    assert made("Pair").submit(expandchunk=True) == ""
    assert not recorder.sent
    job = grafted(capsys)
    first, second = job.subtasks[0].subtasks
    assert [leaf.subtasks[0].title for leaf in second.subtasks] == [first.id, first.id]


def test_without_append_instances_only_serialsubtasks_say_the_order(made, recorder, capsys):
    made("Pair", append_instances=False).submit(expandchunk=True)
    assert not any(leaf.subtasks for leaf in grafted(capsys).subtasks[0].subtasks[1].subtasks)


def test_expand_gives_each_required_task_arguments_of_its_own(plugin_file, capsys):
    Task.__EXPAND__("Pair", {"Echo": [{"frames": [1, 1], "word": "a"}, {"frames": [2, 2], "word": "b"}]})
    root = grafted(capsys).subtasks[0]
    assert root.serialsubtasks
    assert [child.cmds[0].argv[-1] for child in root.subtasks] == ["a", "b"]


def test_expand_gives_one_mapping_to_all_and_keeps_lists_and_overrides(plugin_file, capsys):
    arguments = {"Echo": {"frames": [1, 1], "word": "a"}, "Report": {"frames": 1, "chunksize": 1}}
    Task.__EXPAND__("Shot", arguments, local=True)
    root = grafted(capsys).subtasks[0]
    assert shape(root) == (
        "root",
        (("parallel", ["echo: Elements [1, 1]", "quiet: Elements [[1, 1]]"]), "Report"),
    )
    assert root.subtasks[1].cmds[0].local


@pytest.mark.parametrize(
    ("task", "arguments", "expected"),
    [
        ("Echo", {}, "requires no tasks"),
        ("Pair", {"Ech": {}}, "no arguments for the task Echo; did you mean 'Ech'"),
        ("Pair", {"Echo": [{}]}, "required 2 times and has arguments for 1"),
    ],
)
def test_expand_tells_what_does_not_fit(plugin_file, task, arguments, expected):
    with pytest.raises(FarmsubmitError, match=expected):
        Task.__EXPAND__(task, arguments)


def test_expand_tells_of_a_list_that_holds_itself(plugin_file):
    endless = []
    endless.append(endless)
    with pytest.raises(PluginError, match="nested more than 100 deep"):
        Task.__EXPAND__(TaskWithOverrides("Pair", required_tasks=endless), {})


# --- asking the engine


def test_what_needs_an_engine_says_so_in_one_sentence(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_ENGINE", "folder:/nowhere")
    with pytest.raises(EngineError, match="cannot list jobs"):
        initialize_engine()
    with pytest.raises(EngineError, match="cannot tell whether command 1 of job 2 is a local one"):
        command.get_local_state("2", "1")
    from jobtronaut.query import tractor_query

    with pytest.raises(tractor_query.TractorQueryError, match="cannot list jobs"):
        tractor_query.jobs("jid = 1")
    with pytest.raises(EngineError, match="names no task"):
        query_arguments.get_arguments_objects("12")


# --- really run


def test_old_tasks_run_on_the_local_engine(made, farm):
    initialize_engine()
    jid = made("Pair").submit(afterjids=[])
    assert farm.run(jid) == {
        "Pair": "done",
        "echo": "done",
        "echo: Elements [1, 2]": "done",
        "echo: Elements [3, 3]": "done",
    }
    assert "frames [1, 2] x" in farm.log(str(jid))


def test_an_old_script_runs_through_the_wrapper_and_its_arguments_can_be_asked_for(made, farm):
    jid = made("Report", {"frames": [1, 2], "chunksize": 5}).submit()
    assert farm.run(jid) == {"Report": "done"}
    log = farm.log(str(jid))
    assert "reported [7, 9]" in log
    assert "TR_PROGRESS 100%" in log
    (found,) = query_arguments.get_arguments_objects(f" {jid}: 1")
    assert found.frames == ([1, 2], [7, 9])


def test_an_old_script_expands_its_running_job(made, farm):
    jid = made("Spread", {}).submit()
    states = farm.run(jid)
    assert set(states.values()) == {"done"}
    log = farm.log(str(jid))
    assert log.index("frames [1, 2] a") < log.index("frames [3, 4] b")


def test_an_old_submit_script_runs_unchanged(plugin_file, tmp_path, farm, capsys):
    script = tmp_path / "submit.py"
    script.write_text(
        "from jobtronaut.author import Job\n"
        "import tractor.api.author as author\n"
        "job = Job('Echo', {'frames': [1, 2], 'word': 'w'}, job_attributes={'title': 'old'})\n"
        "assert isinstance(job, author.Job)\n"
        "print(job.submit(priority=50))\n"
    )
    assert run_script(script, []) == 0
    assert farm.run(capsys.readouterr().out.strip()) == {"echo: Elements [1, 2]": "done"}
