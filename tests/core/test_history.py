"""The history: what was submitted is kept, found again, and pruned."""

import json
import os
import stat
import tempfile
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit import history
from farmsubmit.errors import FarmsubmitError
from farmsubmit.history import pruning, store
from farmsubmit.history.record import ENTRY, entry_from_json


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    return tmp_path / "data" / "history"


def kept(**values):
    return history.keep(history.Entry(**{"when": 1795261500.5, "title": "light", **values}))


def test_a_submission_comes_back_as_it_was_kept():
    entry = history.Entry(1.5, "bob", "ann", "ws1", "light", "maya", "/s/a.ma", "/s/a.farm.ma", "ab12", "local:", "7")
    whole = history.keep(entry, {"request_version": 1}, "Job -title {light}", {"/store/a.json": "{}"})
    assert history.entry(whole.number) == whole
    assert whole.request() == {"request_version": 1}
    assert whole.job().title == "light"
    assert whole.arguments() == {"/store/a.json": "{}"}


def test_what_there_was_not_is_none():
    entry = kept(outcome=history.REFUSED, reason="no camera")
    assert (entry.request(), entry.script(), entry.job(), entry.arguments()) == (None, None, None, {})


def test_text_that_is_no_unicode_survives():
    entry = history.keep(history.Entry(1.0, title="a\udcff"), {"path": "/s/\udcff"}, "Job -title {\udcff}")
    again = history.entry(entry.number)
    assert (again.title, again.request(), again.job().title) == ("a\udcff", {"path": "/s/\udcff"}, "\udcff")


def test_numbers_go_up_from_the_highest_and_none_is_given_twice(home):
    assert [kept().number for _ in range(3)] == [1, 2, 3]
    store.take_away(home / "2")
    assert kept().number == 4


def test_many_at_once_get_a_number_each():
    found = []
    threads = [threading.Thread(target=lambda: found.append(kept().number)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 17))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_all_of_it_is_private(home):
    folder = history.keep(history.Entry(1.0), {}, "Job").folder
    assert stat.S_IMODE(home.stat().st_mode) == stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_newest_come_first_and_a_scene_has_its_own():
    for number in range(4):
        kept(scene=f"/s/{number % 2}.ma", scene_copy="/s/copy.ma" if number == 3 else "")
    assert [entry.number for entry in history.entries(most=2)] == [4, 3]
    assert [entry.number for entry in history.entries(["/s/1.ma"])] == [4, 2]
    assert [entry.number for entry in history.entries(["/s/copy.ma"])] == [4]


def test_there_is_no_history_before_the_first_submission(home):
    assert history.entries() == []
    with pytest.raises(FarmsubmitError, match="no submission 3; it is empty"):
        history.entry(3)
    assert not home.exists()


def test_a_number_that_is_not_there_names_those_that_are():
    kept(), kept()
    with pytest.raises(FarmsubmitError, match="no submission 7; it has 1 to 2"):
        history.entry(7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is damaged: it is no JSON object"),
        ("[" * 100_000, "is damaged"),
        ('{"history_version": 2}', "of version 2, this farmsubmit reads version 1"),
        ('{"history_version": 1, "title": 7}', "its title is not what it should be"),
    ],
)
def test_a_damaged_one_is_told_and_stops_no_other(home, text, words):
    kept(), kept()
    (home / "1" / ENTRY).write_text(text)
    assert [entry.outcome for entry in history.entries()] == ["sent", "unreadable"]
    with pytest.raises(FarmsubmitError, match=words):
        history.entry(1)


def test_what_a_later_farmsubmit_notes_besides_is_let_be():
    assert entry_from_json({"history_version": 1, "when": 3, "mood": "good"}) == history.Entry(3)


def test_a_damaged_request_is_told(home):
    entry = history.keep(history.Entry(1.0), {"a": 1})
    (entry.folder / "request.json").write_text("{")
    with pytest.raises(FarmsubmitError, match="the request of submission 1 is damaged"):
        entry.request()


def make_old(entry, days):
    path = entry.folder / ENTRY
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - days * 86400))


def test_what_is_too_old_goes_but_never_the_newest_ten():
    for _ in range(13):
        make_old(kept(), 40)
    assert history.prune(30, 500) == [3, 2, 1]
    assert [entry.number for entry in history.entries()] == list(range(13, 3, -1))


def test_the_oldest_go_until_the_rest_is_small_enough():
    for _ in range(14):
        history.keep(history.Entry(1.0), script="x" * 100_000)
    assert history.prune(30, 1.25) == [2, 1]


def test_without_limits_nothing_goes():
    for _ in range(12):
        make_old(history.keep(history.Entry(1.0), script="x" * 100_000), 4000)
    assert history.prune(0, 0) == []


def test_what_a_killed_process_left_goes_after_a_day(home):
    kept()
    for name, days in ((".new-a", 2), (".old-7", 2), (".new-b", 0)):
        (home / name).mkdir()
        moment = home.stat().st_mtime - days * 86400
        os.utime(home / name, (moment, moment))
    history.prune(30, 500)
    assert sorted(path.name for path in home.iterdir()) == [".new-b", ".pruned", "1"]


@pytest.fixture
def looked(monkeypatch):
    """The folders whose sizes are looked at."""
    seen = []
    size = pruning._size
    monkeypatch.setattr(pruning, "_size", lambda folder: seen.append(folder.name) or size(folder))
    return seen


def test_only_what_is_new_is_looked_at_while_nothing_can_be_too_much(looked):
    for _ in range(20):
        kept()
    history.prune(30, 500)
    looked.clear()
    kept()
    assert history.prune_where_due(30, 500) == []
    assert looked == ["21"]


def test_after_many_new_ones_all_is_looked_at(looked, monkeypatch):
    monkeypatch.setattr(pruning, "MOST_NEW", 2)
    history.prune(30, 500)
    kept(), kept(), kept()
    history.prune_where_due(30, 500)
    assert looked == ["3", "2", "1"]


@pytest.mark.parametrize("note", ["", "{", "[1]", "[null, 1, 2, 3]", "[" * 100_000, "[0, 99, 0, 9e9]"])
def test_a_note_that_is_damaged_or_old_counts_for_nothing(home, looked, note):
    kept()
    (home / ".pruned").write_text(note)
    history.prune_where_due(30, 500)
    assert looked == ["1"]


@given(sizes=st.lists(st.integers(0, 6), min_size=8, max_size=25))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_pruned_where_due_is_what_would_be_pruned_each_time(monkeypatch, tmp_path, sizes):
    left = []
    for prune in (history.prune, history.prune_where_due):
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            monkeypatch.setenv("FARMSUBMIT_HOME", folder)
            for size in sizes:
                history.keep(history.Entry(1.0), script="x" * size * 10_000)
                prune(30, 0.2)
            left.append([entry.number for entry in history.entries()])
    assert left[0] == left[1]


def test_what_becomes_too_old_goes_at_once(monkeypatch):
    for _ in range(12):
        kept()
    make_old(history.entry(1), 29.9)
    assert history.prune_where_due(30, 500) == []
    now = pruning.time.time()
    monkeypatch.setattr(pruning.time, "time", lambda: now + 86400 / 2)
    assert history.prune_where_due(30, 500) == [1]


def test_a_folder_that_cannot_be_written_is_an_oserror_and_leaves_nothing(home, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    kept()
    monkeypatch.setattr(store.files, "write_atomic", full)
    with pytest.raises(OSError, match="No space"):
        kept()
    assert [path.name for path in home.iterdir()] == ["1"]


def test_the_files_are_json_that_people_can_read(home):
    entry = history.keep(history.Entry(1.0, title="light"), {"request_version": 1}, "Job")
    assert json.loads((entry.folder / "entry.json").read_text())["title"] == "light"
    assert sorted(path.name for path in entry.folder.iterdir()) == ["entry.json", "job.alf", "request.json"]
