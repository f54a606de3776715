"""The contract that all wrappers keep, in a host that is only Python; the result file is looked at every time."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from typing import Any

import pytest

from farmsubmit.tasks import contract


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout.splitlines()[-1]


# --- done


def test_a_function_gets_its_values_and_paths_and_gives_its_own(hosts: Any) -> None:
    before = time.time()
    done = hosts.plain(hosts.word("report", {"frames": [1, 2]}, scene="C:\\new a\\é.ma"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == ["farmsubmit: begin jobs:report", "TR_PROGRESS 100%"]
    assert last_line(done).startswith("farmsubmit: done in 0.")
    result = hosts.read()
    assert list(result) == ["farmsubmit", "state", "exit_code", "value", "error", "started", "ended", "host"]
    assert (result["farmsubmit"], result["state"], result["exit_code"], result["error"]) == (1, "done", 0, "")
    assert result["value"]["what"] == {"frames": [1, 2]}
    assert result["value"]["paths"]["scene"] == ["C:\\new a\\é.ma"]
    assert before - 1 <= result["started"] <= result["ended"] <= time.time() + 1
    assert result["host"] == socket.gethostname()


def test_folders_come_first_on_the_path_in_their_order(hosts: Any) -> None:
    folders = [hosts.folder / "1", hosts.folder / "2"]
    for folder in folders:
        folder.mkdir()
        # A module of Python itself has the same name.
        (folder / "colorsys.py").write_text(f"def report(what, paths):\n    return {folder.name}\n")
    assert hosts.plain(hosts.word("colorsys:report", python=f"{folders[0]}|python={folders[1]}")).returncode == 0
    assert hosts.read()["value"] == 1


def test_the_result_is_the_only_file_that_is_left(hosts: Any) -> None:
    assert hosts.call("nothing").returncode == 0
    assert [path.name for path in hosts.result.parent.iterdir()] == ["1.json"]
    assert hosts.read()["value"] is None


def test_the_result_can_be_read_by_whom_the_umask_lets(hosts: Any) -> None:
    before = os.umask(0o027)
    try:
        assert hosts.call("nothing").returncode == 0
    finally:
        os.umask(before)
    assert hosts.result.stat().st_mode & 0o777 == 0o640


def test_a_result_file_is_not_needed(hosts: Any) -> None:
    assert hosts.plain(hosts.word("give_set", result=None)).returncode == 0


@pytest.mark.parametrize(("name", "why"), [("give_set", "Object of type set"), ("give_nan", "Out of range float")])
def test_a_value_that_json_cannot_hold_is_a_failure(hosts: Any, name: str, why: str) -> None:
    done = hosts.call(name)
    assert done.returncode == 1
    assert last_line(done).startswith(f"farmsubmit: error: what the function returned is no JSON: {why}")
    assert (hosts.read()["state"], hosts.read()["value"]) == ("failed", None)


# --- failed


def test_a_traceback_begins_with_the_function_and_the_last_line_says_it_all(hosts: Any) -> None:
    done = hosts.call("crash")
    assert done.returncode == 1
    places = [line.split('"')[1].rpartition(os.sep)[2] for line in done.stdout.splitlines() if 'File "' in line]
    assert places == ["jobs.py", "jobs.py"]
    assert last_line(done).startswith("farmsubmit: error: ZeroDivisionError: division by zero (jobs.py, line ")
    result = hosts.read()
    assert (result["state"], result["exit_code"]) == ("failed", 1)
    assert last_line(done) == f"farmsubmit: error: {result['error']}"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("interrupted", "KeyboardInterrupt (jobs.py, line "),
        ("untold", "Untold: an error that cannot be told (jobs.py"),
        ("divide", "TypeError: unsupported operand type(s) for /: 'dict' and 'dict' (jobs.py"),
    ],
)
def test_whatever_is_raised_is_a_failure(hosts: Any, name: str, sentence: str) -> None:
    done = hosts.call(name)
    assert done.returncode == 1
    assert last_line(done).startswith(f"farmsubmit: error: {sentence}")
    assert hosts.read()["state"] == "failed"


@pytest.mark.parametrize(
    ("code", "exit_code", "state"),
    [
        (None, 0, "done"),
        (0, 0, "done"),
        (7, 7, "failed"),
        (255, 255, "failed"),
        (256, 1, "failed"),
        (-1, 1, "failed"),
        (True, 1, "failed"),
        ("no camera\nat all", 1, "failed"),
        (75, 75, "licence"),
    ],
)
def test_what_is_given_to_sys_exit_stays(hosts: Any, code: Any, exit_code: int, state: str) -> None:
    done = hosts.call("leave", {"code": code})
    assert done.returncode == exit_code
    assert (hosts.read()["state"], hosts.read()["exit_code"]) == (state, exit_code)
    if isinstance(code, str):
        assert last_line(done) == "farmsubmit: error: no camera at all"


def test_a_process_that_dies_leaves_no_result_of_an_earlier_run(hosts: Any) -> None:
    assert hosts.call("nothing").returncode == 0
    assert hosts.call("die").returncode == 11
    assert not hosts.result.exists()


def test_a_result_that_cannot_be_written_is_told_before_the_function_runs(hosts: Any) -> None:
    (hosts.folder / "file").touch()
    done = hosts.plain(hosts.word("report", result=hosts.folder / "file" / "1.json"))
    assert done.returncode == 1
    assert "TR_PROGRESS" not in done.stdout
    assert last_line(done).startswith(f"farmsubmit: error: the result file {hosts.folder}/file/1.json cannot be writ")


@pytest.mark.parametrize(
    ("what", "sentence"), [({}, "the result file "), ({"raise": True}, "ValueError: no camera (jobs.py")]
)
def test_a_result_that_cannot_be_written_in_the_end_is_a_failure(hosts: Any, what: Any, sentence: str) -> None:
    done = hosts.call("spoil", what)
    assert done.returncode == 1
    assert last_line(done).startswith(f"farmsubmit: error: {sentence}")
    assert [path.name for path in hosts.result.parent.iterdir()] == ["1.json"]


# --- licences


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no_licence", "FloatingLicenseError: all 4 seats are taken (jobs.py, line "),
        ("raise_from_licence", "RuntimeError: the frame was not rendered (jobs.py, line "),
    ],
)
def test_a_licence_that_was_not_to_be_had_is_told_apart(hosts: Any, name: str, sentence: str) -> None:
    done = hosts.call(name)
    assert done.returncode == contract.LICENCE_EXIT == 75
    assert last_line(done).startswith(f"farmsubmit: licence: {sentence}")
    assert (hosts.read()["state"], hosts.read()["exit_code"]) == ("licence", 75)


@pytest.mark.parametrize(
    ("text", "exit_code"),
    [
        ("aborting render because the abort_on_license_fail option was enabled", 75),
        ("ERR: [V-Ray] Could not obtain a license (-88): -88: no server", 75),
        ("R10035 {SEVERE}  License server unreachable", 75),
        ("A license for nuke was not found\n\nFOUNDRY LICENSE ERROR REPORT\n---", 75),
        ("the licence of this texture is not known", 1),
    ],
)
def test_the_words_of_programs_without_a_licence_are_known(hosts: Any, text: str, exit_code: int) -> None:
    assert hosts.call("raise_text", {"text": text}).returncode == exit_code


# --- once


def test_what_was_done_is_not_done_twice(hosts: Any) -> None:
    word = hosts.word("count", once=True, counter=hosts.folder / "counter")
    assert [hosts.plain(word).returncode for _ in range(2)] == [0, 0]
    assert hosts.plain(word).stdout == "farmsubmit: already done, not run again\n"
    assert hosts.read()["value"] == 1


@pytest.mark.parametrize("earlier", ["", "{", "[]", '{"state":"done"}', '{"farmsubmit":1,"state":"failed"}'])
def test_what_was_not_done_is_done(hosts: Any, earlier: str) -> None:
    hosts.result.parent.mkdir()
    hosts.result.write_text(earlier)
    done = hosts.plain(hosts.word("report", once=True))
    assert (done.returncode, done.stderr) == (0, "")
    assert "TR_PROGRESS 100%" in done.stdout


# --- exit code 2


def test_a_damaged_word_is_one_line_on_stderr(hosts: Any) -> None:
    done = hosts.plain(hosts.word("nothing").replace("}|", "|"))
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith('farmsubmit: error: the word \'{"farmsubmit": 1, ')


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("jobs:raport", "there is no function 'raport' in "),
        ("jobs:raport", "; did you mean 'report'?"),
        ("jobs:variable", "there is no function 'variable' in "),
        ("job:report", "there is no module 'job'; did you mean 'jobs'?"),
        ("jobs.more:report", "there is no module 'jobs.more'"),
        ("xml.etree.ElementTre:parse", "no module 'xml.etree.ElementTre'; did you mean 'xml.etree.ElementTree'?"),
    ],
)
def test_a_wrong_name_is_wrong_usage(hosts: Any, call: str, sentence: str) -> None:
    done = hosts.plain(hosts.word(call))
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("farmsubmit: error: call = ")
    assert sentence in line
    assert (hosts.read()["state"], hosts.read()["exit_code"]) == ("failed", 2)


def test_a_folder_that_is_not_there_is_named_with_the_module_that_was_in_it(hosts: Any) -> None:
    done = hosts.plain(hosts.word("jobs:report", python="/no/lib"))
    assert done.stderr.endswith("there is no module 'jobs'; nor is there a folder /no/lib\n")


def test_a_module_that_cannot_import_another_has_failed(hosts: Any) -> None:
    done = hosts.plain(hosts.word("broken:report"))
    assert done.returncode == 1
    assert "farmword.py" not in done.stdout
    assert last_line(done) == ("farmsubmit: error: ModuleNotFoundError: No module named 'numpyy' (broken.py, line 1)")


def test_an_import_that_fails_late_is_told_with_the_line_that_wanted_it(hosts: Any) -> None:
    (hosts.folder / "late.py").write_text(
        "import importlib\ndef report(what, paths):\n    importlib.import_module('numpyy')\n"
    )
    done = hosts.plain(hosts.word("late:report", python=hosts.folder))
    assert last_line(done).endswith("ModuleNotFoundError: No module named 'numpyy' (late.py, line 3)")


def test_a_module_that_is_no_python_says_where(hosts: Any) -> None:
    (hosts.folder / "typo.py").write_text("def report(:\n")
    done = hosts.plain(hosts.word("typo:report", python=hosts.folder))
    assert done.returncode == 1
    assert last_line(done).endswith("(typo.py, line 1)")


def test_a_module_that_ends_the_process_has_not_run_the_function(hosts: Any) -> None:
    assert hosts.plain(hosts.word("leaves:report")).returncode == 1
    assert hosts.read()["state"] == "failed"


# --- the log


def test_letters_that_the_log_cannot_hold_do_not_stop_a_render(hosts: Any) -> None:
    done = hosts.plain(hosts.word("speak", result=None), PYTHONIOENCODING="ascii")
    assert "drawn: B\\xe4ume \\u6728" in done.stdout
    assert last_line(done).startswith("farmsubmit: error: ValueError: \\u6728 is no layer (jobs.py, line ")


def test_a_function_that_puts_another_stdout_in_place_does_not_silence_the_wrapper(hosts: Any) -> None:
    assert last_line(hosts.call("hide_stdout")).startswith("farmsubmit: done in ")
    assert "Traceback" in hosts.call("hide_stdout", {"raise": True}).stdout


@pytest.mark.skipif(os.name == "nt", reason="the test writes through the C library of POSIX")
def test_what_was_held_back_comes_out_before_the_end(hosts: Any) -> None:
    lines = hosts.call("hold_back").stdout.splitlines()
    assert sorted(lines[1:3]) == ["from the log", "from the renderer"]
    assert lines[3].startswith("farmsubmit: done in ")


def test_no_host_has_a_say_in_the_exit_code(hosts: Any) -> None:
    assert hosts.call("crash_at_exit").returncode == 0


def test_threads_that_still_run_are_told_and_not_waited_for(hosts: Any) -> None:
    done = hosts.call("leave_thread")
    assert done.returncode == 0
    assert "farmsubmit: warning: threads of the function still run and are stopped: writer" in done.stdout


def test_the_word_can_be_a_file(hosts: Any) -> None:
    path = hosts.folder / "a b.json"
    path.write_text(hosts.word("report", {"é": 1}), "utf-8")
    assert hosts.plain(str(path)).returncode == 0
    assert json.loads(hosts.result.read_text())["value"]["what"] == {"é": 1}
