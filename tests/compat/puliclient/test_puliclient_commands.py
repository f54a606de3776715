"""Decomposers, expanders, runners and callables."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.compat.puliclient import GraphError, RunnerToolkit, Task, TaskGroup, jobs
from farmsubmit.compat.puliclient import _decomposing as decomposing
from farmsubmit.compat.puliclient.jobs import CommandError, JobTypeImportError
from farmsubmit.compat.puliclient.watcher import main

STUDIO = """
from puliclient.jobs import CommandDone, CommandError, CommandRunner, IntegerParameter, TaskDecomposer, TaskExpander

class Twice(TaskDecomposer):
    def __init__(self, task):
        super().__init__(task)
        self.addCommand("one", {"cmd": "true"})
        self.addCommand("two", {"cmd": "true"})

class Fill(TaskExpander):
    def __init__(self, taskGroup):
        taskGroup.addNewTask("filled", {"cmd": "true"})

class Short(CommandRunner):
    wait = IntegerParameter(default=1, max=5)

    def execute(self, arguments):
        print("waited", arguments["wait"])

class Long(CommandRunner):
    def execute(self, arguments, updateCompletion, updateMessage, updateLicense):
        updateCompletion(0.5)
        updateMessage("half")
        updateLicense({})
        raise CommandDone("enough")

class Broken(CommandRunner):
    def execute(self, arguments, completion, message, updateStats):
        raise CommandError("no light")

def greet(name, loud=False):
    print("HELLO" if loud else "hello", name)

def leave():
    raise SystemExit(3)

class Shot:
    def render(self, frame):
        print("frame", frame)
"""


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """A studio's own module."""
    (tmp_path / "studio_puli.py").write_text(STUDIO)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "studio_puli", raising=False)
    import studio_puli

    return studio_puli


def packets(**arguments):
    task = Task("t", arguments).decompose()
    return [command.description[2:] for command in task.commands]


def test_frames_are_cut_into_packets():
    assert packets(start=1, end=7, packetSize=3) == ["1_3", "4_6", "7_7"]
    assert packets(framesList="1,3,5-9", packetSize=2) == ["1_1", "3_3", "5_6", "7_8", "9_9"]
    assert packets(start="1", end="2") == ["1_1", "2_2"]
    assert packets(framesList="-3--1", packetSize=5) == ["-3_-1"]


def test_a_task_without_frames_has_one_command_of_its_name():
    task = Task("t", {"cmd": "ls", "start": 3}).decompose().decompose()
    assert [(command.description, command.arguments) for command in task.commands] == [("t", {"cmd": "ls", "start": 3})]


def test_each_command_has_all_arguments_with_its_own_frames():
    command = Task("t", {"cmd": "x", "start": 1, "end": 4, "packetSize": 2}).decompose().commands[1]
    assert command.arguments == {"cmd": "x", "start": 3, "end": 4, "packetSize": 2}


@given(st.integers(-50, 50), st.integers(0, 60), st.integers(1, 70))
def test_packets_hold_each_frame_once_and_none_is_too_large(first, more, size):
    found = Task("t", {"start": first, "end": first + more, "packetSize": size}).decompose().commands
    cut = [range(each.arguments["start"], each.arguments["end"] + 1) for each in found]
    assert [frame for packet in cut for frame in packet] == list(range(first, first + more + 1))
    assert max(map(len, cut)) <= size


@pytest.mark.parametrize(
    "arguments",
    [
        {"start": 5, "end": 2},
        {"start": 1, "end": 5, "packetSize": 0},
        {"start": "a", "end": 2},
        {"framesList": "1,x"},
        {"framesList": [1, 2]},
        {"start": 1, "end": 10**9},
    ],
)
def test_frames_that_cannot_be_cut_are_refused(arguments):
    with pytest.raises(GraphError, match="task 't': "):
        Task("t", arguments).decompose()


def test_a_decomposer_of_a_studio_makes_the_commands(studio):
    task = Task("t", {}, decomposer="studio_puli.Twice")
    assert [command.description for command in task.decompose().commands] == ["one", "two"]
    task.decomposer = None
    assert task.commands == []


def test_an_expander_fills_a_group_once(studio):
    group = TaskGroup("g", expander="studio_puli.Fill").expand(True).expand(True)
    assert [(task.name, len(task.commands)) for task in group.tasks] == [("filled", 1)]


@pytest.mark.parametrize(
    "name", ["Twice", "no_such_module.X", "studio_puli.X", "studio_puli.Short", "studio_puli.greet"]
)
def test_what_is_no_decomposer_is_refused(studio, name):
    with pytest.raises(JobTypeImportError):
        Task("t", {}, decomposer=name)


def test_a_module_that_breaks_is_told(tmp_path, monkeypatch):
    (tmp_path / "broken_puli.py").write_text("import no_such_thing_at_all")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ImportError, match="no_such_thing_at_all"):
        jobs.loadCommandRunner("broken_puli.X")


def test_parameters_of_bases_are_a_runners_too(studio):
    class Longer(studio.Short):
        more = jobs.StringParameter(mandatory=True)

    assert [parameter.name for parameter in Longer.parameters] == ["wait", "more"]
    assert [parameter.name for parameter in studio.Short.parameters] == ["wait"]


def test_arguments_are_converted_and_defaults_put_in():
    arguments = {"cmd": 5, "end": "7"}
    jobs.DefaultCommandRunner().validate(arguments)
    assert arguments == {"cmd": "5", "start": 1, "end": 7, "timeout": 0}


@pytest.mark.parametrize("arguments", [{}, {"cmd": "x", "start": "a"}, {"cmd": "x", "timeout": -1}])
def test_arguments_that_a_runner_cannot_take_are_refused(arguments):
    with pytest.raises(jobs.ValidationError if "timeout" not in arguments else jobs.RangeError):
        jobs.DefaultCommandRunner().validate(arguments)


def test_other_parameters_are_converted():
    class Runner(jobs.CommandRunner):
        names = jobs.StringListParameter()
        gamma = jobs.FloatParameter(max=3)
        quick = jobs.BooleanParameter()

    arguments = {"names": [1], "gamma": "2.2", "quick": 1}
    Runner().validate(arguments)
    assert arguments == {"names": ["1"], "gamma": 2.2, "quick": True}


@pytest.mark.parametrize(
    ("runner", "arguments", "code", "out"),
    [
        ("studio_puli.Short", {"wait": 2}, 0, "waited 2"),
        ("studio_puli.Short", {"wait": 9}, 1, "more than 5"),
        ("studio_puli.Long", {}, 0, "enough"),
        ("studio_puli.Broken", {}, 1, "no light"),
        ("studio_puli.Gone", {}, 1, "Gone"),
        ("puliclient.jobs.DefaultCommandRunner", {"cmd": "exit 4"}, 1, "exit code 4"),
        ("puliclient.CallableRunner", {"execType": "lambda"}, 1, "lambda"),
        ("puliclient.CallableRunner", {"execType": "function", "moduleName": "os", "funcName": "sep"}, 1, "called"),
        ("puliclient.CallableRunner", {"execType": "method", "moduleName": "os", "className": "x"}, 1, "'x'"),
        ("puliclient.CallableRunner", {"execType": "function", "user_args": "{"}, 1, "JSON"),
    ],
)
def test_the_watcher_runs_a_command_and_tells_how_it_ended(studio, capfd, runner, arguments, code, out):
    assert main([runner, json.dumps(arguments)]) == code
    assert out in "".join(capfd.readouterr())


def test_the_watcher_refuses_a_wrong_call(capsys):
    assert [main(words) for words in ([], ["x", "{"], ["x", "[]"], ["x", "{}", "{}"])] == [2] * 4


def test_a_callable_travels_by_module_and_name(studio, graph, capfd):
    graph.addNewCallable(studio.greet, user_args=("ann",), user_kwargs={"loud": True})
    graph.addNewCallable(studio.Shot.render, "shot", user_args=(7,), dispatchKey=3)
    first, second = graph.root.tasks
    assert (first.name, second.name, second.dispatchKey) == ("greet", "shot", 3)
    assert first.arguments["moduleName"] == "studio_puli" and json.loads(first.arguments["user_args"]) == ["ann"]
    assert graph.execute() == 3
    assert "HELLO ann\nframe 7\n" in capfd.readouterr().out


def test_a_bound_method_is_called_on_a_new_object(studio, graph, capfd):
    graph.root.addNewCallable(studio.Shot().render, user_args=[1])
    assert graph.root.tasks[0].name == "Shot.render"
    assert graph.execute() == 3


@pytest.mark.parametrize("call", [lambda: 1, print, "greet", Task])
def test_what_cannot_travel_by_name_is_refused(graph, call):
    with pytest.raises(GraphError):
        graph.addNewCallable(call)


def test_arguments_that_are_no_json_are_refused(studio, graph):
    with pytest.raises(GraphError, match="user_args"):
        graph.addNewCallable(studio.greet, user_args=(object(),))


def test_a_callable_that_leaves_fails_alone(studio, graph):
    graph.addNewCallable(studio.leave)
    assert graph.execute() == 4


def test_the_toolkit_gives_each_line_to_the_runner():
    lines = []
    assert RunnerToolkit.executeWithOutput("printf 'a\\nb\\n'", lines.append) == 0
    assert RunnerToolkit().execute("echo 'c  d'", 0, lines.append) == 0
    assert lines == ["a\n", "b\n", "c  d\n"]


def test_the_toolkit_ends_what_takes_too_long():
    tools, told = RunnerToolkit(), []
    with pytest.raises(jobs.TimeoutError):
        tools.executeWithTimeout("sleep 20; true", 0.05)
    assert tools.execute("sleep 20", 0.05, None, lambda process: (told.append(1), process.kill())) == -9
    assert told


def test_what_a_callback_raises_ends_the_program():
    def give_up(process):
        raise CommandError("too slow")

    tools = RunnerToolkit()
    with pytest.raises(CommandError, match="too slow"):
        tools.execute("sleep 20", 0.05, None, give_up)
    assert tools.process.returncode == -9


@pytest.mark.parametrize("call", [("no-such-program-here", None), ("true", 5), ("", None)])
def test_the_toolkit_tells_what_it_cannot_start(call):
    with pytest.raises(CommandError):
        RunnerToolkit.executeWithOutput(*call)


def test_the_most_commands_of_a_task_are_counted(monkeypatch):
    monkeypatch.setattr(decomposing, "MOST_COMMANDS", 3)
    assert len(packets(framesList="1,2,3")) == 3
    with pytest.raises(GraphError, match="packetSize"):
        packets(framesList="1,2,3,4")
