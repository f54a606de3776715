"""Plug-ins into trees: order, elements, arguments, and as few tasks as say the same."""

import sys

import pytest

from farmsubmit.errors import ArgumentError, PluginError
from farmsubmit.formats.alf import to_tcl
from farmsubmit.plugins import load_catalogue
from farmsubmit.settings import load_settings
from farmsubmit.tasks.arguments import Arguments, to_data
from farmsubmit.tasks.build import build_task
from farmsubmit.tasks.overrides import ArgumentProcessorOverrides, TaskWithOverrides
from farmsubmit.tasks.plugin import Flags, TaskPlugin
from farmsubmit.tasks.processor import Processor


def plugin(name, **attributes):
    return type(name, (TaskPlugin,), attributes)


def command(name, **attributes):
    return plugin(name, cmd=lambda self: ["/bin/echo", name], **attributes)


STOCK = load_catalogue([])
A, B, C, D = (command(name) for name in "ABCD")


def build(task, *others, arguments=None, **options):
    known = {("task", item.__name__): item for item in (A, B, C, D, *others)}

    def lookup(kind, name):
        if kind == "processor":
            return STOCK.get(kind, name)
        if (kind, name) not in known:
            raise PluginError(f"there is no {kind} {name!r}")
        return known[kind, name]

    settings = load_settings({"inherit_environment": "no"})
    return build_task(task, arguments or {}, settings=settings, lookup=lookup, **options)


def shape(element):
    """Return titles, with what is below in a list where it runs in parallel and in a tuple where in series."""
    below = [shape(child) for child in element.subtasks]
    name = element.title + ("!" if not element.cmds else "") if hasattr(element, "cmds") else "job"
    return (name, tuple(below) if element.serialsubtasks else below) if below else name


def tree(task, *others, **options):
    return shape(build(task, *others, **options).job)


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        ("A", ["A"]),
        (["A"], ["A"]),
        (("A",), ["A"]),
        ([["A"]], ["A"]),
        (["A", "B"], ["A", "B"]),
        (["A", ["B", "C"]], ["A", "B", "C"]),
        (("A", "B"), [("B", ["A"])]),
        (("A", "B", "C"), [("C", ("A", "B"))]),
        ((("A", "B"), "C"), [("C", ("A", "B"))]),
        ((["A", "B"], "C"), [("C", ["A", "B"])]),
        (["A", ("B", "C")], ["A", ("C", ["B"])]),
        ([("A", "B"), ("C", "D")], [("B", ["A"]), ("D", ["C"])]),
        ([], "job"),
    ],
)
def test_lists_are_parallel_and_tuples_are_serial_with_no_needless_tasks(required, expected):
    found = tree(required)
    assert found == (expected if expected == "job" else ("job", expected))


def test_serial_lists_inside_tuples_stay_groups():
    assert tree((["A", "B"], ["C", "D"])) == ("job", (("parallel!", ["A", "B"]), ("parallel!", ["C", "D"])))


def test_a_plugin_with_several_tasks_keeps_its_title_over_them():
    assert tree(plugin("Shot", title="the shot", required_tasks=("A", "B"))) == ("job", [("the shot!", ("A", "B"))])


def test_a_plugin_with_one_task_is_no_task_of_its_own():
    assert tree(plugin("Shot", required_tasks=["A"])) == ("job", ["A"])


def test_chain_of_single_plugins_collapses():
    inner = plugin("Inner", required_tasks=["A", "B"])
    assert tree(plugin("Outer", required_tasks="Inner"), inner) == ("job", [("Outer!", ["A", "B"])])


def test_flag_serial_runs_a_list_in_series():
    assert tree(plugin("Shot", required_tasks=["A", "B"], flags=Flags.SERIAL)) == ("job", [("Shot!", ("A", "B"))])


def test_title_of_a_command_names_its_elements():
    task = command("Render", elements_id="frames")
    assert tree(task, arguments={"frames": [1, 2]}) == ("job", ["Render: Elements [1, 2]"])
    assert "… 99" in tree(task, arguments={"frames": list(range(100))})[1][0]


@pytest.mark.parametrize("elements", [[1, 2], (1, 2), range(1, 3)])
def test_per_element_makes_a_command_for_each(elements):
    task = command("Render", elements_id="frames", flags=Flags.PER_ELEMENT)
    expected = [("Render!", ["Render: Elements 1", "Render: Elements 2"])]
    assert tree(task, arguments={"frames": elements}) == ("job", expected)


def test_per_element_takes_text_as_one_element_and_a_mapping_by_items():
    task = command("Render", elements_id="frames", flags=Flags.PER_ELEMENT)
    assert tree(task, arguments={"frames": "1-10"}) == ("job", ["Render: Elements 1-10"])
    assert tree(task, arguments={"frames": {"a": 1, "b": 2}})[1][0][1][0] == "Render: Elements ['a', 1]"


def test_per_element_and_serial_run_one_after_the_other():
    task = command("Render", elements_id="frames", flags=Flags.PER_ELEMENT | Flags.SERIAL)
    assert tree(task, arguments={"frames": [1, 2]})[1][0][1] == ("Render: Elements 1", "Render: Elements 2")


def test_per_element_above_makes_its_requirements_for_each():
    task = plugin("Shot", elements_id="frames", flags=Flags.PER_ELEMENT, required_tasks=("A", "B"))
    found = tree(task, arguments={"frames": [1, 2]})
    assert found == (
        "job",
        [("Shot!", [("B: Elements 1", ["A: Elements 1"]), ("B: Elements 2", ["A: Elements 2"])])],
    )


def test_stop_traversal_drops_a_task_with_all_below_and_single_elements():
    class Never(TaskPlugin):
        required_tasks = ["A"]

        def stop_traversal(self):
            return True

    class Odd(TaskPlugin):
        elements_id, flags = "frames", Flags.PER_ELEMENT

        def cmd(self):
            return ["/bin/echo"]

        def stop_traversal(self):
            return self.elements.processed == 2

    assert tree(["B", Never]) == ("job", ["B"])
    assert tree(Odd, arguments={"frames": [1, 2, 3]})[1][0][1] == ["Odd: Elements 1", "Odd: Elements 3"]


def test_methods_are_asked_once_for_each_command():
    calls = []

    class Counted(TaskPlugin):
        elements_id, flags = "frames", Flags.PER_ELEMENT

        def cmd(self):
            calls.append(self.elements.processed)
            return ["/bin/echo"]

    build(Counted, arguments={"frames": [1, 2, 3]})
    assert calls == [1, 2, 3]


def test_command_has_service_tags_retries_environment_and_viewer():
    class Full(TaskPlugin):
        services, tags, retryrc = ["linux64", "ram>8"], ["maya"], [75]

        def cmd(self):
            return ["/bin/echo", "100%%"]

        def env(self):
            return {"A": "1", "B": "x=y"}

        def view(self):
            return "rv /out"

    text = to_tcl(build(Full).job)
    assert "RemoteCmd {{/bin/echo} {100%%}} -service {linux64,ram>8} -tags {{maya}}" in text
    assert "-envkey {{setenv A=1 B=x=y}}" in text and "-retryrc {75}" in text and "-chaser {{rv} {/out}}" in text


def test_additional_flags_go_after_the_program():
    flags = {"echo": "-v 1", "nothing like it": "-x"}
    for value in ("-v 1", ["-v", "1"], flags):
        job = build("A", arguments={"additional_command_flags": value}).job
        assert job.subtasks[0].cmds[0].argv == ["/bin/echo", "-v", "1", "A"]


def test_local_makes_commands_of_the_spooling_host():
    assert "Cmd {{/bin/echo} {A}}" in to_tcl(build("A", local=True).job).replace("RemoteCmd", "?")


def test_processors_run_in_order_and_leave_the_given_values_alone():
    given = [3, 1, 2]
    task = command(
        "Render",
        elements_id="frames",
        argument_processors=[
            Processor("ElementsToRangesProcessor", scope=["frames.initial"]),
            Processor("ElementsToEnclosingRangeProcessor", scope=["frames.initial"]),
        ],
    )
    assert tree(task, arguments={"frames": given}) == ("job", ["Render: Elements [1, 3]"])
    assert given == [3, 1, 2]


def test_noop_passes_arguments_through_and_runs_nothing_itself():
    task = command("Off", flags=Flags.NOOP, required_tasks=["A"], argument_processors=[Processor("Unknown", ["x"])])
    assert tree(task) == ("job", ["A"])


def test_defaults_are_the_lowest_and_go_down():
    seen = {}

    class Below(TaskPlugin):
        argument_defaults = {"size": 1, "depth": 2}

        def cmd(self):
            seen.update({name: value.processed for name, value in self.arguments.items()})
            return ["/bin/true"]

    build(plugin("Above", required_tasks=[Below], argument_defaults={"size": 5}), arguments={"name": "x"})
    assert seen == {"size": 5, "depth": 2, "name": "x"}


def test_overrides_change_a_required_task_in_place():
    one = command("Render", tags=["a"], argument_processors=[Processor("CopyValueProcessor", ["x"], {"value": 1})])
    changes = ArgumentProcessorOverrides(("insert", 1, Processor("CopyValueProcessor", ["x"], {"value": 2})))
    changed = TaskWithOverrides("Render", title="Other", tags=["b"], argument_processors=changes, elements_id="x")
    job = build(["Render", changed], one, arguments={"x": 0}).job
    assert [task.title for task in job.subtasks] == ["Render", "Other: Elements 2"]
    assert [task.cmds[0].tags for task in job.subtasks] == [["a"], ["b"]]


def test_defaults_of_an_override_are_laid_over_those_of_the_task():
    class Render(TaskPlugin):
        argument_defaults = {"layer": "", "chunk": 5}

        def cmd(self):
            return ["/bin/echo", self.value("layer"), str(self.value("chunk"))]

    layers = [TaskWithOverrides("Render", argument_defaults={"layer": name}) for name in ("beauty", "mattes")]
    argvs = [task.cmds[0].argv[1:] for task in build(layers, Render).job.subtasks]
    assert argvs == [["beauty", "5"], ["mattes", "5"]]


def test_ten_thousand_elements_share_their_values():
    seen = []

    class Big(TaskPlugin):
        elements_id, flags = "frames", Flags.PER_ELEMENT

        def cmd(self):
            seen.append(self.arguments.frames.initial)
            return ["/bin/true"]

    build(Big, arguments={"frames": list(range(10000))})
    assert len(seen) == 10000 and len({id(value) for value in seen}) == 1


def test_chain_of_five_thousand_and_a_list_as_deep_are_built():
    links = {f"T{n}": plugin(f"T{n}", required_tasks=[f"T{n + 1}", "A"]) for n in range(3000)}
    deepest = command("T3000")
    deep = "A"
    for _ in range(5000):
        deep = (deep, "B")
    assert build("T0", deepest, *links.values()).job.subtasks
    assert len(build(deep).job.subtasks) == 1


def test_the_same_input_gives_the_same_job():
    task = plugin("Shot", required_tasks=(["A", "B"], ["C", "D"]))
    assert to_tcl(build(task, priority=7).job) == to_tcl(build(task, priority=7).job)


# --- mistakes


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"required_tasks": ["Nope"]}, "there is no task 'Nope', which Wrong requires"),
        ({"required_tasks": 3}, "required_tasks is 3"),
        ({"required_tasks": [3]}, "3 among the required tasks of Wrong is no task"),
        ({"required_tasks": ["Wrong"]}, "in a circle: Wrong needs Wrong"),
        ({"required_arguments": ["scene"]}, "task Wrong: the argument 'scene' is missing; did you mean 'scenes'?"),
        ({"required_arguments": "scene"}, "required_arguments is 'scene'; write a list of names"),
        ({"required_arguments": None}, "required_arguments is None; write a list of names"),
        ({"required_arguments": ["a"], "argument_help": {"a": "a word"}}, "'a' is missing (a word); farmsubmit info"),
        ({"flags": "SERIAL"}, "flags is 'SERIAL'"),
        ({"elements_id": 5}, "elements_id is 5"),
        ({"description": 5}, "description is 5; write text"),
        ({"argument_help": ["a"]}, "argument_help is ['a']; write a dict"),
        ({"tags": 5}, "tags is 5; write a list of names"),
        ({"retryrc": ["75"]}, "retryrc is ['75']; write a list of exit codes"),
        ({"required_tasks": [TaskWithOverrides("A", tags="gpu")]}, "A: tags is 'gpu'"),
        ({"argument_processors": [Processor("ChunkProcesor")]}, "no processor 'ChunkProcesor', which Wrong uses"),
        ({"__init__": lambda self: None}, "Wrong.__init__() failed: TypeError"),
        ({"cmd": lambda self: ["/bin/true"], "services": property(lambda self: 1 / 0)}, "Wrong.services failed: Zero"),
        ({"cmd": lambda self: ["/bin/true"], "tags": property(lambda self: "gpu")}, "Wrong: tags is 'gpu'"),
        ({"cmd": lambda self: sys.exit(3)}, "Wrong.cmd() failed: SystemExit: 3"),
        ({"cmd": lambda self: ["/bin/true"], "leaf_title": lambda self: 5}, "Wrong.leaf_title() gave 5; give text"),
        ({"cmd": lambda self: ["/bin/true"], "env": lambda self: {"A": "b c"}}, "Wrong.env(): the environment"),
        ({"cmd": lambda self: "echo"}, "Wrong.cmd() gave echo"),
        ({"cmd": lambda self: ["echo"], "required_tasks": ["A"]}, "has a command and required tasks"),
        ({"script": lambda self: None}, "has a script and no command"),
        ({"cmd": lambda self: 1 / 0}, "Wrong.cmd() failed: ZeroDivisionError"),
        ({"cmd": lambda self: [self.value("scen")]}, "there is no argument 'scen'; did you mean 'scenes'?"),
        ({"cmd": lambda self: [self.program("blendr")]}, "no setting 'blendr' for Wrong; did you mean 'blender'?"),
        ({"cmd": lambda self: ["/bin/true", self.wrapper("nuk")]}, "did you mean 'nuke_script_wrapper'?"),
        ({"cmd": lambda self: ["/bin/true"], "env": lambda self: [1]}, "Wrong.env() gave [1]"),
        ({"cmd": lambda self: ["not-absolute"]}, "not-absolute"),
        ({"elements_id": "frames", "flags": Flags.PER_ELEMENT}, "there is no argument 'frames'"),
        ({"argument_processors": [Processor("ChunkProcessor", ["scenes"])]}, "chunk"),
    ],
)
def test_a_mistake_is_one_sentence(attributes, said):
    wrong = plugin("Wrong", **attributes)
    with pytest.raises((PluginError, ArgumentError)) as caught:
        build(wrong, wrong, arguments={"scenes": [1, 2]})
    assert said in str(caught.value)


def test_circle_over_three_plugins_is_told_with_its_way():
    one, two, three = (plugin(f"T{n}", required_tasks=[f"T{n % 3 + 1}"]) for n in (1, 2, 3))
    with pytest.raises(PluginError, match="T1 needs T2 needs T3 needs T1"):
        build("T1", one, two, three)


@pytest.mark.parametrize("change", [("insert", 0), ("drop", 1), "insert", ("remove", "x"), ("insert", slice(1), 1)])
def test_bad_change_of_processors_is_told(change):
    with pytest.raises(PluginError, match="no change of processors"):
        ArgumentProcessorOverrides(change)


def test_override_of_an_unknown_attribute_is_told_with_the_nearest():
    with pytest.raises(PluginError, match="did you mean 'services'"):
        build([TaskWithOverrides("A", service=["x"])])


def test_an_argument_that_is_nearly_a_declared_one_is_noted():
    task = command("Render", argument_defaults={"layer": ""}, argument_help={"frames": "the frames"})
    assert build(task, arguments={"layers": 1, "shot": 2, "frames": 3}).notes == (
        "no task takes the argument 'layers'; did you mean 'layer'?",
    )


def test_an_argument_may_be_called_as_a_method_of_arguments():
    task = plugin("Show", elements_id="items", cmd=lambda self: ["/bin/echo", self.text("info"), self.text("items")])
    assert build(task, arguments={"info": "a", "items": "b"}).job.subtasks[0].cmds[0].argv[1:] == ["a", "b"]


def test_info_names_required_classes_and_tells_tags_and_exit_codes():
    task = plugin("Show", required_tasks=([command("One")], "Two"), tags=["gpu"], retryrc=[75])
    text = task.info()
    assert "requires:    ([One], 'Two')" in text and "tags:        gpu" in text and "retryrc:     75" in text


def test_an_argument_that_json_cannot_hold_for_its_depth_is_told():
    deep, itself = [], []
    itself += [itself, itself]
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, itself):
        with pytest.raises(ArgumentError, match="the argument a is too large or too deep, or holds itself"):
            to_data(Arguments(a=value))


def test_arguments_that_are_no_mapping_are_refused():
    with pytest.raises(ArgumentError, match="the arguments 5 are no mapping"):
        build_task(command("A"), 5)
