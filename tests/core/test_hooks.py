"""A studio's hooks: what they are given, what they may give back, and what a mistake of theirs gets."""

import json
import os
import sys
from pathlib import Path

import pytest

from farmsubmit import hooks
from farmsubmit.errors import FarmsubmitError
from farmsubmit.hooks import HookError, HookRefused, run_hook


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Return a function that makes a module of the studio and gives the name of its function ``hook``."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(body, name="studio_hooks"):
        monkeypatch.delitem(sys.modules, name, raising=False)
        (tmp_path / f"{name}.py").write_text(f"def hook(given):\n    {body}\n")
        return f"{name}:hook"

    return make


@pytest.fixture
def program(tmp_path):
    """Return a function that makes a program of Python lines and gives its path."""

    def make(*lines):
        path = tmp_path / "my hook.py"
        path.write_text("\n".join(("import json, os, sys, time", *lines)))
        return str(path)

    return make


def run(hook, document=None, seconds=30):
    return run_hook(hook, hooks.BEFORE_BUILD, document or {"job": {"priority": 50}}, seconds, sys.executable)


@pytest.mark.parametrize("body", ["given['job']['priority'] = 10", "return {**given, 'job': {'priority': 10}}"])
def test_a_function_may_change_what_it_is_given_or_give_back_another(module, body):
    assert run(module(body)).document == {"job": {"priority": 10}}


def test_a_function_of_a_configuration_file_needs_no_name():
    assert run(lambda given: {"a": 1}).document == {"a": 1}


def test_a_function_that_changes_nothing_gives_nothing_back(module):
    assert run(module("pass")).document == {"job": {"priority": 50}}


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ("return {'refuse': 'no project'}", HookRefused, r"the hook studio_hooks:hook refused: no project$"),
        ("from farmsubmit.hooks import HookRefused; raise HookRefused('no')", HookRefused, "refused: no$"),
        ("return 7", HookError, "gave back int; it may give back an object, or None"),
        ("return {'a': {1, 2}}", HookError, "gave back what JSON cannot hold"),
        ("given['self'] = given", HookError, "gave back what JSON cannot hold"),
        ("raise SystemExit(3)", HookError, r"failed: SystemExit: 3 \(.*studio_hooks.py, line 2\)"),
        ("1 / 0", HookError, r"failed: ZeroDivisionError: division by zero \(.*studio_hooks.py, line 2\)"),
    ],
)
def test_a_function_that_refuses_or_fails_is_one_sentence(module, body, error, words):
    with pytest.raises(error, match=words) as caught:
        run(module(body))
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["no_such_module:hook", "json:dmups"])
def test_a_function_that_is_not_there_is_told(name):
    with pytest.raises(HookError, match=f"the hook {name} failed: .* cannot be found"):
        run(name)


def test_a_program_reads_and_writes_json(program):
    hook = program(
        "given = json.load(sys.stdin)", "given['job']['priority'] = 10", "print(json.dumps([given, sys.argv[1]][0]))"
    )
    assert run(hook).document == {"job": {"priority": 10}}


def test_a_program_is_told_the_stage_and_its_words_stay_words(program):
    hook = program("print(json.dumps({'argv': sys.argv[1:]}))")
    assert run(hook).document == {"argv": ["before_build"]}
    assert run([sys.executable, hook, "$HOME; x"]).document == {"argv": ["$HOME; x", "before_build"]}


@pytest.mark.skipif(os.name == "nt", reason="a script with a first line that names its program")
def test_a_program_is_found_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "hook"
    path.write_text("#!/bin/sh\ncat > /dev/null\necho '{\"a\": 1}'\n")
    path.chmod(0o755)
    assert run("~/hook").document == {"a": 1}


def test_a_program_that_writes_nothing_or_does_not_read_changes_nothing(program):
    document = {"text": "x" * 1_000_000}
    assert run(program("pass"), document).document == document


def test_what_a_program_says_is_kept(program):
    answer = run(program("print('looked at', 3, 'rows', file=sys.stderr)", "print(file=sys.stderr)"))
    assert answer.said == ("looked at 3 rows",)


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        ("print('first', file=sys.stderr); sys.exit('no project')", HookRefused, "refused: no project$"),
        ("sys.exit(4)", HookRefused, "refused: exit code 4$"),
        ("print(json.dumps({'refuse': 'too many'}))", HookRefused, "refused: too many$"),
        ("print(json.dumps({'refuse': ' '}))", HookRefused, "refused: it does not say why$"),
        ("print('hello')", HookError, "wrote no JSON object to standard output: hello"),
        ("print('[1]')", HookError, "wrote no JSON object"),
        ("print('[' * 100000)", HookError, "wrote no JSON object"),
        ("print(json.dumps('\\x1b[2J'))", HookError, r"wrote no JSON object to standard output: .\\u001b\[2J"),
    ],
)
def test_a_program_that_refuses_or_fails_is_one_sentence(program, line, error, words):
    with pytest.raises(error, match=words) as caught:
        run(program(line))
    assert type(caught.value) is error


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_program_that_takes_too_long_is_ended_with_all_it_started(program, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    child = f"import time; pipe = open({str(tmp_path / 'pipe')!r}, 'w'); time.sleep(8); pipe.write('I live')"
    hook = program("import subprocess", f"subprocess.Popen([sys.executable, '-c', {child!r}])", "time.sleep(60)")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(HookError, match=r"my hook.py took longer than 2 s; see hook_seconds"):
        run(hook, seconds=2)
    os.set_blocking(reader, True)
    assert os.read(reader, 100) == b""
    os.close(reader)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_program_that_a_signal_ends_has_failed_and_not_refused(program):
    with pytest.raises(HookError, match=r"my hook.py failed: it was ended by signal 9$") as caught:
        run(program("os.kill(os.getpid(), 9)"))
    assert type(caught.value) is HookError


@pytest.mark.parametrize("name", ["nothing", "nothing.py"])
def test_a_program_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(HookError, match=r"cannot be started: .*o such file") as caught:
        run(str(tmp_path / name))
    assert type(caught.value) is HookError


def test_a_refusal_is_no_wrong_usage():
    assert issubclass(HookRefused, FarmsubmitError)
    assert HookRefused("x").exit_code == HookError("x").exit_code == 1


def test_the_examples_of_the_docs_run(module, program, tmp_path):
    text = Path(__file__, "../../../docs/hooks.md").resolve().read_text("utf-8")
    first, second = (part.partition("```")[0] for part in text.split("```python\n")[1:])
    (tmp_path / "studio_example.py").write_text(first)
    (tmp_path / "example.py").write_text(second)
    request = {"job": {"projects": []}, "facts": {"path": "/shows/abc/sh010/light.ma"}}
    assert run(module("from studio_example import project_of; project_of(given)"), request).document["job"] == {
        "projects": ["abc"]
    }
    given = {"job": {"job": {"priority": 900}}, "request": None}
    answer = run_hook(
        str(tmp_path / "example.py"), hooks.BEFORE_SEND, json.loads(json.dumps(given)), 30, sys.executable
    )
    assert answer.document == {"attributes": {"priority": 500}}
