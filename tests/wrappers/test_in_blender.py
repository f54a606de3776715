"""The verb ``run`` of blenderscript.py in a real Blender."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.blender


def test_a_function_runs_in_blender_and_blender_does_the_work(hosts: Any) -> None:
    done = hosts.blender(hosts.word("make_image", image=hosts.folder / "a 木.png"))
    assert done.returncode == 0, done.stderr
    assert hosts.read()["value"] == [4, 2]
    assert (hosts.folder / "a 木.png").read_bytes().startswith(b"\x89PNG")
    assert done.stdout.splitlines()[-1].startswith("farmsubmit: done in ")


def test_an_exception_in_blender_is_a_failure_that_can_be_read(hosts: Any) -> None:
    done = hosts.blender(hosts.word("crash"))
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("farmsubmit: error: ZeroDivisionError: division by zero (jobs.py")
    assert "farmwrapper.py" not in done.stdout
    assert hosts.read()["state"] == "failed"


@pytest.mark.parametrize(
    ("call", "what", "code"), [("leave", {"code": 7}, 7), ("leave", {"code": 0}, 0), ("no_licence", {}, 75)]
)
def test_blender_keeps_the_exit_code(hosts: Any, call: str, what: dict[str, Any], code: int) -> None:
    assert hosts.blender(hosts.word(call, what)).returncode == code
    assert hosts.read()["exit_code"] == code


def test_what_was_done_in_blender_is_not_done_twice(hosts: Any) -> None:
    word = hosts.word("count", once=True, counter=hosts.folder / "counter")
    assert [hosts.blender(word).returncode for _ in range(2)] == [0, 0]
    assert (hosts.folder / "counter").read_text() == "x"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["{"], "farmsubmit: error: the word '{' is no JSON"),
        ([], "farmsubmit: the following arguments are required: word"),
        (["{}", "{}"], "farmsubmit: unrecognized arguments: {}"),
    ],
)
def test_a_damaged_word_is_wrong_usage_in_blender(hosts: Any, words: list[str], problem: str) -> None:
    done = hosts.blender(*words)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(problem)


def test_blender_leaves_no_temporary_folder_behind(hosts: Any) -> None:
    assert hosts.blender(hosts.word("session_folder")).returncode == 0
    folder = Path(hosts.read()["value"])
    assert folder.name.startswith("blender_")
    assert not folder.exists()
