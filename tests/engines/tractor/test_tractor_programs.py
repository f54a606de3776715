"""The installed package and programs of Tractor, as far as public documents have them."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from farmsubmit.author import Command, Job, options
from farmsubmit.compat import tractor as alias
from farmsubmit.engines.base import Translation
from farmsubmit.engines.tractor import authorapi, package
from farmsubmit.engines.tractor.spooling import read_jid
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError
from farmsubmit.formats.alf import from_tcl, to_tcl

FAKE = Path(__file__).with_name("fakepackage")


class Installed:
    """A package that is installed for this Python, and what it was told."""

    def __init__(self, folder, monkeypatch):
        self.file, self.set = folder / "told", monkeypatch.setenv
        self.file.touch()

    @property
    def told(self):
        return [json.loads(line) for line in self.file.read_text().splitlines()]


@pytest.fixture
def installed(site, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(FAKE))
    monkeypatch.setenv("FAKE_TRACTOR", str(tmp_path / "told"))
    site.set("transports", "package,tractor-spool")
    site.write({})
    return Installed(tmp_path, monkeypatch)


@pytest.fixture
def program(site, tmp_path, monkeypatch):
    """Put a program on the path: it keeps its words and the file, and does what a test says in Python."""
    site.set("transports", "tractor-spool")
    site.write({})
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    def write(name, does):
        path = tmp_path / name
        keeps = f"import os, sys\nopen({str(tmp_path / 'words')!r}, 'w').write(chr(10).join(sys.argv[1:]))\n"
        path.write_text(f"#!{sys.executable} -S\n{keeps}{does}\n")
        path.chmod(0o755)
        return tmp_path / "words"

    return write


def test_the_package_gets_the_job_and_finds_it_again(installed, site, job):
    job.newTask(title="again").addChild(job.subtasks[0])
    ticket = site.spool(job, block=True)
    (told,) = installed.told
    assert (ticket.jid, told["owner"], told["block"], told["client"]["user"]) == ("1", "bob", True, "bob")
    frame, _, below = told["nodes"]
    assert frame["cmds"][0]["argv"] == ["prman", "a.rib"]
    assert below == {"kind": "Instance", "title": frame["id"], "depth": 1}
    assert site.engine().find("k1") == "1" and site.engine().find("k2") is None


def test_our_own_alias_is_never_taken_for_the_package(monkeypatch):
    for name in ("tractor", "tractor.api", "tractor.api.author"):
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name) or sys)
    alias.install()
    assert package.found_package() is None


def test_a_chain_as_deep_as_jobs_are_goes_through_the_package(installed, site):
    job = task = Job(title="deep")
    for number in range(5000):
        task = task.newTask(title=str(number))
    site.spool(job)
    assert installed.told[0]["nodes"][-1]["depth"] == 4999


@pytest.mark.parametrize(
    ("fault", "block", "error"),
    [
        ("SpoolError", True, SpoolError),
        ("SpoolError", False, AnswerLost),
        ("PasswordRequired", False, SpoolError),
        ("die", False, AnswerLost),
    ],
)
def test_what_the_package_raises_is_refusal_only_where_that_is_sure(installed, site, job, fault, block, error):
    installed.set("FAKE_TRACTOR_FAULT", fault)
    installed.set("TRACTOR_PASSWORD", "s3cret")
    with pytest.raises(EngineError) as told:
        site.spool(job, block=block)
    assert type(told.value) is error and "s3cret" not in str(told.value)


def test_nothing_is_given_to_the_package_where_no_engine_listens(installed, site, standin, job):
    standin.down()
    try:
        with pytest.raises(EngineUnreachable) as told:
            site.spool(job)
    finally:
        standin.up()
    assert type(told.value) is EngineUnreachable and installed.told == []


def test_a_python_without_the_package_lets_the_next_way_send(site, standin, job):
    site.set("transports", "package,http")
    site.set("python", sys.executable)
    assert site.spool(job).jid in map(str, standin.jobs)


def test_a_way_that_loses_nothing_goes_before_one_that_does(installed, site, standin, job):
    job.pbias = 3
    assert [each.option for each in site.engine().translate(job).dropped] == ["pbias"]
    site.set("transports", "package,http")
    site.write({"spool": "POST /site/spool?owner={owner}&tsid={tsid}"})
    assert site.engine().translate(job).dropped == ()
    site.spool(job)
    assert len(standin.jobs) == 1 and installed.told == []


def test_a_date_without_a_year_gets_the_next_that_has_that_day(job):
    from datetime import datetime

    now = datetime(2026, 3, 4, 5, 6)
    assert authorapi.with_year("6 23 13:45", now) == "2026-06-23T13:45:00"
    assert authorapi.with_year("2 29 13:45", now) == "2028-02-29T13:45:00"
    assert authorapi.with_year("7:08", now) == "2026-03-04T07:08:00"


def test_tractor_spool_gets_a_private_script_and_documented_options(program, site, standin, job, tmp_path):
    does = f"import shutil; shutil.copy2(sys.argv[-1], {str(tmp_path / 'got.alf')!r}); print('{{\"jid\": 12}}')"
    words = program("tractor-spool", does)
    assert site.spool(job).jid == "12"
    *given, file = words.read_text().split("\n")
    assert given == [f"--engine={standin.address}", "--user=bob"] and not Path(file).exists()
    assert stat.S_IMODE((tmp_path / "got.alf").stat().st_mode) == 0o600
    assert from_tcl((tmp_path / "got.alf").read_text()).metadata == "farmsubmit-key=k1"


def test_tractor_spool_is_left_alone_where_a_password_would_be_seen(program, site, job, monkeypatch):
    words = program("tractor-spool", "print(1)")
    monkeypatch.setenv("TRACTOR_PASSWORD", "s3cret")
    with pytest.raises(SpoolError, match="only in its command line, where others can read it"):
        site.spool(job)
    assert not words.exists()


@pytest.mark.parametrize(
    ("says", "error"),
    [("ingress rc = 1", SpoolError), ("parse error at line 3", SpoolError), ("timed out", AnswerLost)],
)
def test_tractor_spool_that_fails_is_refusal_only_where_it_says_so(program, site, job, says, error):
    program("tractor-spool", f"sys.exit({says!r})")
    with pytest.raises(EngineError, match=f"tractor-spool ended with 1: {says}") as told:
        site.spool(job)
    assert type(told.value) is error


def test_tq_finds_a_job_and_tells_its_counters(program, site, standin):
    words = program("tq", "print('12' if 'metadata' in sys.argv[2] else '7 bob 50.0 0 1 0 2 1 a title of words')")
    engine = site.engine()
    assert engine.find("k1") == "12"
    assert words.read_text().split("\n") == ["jobs", 'metadata like "k1"', "-c", "jid", "--nh"]
    (job,) = engine.jobs()
    assert (job.jid, job.title, job.counts) == ("7", "a title of words", {"ready": 1, "done": 2, "error": 1})


def test_what_tq_says_of_nothing_is_no_job(program, site):
    program("tq", "print('no jobs')")
    assert site.engine().find("k1") is None


@pytest.mark.parametrize(
    ("text", "jid"),
    [
        ("OK host:80 jid: 123\n", "123"),
        ('{"rc": 0, "jid": 7}', "7"),
        ("job id 5 of 2 tasks", "5"),
        ("41\n", "41"),
        ("1 2", ""),
        ("", ""),
    ],
)
def test_the_id_is_read_from_what_tractor_spool_prints(text, jid):
    assert read_jid(text) == jid


VALUES = {
    "Text": "x",
    "Ident": "x1",
    "Number": 2.5,
    "Whole": 3,
    "Flag": True,
    "Moment": "6 23 13:45",
    "TextList": ["x"],
    "Argv": ["x"],
    "WholeList": [3],
    "Choice": "done",
}


def with_option(kind, option):
    """A job in which one option of one kind of element is set."""
    job = Job(title="j")
    task = job.newTask(title="t")
    command = Command(argv=["c"])
    task.addCommand(command)
    if option.attr in ("cleanup", "postscript"):
        getattr({"job": job, "task": task}[kind], option.attr).append(Command(argv=["c"], service="x"))
    elif option.attr == "dirmaps":
        job.newDirMap("/a", "/b", "NFS")
    elif option.attr == "init":
        job.newAssign("a", "b")
    elif type(option.kind).__name__ != "Block":
        setattr({"job": job, "task": task, "command": command}[kind], option.attr, VALUES[type(option.kind).__name__])
    return job


TABLE = [
    (k, o) for k, all_ in (("job", options.JOB), ("task", options.TASK), ("command", options.COMMAND)) for o in all_
]


@pytest.mark.parametrize(("kind", "option"), TABLE, ids=lambda value: getattr(value, "attr", value))
def test_every_option_is_translated_or_reported(kind, option):
    job = with_option(kind, option)
    if option.attr != "argv":
        assert option.flag in to_tcl(job)
    known = authorapi.document(job)
    node = known["nodes"][0]
    places = {"job": known["job"], "task": node, "command": node["cmds"][0]}
    is_there = option.attr in places[kind] or option.attr == "subtasks"
    is_told = option.attr in {each.option for each in authorapi.losses(job)} or option.attr == "init"
    assert is_there != is_told


def test_the_package_takes_every_option_that_is_not_reported(installed, site):
    job = Job(title="all")
    task = job.newTask(title="t")
    command = task.newCommand(argv=["c"])
    for element in (job, task, command):
        known = authorapi.KNOWN[type(element)]
        for option in element.options:
            name = type(option.kind).__name__
            if option.attr in known and name != "Block" and option.attr not in ("title", "argv"):
                setattr(element, option.attr, VALUES[name])
    job.newCleanup(argv=["x"])
    job.newPostscript(argv=["x"], when="done")
    job.newDirMap("/a", "/b", "NFS")
    assert site.engine().translate(job).dropped == ()
    site.spool(job)
    told = installed.told[0]["job"]
    assert {*told, "subtasks"} - {"kind"} == authorapi.KNOWN[Job]
    assert set(installed.told[0]["nodes"][0]["cmds"][0]) - {"kind", "local"} == authorapi.KNOWN[Command]


def test_iterates_and_variables_are_reported(installed, site):
    job = from_tcl("Job -title {j} -init {Assign a b} -subtasks {Iterate i -from 1 -to 2 -template {Task {t}}}")
    assert sorted(each.option for each in authorapi.losses(job)) == ["Assign", "Iterate", "init"]
    assert authorapi.document(job)["nodes"] == []


def test_a_deep_chain_is_looked_through_without_recursion():
    job = task = Job(title="deep")
    for number in range(5000):
        task = task.newTask(title=str(number))
    assert authorapi.losses(job) == ()
    assert len(authorapi.document(job)["nodes"]) == 5000


def test_translate_shares_the_job(site, job):
    assert site.engine().translate(job) == Translation(job)
