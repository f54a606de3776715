"""Jobs as Open Job Description bundles, held against the model of the specification's own authors."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openjd.model import StepParameterSpaceIterator, create_job, decode_job_template, preprocess_job_parameters

from farmsubmit.author.elements import Command, Instance, Iterate, Job
from farmsubmit.errors import FarmsubmitError, JobTreeError
from farmsubmit.formats.export import export
from farmsubmit.formats.openjd import Bundle, bundle
from farmsubmit.formats.preview import preview
from farmsubmit.lang.substitution import literal

HOSTILE = ["{{Param.X}}", "}} {{", "a{", "}b", "{{{", 'it\'s "$HOME"', "tab\tand\nline", "", "100%", "שלום 🎬"]


def job_of(made: Bundle):
    """The job that the model makes of a bundle."""
    template = decode_job_template(template=json.loads(made.text))
    here = Path("/").absolute()
    values = preprocess_job_parameters(
        job_template=template, job_parameter_values=made.values, job_template_dir=here, current_working_dir=here
    )
    return create_job(job_template=template, job_parameter_values=values)


def runs(made: Bundle, step: int = 0):
    """What each task of a step starts, references replaced."""
    job_of(made)
    template = json.loads(made.text)
    known = {f"Param.{each['name']}": each.get("default") for each in template.get("parameterDefinitions", ())}
    known.update({f"Param.{name}": value for name, value in made.values.items()})
    found = template["steps"][step]

    def resolved(text, values):
        return re.sub(r"\{\{([\w.]+)\}\}", lambda name: values[name.group(1)], text)

    ranges = found.get("parameterSpace", {}).get("taskParameterDefinitions", [])
    rows = zip(*(each["range"] for each in ranges)) if ranges else [()]
    run = found["script"]["actions"]["onRun"]
    for row in rows:
        values = {f"Task.Param.{each['name']}": resolved(str(value), known) for each, value in zip(ranges, row)}
        values = {**known, **values, "Task.File.Run": "RUN", "Task.File.Input2": "INPUT"}
        yield [resolved(word, values) for word in (run["command"], *run.get("args", ()))]


def chunks(count: int) -> Job:
    job = Job(title="night")
    for chunk in range(count):
        argv = ["Render", "-s", str(chunk * 5), "-e", str(chunk * 5 + 4), "-o", f"%D(/out/f.{chunk}.exr)", "%D(/s.ma)"]
        job.newTask(argv, title=f"frames {chunk * 5}-{chunk * 5 + 4}")
    return job


def dependencies(made: Bundle):
    steps = json.loads(made.text)["steps"]
    return {step["name"]: [each["dependsOn"] for each in step.get("dependencies", ())] for step in steps}


class TestSteps:
    def test_a_hundred_chunks_are_one_step_of_a_hundred_tasks(self):
        made = bundle(chunks(100))
        (step,) = job_of(made).steps
        assert (step.name, len(StepParameterSpaceIterator(space=step.parameterSpace))) == ("frames", 100)
        tasks = list(runs(made))
        assert tasks[99] == ["Render", "-s", "495", "-e", "499", "-o", "/out/f.99.exr", "/s.ma"]

    def test_the_values_of_a_task_stay_together(self):
        space = json.loads(bundle(chunks(3)).text)["steps"][0]["parameterSpace"]
        assert space["combination"] == "(s, e, o)"
        assert [each["type"] for each in space["taskParameterDefinitions"]] == ["INT", "INT", "PATH"]

    def test_siblings_that_are_the_very_same_all_run(self):
        job = Job(title="n")
        for _ in range(3):
            job.newTask(["simulate"], title="wave")
        assert list(runs(bundle(job))) == [["simulate"]] * 3

    def test_more_chunks_than_a_range_may_have_are_several_steps(self):
        sizes = [
            len(StepParameterSpaceIterator(space=each.parameterSpace)) for each in job_of(bundle(chunks(2100))).steps
        ]
        assert sizes == [1024, 1024, 52]

    def test_children_serial_siblings_and_instances_come_first(self):
        job = Job(title="shot")
        movie = job.newTask(["ffmpeg"], title="movie", serialsubtasks=True)
        movie.newTask(["render"], title="render", id="r")
        movie.newTask(["comp"], title="comp")
        job.newTask(["sheet"], title="sheet").subtasks.append(Instance(title="r"))
        made = bundle(job)
        assert dependencies(made) == {"render": [], "comp": ["render"], "movie": ["comp"], "sheet": ["render"]}
        assert len(job_of(made).steps) == 4

    def test_a_group_without_commands_is_seen_through(self):
        job = Job(title="shot")
        top = job.newTask(["top"], title="top")
        top.newTask(title="group").newTask(["leaf"], title="leaf")
        assert dependencies(bundle(job)) == {"leaf": [], "top": ["leaf"]}

    def test_an_iterate_is_written_out(self):
        job = Job(title="shot")
        each = Iterate(varname="i", frm=1, to=3)
        each.addTemplate(Job().newTask(["echo", "$i"], title="frame $i"))
        job.addChild(each)
        assert list(runs(bundle(job))) == [["echo", "1"], ["echo", "2"], ["echo", "3"]]

    def test_names_are_short_enough_and_none_is_there_twice(self):
        job = Job(title="x" * 300)
        for word in ("a", "b", "c"):
            job.newTask([word], title="long\n" * 40)
        made = bundle(job)
        names = [step.name for step in job_of(made).steps]
        assert len(set(names)) == 3 and max(map(len, names)) <= 64

    def test_the_same_job_is_written_alike(self):
        assert bundle(chunks(7)).files() == bundle(chunks(7)).files()


class TestWords:
    @settings(deadline=None, max_examples=20)
    @given(st.lists(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=6)), min_size=2, max_size=2)))
    def test_each_task_gets_its_own_words_whatever_stands_in_them(self, rows):
        rows = [[word.replace("~", "").replace("\0", "") for word in row] for row in rows]
        job = Job(title="{{t}}")
        for row in rows or [["x"]]:
            job.newTask(["tool", "same {{x}}", *map(literal, row)], title="t")
        made = bundle(job)
        found = [words for step in range(len(json.loads(made.text)["steps"])) for words in runs(made, step)]
        assert sorted(found) == sorted(["tool", "same {{x}}", *row] for row in rows or [["x"]])

    def test_what_only_a_farm_knows_is_told(self):
        job = Job(title="n")
        job.newTask(["netrender", "%H", "-t%n", "%j", "%%", "~/a"], title="t", atleast=2)
        job.subtasks[0].cmds[0].atleast = 4
        made = bundle(job)
        assert list(runs(made)) == [["netrender", "-h", "localhost", "-t4", "0", "%", "~/a"]]
        assert sum(each.option == "argv" for each in made.dropped) == 3

    def test_hosts_of_another_task_are_refused(self):
        job = Job(title="n")
        job.newTask(["a"], title="t", id="other")
        job.newTask(["b", "%other"], title="u")
        with pytest.raises(FarmsubmitError, match="'%other' of task 2 asks where another task runs"):
            bundle(job)

    def test_paths_beyond_the_limit_of_a_job_become_task_parameters(self):
        job = Job(title="n")
        for number in range(60):
            job.newTask([f"tool{number}", f"%D(/p/{number}.exr)"], title="t")
        made = bundle(job)
        assert len(job_of(made).steps) == 60 and len(made.values) == 40
        assert list(runs(made, 59)) == [["tool59", "/p/59.exr"]]

    def test_a_path_that_is_too_long_is_named(self):
        job = Job(title="n")
        job.newTask(["tool", f"%D(/{'p' * 2000})"], title="t")
        with pytest.raises(FarmsubmitError, match="2001 characters is longer than the 1024"):
            bundle(job)


class TestScripts:
    def test_several_commands_run_in_order_and_stop_at_the_first_failure(self, tmp_path):
        job = Job(title="n", spoolcwd=str(tmp_path))
        task = job.newTask(["touch", "it's {{a}}"], title="t")
        task.newCommand(argv=["sh", "-c", "cat > b"], msg="in {{x}}", envkey=["setenv A=1"])
        for argv in (["sh", "-c", "exit 7"], ["touch", "never"]):
            task.newCommand(argv=argv)
        made = bundle(job)
        (words,) = runs(made)
        (tmp_path / "run").write_text(json.loads(made.text)["steps"][0]["script"]["embeddedFiles"][0]["data"])
        (tmp_path / "input").write_text("in")
        words = [{"RUN": str(tmp_path / "run"), "INPUT": str(tmp_path / "input")}.get(word, word) for word in words]
        assert subprocess.run(words, check=False).returncode == 7
        assert {each.name for each in tmp_path.iterdir()} == {"it's {{a}}", "b", "run", "input"}

    def test_variables_of_the_job_are_an_environment_of_the_job(self):
        job = chunks(2)
        job.envkey = ["setenv A=1 B={{b"]
        made = bundle(job)
        (environment,) = job_of(made).jobEnvironments
        assert {name: str(value) for name, value in environment.variables.items()}["A"] == "1"

    def test_variables_of_a_command_stand_in_place_of_the_job_s(self):
        job = Job(title="n", envkey=["setenv A=1"])
        job.newTask(["a"], title="a").cmds[0].envkey = ["setenv B=2"]
        job.newTask(["b"], title="b")
        template = json.loads(bundle(job).text)
        assert "jobEnvironments" not in template
        found = [step["stepEnvironments"][0]["variables"] for step in template["steps"]]
        assert found == [{"B": "2"}, {"A": "1"}]

    def test_what_runs_when_all_is_done_is_the_last_step(self):
        job = chunks(2)
        job.newPostscript(argv=["mail"], when="done")
        assert dependencies(bundle(job)) == {"frames": [], "when done": ["frames"]}


@pytest.mark.parametrize(
    ("service", "families", "rest"),
    [
        ("Linux", ["linux"], ""),
        ("PixarRender && (Linux || macOS)", ["linux", "macos"], "PixarRender"),
        ("osx, @.mem > 16", ["macos"], "@.mem > 16"),
        ("!windows", None, "!windows"),
        ("linux || nuke", None, "linux || nuke"),
        ("linux && windows", None, "linux && windows"),
    ],
)
def test_systems_in_a_service_are_asked_for_and_the_rest_is_told(service, families, rest):
    job = Job(title="n", service=service)
    job.newTask(["a"], title="a")
    made = bundle(job)
    requirements = json.loads(made.text)["steps"][0].get("hostRequirements")
    assert (requirements and requirements["attributes"][0]["anyOf"]) == families
    assert [each.reason.partition(" is not")[0] for each in made.dropped] == ([rest] if rest else [])


class TestLosses:
    def test_what_a_template_has_no_word_for_is_told(self):
        job = Job(title="n", priority=5, tier="a")
        task = job.newTask(["a"], title="a")
        task.cmds[0].retryrc = [1]
        task.addCleanup(Command(argv=["rm"]))
        assert [each.option for each in bundle(job).dropped] == ["cleanup", "priority", "retryrc", "tier"]

    def test_a_limit_of_time_is_kept(self):
        job = Job(title="n")
        job.newTask(["a"], title="a").cmds[0].maxrunsecs = 60
        made = bundle(job)
        assert job_of(made).steps[0].script.actions.onRun.timeout == 60 and not made.dropped

    def test_waiting_for_more_than_asked_is_told(self):
        job = Job(title="n")
        for number in (1, 2):
            job.newTask(["a", str(number)], title=f"a {number}", id=f"a{number}")
        job.newTask(["b"], title="b").subtasks.append(Instance(title="a1"))
        (told,) = bundle(job).dropped
        assert told.reason.endswith("1 of 2 wait for more tasks than they need")

    def test_a_job_without_commands_is_refused(self):
        job = Job(title="n")
        job.newTask(title="empty")
        with pytest.raises(JobTreeError, match="has no command to run"):
            bundle(job)


class TestFolder:
    def test_a_bundle_is_a_folder_with_template_and_values(self, tmp_path):
        assert export(chunks(2), "openjd", tmp_path / "n.openjd") == ()
        listed = json.loads((tmp_path / "n.openjd" / "parameter_values.json").read_text())
        assert listed == {"parameterValues": [{"name": "Path1", "value": "/s.ma"}]}
        assert (tmp_path / "n.openjd" / "template.json").read_text() == preview(chunks(2), "openjd")

    def test_a_bundle_is_replaced_and_nothing_of_it_left(self, tmp_path):
        job = Job(title="n")
        job.newTask(["a"], title="a")
        for each in (chunks(2), job):
            export(each, "openjd", tmp_path / "n")
        assert {path.name for path in (tmp_path / "n").iterdir()} == {"template.json", "parameter_values.json"}

    def test_a_folder_of_other_files_is_left_alone(self, tmp_path):
        (tmp_path / "mine").write_text("x")
        with pytest.raises(FarmsubmitError, match="has other files in it"):
            export(chunks(1), "openjd", tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["mine"]
