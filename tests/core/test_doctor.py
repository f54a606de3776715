"""The doctor: what is found, what is missing, and how to mend it."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import pytest

from farmsubmit import files
from farmsubmit.cli.main import main
from farmsubmit.engines.base import Engine
from farmsubmit.errors import EngineUnreachable
from farmsubmit.install import doctor, engines, libraries
from farmsubmit.install.doctor import examine, is_sound
from farmsubmit.install.find import Found
from farmsubmit.install.hosts import host_of
from farmsubmit.install.machine import Machine
from farmsubmit.install.row import BAD, FINE, NOTE, WARNING, Row


@pytest.fixture
def machine(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FARMSUBMIT_SITE", raising=False)
    monkeypatch.delenv("FARMSUBMIT_SHOW", raising=False)
    return Machine("linux", {}, tmp_path, tmp_path / "root")


def rows_of(machine, *names):
    return [row for row in examine(machine) if row.name in names]


def test_a_sound_machine_has_no_bad_line_and_each_bad_one_says_how_to_mend_it(machine):
    rows = examine(machine)
    assert is_sound(rows), [row for row in rows if row.state == BAD]
    assert all(row.fix for row in rows if row.state in (WARNING, BAD))
    assert {"farmsubmit", "Python", "jinja2", "Qt", "settings", "state folder", "local:", "maya"} <= {
        row.name for row in rows
    }


def test_a_needed_library_that_is_missing_is_bad_and_another_is_a_warning(machine, monkeypatch):
    gone = {"jinja2", "qtpy", "rich"}
    monkeypatch.setattr(doctor, "installed", lambda name: None if name in gone else libraries.installed(name))
    rows = {row.name: row for row in examine(machine)}
    assert {name: rows[name].state for name in gone} == {"jinja2": BAD, "qtpy": WARNING, "rich": NOTE}
    assert rows["jinja2"].fix == f"{sys.executable} -m pip install jinja2"
    assert not is_sound(list(rows.values()))


def test_without_platformdirs_and_a_home_the_bare_folder_is_named(machine, monkeypatch):
    monkeypatch.delenv("FARMSUBMIT_HOME")
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    (row,) = [row for row in examine(machine) if row.name == "config folder"]
    assert row.state == BAD
    assert "farmsubmit install --copy-to" in row.text
    assert "FARMSUBMIT_HOME" in row.fix


def test_no_qt_is_a_warning(machine, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (row,) = rows_of(machine, "Qt")
    assert (row.state, row.fix.endswith("PySide6-Essentials")) == (WARNING, True)


def test_a_broken_settings_file_is_told_with_its_line(machine, tmp_path):
    path = tmp_path / "home" / "config" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text("chunk = 5\nchonk = 6\n")
    (row,) = rows_of(machine, "settings")
    assert row.state == BAD
    assert "line 2" in row.text
    assert "chunk" in row.fix


def test_a_folder_that_cannot_be_written_to_is_bad(machine, tmp_path, monkeypatch):
    (tmp_path / "home").write_text("a file")
    rows = rows_of(machine, "config folder")
    assert [row.state for row in rows] == [BAD]
    assert "FARMSUBMIT_HOME" in rows[0].fix


def test_a_broken_plug_in_is_a_warning(machine, tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text("import nothing_of_this_name\n")
    monkeypatch.setenv("FARMSUBMIT_PLUGIN_PATH", str(tmp_path))
    (row,) = rows_of(machine, "plug-in")
    assert row.state == WARNING
    assert "broken.py" in row.text


def test_a_dcc_that_does_not_find_farmsubmit_is_a_warning_until_it_does(machine):
    program = machine.root / "usr/autodesk/maya2025/bin/maya"
    program.parent.mkdir(parents=True)
    program.write_text("")
    program.chmod(0o755)
    assert [row.state for row in rows_of(machine, "maya")] == [FINE, WARNING]
    assert rows_of(machine, "maya")[0].version == "2025"
    assert rows_of(machine, "maya")[1].fix == "farmsubmit install maya --user"
    ready = machine._replace(environ={"MAYA_MODULE_PATH": str(files.shipped("dcc", "maya"))})
    assert [row.text for row in rows_of(ready, "maya")][1:] == ["finds farmsubmit"]


@pytest.mark.parametrize(
    ("version", "python", "state", "text"),
    [
        ("2022", "3.9", WARNING, "Python 3.7, PySide2, which is too old for farmsubmit"),
        ("2024", "3.9", FINE, "with Python 3.10, PySide2"),
        ("2024", "3.11", WARNING, "too old for the libraries of this folder"),
        ("2027", "3.11", FINE, "with Python 3.13, PySide6"),
        ("2099", "3.11", FINE, "(by PATH)"),
    ],
)
def test_the_python_and_qt_of_a_maya_are_told_and_weighed(monkeypatch, version, python, state, text):
    monkeypatch.setattr(doctor, "folder_told", lambda: {"python": python})
    row = doctor._host_row(Found("maya", Path("/m/maya"), version, "PATH"))
    assert (row.state, row.text.endswith(text)) == (state, True)


@pytest.mark.parametrize(("version", "qt"), [("7.5v2", "PyQt5"), ("8.0v1", "PySide6"), ("", "")])
def test_katanas_qt_goes_by_its_version(version, qt):
    assert host_of("katana", version).qt == qt


# --- engines


class _Farm(Engine):
    scheme = "farm"

    def translate(self, job):
        raise NotImplementedError

    def spool(self, translation, info, block=False):
        raise NotImplementedError


class _Answers(_Farm):
    def answer(self):
        return "Farm 2.4"


class _Slow(_Farm):
    released = threading.Event()

    def answer(self):
        self.released.wait(10)
        return "late"


class _Down(_Farm):
    def answer(self):
        raise EngineUnreachable("nobody is there", "start it")


class _Ill(_Farm):
    def answer(self):
        raise ZeroDivisionError("oh")


@pytest.fixture
def asked(machine, monkeypatch):
    """Return a function that gives the row for an engine of a class."""

    _Slow.released.clear()

    def ask(kind):
        monkeypatch.setattr("farmsubmit.submission.farms.engine_for", lambda url: kind())
        (row,) = engines.engine_rows(0.05)
        return row

    yield ask
    _Slow.released.set()


def test_an_engine_that_answers_tells_its_version(asked):
    assert asked(_Answers) == Row("farm:", "Farm 2.4", FINE, "answers; jobs go there")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (_Slow, "no answer within 0.05 s"),
        (_Down, "nobody is there; start it"),
        (_Ill, "ZeroDivisionError: oh"),
    ],
)
def test_an_engine_that_does_not_is_bad_and_never_waited_for(asked, kind, text):
    row = asked(kind)
    assert (row.state, row.text) == (BAD, text)
    assert "farmsubmit settings engine=URL" in row.fix


def test_the_other_engines_may_be_away_and_passwords_are_not_shown(machine, monkeypatch, tmp_path):
    monkeypatch.setenv("FARMSUBMIT_ENGINES", f"folder:{tmp_path},nobody://me:secret@there")
    rows = list(engines.engine_rows())
    assert [row.state for row in rows] == [FINE, FINE, WARNING]
    assert "secret" not in str(rows)


# --- the command


@pytest.fixture
def no_programs(monkeypatch):
    """Keep the commands below from starting this machine's own Blender."""
    monkeypatch.setenv("PATH", "")


@pytest.mark.usefixtures("no_programs")
def test_the_command_says_it_as_json_and_as_a_table(machine, capsys):
    assert main(["doctor", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert first["name"] == "farmsubmit"
    assert set(first) == {"name", "version", "state", "text", "fix"}
    assert main(["doctor"]) == 0
    assert "all that is needed is there" in capsys.readouterr().out


@pytest.mark.usefixtures("no_programs")
def test_the_command_ends_with_1_where_something_is_missing(machine, capsys, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_ENGINE", "nothing:")
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "error: nothing::" in out
    assert "something that is needed is missing" in out
