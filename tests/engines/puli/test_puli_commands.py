"""What becomes of the commands of a job: text for a shell, environment, licences, and what is reported as lost."""

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farmsubmit.author import Command, Job, Task
from farmsubmit.author import options as table
from farmsubmit.engines.puli import PuliEngine
from farmsubmit.engines.puli.location import read_location
from farmsubmit.engines.puli.planner import plan_job
from farmsubmit.engines.puli.services import Demand, Farm, demand
from farmsubmit.engines.puli.shell import LONGEST, Words, command_text
from farmsubmit.errors import EngineError, JobTreeError, ServiceKeyError, SubstitutionError

FARM = Farm(licences=("nuke", "maya"), softs=("Nuke12", "Arnold"))


def words(*notes, ids=()):
    told = list(notes)
    found = Words(7, 9, 4, ids, lambda path: path.replace("/a", "/mnt/a"), told.append)
    return found, told


def text(*argv, **more):
    return command_text(argv, words()[0], **more)


def planned(job, farm=FARM):
    plan, dropped = plan_job(job, farm, "default", "NFS")
    return plan.document["tasks"], {each.option: each.reason for each in dropped}


def of_shell(command):
    """What a real shell makes of a text."""
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=30, check=True)
    return done.stdout.decode()


@pytest.mark.skipif(shutil.which("printf") is None, reason="no printf here")
@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(min_codepoint=1, max_codepoint=126), max_size=12), min_size=1, max_size=4))
def test_a_shell_gets_the_very_words(argv):
    escaped = ["x" + word.replace("%", "%%") for word in argv]
    assert of_shell(text("printf", "%%s|", *escaped)) == "".join(f"x{word}|" for word in argv)


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["a", "b c", ""], "a 'b c' ''"),
        (["%t-%c-%n-%r-%R-%q-%%"], "7-9-4-0-0-1.0-%"),
        (["%D(/a/b c)"], "'/mnt/a/b c'"),
        (["f.%{h}.log"], 'f."$(hostname)".log'),
        (["netrender", "%H"], 'netrender -h "$(hostname)"'),
        (["~/x y"], "\"$HOME\"'/x y'"),
        (["~bob/x y"], "~bob/'x y'"),
        (["a%%%%MI_FRAME%%%%"], "a%''%MI_FRAME%%"),
    ],
)
def test_substitutions_are_worked_out_or_left_to_the_shell(argv, expected):
    assert text(*argv) == expected


def test_what_puli_would_replace_reaches_the_program():
    assert of_shell(text("printf", "%%s", "%%%%MI_START%%%% '%%%%MI_END%%%%'")) == "%%MI_START%% '%%MI_END%%'"


def test_a_message_a_folder_and_a_time_limit_are_said_to_the_shell(tmp_path):
    command = text("sh", "-c", "pwd; cat", message="it's\n100% ", cwd=str(tmp_path), seconds=20)
    assert of_shell(command) == f"{tmp_path}\nit's\n100% "


@pytest.mark.parametrize(
    ("word", "told"),
    [("%j", "not known before"), ("%{x}(-host)", "which node runs"), ("%D(/a/%{h}/b)", "is not mapped")],
)
def test_what_nobody_knows_beforehand_is_noted(word, told):
    known, notes = words(ids=("x",))
    command_text([word], known)
    assert told in notes[0]


def test_a_mistake_in_an_argument_has_its_column():
    with pytest.raises(SubstitutionError, match="column 3"):
        text("a.%04d.exr")


@pytest.mark.parametrize("word", ["x" * LONGEST, "a\0b"])
def test_what_no_shell_takes_is_refused(word):
    with pytest.raises(JobTreeError, match=r"longer than|zero byte"):
        text("run", word)


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("", Demand()),
        ("Nuke", Demand(licences=("nuke",))),
        ("(arnold) && maya, NUKE12", Demand(licences=("maya",), softs=("Arnold", "Nuke12"))),
        ("@.mem > 1.5 && @.nCPUs >= 4", Demand(ram=1536, cores=4)),
        (
            "Linux",
            Demand(problems=("Linux is not asked for: no licence and no software of a render node has that name",)),
        ),
        ("nuke || maya", Demand(problems=("nuke || maya is not asked for: Puli cannot say it",))),
        ("nuke && !slow", Demand(("nuke",), problems=("!slow is not asked for: Puli cannot say it",))),
    ],
)
def test_a_service_becomes_licences_softwares_memory_and_cores(service, expected):
    assert demand(service, FARM) == expected


def test_a_service_that_does_not_parse_is_refused():
    with pytest.raises(ServiceKeyError):
        demand("nuke &&", FARM)


def test_nothing_is_asked_for_on_a_guess_when_the_server_is_silent():
    assert demand("nuke", Farm(is_known=False)).problems == ("nuke is not asked for, for the server does not answer",)


def test_a_task_carries_what_its_command_asks_for(job):
    job.service, job.tags = "nuke", ["maya"]
    job.newTask(title="t").newCommand(argv=["x"], service="Arnold && @.mem > 2", atleast=3, atmost=6)
    node = planned(job)[0][1]
    assert (node["lic"], node["requirements"], node["ramUse"]) == ("nuke&maya", {"softs": ["Arnold"]}, 2048)
    assert (node["minNbCores"], node["maxNbCores"]) == (3, 6)


def test_the_environment_stands_on_tasks_and_never_on_groups(job):
    job.envkey = ["setenv A=job B=job"]
    parent = job.newTask(title="p", argv=["x"])
    parent.newTask(title="c").newCommand(argv=["y"], envkey=["setenv A=own"])
    found = {node["name"]: node["environment"] for node in planned(job)[0] if node["type"] == "Task"}
    assert found == {"p": {"A": "job", "B": "job"}, "c": {"A": "own"}}
    assert not any(node["environment"] for node in planned(job)[0] if node["type"] == "TaskGroup")


def test_free_texts_are_escaped_and_said_to_be(job):
    job.comment = "für Ømer"
    job.newTask(title="t", argv=["x"])
    nodes, dropped = planned(job)
    assert nodes[0]["tags"] == {"comment": "f\\xfcr \\xd8mer"}
    assert "ASCII only" in dropped["comment"]


def test_paths_are_mapped_for_the_zone_of_the_render_nodes(job):
    job.newDirMap("X:/proj", "/mnt/proj", "NFS")
    job.newTask(title="t", argv=["render", "%D(X:/proj/a.ma)"])
    assert planned(job)[0][1]["commands"][0]["arguments"] == {"cmd": "render /mnt/proj/a.ma"}


def test_a_key_of_the_location_has_to_be_known(monkeypatch):
    monkeypatch.setenv("PULIHOST", "farm")
    monkeypatch.setenv("PULIPORT", "9000")
    assert read_location("").base == "http://farm:9000"
    assert read_location("//[::1]:80?pool=fast%20one&zone=UNC")[1:] == (80, "fast one", "UNC")
    for text_, told in (("//h?poll=x", "did you mean 'pool'"), ("//h:x", "no port"), ("//a:b@h", "no password")):
        with pytest.raises(EngineError, match=told):
            read_location(text_)


# --- every option of the model is translated, or reported as dropped

VALUES = {
    "init": [],
    "priority": 1.5,
    "pbias": 1.5,
    "after": "1 2 10:00",
    "afterjids": [1],
    "projects": ["a", "b"],
    "when": "always",
    "local": True,
    "retryrc": [1],
    "resumewhile": ["x"],
    "envkey": ["setenv A=1", "maya-2024"],
    "cleanup": [],
    "postscript": [],
    "dirmaps": [],
    "subtasks": [],
    "cmds": [],
}
#: What changes nothing here, and why that is no loss.
NOTHING_LOST = {
    **dict.fromkeys(
        ("init", "subtasks", "cmds", "cleanup", "postscript", "dirmaps"), "a block, tested by what is in it"
    ),
    "serialsubtasks": "tested by the order in which tasks run",
    "id": "a name for other elements",
    "when": "counts for postscripts",
    "samehost": "a command has one render node and no more",
}


def of_kind(option):
    if option.attr in VALUES:
        return VALUES[option.attr]
    for value in ("t", 2, True, ["t"]):
        try:
            option.kind.check(value)
        except (ValueError, TypeError):
            continue
        return value
    raise AssertionError(option.attr)


def planned_with(kind="", option=None):
    job = Job(title="j")
    task = job.newTask(title="task", id="t")
    command = task.newCommand(argv=["x"])
    if option is not None:
        element = {"Job": job, "Task": task, "Command": command}[kind]
        setattr(element, option.attr, ["y"] if option.attr == "argv" else of_kind(option))
    return plan_job(job, FARM, "default", "NFS")


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        (kind, option)
        for kind, options in (("Job", table.JOB), ("Task", table.TASK), ("Command", table.COMMAND))
        for option in options
        if option.attr not in NOTHING_LOST
    ],
    ids=lambda value: getattr(value, "attr", value),
)
def test_every_option_reaches_the_server_or_is_reported(kind, option):
    plan, dropped = planned_with(kind, option)
    assert plan != planned_with()[0] or option.attr in [each.option for each in dropped]


def test_a_local_command_is_reported():
    job = Job(title="j")
    job.newTask(title="t").addCommand(Command(argv=["x"], local=True))
    assert "local" in planned(job)[1]


def test_translating_asks_the_server_only_where_names_matter(monkeypatch):
    engine = PuliEngine("//127.0.0.1:1")
    job = Job(title="j")
    job.addChild(Task(title="t", argv=["x"]))
    assert engine.translate(job).dropped == ()
    job.service = "nuke"
    assert "does not answer" in engine.translate(job).dropped[0].reason
