"""Installing for each DCC, and the bare folder, on machines made of folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from farmsubmit import files
from farmsubmit.cli.main import main
from farmsubmit.errors import FarmsubmitError
from farmsubmit.install import find as finding
from farmsubmit.install import libraries, plans
from farmsubmit.install.find import Found, find, find_render, version_of
from farmsubmit.install.folder import copy_to
from farmsubmit.install.libraries import Copied, Library, copy_libraries, needed_by
from farmsubmit.install.libraries import installed as real
from farmsubmit.install.machine import DCCS, Machine, blender_addons, maya_home
from farmsubmit.install.plans import plan_for, shell_line
from farmsubmit.install.steps import Block, Folder, WholeFile

HOSTILE = b"# -*- coding: latin-1 -*-\r\nprint('\xe9')\r\nlast = 1"


@pytest.fixture
def machine(tmp_path):
    return Machine("linux", {}, tmp_path, tmp_path / "root")


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    """Return a function that runs farmsubmit with a home of its own and gives (exit code, output, errors)."""
    for name in ("MAYA_APP_DIR", "MAYA_MODULE_PATH", "NUKE_PATH", "KATANA_RESOURCES", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("BLENDER_USER_SCRIPTS", str(tmp_path / "scripts"))

    def run(*argv):
        code = main(list(argv))
        return (code, *capsys.readouterr())

    return run


def made_program(path, text="exit 0"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


# --- where the DCCs look


@pytest.mark.parametrize(
    ("system", "environ", "expected"),
    [
        ("linux", {}, "maya"),
        ("darwin", {}, "Library/Preferences/Autodesk/maya"),
        ("win32", {}, "Documents/maya"),
        ("linux", {"MAYA_APP_DIR": "/m"}, "/m"),
    ],
)
def test_mayas_folder_is_where_autodesk_says(system, environ, expected, tmp_path):
    assert maya_home(Machine(system, environ, tmp_path)) == tmp_path / expected


@pytest.mark.parametrize(
    ("system", "environ", "folder"),
    [
        ("linux", {}, ".config/blender"),
        ("linux", {"XDG_CONFIG_HOME": "{home}/x"}, "x/blender"),
        ("darwin", {}, "Library/Application Support/Blender"),
        ("win32", {}, "AppData/Roaming/Blender Foundation/Blender"),
    ],
)
def test_each_version_of_blender_has_its_add_ons(system, environ, folder, tmp_path):
    for name in ("4.2", "10.0", "cache"):
        (tmp_path / folder / name).mkdir(parents=True)
    environ = {name: value.format(home=tmp_path) for name, value in environ.items()}
    found = blender_addons(Machine(system, environ, tmp_path), ["4.2", "5.1", ""])
    assert found == [tmp_path / folder / version / "scripts" / "addons" for version in ("4.2", "5.1", "10.0")]


@pytest.mark.parametrize(
    ("dcc", "path", "version"),
    [
        ("maya", "usr/autodesk/maya2025/bin/maya", "2025"),
        ("nuke", "usr/local/Nuke15.1v3/Nuke15.1", "15.1v3"),
        ("katana", "opt/Foundry/Katana8.0v1/katana", "8.0v1"),
        ("blender", "opt/blender-4.2/blender", "4.2.1"),
    ],
)
def test_dccs_are_found_in_the_usual_places(dcc, path, version, machine):
    made_program(machine.root / path, "echo Blender 4.2.1")
    assert find(dcc, machine) == [Found(dcc, machine.root / path, version, "the usual place")]


def test_a_dcc_that_is_found_twice_is_told_once(machine):
    program = made_program(machine.root / "usr/autodesk/maya2024/bin/maya")
    (machine.home / "bin").mkdir()
    (machine.home / "bin" / "maya").symlink_to(program)
    both = {"PATH": str(machine.home / "bin"), "MAYA_LOCATION": str(program.parent.parent)}
    (found,) = find("maya", machine._replace(environ=both))
    assert (found.where, found.version) == ("PATH", "2024")


def test_a_blender_that_hangs_or_fails_has_no_version(machine, monkeypatch):
    monkeypatch.setattr(finding, "_SECONDS", 0.05)
    assert version_of("blender", made_program(machine.home / "slow", "exec sleep 5")) == ""
    assert version_of("blender", machine.home / "gone") == ""


def test_render_is_the_one_beside_maya_else_that_on_path(machine):
    assert find_render(machine) is None
    on_path = made_program(machine.home / "bin" / "Render")
    machine = machine._replace(environ={"PATH": str(on_path.parent)})
    assert find_render(machine) == on_path
    beside = made_program(machine.root / "usr/autodesk/maya2025/bin/Render")
    made_program(beside.with_name("maya"))
    assert find_render(machine) == beside


# --- what is written


def test_without_a_word_install_prints_and_writes_nothing(cli, tmp_path):
    code, out, _ = cli("install", *DCCS)
    assert code == 0
    assert not [path for path in tmp_path.iterdir() if path.name != "nothing"]
    for text in ("MAYA_MODULE_PATH=", "NUKE_PATH=", "KATANA_RESOURCES=", "farmsubmit.mod", "init.py", "add-on"):
        assert text in out


@pytest.mark.parametrize("dcc", ["maya", "nuke", "blender"])
def test_user_writes_once_and_remove_takes_it_away(cli, tmp_path, dcc):
    assert cli("install", dcc, "--user")[0] == 0
    first = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert cli("install", dcc, "--user")[0] == 0
    assert first == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert first
    assert "finds farmsubmit already" in cli("install", dcc)[1]
    assert cli("install", dcc, "--remove")[0] == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "nothing at" in cli("install", dcc, "--remove")[1]


def test_the_module_file_names_the_shipped_folder_whole(cli, tmp_path):
    cli("install", "maya", "--user")
    (line,) = [line for line in (tmp_path / "maya/modules/farmsubmit.mod").read_text().splitlines() if line[:1] == "+"]
    assert line.startswith("+ farmsubmit ")
    assert line.endswith(f" {files.shipped('dcc', 'maya').as_posix()}")


def test_the_lines_of_nuke_run_and_leave_the_others_as_they_are(cli, tmp_path):
    path = tmp_path / ".nuke" / "init.py"
    path.parent.mkdir()
    path.write_bytes(HOSTILE)
    cli("install", "nuke", "--user")
    written = path.read_bytes()
    assert written.startswith(HOSTILE + b"\r\n# farmsubmit begin")
    path.write_bytes(written + b"more = 2\r\n")
    cli("install", "nuke", "--user")
    cli("install", "nuke", "--remove")
    assert path.read_bytes() == HOSTILE + b"\r\nmore = 2\r\n"


def test_nukes_line_is_ascii_whatever_the_folder_is_called(tmp_path, monkeypatch, machine):
    monkeypatch.setattr(files, "shipped", lambda *parts: tmp_path / "sh ow – 東京 'ü" / "dcc")
    text = "\n".join(plan_for("nuke", machine).steps[0].told())
    line = next(line.strip() for line in text.splitlines() if "pluginAddPath" in line)
    assert line.isascii()
    assert "\\u6771\\u4eac" in line


def test_the_add_on_knows_where_the_core_is(cli, tmp_path):
    cli("install", "blender", "--user")
    addon = tmp_path / "scripts" / "addons" / "farmsubmit_blender"
    assert (addon / "__init__.py").is_file()
    assert Path((addon / plans.ROOT_FILE).read_text("utf-8").strip()) == files.root()
    assert (files.root() / "farmsubmit" / "__init__.py").is_file()


def test_an_old_add_on_is_replaced_whole(cli, tmp_path):
    cli("install", "blender", "--user")
    addon = tmp_path / "scripts" / "addons" / "farmsubmit_blender"
    (addon / "left_over.py").write_text("")
    cli("install", "blender", "--user")
    assert not (addon / "left_over.py").exists()
    assert [path.name for path in addon.parent.iterdir()] == ["farmsubmit_blender"]


def test_katana_has_no_file_of_the_user_and_says_what_to_set(cli, tmp_path):
    code, _, errors = cli("install", "maya", "katana", "--user")
    assert code == 2
    assert "export KATANA_RESOURCES=" in errors
    assert not (tmp_path / "maya").exists()


def test_without_a_blender_there_is_nothing_to_write_to(cli, monkeypatch):
    monkeypatch.delenv("BLENDER_USER_SCRIPTS")
    code, _, errors = cli("install", "blender", "--user")
    assert code == 2
    assert "BLENDER_USER_SCRIPTS" in errors


def test_a_variable_that_is_set_counts_as_installed(machine):
    folder = str(files.shipped("dcc", "nuke"))
    plan = plan_for("nuke", machine)
    assert not plan.is_done(machine)
    assert plan.is_done(machine._replace(environ={"NUKE_PATH": f"/other:{folder}/"}))


@pytest.mark.parametrize(("words", "said"), [((), "not clear"), (("mya",), "did you mean 'maya'")])
def test_what_to_install_must_be_clear(cli, words, said):
    code, _, errors = cli("install", *words)
    assert (code, said in errors) == (2, True)


@pytest.mark.parametrize(
    ("system", "line"),
    [("linux", "export A='/a b'${A:+:$A}"), ("win32", 'set "A=/a b;%A%"')],
)
def test_the_line_of_a_shell_adds_to_what_is_there(system, line, tmp_path):
    assert shell_line("A", "/a b", Machine(system, {}, tmp_path)) == line


@pytest.mark.skipif(os.name == "nt", reason="runs a POSIX shell")
@pytest.mark.parametrize(("before", "after"), [("", "/a b"), ("/c", "/a b:/c")])
def test_the_line_of_a_shell_works_in_one(before, after, machine):
    script = shell_line("A", "/a b", machine) + '; printf %s "$A"'
    done = subprocess.run(["/bin/sh", "-c", script], env={"A": before}, capture_output=True, text=True, check=True)
    assert done.stdout == after


# --- what is never written over


def test_a_file_that_is_not_ours_stays(tmp_path):
    path = tmp_path / "farmsubmit.mod"
    path.write_text("+ other 1.0 /x\n")
    step = WholeFile(path, "+ farmsubmit 1 /y\n", lambda text: "farmsubmit" in text)
    with pytest.raises(FarmsubmitError, match="is not ours"):
        step.apply()
    assert not step.remove()
    assert path.read_text() == "+ other 1.0 /x\n"


@pytest.mark.parametrize("broken", ["{begin}\nx\n", "{end}\n", "{end}\n{begin}\n", "{begin}\n{end}\n{begin}\n{end}\n"])
def test_broken_marks_are_told_and_nothing_is_written(tmp_path, broken):
    step = Block(tmp_path / "init.py", ["x = 1"])
    step.apply()
    begin, _, end = step.path.read_text().splitlines()
    step.path.write_text(broken.format(begin=begin, end=end))
    before = step.path.read_bytes()
    with pytest.raises(FarmsubmitError, match="marks of farmsubmit's lines are broken"):
        step.apply()
    assert step.path.read_bytes() == before


def test_a_linked_settings_file_stays_a_link_and_keeps_its_mode(tmp_path):
    (tmp_path / "real.py").write_text("a = 1\n")
    link = tmp_path / "init.py"
    link.symlink_to(tmp_path / "real.py")
    link.chmod(0o640)
    Block(link, ["x = 1"]).apply()
    assert link.is_symlink()
    assert link.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "real.py").read_text().startswith("a = 1\n# farmsubmit begin")


def filled(made):
    (made / "mark").write_text("")


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_a_folder_that_is_not_ours_stays(tmp_path, kind):
    target, other = tmp_path / "there", tmp_path / "other"
    other.mkdir()
    filled(other)
    if kind == "folder":
        target.mkdir()
        (target / "precious").write_text("")
    elif kind == "file":
        target.write_text("")
    else:
        target.symlink_to(other)
    with pytest.raises(FarmsubmitError, match="is not ours"):
        Folder(target, filled, "mark", "it").apply()
    assert (target / "precious").exists() or target.is_file() or target.is_symlink()


def test_a_folder_whose_filling_fails_leaves_the_old_one_and_no_rest(tmp_path):
    target = tmp_path / "there"
    Folder(target, filled, "mark", "it").apply()

    def fails(made):
        (made / "half").write_text("")
        raise OSError(28, "No space left on device")

    with pytest.raises(FarmsubmitError, match="No space left on device"):
        Folder(target, fails, "mark", "it").apply()
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert [path.name for path in target.iterdir()] == ["mark"]


# --- the bare folder


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A folder for a server, made once, and what copy_to said of it."""
    return copy_to(tmp_path_factory.mktemp("srv") / "farm submit ü")


def in_bare(bare, *argv, program="farmsubmit"):
    """Run a script of the folder with a Python that has no packages of its own."""
    home = bare.path.parent / "home"
    home.mkdir(exist_ok=True)
    words = [sys.executable, "-S", "-I", "-B", str(bare.path / "bin" / program), *argv]
    variables = {"HOME": str(home), "PATH": os.defpath, "USERPROFILE": str(home)}
    return subprocess.run(words, env=variables, capture_output=True, text=True, timeout=60, check=False)


def test_the_folder_has_all_rooms_and_nothing_compiled(bare):
    names = {path.name for path in bare.path.iterdir()}
    rooms = {"farmsubmit", "ui", "dcc", "wrappers", "resources", "libraries", "bin", files.FOLDER_FILE}
    assert rooms <= names
    assert not (bare.path / "farmsubmit" / "dcc").exists()
    compiled = {".so", ".pyd", ".pyc"}
    assert not [path for path in bare.path.rglob("*") if path.suffix in compiled or path.name == "__pycache__"]


def test_each_library_has_its_licence(bare):
    libraries = bare.path / "libraries"
    assert {"jinja2", "markupsafe", "platformdirs"} <= set(bare.copied.versions)
    for name in bare.copied.versions:
        found = [path for path in libraries.glob("*.dist-info") if path.name.lower().startswith(f"{name}-")]
        (folder,) = found
        assert [path for path in folder.rglob("*") if "licen" in path.name.lower()], name


def test_libraries_that_are_missing_are_told_with_what_installs_them(tmp_path, monkeypatch):
    gone = {"tomli", "requests", "certifi", "packaging"}
    monkeypatch.setattr(libraries, "installed", lambda name: None if name in gone else real(name))
    copied = copy_libraries(tmp_path)
    assert not gone & set(copied.versions)
    told = [text.partition(" ")[0] for text in copied.missing]
    assert "certifi" not in told  # it comes with requests
    assert {"tomli", "requests"} <= set(told)
    assert all(f"pip install {name}" in text for name, text in zip(told, copied.missing))


def test_a_library_for_newer_pythons_makes_the_folder_one_for_these(tmp_path, monkeypatch):
    package = tmp_path / "new-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: new\nVersion: 1.0\nRequires-Python: <4,>=3.12\n")
    (package / "RECORD").write_text("new.py,,\nnew-1.0.dist-info/METADATA,,\n")
    (tmp_path / "new.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(libraries, "LIBRARIES", (Library("new", "tests"),))
    copied = copy_libraries(tmp_path / "there")
    assert copied == Copied({"new": "1.0"}, [], "3.12", "new")
    assert (tmp_path / "there" / "new.py").is_file()


def test_a_python_without_packages_runs_the_folder(bare):
    done = in_bare(bare, "doctor", "--json")
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert rows["jinja2"]["version"] == bare.copied.versions["jinja2"]
    assert rows["state folder"]["state"] == "ok"
    assert "Traceback" not in done.stderr


def test_the_folder_installs_itself_for_a_dcc(bare):
    done = in_bare(bare, "install", "nuke", "--user")
    assert done.returncode == 0, done.stderr
    text = (bare.path.parent / "home" / ".nuke" / "init.py").read_text()
    assert ascii((bare.path / "dcc" / "nuke").as_posix()) in text


def test_the_folder_copies_itself_with_its_libraries(bare, tmp_path):
    done = in_bare(bare, "install", "--copy-to", str(tmp_path / "again"))
    assert done.returncode == 0, done.stderr
    mark = files.FOLDER_FILE
    assert (tmp_path / "again" / mark).read_text() == (bare.path / mark).read_text()
    assert (tmp_path / "again" / "libraries" / "jinja2").is_dir()


def test_no_folder_is_made_inside_this_installation(cli):
    code, _, errors = cli("install", "--copy-to", str(files.root() / "new"))
    assert code == 2
    assert "part of this installation" in errors


def test_a_copy_and_a_dcc_are_not_asked_for_at_once(cli, tmp_path):
    code, _, errors = cli("install", "maya", "--copy-to", str(tmp_path / "x"))
    assert (code, "is a DCC" in errors) == (2, True)


def test_an_older_python_needs_tomli_and_a_newer_one_does_not():
    assert "tomli" in [library.name for library in needed_by((3, 10))]
    assert "tomli" not in [library.name for library in needed_by((3, 11))]
