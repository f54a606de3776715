"""The wrappers of Maya, Nuke and Katana in fakes, which know only what the vendors' stubs and documents have."""

from __future__ import annotations

import ast
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from farmsubmit import files

WRAPPERS = ("mayascript.py", "nukescript.py", "katanascript.py", "farmwrapper.py", "farmword.py")
HOSTS = ("mayapy", "maya", "nuke", "katana")


def start(hosts: Any, host: str, word: str, **env: str) -> Any:
    return getattr(hosts, host)(word, **env)


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_runs_the_function_and_gives_its_value(hosts: Any, host: str) -> None:
    done = start(hosts, host, hosts.word("report", {"a b": 'é"\\'}, scene="/a b/木.ma"))
    assert done.returncode == 0, done.stderr
    assert hosts.read()["value"]["what"] == {"a b": 'é"\\'}
    assert hosts.read()["value"]["paths"]["scene"] == ["/a b/木.ma"]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("call", "code"), [("crash", 1), ("no_licence", 75), ("raport", 2)])
def test_every_host_keeps_the_exit_code(hosts: Any, host: str, call: str, code: int) -> None:
    assert start(hosts, host, hosts.word(call)).returncode == code
    assert hosts.read()["exit_code"] == code


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_refuses_a_word_that_got_lost(hosts: Any, host: str) -> None:
    done = start(hosts, host, "/shots/sh 010.ma")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("farmsubmit: error: the last argument '/shots/sh 010.ma' is no word")


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_takes_a_word_from_a_file(hosts: Any, host: str) -> None:
    path = hosts.folder / "the word.json"
    path.write_text(hosts.word("nothing"), "utf-8")
    assert start(hosts, host, str(path)).returncode == 0


@pytest.mark.parametrize(
    ("host", "call", "value"),
    [
        ("mayapy", "ask_maya", True),
        ("maya", "ask_maya", True),
        ("nuke", "ask_nuke", False),
        ("katana", "ask_katana", "1"),
    ],
)
def test_the_function_finds_its_host_ready(hosts: Any, host: str, call: str, value: Any) -> None:
    done = start(hosts, host, hosts.word(call))
    assert done.returncode == 0, done.stderr
    assert hosts.read()["value"] == value


# --- Maya


def test_maya_without_a_licence_at_its_start_is_worth_another_try(hosts: Any) -> None:
    done = hosts.mayapy(hosts.word("nothing"), FAKE_MAYA_START="no")
    assert done.returncode == 75
    assert done.stdout.splitlines()[-1].startswith("farmsubmit: licence: RuntimeError: Error encountered when init")
    assert hosts.read()["state"] == "licence"


@pytest.mark.parametrize("word", ["{", "done"])
def test_maya_is_not_started_where_there_is_nothing_to_do(hosts: Any, word: str) -> None:
    done = hosts.word("nothing", once=True)
    assert hosts.mayapy(done).returncode == 0
    again = hosts.mayapy(done if word == "done" else word, FAKE_MAYA_START="no")
    assert again.returncode == (0 if word == "done" else 2)


@pytest.mark.parametrize("habit", ["whatIs knows nothing", "argv has only the word"])
def test_the_mel_file_is_found_in_either_of_two_ways(hosts: Any, habit: str) -> None:
    done = hosts.maya(hosts.word("nothing"), FAKE_HABIT=habit)
    assert done.returncode == 0, done.stderr


def test_the_mel_file_is_found_in_a_folder_with_blanks_and_quotes(hosts: Any) -> None:
    shutil.copytree(hosts.wrappers, hosts.folder / "it's é" / "wrappers")
    done = hosts.maya(hosts.word("nothing"), script="it's é/wrappers/mayascript.mel")
    assert done.returncode == 0, done.stderr


def test_a_mel_file_that_stands_alone_does_not_end_with_success(hosts: Any) -> None:
    shutil.copy(hosts.wrappers / "mayascript.mel", hosts.folder)
    done = hosts.maya(hosts.word("nothing"), script=str(hosts.folder / "mayascript.mel"))
    assert done.returncode == 2
    assert done.stderr.endswith("farmsubmit: error: mayascript.py beside mayascript.mel cannot be run\n")


def mel() -> str:
    return files.shipped("wrappers", "mayascript.mel").read_text("ascii")


def test_the_mel_file_is_short_and_uses_only_commands_that_are_known() -> None:
    assert len(mel().splitlines()) <= 30
    code = "".join(line for line in mel().splitlines() if not line.startswith("//"))
    code = re.sub(r"\s", "", re.sub(r'"(?:[^"\\]|\\.)*"', '""', code))
    # Sources: python in Autodesk's MEL command reference; global procedures and + between strings in its MEL guide.
    assert re.fullmatch(r'globalproc(\w+)\(\){python\(""(\+"")*\);}\1\(\);', code), code


def test_the_word_is_nowhere_in_the_mel_file_and_nothing_is_evaluated() -> None:
    assert "$" not in mel()
    assert not re.search(r"(?<!mel\.)\beval\b|\bexec\b|catch|system", mel())


def test_mayas_environment_is_set_before_it_starts_and_a_studios_own_stays(hosts: Any) -> None:
    assert hosts.mayapy(hosts.word("environment_of_maya"), MAYA_DISABLE_CIP="0").returncode == 0
    at_start = {"MAYA_NO_STANDALONE_ATEXIT": "1", "MAYA_DISABLE_CIP": "0", "MAYA_DISABLE_CER": "1"}
    assert {name: hosts.read()["value"].get(name) for name in at_start} == at_start


# --- Nuke


def test_nuke_takes_the_word_from_its_raw_arguments_where_python_has_lost_it(hosts: Any) -> None:
    assert hosts.nuke(hosts.word("nothing"), FAKE_HABIT="argv has only the script").returncode == 0


def test_a_frame_range_behind_the_word_is_nukes_own(hosts: Any) -> None:
    assert hosts.nuke(hosts.word("nothing"), "1,20").returncode == 0


def test_nuke_without_a_word_is_wrong_usage(hosts: Any) -> None:
    done = hosts.nuke()
    assert done.returncode == 2
    assert "the last argument" in done.stderr and "is no word" in done.stderr


# --- Katana


@pytest.mark.parametrize("habit", ["whole argv", "argv has only the word", "the folder is not on sys.path"])
def test_katana_may_put_into_argv_or_on_the_path_what_it_likes(hosts: Any, habit: str) -> None:
    assert hosts.katana(hosts.word("nothing"), FAKE_HABIT=habit).returncode == 0


@pytest.mark.parametrize("host", ["nuke", "katana"])
def test_the_name_that_a_host_gives_to_the_script_does_not_matter(hosts: Any, host: str) -> None:
    assert start(hosts, host, hosts.word("crash"), FAKE_HABIT="not __main__").returncode == 1


@pytest.mark.parametrize("name", ["nukescript.py", "katanascript.py"])
def test_a_script_that_stands_alone_does_not_end_with_success(hosts: Any, name: str) -> None:
    hosts.wrappers = Path(shutil.copy(hosts.wrappers / name, hosts.folder)).parent
    done = start(hosts, name[:-9], hosts.word("nothing"))
    assert done.returncode == 2
    assert "No module named 'farmwrapper'" in done.stderr


# --- all of them


def imports(name: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(files.shipped("wrappers", name).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.skipif(sys.version_info < (3, 10), reason="sys.stdlib_module_names is new in 3.10")
@pytest.mark.parametrize("name", WRAPPERS)
def test_a_wrapper_needs_only_its_host_and_the_standard_library(name: str) -> None:
    known = {*getattr(sys, "stdlib_module_names", ()), "farmwrapper", "farmword", "maya", "nuke", "__future__"}
    assert imports(name) <= known


@pytest.mark.parametrize("name", WRAPPERS)
def test_a_wrapper_evaluates_no_text(name: str) -> None:
    for node in ast.walk(ast.parse(files.shipped("wrappers", name).read_text("utf-8"))):
        if isinstance(node, ast.Call):
            assert getattr(node.func, "id", "") not in {"eval", "exec", "compile", "__import__"}, node.lineno
