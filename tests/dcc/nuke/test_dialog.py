"""The dialog on the fake: its rows, its one window, and what it does when the script changes."""

from __future__ import annotations

import gc
import re
from typing import Any, Callable, Iterator, List

import pytest

pytest.importorskip("pytestqt")
pytest.importorskip("qtpy")
from farmsubmit_ui import ensure_binding

ensure_binding()


@pytest.fixture
def dialog(nuke: Any, qtbot: Any) -> Iterator[Any]:
    """The dialog's module; whatever is open is closed afterwards, and freed in the thread that Qt lives in."""
    from farmsubmit_nuke import dialog
    from farmsubmit_ui import worker

    gc.disable()
    # Windows of tests before are freed by now, so that none of them is taken for Nuke's own.
    qtbot.wait(1)
    yield dialog
    for opened in list(dialog._opened):
        opened.window.close()
    qtbot.waitUntil(lambda: not dialog._opened)
    worker.shutdown()
    gc.collect()
    gc.enable()


@pytest.fixture
def settle(qtbot: Any) -> Callable[[Any], Any]:
    def settle(window: Any) -> Any:
        session = window.session
        qtbot.waitUntil(lambda: session.request is not None and not session.busy and not session.checking)
        qtbot.wait(1)
        return session

    return settle


def rows_on(session: Any) -> List[str]:
    return [row.id for row in session.rows if row.on]


def test_the_dialog_shows_the_open_script(dialog, opened, settle):
    path = opened("waits.nk")
    session = settle(dialog.show())
    assert (session.path, rows_on(session)) == (path, ["Denoise", "Precomp1", "Final"])
    assert session.source.how == "in Nuke"


def test_only_the_selected_writes_are_on(nuke, dialog, opened, settle, qtbot):
    from farmsubmit_nuke import actions

    opened("waits.nk")
    nuke._state.selected = [node for node in nuke.root()._children if node.name() == "Final"]
    actions.submit_selected()
    session = settle(dialog._opened[0].window)
    qtbot.waitUntil(lambda: rows_on(session) == ["Final"])
    session.undo_stack.undo()
    assert nuke._state.messages == []


def test_a_disabled_write_that_is_selected_stays_off(dialog, opened, settle, qtbot):
    opened("limits.nk")
    session = settle(dialog.show(rows=("Limited", "Off")))
    qtbot.waitUntil(lambda: rows_on(session) == ["Limited"])


def test_there_is_one_window_which_takes_the_selection_anew(dialog, opened, settle, qtbot):
    opened("waits.nk")
    window = dialog.show()
    session = settle(window)
    session.set_job_value("priority", 77)
    assert dialog.show(rows=("Denoise",)) is window
    qtbot.waitUntil(lambda: rows_on(session) == ["Denoise"])
    assert session.job_value("priority") == 77


def test_another_script_that_is_loaded_is_shown(dialog, opened, settle, qtbot):
    opened("waits.nk")
    session = settle(dialog.show())
    path = opened("limits.nk")
    qtbot.waitUntil(lambda: session.path == path)
    assert [row.id for row in session.rows] == ["Limited", "Off", "Movie"]


def test_a_script_that_is_saved_is_read_again_and_changes_are_kept(nuke, dialog, opened, settle, qtbot):
    opened("plain.nk")
    session = settle(dialog.show())
    session.set_job_value("priority", 77)
    nuke.root()._children[-1]._stored[b"name"] = b"Renamed"
    nuke._state.modified = True
    nuke.scriptSave()
    qtbot.waitUntil(lambda: [row.id for row in session.rows] == ["Renamed"])
    assert session.job_value("priority") == 77


def test_a_person_who_reads_again_is_asked_about_changes_and_may_give_up(nuke, dialog, opened, settle):
    opened("plain.nk")
    session = settle(dialog.show())
    nuke._state.modified, nuke._state.choices = True, [None]
    session.reload()
    settle(dialog._opened[0].window)
    assert ([row.id for row in session.rows], len(nuke._state.asked)) == (["Write1"], 1)


def test_giving_up_opens_nothing(nuke, dialog, opened):
    opened("plain.nk")
    nuke._state.modified, nuke._state.choices = True, [None]
    assert dialog.show() is None
    assert dialog._opened == []


def test_a_script_that_is_closed_is_told(nuke, dialog, opened, settle, qtbot):
    opened("plain.nk")
    window = dialog.show()
    settle(window)
    for call in nuke._state.callbacks["close"]:
        call()
    qtbot.waitUntil(lambda: "plain.nk was closed" in window.notice.text.text())


def test_a_window_that_is_closed_hears_of_nothing_any_more(nuke, dialog, opened, settle, qtbot):
    opened("plain.nk")
    window = dialog.show()
    settle(window)
    assert all(nuke._state.callbacks.values())
    window.close()
    qtbot.waitUntil(lambda: not dialog._opened)
    assert not any(nuke._state.callbacks.values())


def test_the_window_stands_over_the_one_in_front_where_nukes_own_is_not_known(dialog, qtbot):
    assert dialog.main_window() is None


def test_nukes_own_window_is_found_by_its_class(dialog, qapp, monkeypatch):
    class Meta:
        def className(self) -> str:
            return "Foundry::UI::DockMainWindow"

    class Main:
        def metaObject(self) -> Meta:
            return Meta()

    main = Main()
    monkeypatch.setattr("qtpy.QtWidgets.QApplication.topLevelWidgets", lambda: [main])
    assert dialog.main_window() is main


def test_what_a_dialog_sends_is_what_a_terminal_sends(dialog, opened, settle):
    from farmsubmit import build, to_tcl
    from farmsubmit_nuke import headless

    opened("waits.nk")
    session = settle(dialog.show())
    assert to_tcl(session.job) == to_tcl(build(headless.request()))


# --- unsaved changes


@pytest.fixture
def changed(nuke, opened):
    """A script whose Write goes elsewhere than its file says."""
    path = opened("plain.nk")
    nuke.root()._children[-1]._stored[b"file"] = b"/show/new/new_%04d.exr"
    nuke._state.modified = True
    return path


def script_of(job: Any) -> str:
    """Return the script of a job without the moment of a copy."""
    from farmsubmit import to_tcl

    return re.sub(r"\.farm-[\d-]+", ".farm-DATE", to_tcl(job))


def test_a_copy_is_called_after_the_script_and_its_job_is_that_of_a_terminal(dialog, changed, settle):
    from farmsubmit import build
    from farmsubmit_nuke import headless

    window = dialog.show("COPY")
    session = settle(window)
    assert (session.path, session.job.title, window.windowTitle()[:8]) == (changed, "plain", "plain.nk")
    assert ".farm-" in session.facts.path and "/show/new" in script_of(session.job)
    assert script_of(session.job) == script_of(build(headless.request("COPY")))


def test_a_script_as_it_was_saved_is_said_to_lack_changes(dialog, changed, settle):
    from farmsubmit import build
    from farmsubmit_nuke import headless

    session = settle(dialog.show("AS_SAVED"))
    assert "/show/new" not in script_of(session.job)
    assert script_of(session.job) == script_of(build(headless.request("AS_SAVED")))
    assert any("not saved" in problem.text for problem in session.problems)


def test_a_copy_stays_until_the_script_is_saved(nuke, dialog, changed, settle, qtbot):
    session = settle(dialog.show("COPY"))
    copy, reads = session.facts.path, []
    session.set_job_value("priority", 77)
    session.facts_changed.connect(lambda: reads.append(session.facts.path))
    session.follower = watched(session.follower, reads)
    session.scene_changed()
    qtbot.waitUntil(lambda: reads == ["asked"])
    assert session.facts.path == copy
    nuke.scriptSave()
    qtbot.waitUntil(lambda: reads == ["asked", "asked", str(changed)])
    assert (session.option("scene_original"), session.job_value("priority")) == (None, 77)


def watched(follower: Callable[[], Any], reads: List[str]) -> Callable[[], Any]:
    def follow() -> Any:
        reads.append("asked")
        return follower()

    return follow


def test_a_script_that_cannot_be_read_is_told_in_the_dialog_and_what_is_shown_stays(
    dialog, opened, settle, monkeypatch
):
    opened("plain.nk")
    window = dialog.show()
    session = settle(window)
    monkeypatch.setattr("farmsubmit_nuke.saving.submitted", lambda unsaved: {}["x"])
    request = session.request
    session.reload()
    assert "KeyError" in window.notice.text.text() and session.request is request
