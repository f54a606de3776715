"""Files that do not load: the cause, the names in them, and that they stop nobody else."""

from __future__ import annotations

import sys

import pytest

from farmsubmit.errors import PluginError
from farmsubmit.plugins import load_catalogue
from farmsubmit.tasks.build import build_task

BROKEN = {
    "syntax": ("class Comp:\n    x = = 1\n", "SyntaxError: invalid syntax (line 2)"),
    "library": ("import os\nimport nowhere\nclass Comp: pass\n", "ImportError: No module named 'nowhere' (line 2)"),
    "name": ("class Comp: pass\n\n\nundefined\n", "NameError: name 'undefined' is not defined (line 4)"),
    "exit": ("import sys\nclass Comp: pass\nsys.exit('bye')\n", "SystemExit: bye (line 3)"),
    "no words": ("class Comp: pass\nraise ValueError\n", "ValueError (line 2)"),
    "many lines": ("class Comp: pass\nraise ValueError('a\\nb')\n", "ValueError: a (line 2)"),
    "python 2": ("class Comp:\n    pass\nprint 'hello'\n", "SyntaxError: Missing parentheses"),
}


@pytest.mark.parametrize(("text", "cause"), BROKEN.values(), ids=list(BROKEN))
def test_a_broken_file_is_a_problem_with_cause_line_and_names_and_stops_nobody(studio, text, cause):
    path = studio.write("a/a.py", text)
    studio.task("a/b.py", "Render")
    (problem,) = studio.problems()
    assert (problem.path, problem.names) == (path, ("Comp",))
    assert problem.cause.startswith(cause)
    assert "\n" not in str(problem)
    assert load_catalogue().get("task", "Render")


def test_asking_for_a_name_in_a_broken_file_tells_the_cause(studio):
    path = studio.write("a/a.py", "import nowhere\nclass Comp: pass\n")
    with pytest.raises(PluginError, match="No module named 'nowhere'") as caught:
        load_catalogue().get("task", "Comp")
    assert str(path) in str(caught.value)
    with pytest.raises(PluginError, match="did you mean 'Comp'"):
        load_catalogue().get("task", "Compp")


def test_names_that_decorators_give_are_known_too(studio):
    studio.write("a/a.py", "import nowhere\n@processor('Chunk4', accepts=())\ndef chunk(value, given): pass\n")
    assert studio.problems()[0].names == ("chunk", "Chunk4")


def test_names_are_found_where_even_the_syntax_is_broken(studio):
    studio.write("a/a.py", "class Comp(Task):\n  def cmd(self): pass\n@processor('Chunk4')\ndef chunk(v): (\n")
    assert studio.problems()[0].names == ("Comp", "Chunk4", "chunk")


@pytest.mark.parametrize(
    "data", [b"class Comp:\n  x = '\xff'\n", b"# coding: klingon\nclass Comp:\n", b"class Comp:\n\0"]
)
def test_a_file_that_cannot_be_decoded_is_a_problem(studio, data):
    (studio.folder("a") / "a.py").write_bytes(data)
    (problem,) = studio.problems()
    assert problem.names == ("Comp",)
    assert "Error: " in problem.cause


def test_deep_nesting_is_a_problem_and_no_crash(studio):
    studio.write("a/a.py", "class Comp: pass\nx = " + "(" * 100_000)
    assert studio.problems()[0].names == ("Comp",)


def test_a_mistake_in_a_module_beside_it_is_told_with_its_place(studio):
    studio.write("a/_studio.py", "def f(:\n")
    studio.write("a/tasks.py", "import _studio\n")
    assert "_studio.py, line 1)" in studio.problems()[0].cause


def test_a_mended_file_is_loaded(studio):
    studio.write("a/a.py", "import _later\nclass Comp:\n    plugin_kind = 'task'\n")
    assert len(studio.problems()) == 1
    studio.write("a/_later.py", "")
    assert studio.problems() == []
    assert load_catalogue().get("task", "Comp")


def test_a_file_that_breaks_leaves_its_earlier_module_in_place(studio):
    studio.task("a/tasks.py", "Render")
    render = load_catalogue().get("task", "Render")
    studio.write("a/tasks.py", "class Render(")
    assert len(studio.problems()) == 1
    assert sys.modules[render.__module__].Render is render


def test_whoever_gets_a_plug_in_instead_of_a_broken_one_is_told(studio):
    studio.write("a/tasks.py", "import nowhere\nclass Render: pass\n")
    other = studio.task("b/tasks.py", "Render")
    assert load_catalogue().find("Render").path == other
    assert f"Render is taken from {other}" in studio.problems()[0].cause


def test_a_kind_that_there_is_not_is_a_problem_with_the_nearest_one(studio):
    studio.write("a/a.py", "class Comp:\n    plugin_kind = 'tasks'\n")
    (problem,) = studio.problems()
    assert "did you mean 'task'" in problem.cause
    with pytest.raises(PluginError, match="plugin_kind 'tasks'"):
        load_catalogue().get("task", "Comp")


def test_an_object_that_fails_when_it_is_looked_at_breaks_its_own_file_only(studio):
    text = "class Lazy:\n    def __getattr__(self, name):\n        raise RuntimeError('not here')\nlazy = Lazy()\n"
    studio.write("a/a.py", text)
    assert "RuntimeError: not here" in studio.problems()[0].cause


def test_an_interrupt_is_not_swallowed(studio):
    studio.write("a/a.py", "raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        load_catalogue()
    studio.write("a/a.py", "")
    assert studio.problems() == []


def test_problems_are_logged_once_under_the_namespace_of_the_settings(studio, monkeypatch, caplog):
    monkeypatch.setenv("FARMSUBMIT_LOGGING_NAMESPACE", "studio")
    path = studio.write("a/a.py", "import nowhere\n")
    load_catalogue(), load_catalogue()
    mine = [record for record in caplog.records if str(path) in record.getMessage()]
    assert [(record.name, record.levelname) for record in mine] == [("studio.plugins", "WARNING")]


def test_a_link_to_nowhere_is_a_problem(studio):
    (studio.folder("a") / "a.py").symlink_to("gone.py")
    assert studio.problems()[0].cause.startswith("FileNotFoundError")


def test_a_file_named_twice_is_told_once(studio):
    path = studio.write("a/a.py", "class Comp:\n    x = = 1\n")
    assert len(load_catalogue([path.parent, path]).problems) == 1


def test_a_job_of_a_task_that_stands_in_for_a_broken_one_tells_so(studio):
    studio.write("a/a.py", "class Command(TaskPlugin:\n    pass\n")
    (note,) = build_task("Command", {"argv": ["/bin/true"]}).notes
    assert "a.py: SyntaxError" in note and "Command is taken from" in note
    assert not build_task("Cleanup", {"paths": ["/show/a/b"]}).notes
