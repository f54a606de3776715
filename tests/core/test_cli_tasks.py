"""Task plug-ins on the command line, as a user runs it."""

import json
import subprocess
import sys
from argparse import Namespace

import pytest

from farmsubmit.cli.options import task_arguments

PLUGIN = """
from farmsubmit import Flags, Processor, TaskPlugin

class Greet(TaskPlugin):
    description = "Greets each name. Politely."
    required_arguments = ["names"]
    argument_help = {"names": "who is greeted"}
    required_tasks = ("Hello", "Count")
    elements_id = "names"

class Hello(TaskPlugin):
    flags = Flags.PER_ELEMENT

    def cmd(self):
        return [self.program("python"), self.wrapper()]

    def script(self):
        print("hello", self.elements.processed)

class Count(TaskPlugin):
    def cmd(self):
        return ["/bin/echo", "all greeted"]

class Own(Count):
    def env(self):
        return {"B": "2"}

class Frames(TaskPlugin):
    elements_id = "frames"
    argument_processors = [Processor("ChunkProcessor", ["frames.initial"])]

    def cmd(self):
        return ["/bin/echo"]
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs farmsubmit with the plug-ins above and gives (exit code, output, errors)."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_PLUGIN_PATH", str(tmp_path / "plugins"))
    monkeypatch.setenv("FARMSUBMIT_PYTHON", sys.executable)
    monkeypatch.setenv("FARMSUBMIT_ENVIRONMENT_ALLOW", "OCIO")
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "greet.py").write_text(PLUGIN)
    monkeypatch.chdir(tmp_path)

    def run(*args):
        argv = [sys.executable, "-m", "farmsubmit", *map(str, args)]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    return run


GREET = ("--task", "Greet", "--args", "names:['ann','bob']")


def test_list_names_own_and_shipped_plugins(run):
    code, out, _ = run("list", "tasks")
    assert code == 0
    assert "Greet" in out and "Greets each name" in out and "Politely" not in out and "BlenderRender" in out
    assert set(json.loads(run("list", "all", "--json")[1])) == {"tasks", "processors", "sitestatusfilters", "checks"}
    assert "FilePatternProcessor" in run("list", "processors")[1]
    assert "requires:    ('Hello', 'Count')" in run("list", "tasks", "--info")[1]


def test_info_tells_the_arguments_and_the_file(run, tmp_path):
    code, out, _ = run("info", "Greet")
    assert code == 0
    assert "names (required): who is greeted" in out and str(tmp_path / "plugins" / "greet.py") in out
    assert "chunkhandles" in run("info", "ChunkProcessor")[1]


def test_a_plugin_that_cannot_be_described_stops_none_of_the_others(run, tmp_path):
    text = "from farmsubmit import TaskPlugin\n\nclass Wrong(TaskPlugin):\n    flags = 'SERIAL'\n"
    (tmp_path / "plugins" / "wrong.py").write_text(text)
    code, out, _ = run("list", "tasks", "--info")
    assert code == 0 and "Wrong\n  problem:     Wrong: flags is 'SERIAL'" in out and "Greet\n  title:" in out


def test_what_is_given_twice_counts_twice(run):
    out = run("visualize", *GREET, "--tags", "a", "--tags", "b", "c", "--format", "json")[1]
    assert json.loads(out)["job"]["tags"] == ["a", "b", "c"]


def test_visualize_tells_of_an_argument_that_is_nearly_another(run):
    assert "note: no task takes the argument 'name'; did you mean 'names'?" in run("visualize", *GREET, "name:x")[2]


@pytest.mark.parametrize(("encoding", "branch"), [("ascii", "`-- Count"), ("", "└── Count")])
def test_a_tree_is_drawn_in_any_encoding(run, monkeypatch, encoding, branch):
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    monkeypatch.setenv("PYTHONUTF8", "0")
    code, out, _ = run("visualize", *GREET)
    assert code == 0 and branch in out


@pytest.mark.parametrize(("form", "start"), [("tree", "Greet"), ("dot", "digraph"), ("json", "{"), ("html", "<!")])
def test_visualize_in_every_form(run, form, start):
    code, out, _ = run("visualize", *GREET, "--format", form)
    assert code == 0
    assert out.lower().startswith(start.lower())


def test_every_option_reaches_the_job(run):
    options = ("--priority", "7", "--afterjids", "3,4", "5", "--maxactive", "2", "--tags", "a", "b", "--projects", "p")
    more = ("--title", "t", "--comment", "c", "--hostmask", "linux", "--paused", "--local", "--env", "A:1:2", "B=3")
    text = run("preview", *GREET, *options, *more, "--format", "tcl")[1]
    for part in (
        "-title {t}",
        "-priority {7.0}",
        "-afterjids {3 4 5}",
        "-maxactive 2",
        "-tags {{a} {b}}",
        "-projects {{p}}",
        "-comment {c}",
        "-service {linux}",
        "-paused 1",
        "-envkey {{setenv A=1:2 B=3}}",
    ):
        assert part in text
    assert "Cmd {" in text and "RemoteCmd" not in text


def test_environment_goes_along_and_is_told(run, monkeypatch):
    monkeypatch.setenv("OCIO", "/show/config.ocio")
    code, _, err = run("submit", *GREET, "--dry-run", "--env", "A:1")
    assert code == 0
    assert "it takes OCIO of your environment along" in err
    assert "setenv OCIO=/show/config.ocio A=1" in run("preview", *GREET, "--env", "A:1", "--format", "tcl")[1]


def test_a_task_with_variables_of_its_own_tells_that_it_gets_no_others(run):
    note = "commands of tasks with an env() get the variables of that only, and none of the job's"
    assert note in run("submit", "--task", "Own", "--dry-run", "--env", "A:1")[2]
    assert note not in run("submit", "--task", "Own", "--dry-run")[2]
    assert note not in run("submit", "--task", "Count", "--dry-run", "--env", "A:1")[2]


def test_a_task_runs_and_its_arguments_can_be_asked_for(run):
    code, out, _ = run("submit", *GREET)
    assert code == 0 and "job 1 is done" in out
    assert "hello ann" in run("log", "1")[1]
    code, out, _ = run("arguments", "1:3", "--filter", "^na")
    assert code == 0 and "initial:   ['ann', 'bob']" in out and "processed: 'ann'" in out
    code, _, err = run("arguments", "1:3", "--filter", "size")
    assert code == 2 and "no argument has 'size' in its name; there is names" in err


def test_a_copy_is_kept_where_the_configuration_says(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_JOB_STORAGE_PATH_TEMPLATE", str(tmp_path / "jobs/{user}/{date}/{job_id}.alf"))
    assert run("submit", *GREET)[0] == 0
    (copy,) = (tmp_path / "jobs").rglob("1.alf")
    assert copy.read_text().startswith("Job -title {Greet}")


def test_expandchunk_writes_where_the_runner_takes_it_away(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_EXPANSIONS", str(tmp_path / "1.1.expansions"))
    assert run("submit", *GREET, "--expandchunk")[0] == 0
    (script,) = (tmp_path / "1.1.expansions").iterdir()
    assert script.suffix == ".alf"


def test_expandchunk_sends_no_job_but_names_a_script(run, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code, out, _ = run("submit", *GREET, "--expandchunk")
    assert code == 0 and out.startswith('TR_EXPAND_CHUNK "')
    assert run("preview", out.split('"')[1])[0] == 0
    assert "no jobs" in run("jobs")[1] or "1" not in run("jobs")[1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("preview",), 2, "give a scene, a job or --task"),
        (("preview", "a.blend", "--task", "Greet"), 2, "--task goes without"),
        (("preview", "a.alf", "--args", "x:1"), 2, "--args are the arguments of --task"),
        (("preview", "--task", "Gret"), 2, "did you mean 'Greet'?"),
        (("preview", "--task", "Greet"), 2, "the argument 'names' is missing (who is greeted)"),
        (("preview", "--task", "Greet", "--args", "names"), 2, "is not NAME:VALUE"),
        (("preview", "--task", "Greet", "--args", "names:1", "names:2"), 2, "names names twice"),
        (("preview", "--task", "Greet", "--frames", "1-2"), 2, "give it as an argument of the task"),
        (("preview", "--task", "Frames", "--args", "frames:abc", "chunksize:5"), 2, "processor ChunkProcessor"),
        (("preview", *GREET, "--afterjids", "x"), 2, "is not a job id"),
        (("preview", *GREET, "--env", "A B:1"), 2, "A B"),
        (("info", "Greeet"), 2, "did you mean 'Greet'?"),
        (("info", "Lambda"), 2, "did you mean 'LambdaProcessor'?"),
        (("list", "task"), 2, "did you mean 'tasks'?"),
        (("visualize", "--format", "svg"), 2, "farmsubmit visualize: there is no 'svg' here"),
        (("arguments", "1"), 2, "write JID:TID"),
        (("arguments", "77:1"), 2, "there is no job 77"),
        (("retry", "12:3"), 2, "no job 12:3 here; for that task write farmsubmit retry 12 --task 3"),
        (("jobs", "12:3", "--do", "kill"), 2, "write farmsubmit kill 12 --task 3"),
        (("pause", "12:3"), 2, "pause takes a whole job: write 12"),
        (("job", "12:3"), 2, "farmsubmit log 12:3 what this one printed"),
        (("retry", "12"), 2, "the queue is empty"),
    ],
)
def test_a_mistake_is_one_sentence(run, words, code, said):
    found, _, err = run(*words)
    assert (found, err.count("\n")) == (code, 1)
    assert said in err


def test_a_broken_plugin_is_told_and_stops_nothing(run, tmp_path):
    (tmp_path / "plugins" / "broken.py").write_text("class Lost(TaskPlugin:\n    pass\n")
    code, out, err = run("list", "tasks")
    assert code == 0 and "Greet" in out
    assert "broken.py" in err and "line 1" in err
    assert "broken.py" in run("preview", "--task", "Lost")[2]


def test_values_of_args_are_what_python_writes_so_and_text_otherwise():
    words = ["a:7", "b:[1, 'x']", "c:1-10", "d:007", "e:...", "f:1-2j", "g:b'x'", "h:", "i='7'"]
    assert list(task_arguments(Namespace(args=words)).values()) == [
        *(7, [1, "x"], "1-10", "007", "...", "1-2j", "b'x'", "", "7"),
    ]
