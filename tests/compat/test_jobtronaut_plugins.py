"""Old plug-in files found, and the classes in them as old code uses them."""

import subprocess
import sys
from importlib import import_module
from types import ModuleType
from unittest.mock import patch

import pytest

from farmsubmit import files
from farmsubmit.compat import jobtronaut
from farmsubmit.compat.jobtronaut.author import (
    ArgumentProcessorOverrides,
    Arguments,
    Plugins,
    ProcessorDefinition,
    Task,
    TaskWithOverrides,
)
from farmsubmit.errors import ArgumentError, FarmsubmitError
from farmsubmit.plugins import load_catalogue
from farmsubmit.tasks.plugin import TaskPlugin

PLUGIN_PATH = "jobtronaut.author.plugins.PLUGIN_PATH"
IMPORTS = """
import jobtronaut
import jobtronaut.configuration, jobtronaut.constants, jobtronaut.author.plugins
from jobtronaut.author import Task, TaskWithOverrides, ArgumentProcessorOverrides, Job, Arguments, ArgumentValue
from jobtronaut.author import ProcessorDefinition, BaseProcessor, ProcessorSchemas, supported_schemas, TrStatusFilter
from jobtronaut.author import Plugins, jobs_to_task, submit, submit_as_tasks, processor
from jobtronaut.author.job import Job
from jobtronaut.author.task import Task as SameTask
from jobtronaut.author.argument import Arguments
from jobtronaut.author.statusfilter import TrStatusFilter
from jobtronaut.plugins.processors import ChunkProcessor
from jobtronaut.query import initialize_engine
from jobtronaut.constants import *
assert SameTask is Task and jobtronaut.author.job.Job is Job and jobtronaut.BASH_STYLES == BASH_STYLES
assert LOGGING_NAMESPACE == "jobtronaut" and MAYA_SCRIPT_WRAPPER.endswith("mayascript.mel")
"""


def python(code, *, first="from farmsubmit.compat import jobtronaut; jobtronaut.install()"):
    argv = [sys.executable, "-W", "error", "-c", f"{first}\n{code}"]
    return subprocess.run(argv, check=False, capture_output=True, text=True)


def write(folder, name, text):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return str(folder)


# --- the names


def test_all_names_of_jobtronaut_can_be_imported():
    done = python(IMPORTS)
    assert done.returncode == 0, done.stderr


def test_being_ready_imports_nothing_more():
    done = python("import sys; print(*[name for name in sys.modules if name.startswith('farmsubmit.')])")
    found = [name for name in done.stdout.split() if not name.startswith("farmsubmit._")]
    assert found == ["farmsubmit.compat", "farmsubmit.compat.aliases", "farmsubmit.compat.jobtronaut"]


def test_ours_stands_in_front_of_an_installed_package_but_not_of_one_in_use(tmp_path):
    (tmp_path / "jobtronaut").mkdir()
    (tmp_path / "jobtronaut" / "__init__.py").write_text("mine = True")
    ready = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from farmsubmit.compat import jobtronaut as ours"
    assert python("ours.install(); ours.install(); import jobtronaut.author", first=ready).returncode == 0
    used = "import jobtronaut; ours.install(); print(jobtronaut.mine); import jobtronaut.author"
    done = python(used, first=ready)
    assert done.stdout == "True\n"
    assert "No module named 'jobtronaut.author'" in done.stderr


def test_what_jobtronaut_does_not_have_is_not_there():
    with pytest.raises(ImportError):
        from jobtronaut.author import Nothing  # noqa: F401
    assert not hasattr(jobtronaut, "NOTHING")
    assert not hasattr(jobtronaut, "nothing")


@pytest.mark.parametrize(
    ("text", "wanted"), [("from jobtronaut.author import Task", True), ("import myjobtronauts", False), ("", False)]
)
def test_the_names_are_installed_for_a_text_that_speaks_of_them(text, wanted, monkeypatch):
    monkeypatch.delitem(sys.modules, "jobtronaut")
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    jobtronaut.install_if_wanted(text)
    assert ("jobtronaut" in sys.modules) == wanted


def test_tractor_is_answered_too_but_only_where_there_is_none(monkeypatch):
    for name in ("tractor", "tractor.api", "tractor.api.author"):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, name)
    nobody = [finder for finder in sys.meta_path if "tractor" not in getattr(finder, "names", ())]
    monkeypatch.setattr(sys, "meta_path", nobody)
    jobtronaut.install_if_wanted("from tractor.api import author")
    assert import_module("tractor.api.author").Job
    theirs = ModuleType("tractor")
    monkeypatch.setitem(sys.modules, "tractor", theirs)
    jobtronaut.install_if_wanted("from tractor.api import author")
    assert sys.modules["tractor"] is theirs


def test_a_plugin_file_loads_though_nobody_asked_for_the_old_names_before(plugin_file):
    listed = python("from farmsubmit.cli.main import main; main(['list', 'tasks'])", first="")
    assert "Echo" in listed.stdout, listed.stderr


# --- the configuration


def test_constants_are_the_settings_of_now(monkeypatch):
    from farmsubmit.compat.jobtronaut import configuration, constants

    assert constants.INHERIT_ENVIRONMENT is True
    monkeypatch.setenv("FARMSUBMIT_INHERIT_ENVIRONMENT", "no")
    assert constants.INHERIT_ENVIRONMENT is False
    assert configuration.INHERIT_ENVIRONMENT is True


def test_a_value_that_is_patched_counts_while_it_is(plugin_file):
    with patch(PLUGIN_PATH, new=[]):
        assert Plugins().tasks == {}
    Plugins().initialize()
    assert "Echo" in Plugins().tasks


def test_colours_are_what_terminals_understand():
    from farmsubmit.compat.jobtronaut.constants import BASH_STYLES

    text = "{BOLD}{FG_RED}{BG_DARKBLUE}a{END}{NO_BOLD}"
    assert text.format(**BASH_STYLES) == "\033[1m\033[91m\033[44ma\033[0m\033[21m"


# --- Plugins


def test_the_dictionaries_hold_what_stands_in_the_folders(plugin_file):
    plugins = Plugins()
    assert sorted(plugins.tasks) == ["Echo", "Pair", "Report", "Shot", "Spread"]
    assert (list(plugins.processors), list(plugins.sitestatusfilters)) == (["ScaleProcessor"], ["Quiet"])
    assert len(plugins.plugins) == 7
    assert plugins is Plugins()


def test_a_plugin_is_had_by_its_name_and_shipped_ones_too(plugin_file):
    plugins = Plugins()
    assert issubclass(plugins.task("Echo"), Task) and plugins.plugin("Echo") is plugins.task("Echo")
    assert plugins.processor("ChunkProcessor").plugin_name == "ChunkProcessor"
    assert plugins.sitestatusfilter("Quiet")(persistent_data={"a": 1}).persistent_data == {"a": 1}
    assert [plugins.plugin_class(name) for name in ("Echo", "ScaleProcessor", "Quiet")] == [
        "Task",
        "Processor",
        "SiteStatusFilter",
    ]
    assert plugins.get_module_path("Echo") == str(plugin_file)
    assert "Multiplies." in plugins.plugin_description("ScaleProcessor")


@pytest.mark.parametrize("kind", ["task", "processor", "sitestatusfilter", "plugin"])
def test_an_unknown_name_is_a_key_error_with_the_nearest_one(plugin_file, kind):
    near = {"task": "Echo", "processor": "ScaleProcessor", "sitestatusfilter": "Quiet", "plugin": "Echo"}[kind]
    with pytest.raises(KeyError) as caught:
        getattr(Plugins(), kind)(f"{near}x")
    assert str(caught.value) == f"No {kind} found for '{near}x'; did you mean '{near}'?"


def test_a_plugin_of_another_kind_is_not_found():
    with pytest.raises(KeyError, match="No task found for 'ChunkProcessor'"):
        Plugins().task("ChunkProcessor")
    with pytest.raises(AssertionError, match="Plugin Nothing could not be found"):
        Plugins().plugin_class("Nothing")


def test_a_name_in_a_file_that_does_not_load_is_an_import_error_with_the_cause(plugin_file):
    write(plugin_file.parent, "broken.py", "import not_there\nclass Lost(object): pass")
    with pytest.raises(ImportError, match="No module named 'not_there'"):
        Plugins().task("Lost")
    assert "Echo" in Plugins().tasks


def test_names_must_be_unique_unless_duplicates_are_ignored(plugin_file, tmp_path):
    other = write(tmp_path / "other", "b.py", "from jobtronaut.author import Task\nclass Echo(Task): pass")
    with patch(PLUGIN_PATH, new=[str(plugin_file.parent), other]):
        with pytest.raises(AssertionError, match="names are unique"):
            Plugins()
        plugins = object.__new__(Plugins)
        plugins.initialize(ignore_duplicates=True)
    assert plugins.get_module_path("Echo") == str(plugin_file)


def test_a_studios_own_processor_may_have_the_name_of_a_stock_one(tmp_path):
    text = "from jobtronaut.plugins.processors import ChunkProcessor as Stock\nclass ChunkProcessor(Stock): pass"
    with patch(PLUGIN_PATH, new=[write(tmp_path / "own", "b.py", text)]):
        assert list(Plugins().processors) == ["ChunkProcessor"]


def test_the_folder_of_the_stock_processors_may_stand_in_the_plugin_path():
    from farmsubmit.compat.jobtronaut.plugins import processors

    with patch(PLUGIN_PATH, new=[str(files.Path(processors.__file__).parent)]):
        assert len(Plugins().processors) == 16


def test_plugins_are_looked_for_each_time_without_the_cache(plugin_file):
    Plugins()
    write(plugin_file.parent, "more.py", "from jobtronaut.author import Task\nclass More(Task): pass")
    assert "More" not in Plugins().tasks
    with patch("jobtronaut.author.plugins.ENABLE_PLUGIN_CACHE", new=False):
        assert "More" in Plugins().tasks


def test_all_arguments_are_those_that_the_processors_below_work_on(plugin_file):
    assert Plugins().get_all_arguments("Shot") == ["frames"]
    assert Plugins().get_all_arguments("Spread") == []


def test_text_for_format_is_left_alone_by_it():
    assert Plugins.format_safe({"a": 1}).format() == "{'a': 1}"
    assert [Plugins.format_safe("a"), Plugins.format_safe(None)] == ['"a"', "None"]


# --- Task


class Numbers(Task):
    elements_id = "frames"
    argument_defaults = {"chunksize": 2}
    argument_processors = [ProcessorDefinition("ChunkProcessor", scope=["frames.initial"])]


@pytest.mark.parametrize(
    "made", [lambda given: given, Arguments, lambda given: Arguments(given).serialized()], ids=["dict", "own", "text"]
)
def test_a_task_that_is_made_has_its_arguments_processed(made):
    task = Numbers(made({"frames": [1, 3]}))
    assert task.elements == task.arguments.frames == ([1, 3], [[1, 2], [3, 3]])
    assert task.arguments.elements_id.initial == "frames"
    task.arguments.set("chunksize", 7)
    assert task.arguments.chunksize.processed == 7


def test_the_elements_may_be_named_by_an_argument():
    assert Task({"elements_id": "shots", "shots": ["a"]}).elements.processed == ["a"]
    with pytest.raises(ArgumentError, match="has no elements"):
        _ = Task({}, False, wait_for_task=None).elements


def test_an_old_task_is_a_task_plugin_with_the_defaults_of_old():
    assert issubclass(Task, TaskPlugin)
    assert (Task.services, Task.hostmask, Task.flags, Task.MEMBERS) == (["linux64"], "", 0, [])
    task = Numbers({"frames": [1, 1]})
    task.flags = Task.Flags.PER_ELEMENT | Task.Flags.NO_RETRY
    assert (task.serial, task.per_element, task.no_retry) == (False, True, True)
    assert Numbers.info() == "Numbers"
    assert "ChunkProcessor(frames.initial)" in Numbers.info(short=False)


def test_progress_is_printed_as_engines_read_it(capsys):
    with Task({}).report_progress(4) as progress:
        progress += 3  # noqa: PLW2901
        progress -= 1  # noqa: PLW2901
        _ = progress + 2
    assert capsys.readouterr().out.split("\n")[:-1] == [f"TR_PROGRESS {part}%" for part in (0, 75, 50, 100)]


# --- overrides


def test_overrides_make_a_class_of_its_own(plugin_file):
    made = TaskWithOverrides("Echo", title="other").get()
    assert (made.__name__, made.title, made.services) == ("EchoOverriden", "other", ["linux64"])
    assert Plugins().task("Echo").title == "echo"


@pytest.mark.parametrize("make", [lambda: TaskWithOverrides("Echo"), lambda: TaskWithOverrides("Echo", tagz=1).get()])
def test_overrides_of_nothing_are_assertion_errors(plugin_file, make):
    with pytest.raises(AssertionError):
        make()


A, B, C = (ProcessorDefinition(name) for name in "ABC")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("insert", 0, C)], "CAB"),
        ([("insert", 1, C, A)], "ACAB"),
        ([("remove", 0)], "B"),
        ([("remove", slice(0, 2))], ""),
        ([("replace", 1, C), ("insert", 2, B)], "ACB"),
    ],
)
def test_processors_are_overridden_in_place(changes, expected):
    overrides = TaskWithOverrides.ArgumentProcessorOverrides(*changes)
    assert "".join(item.name for item in overrides.applied([A, B], "T")) == expected


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (["remove", 0], TypeError),
        (("insert", slice(0, 1), A), TypeError),
        (("remove", []), TypeError),
        (("insert",), ValueError),
        (("swap", 0), ValueError),
        (("insert", 0), AssertionError),
        (("insert", 0, "A"), AssertionError),
        (("remove", 0, 0), AssertionError),
        (("replace", 0, A, B), AssertionError),
    ],
)
def test_what_is_no_override_of_processors_is_refused_with_pythons_errors(change, error):
    with pytest.raises(error) as caught:
        ArgumentProcessorOverrides(change)
    assert isinstance(caught.value, FarmsubmitError)


def test_old_files_are_found_by_farmsubmit_itself(plugin_file):
    found = load_catalogue([plugin_file.parent])
    assert not [problem for problem in found.problems if problem.path == plugin_file]
    assert found.find("ScaleProcessor").kind == "processor"
