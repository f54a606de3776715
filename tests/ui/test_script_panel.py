"""The tab of the script: its text, colours, search, long scripts, copy and save."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qtpy.QtWidgets import QApplication, QFileDialog

from farmsubmit.author.elements import Job
from farmsubmit.formats.alf import to_tcl
from farmsubmit_ui.panels import script_view
from farmsubmit_ui.panels.script_highlight import pieces
from farmsubmit_ui.panels.script_panel import ScriptPanel


@pytest.fixture
def panel(qtbot, opened):
    made = ScriptPanel(opened)
    qtbot.addWidget(made)
    made.resize(790, 600)
    made.show()
    qtbot.waitUntil(lambda: made.view.lines > 1)
    return made


def kinds(line):
    return [(piece.kind, line[piece.start : piece.start + piece.length]) for piece in pieces(line)]


def test_it_is_the_exact_text_that_is_written(panel, opened):
    assert panel.text() == to_tcl(opened.job)
    assert panel.view.toPlainText() == panel.text()


def test_a_change_of_the_job_is_in_the_script(panel, opened, qtbot):
    opened.set_job_value("comment", "for dailies")
    qtbot.waitUntil(lambda: "for dailies" in panel.text())


def test_a_script_that_nobody_sees_is_not_written(panel, opened, settle, qtbot):
    panel.hide()
    opened.set_job_value("comment", "later")
    settle(opened)
    assert "later" not in panel.text()
    panel.show()
    qtbot.waitUntil(lambda: "later" in panel.text())


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("# a comment -x", [("comment", "# a comment -x")]),
        ("Task {a} -cmds {", "element option"),
        ("RemoteCmd {{%D(/a b)} {5}}", "element substitution number"),
    ],
)
def test_pieces_of_a_line_are_told_apart(line, found):
    told = [pair for pair in kinds(line) if pair[0] != "brace"]
    assert told == found if isinstance(found, list) else [kind for kind, _ in told] == found.split()


@given(st.text())
def test_pieces_never_overlap_and_stay_in_the_line(line):
    end = 0
    for piece in pieces(line):
        assert piece.start >= end
        end = piece.start + piece.length
    assert end <= len(line)


_LINES = st.lists(st.sampled_from(["Job", "  Task a", "  Task b", "}", ""]), min_size=1, max_size=12)


@given(_LINES, _LINES)
def test_a_text_that_takes_the_place_of_another_is_shown_whole(qapp, before, after):
    view = script_view.ScriptView("script", "Script")
    view.set_lines(before)
    view.set_lines(after)
    assert view.toPlainText().split("\n") == after
    assert (view.shown, view.lines) == (len(after), len(after))


def test_only_lines_that_changed_are_written_and_what_is_to_come_still_comes(qapp, monkeypatch):
    monkeypatch.setattr(script_view, "SLICE", 3)
    view = script_view.ScriptView("script", "Script")
    view.set_lines(list("abcdef"))
    rest = view.document().findBlockByNumber(2)
    view.set_lines(["a", "B", "more", *"cdef"])
    assert view.toPlainText() == "a\nB\nmore\nc" and rest.text() == "c"
    while view.is_filling:
        QApplication.processEvents()
    assert view.toPlainText().split("\n") == ["a", "B", "more", *"cdef"]


def test_search_counts_goes_on_and_begins_again(panel):
    panel.search.setText("mattes")
    count = panel.text().lower().count("mattes")
    assert panel.hits.text() == f"{count} hits"
    first = []
    for _ in range(count + 1):
        panel.next_button.click()
        first.append(panel.view.textCursor().position())
    assert first[0] == first[-1] and len(set(first)) == count
    panel.previous_button.click()
    assert panel.view.textCursor().position() == first[-2]


def test_what_is_not_there_is_said(panel):
    panel.search.setText("no such word")
    assert panel.hits.text() == "not found" and not panel.next_button.isEnabled()


def test_a_long_script_shows_its_beginning_and_the_rest_when_asked(qtbot, session, monkeypatch):
    monkeypatch.setattr(script_view, "FIRST", 40)
    monkeypatch.setattr(script_view, "SLICE", 16)
    job = Job(title="long")
    for number in range(100):
        job.newTask(title=f"task{number}", argv=["render"], service="R")
    made = ScriptPanel(session)
    qtbot.addWidget(made)
    made.show()
    session.open_job(job)
    qtbot.waitUntil(lambda: made.view.shown == 40 and not made.view.is_filling)
    assert made.all_button.isVisible() and "the first 40 of" in made.counts.text()
    made.all_button.click()
    qtbot.waitUntil(lambda: made.view.shown == made.view.lines)
    assert made.view.toPlainText() == made.text() and not made.all_button.isVisible()


def test_a_hit_behind_what_is_shown_is_loaded(qtbot, session, monkeypatch):
    monkeypatch.setattr(script_view, "FIRST", 20)
    job = Job(title="long")
    for number in range(100):
        job.newTask(title=f"task{number}", argv=["render"], service="R")
    made = ScriptPanel(session)
    qtbot.addWidget(made)
    made.show()
    session.open_job(job)
    qtbot.waitUntil(lambda: made.view.shown == 20 or made.view.shown == 150)
    made.search.setText("task90")
    made.next_button.click()
    qtbot.waitUntil(lambda: "task90" in made.view.toPlainText())


def test_copy_takes_all_of_it(panel):
    panel.copy_button.click()
    assert QApplication.clipboard().text() == panel.text()


def test_save_asks_and_writes(panel, tmp_path, qtbot):
    panel.save_button.click()
    assert panel.findChild(QFileDialog, "script_path") is not None
    panel.findChild(QFileDialog, "script_path").reject()
    panel.save(str(tmp_path / "job.alf"))
    qtbot.waitUntil((tmp_path / "job.alf").exists)
    assert (tmp_path / "job.alf").read_text() == panel.text() + "\n"


def test_a_folder_that_is_not_there_is_told(panel, opened, tmp_path, qtbot, told):
    opened.failed.connect(told.append)
    panel.save(str(tmp_path / "no" / "job.alf"))
    qtbot.waitUntil(lambda: bool(told))
    assert "cannot be written" in told[0]


def test_with_nothing_open_it_says_what_to_do(qtbot, session):
    made = ScriptPanel(session)
    qtbot.addWidget(made)
    assert made.pages.currentWidget() is made.empty and "Open a scene" in made.empty.sentence()


# --- what the engine gets


def test_it_says_whether_the_engine_gets_this_very_text(panel, opened, qtbot, tmp_path):
    qtbot.waitUntil(lambda: "local: gets the same in a form of its own" in panel.counts.text())
    opened.set_engine(f"folder:{tmp_path}")
    qtbot.waitUntil(lambda: f"what folder:{tmp_path} gets" in panel.counts.text())


def test_a_script_of_the_engines_own_is_shown(panel, opened, qtbot, monkeypatch):
    monkeypatch.setattr("farmsubmit.engines.local.LocalEngine.script", lambda self, job: f"# {job.title}\nrun it")
    opened.set_job_value("title", "mine")
    qtbot.waitUntil(lambda: panel.text() == "# mine\nrun it")
    assert "what local: gets" in panel.counts.text()


def test_of_an_engine_that_there_is_not_the_job_script_is_shown(panel, opened, qtbot):
    opened.set_engine("tractr:")
    qtbot.waitUntil(lambda: "tractr: gets the same" in panel.counts.text())
    assert panel.text() == to_tcl(opened.job)
