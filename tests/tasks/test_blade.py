"""What a wrapper runs on a blade: the plug-in found again, with its arguments."""

import json

import pytest

from farmsubmit.errors import ArgumentError, PluginError
from farmsubmit.plugins import load_catalogue
from farmsubmit.settings import load_settings
from farmsubmit.submission import write_argument_files
from farmsubmit.tasks.blade import arguments_of, run_script
from farmsubmit.tasks.build import build_task
from farmsubmit.tasks.contract import read_word

PLUGIN = """
from farmsubmit import Flags, TaskPlugin

class Say(TaskPlugin):
    elements_id = "frames"
    flags = Flags.PER_ELEMENT
    path_arguments = ("scene",)
    greeting = "hello"

    def cmd(self):
        return ["/bin/sh", "wrapper"]

    def script(self):
        with self.report_progress(2) as progress:
            progress += 1
        initial = self.arguments.frames.initial
        return [self.greeting, self.text("scene"), self.elements.processed, len(initial)]

class Once(Say):
    flags = Flags.NO_RETRY
"""


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a task of the plug-in file."""
    path = tmp_path / "say.py"
    path.write_text(PLUGIN)

    def built(task, limit=10000, **arguments):
        settings = load_settings(
            {"arguments_storage_path": str(tmp_path / "store"), "arguments_serialized_max_length": limit}
        )
        return build_task(task, {"scene": "/s/a.ma", **arguments}, settings=settings, lookup=load_catalogue([path]).get)

    return built


def words(built):
    return [task.cmds[0].argv[-1] for task in built.job.subtasks[0].subtasks or built.job.subtasks]


def test_a_script_gets_its_element_and_all_it_was_built_with(build, capsys):
    what, paths = read_word(words(build("Say", frames=[1, 2]))[1])
    paths["path-scene"] = ["//server/s/a.ma"]
    assert run_script(what, paths) == ["hello", "//server/s/a.ma", 2, 2]
    assert capsys.readouterr().out == "TR_PROGRESS 50%\n"


def test_long_arguments_are_in_one_file_for_all_elements(build, tmp_path):
    built = build("Say", limit=100, frames=list(range(500)))
    (path,) = built.files
    write_argument_files(built.files)
    assert all(f"arguments=%D({path})" in word and '"arguments"' not in word for word in words(built))
    assert run_script(*read_word(words(built)[499])) == ["hello", "/s/a.ma", 499, 500]


def test_the_same_arguments_give_the_same_file(build):
    first, second = (build("Say", limit=100, frames=list(range(500))) for _ in range(2))
    assert first.files == second.files and first.files.keys() != build("Say", limit=100, frames=[7] * 99).files.keys()


def test_overrides_reach_the_script(build):
    from farmsubmit.tasks.overrides import TaskWithOverrides

    built = build([TaskWithOverrides("Say", greeting="bye")], frames=[1, 2])
    assert run_script(*read_word(words(built)[0]))[0] == "bye"


def test_no_retry_is_told_to_the_wrapper(build):
    (word,) = words(build("Once", frames=[1, 2]))
    assert json.JSONDecoder().raw_decode(word)[0]["once"] is True


def test_the_result_of_other_arguments_is_another_file(build):
    first, second = (read_word(words(build("Once", frames=[1], version=version))[0])[1] for version in (1, 2))
    assert first["result"] != second["result"]


def test_a_plain_word_holds_no_arguments():
    assert read_word("a.ma") is None and read_word('{"farmsubmit": 1}') is None and read_word("[" * 100000) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "is gone; it was written when the job was sent"),
        ("no json", "is no JSON"),
        ("[]", "holds no arguments"),
        ('{"version": 2, "arguments": {}}', "holds arguments of version 2; this farmsubmit reads version 1"),
        ('{"version": 1, "arguments": {"a": 3}}', "holds arguments that are damaged"),
        ("\udcff", "cannot be read"),
    ],
)
def test_an_arguments_file_that_cannot_be_used_is_told(tmp_path, text, said):
    path = tmp_path / "a.json"
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ArgumentError, match=said):
        arguments_of({}, {"arguments": [str(path)]})


def test_a_plugin_that_is_not_there_any_more_is_told(tmp_path):
    path = tmp_path / "gone.py"
    path.write_text("x = 1\n")
    with pytest.raises(PluginError, match="'Say'"):
        run_script({"task": "Say", "arguments": {"version": 1, "arguments": {}}}, {"plugin": [str(path)]})


def test_a_plugin_file_that_this_machine_does_not_see_is_told(build, tmp_path):
    what, paths = read_word(words(build("Say", frames=[1, 2]))[0])
    (tmp_path / "say.py").unlink()
    with pytest.raises(PluginError, match=r"the file of the task 'Say', .*say\.py, is not there; this machine"):
        run_script(what, paths)


def test_what_json_cannot_hold_is_told_with_its_place(build):
    with pytest.raises(ArgumentError, match=r"things\[1\] = \{1\} cannot be sent to the farm"):
        build("Say", frames=[1], things=[0, {1}])


def test_arguments_without_that_of_the_elements_are_told():
    what = {"task": "Say", "arguments": {"version": 1, "arguments": {}}, "elements_id": "frames", "element": 1}
    with pytest.raises(ArgumentError, match="there is no argument 'frames'"):
        arguments_of(what, {})
