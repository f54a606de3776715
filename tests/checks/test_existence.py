"""Looking up files by many threads gives what looking one by one does, and ends when it is told to."""

import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit.checks import existence
from farmsubmit.checks.existence import answers, left, look_up
from farmsubmit.scenes.facts import NeededFile

NAMES = st.text("ab .é", min_size=1, max_size=4).filter(lambda name: name.strip(". "))
PATHS = st.lists(st.tuples(st.sampled_from(["x", "y", "x/z"]), NAMES), max_size=60)


def never():
    return False


@given(PATHS, st.integers(1, 20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_it_says_what_the_disk_says_one_by_one(tmp_path, places, threads):
    files = []
    for number, (folder, name) in enumerate(places):
        path = tmp_path / folder / name
        if number % 2:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        files.append(NeededFile(str(path)))
    found = look_up(files, never, threads)
    assert [(state.file, state.exists) for state in found] == [(file, Path(file.path).exists()) for file in files]


@pytest.mark.parametrize("count", [5, 50])
def test_a_folder_with_many_files_and_tiles_is_understood(tmp_path, count):
    for number in range(count):
        (tmp_path / f"t{number}.1001.tx").touch()
    names = [*(f"t{number}.<UDIM>.tx" for number in range(count)), "u.<UDIM>.tx", "$A/x.tx"]
    found = look_up([NeededFile(str(tmp_path / name)) for name in names], never)
    assert [state.exists for state in found] == [True] * count + [False, None]


def test_no_files_are_no_work():
    assert look_up([], never) == []


def test_the_folder_of_many_files_is_listed_and_not_asked_for_each(tmp_path, monkeypatch):
    files = [NeededFile(str(tmp_path / f"{number}.tx")) for number in range(100)]
    for file in files:
        Path(file.path).touch()
    monkeypatch.setattr(os.path, "exists", lambda path: pytest.fail("asked for a single file"))
    assert all(state.exists for state in look_up(files, never))


def test_it_ends_when_it_is_told_to_though_a_disk_does_not_answer():
    answer, stop = threading.Event(), threading.Event()

    def look(number):
        if number:
            stop.set()
            answer.wait(30)
        return number

    found = answers(look, [0, 1, 2, 3], stop.is_set, threads=2)
    answer.set()
    assert found[1:] == [None, None, None]


def test_no_more_threads_look_at_once_than_allowed():
    running, most = [], []

    def look(number):
        running.append(number)
        most.append(len(running))
        running.remove(number)

    answers(look, range(200), never, threads=3)
    assert max(most) <= 3


def test_what_goes_wrong_in_a_thread_is_raised():
    with pytest.raises(ZeroDivisionError):
        answers(lambda number: 1 // number, [1, 0], never)


def test_no_thread_is_left_when_all_have_answered():
    answers(lambda number: number, range(50), never)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("farmsubmit")]


def test_looks_that_nobody_waits_for_are_counted_and_bounded(monkeypatch):
    answer, stop = threading.Event(), threading.Event()

    def look(number):
        stop.set()
        answer.wait(30)

    monkeypatch.setattr(existence, "MOST_LEFT", 4)
    for _ in range(4):
        stop.clear()
        answers(look, range(4), stop.is_set, threads=2)
    assert left() == 4
    assert answers(lambda number: number, [1, 2], never) == [None, None]
    answer.set()
    while left():
        pass
    assert answers(lambda number: number, [1, 2], never) == [1, 2]
