"""A job that runs: following it, what is left, its tasks and logs, actions, and frames as they land."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qtpy.QtCore import QModelIndex, QPoint, Qt
from qtpy.QtGui import QColor, QImage
from qtpy.QtWidgets import QApplication, QInputDialog, QPushButton

from farmsubmit.author.elements import Job
from farmsubmit.engines.base import (
    ACTIONS,
    ACTIVE,
    DONE,
    ERROR,
    PAUSED,
    READY,
    SKIPPED,
    Capabilities,
    Dropped,
    JobStatus,
    TaskStatus,
    Ticket,
)
from farmsubmit.errors import EngineError, EngineUnreachable
from farmsubmit.lang.frames import FrameSet
from farmsubmit_ui.models import jobs_model
from farmsubmit_ui.models.jobs_model import JobWatch, is_job_of, time_left
from farmsubmit_ui.models.landed_frames import Written, landed, written_by
from farmsubmit_ui.models.log_patterns import explain, said, weight
from farmsubmit_ui.panels.log_view import LogView
from farmsubmit_ui.panels.monitor_panel import MonitorPanel
from farmsubmit_ui.panels.monitor_parts import counts_of, duration

TICKET = Ticket("7", "fake:", "", (Dropped("Job", "tier", "there are none"),))
LOG = "# render a\nERROR | could not open /mnt/wall.tx\n# exit code 211\n"


class FakeEngine:
    """An engine that says what a test wants, and notes what it is asked to do."""

    def __init__(self):
        self.capabilities = Capabilities(frozenset(ACTIONS), tasks=True, logs=True, progress=True)
        self.asked = []
        self.state = ACTIVE
        self.told = [
            TaskStatus(1, "movie", READY),
            TaskStatus(2, "a", ERROR, 1, 30, 211, "rack-1", 10.0, 20.0),
            TaskStatus(3, "b", ACTIVE, 1, 50, None, "rack-2", 10.0),
        ]
        self.problem = None
        self.looks = 0

    def status(self, jid):
        self.looks += 1
        if self.problem:
            raise self.problem
        counts = {}
        for task in self.told:
            counts[task.state] = counts.get(task.state, 0) + 1
        return JobStatus(jid, "plain", self.state, counts, 100.0, "me", 5.0, 6.0, 66.0)

    def tasks(self, jid):
        return self.told

    def log(self, jid, tid):
        return LOG if tid == 2 else ""

    def control(self, jid, action, tids, value):
        self.asked.append((action, tuple(tids), value))
        if action == "kill":
            raise EngineError("it cannot be killed")


@pytest.fixture
def engine(monkeypatch):
    made = FakeEngine()
    monkeypatch.setattr(jobs_model, "engine_for", lambda url: made)
    return made


@pytest.fixture
def watch(qtbot):
    made = JobWatch()
    yield made
    made.stop()
    made.deleteLater()


@pytest.fixture
def panel(qtbot, session, engine, finished_job):
    made = MonitorPanel(session)
    qtbot.addWidget(made)
    made.resize(1300, 700)
    made.show()
    made.start(TICKET, finished_job)
    qtbot.waitUntil(lambda: made.right.model.is_live)
    yield made
    made.stop()


def select(panel, place):
    panel.right.tree.setCurrentIndex(panel.right.model.index_at(place))


# --- following


def test_a_look_tells_how_job_and_tasks_stand(watch, engine, qtbot, finished_job):
    with qtbot.waitSignals([watch.changed, watch.changed]):
        watch.start(TICKET, finished_job)
    qtbot.waitUntil(lambda: watch.status is not None)
    assert watch.status.title == "plain" and sorted(watch.tasks) == [1, 2, 3]
    assert watch.job is finished_job and watch.tids_in(ERROR) == [2]


def test_an_engine_that_is_away_is_asked_later_and_later(watch, engine, qtbot):
    engine.problem = EngineUnreachable("nobody answers")
    watch.start(TICKET)
    qtbot.waitUntil(lambda: watch.problem == "nobody answers")
    waits = [watch._next.interval()]
    for looks in (2, 3):
        watch.look()
        qtbot.waitUntil(lambda looks=looks: engine.looks == looks and watch._next.interval() != waits[-1])
        waits.append(watch._next.interval())
    assert waits == [2000, 4000, 8000] and watch.age() is None


def test_what_was_known_stays_while_nobody_answers(watch, engine, qtbot):
    watch.start(TICKET)
    qtbot.waitUntil(lambda: watch.status is not None)
    engine.problem = EngineUnreachable("nobody answers")
    watch.look()
    qtbot.waitUntil(lambda: bool(watch.problem))
    assert watch.status is not None and len(watch.tasks) == 3
    engine.problem = None
    watch.look()
    qtbot.waitUntil(lambda: not watch.problem)


def test_an_engine_that_hangs_holds_nobody_up(watch, engine, qtbot, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(engine, "tasks", lambda jid: gate.wait(10) and [])
    monkeypatch.setattr(jobs_model, "_SILENT", -1.0)
    watch.start(TICKET)
    qtbot.waitUntil(lambda: engine.looks == 1)
    watch._age()
    assert "has not answered" in watch.problem
    watch.stop()
    gate.set()


def test_the_log_of_another_task_is_read_at_once(watch, engine, qtbot, told):
    watch.start(TICKET)
    qtbot.waitUntil(lambda: watch.status is not None)
    watch.log_changed.connect(lambda: told.append(watch.log))
    watch.select(2)
    qtbot.waitUntil(lambda: watch.log == LOG)
    assert told == ["", LOG]


def test_an_action_is_passed_on_and_a_refusal_told(watch, engine, qtbot, told):
    watch.refused.connect(told.append)
    watch.start(TICKET)
    watch.act("retry", [2])
    watch.act("kill")
    qtbot.waitUntil(lambda: bool(told))
    assert engine.asked == [("retry", (2,), None), ("kill", (), None)] and told == ["it cannot be killed"]


def test_a_job_is_known_again_by_its_tasks(finished_job, engine):
    assert is_job_of(finished_job, engine.told)
    assert not is_job_of(finished_job, engine.told[:2])
    assert not is_job_of(finished_job, [*engine.told, TaskStatus(4, "grown", READY)])
    assert not is_job_of(Job(title="other"), engine.told)


# --- how long


def task(tid, state, started=None, stopped=None):
    return TaskStatus(tid, "t", state, started=started, stopped=stopped)


def test_nothing_is_said_of_the_time_before_enough_has_finished():
    assert time_left([task(1, DONE, 0, 60), task(2, DONE, 0, 60), task(3, ACTIVE, 60)], 70) is None
    assert time_left([task(tid, DONE, 0, 60) for tid in range(5)], 70) is None


def test_the_rest_is_reckoned_with_as_many_at_a_time_as_now():
    done = [task(tid, DONE, 0, 60) for tid in range(3)]
    tasks = [*done, task(4, ACTIVE, 60), task(5, ACTIVE, 60), task(6, READY), task(7, READY), task(8, SKIPPED)]
    assert time_left(tasks, 90) == (30 + 30 + 60 + 60) / 2


@given(st.floats(0, 1e7))
def test_a_time_is_said_in_words(seconds):
    assert duration(seconds).split()[0].isdigit()


@pytest.mark.parametrize(
    ("seconds", "text"), [(12, "12 s"), (1320, "22 min"), (7200, "2 h"), (11400, "3 h 10 min"), (4e5, "5 days")]
)
def test_a_time_is_as_rough_as_people_say_it(seconds, text):
    assert duration(seconds) == text


def test_skipped_is_done_and_every_task_is_counted():
    status = JobStatus("1", "", ACTIVE, {DONE: 2, SKIPPED: 1, ERROR: 1, READY: 4, "blocked": 1})
    assert counts_of(status) == {"done": 3, "active": 0, "failed": 1, "waiting": 5}


# --- the panel


def test_the_left_side_says_ticket_counts_and_what_was_dropped(panel):
    left = panel.left
    assert left.ticket.job.text() == "Job 7" and "plain" in left.ticket.about.whole_text()
    assert left.progress._texts["failed"].text() == "1 failed"
    assert left.progress.left.text() == "time left: —"
    assert "tier of Job" in left.dropped.text()


def test_the_tree_shows_states_and_the_log_of_the_selected_task(panel, qtbot):
    select(panel, 1)
    qtbot.waitUntil(lambda: "could not open" in panel.right.log.log.toPlainText())
    assert panel.right.details.tabText(1) == "a"
    assert "A file is not there" in panel.right.log.means.text()
    assert "could not open /mnt/wall.tx" in panel.right.trouble.whole_text()


def test_what_failed_is_said_before_anything_is_selected(panel):
    panel.right.tree.setCurrentIndex(QModelIndex())
    assert panel.right.failed_count.text() == "1 failed" and "exit 211" in panel.right.trouble.whole_text()


def test_retry_takes_what_failed_unless_some_of_it_is_selected(panel, engine, qtbot):
    select(panel, 2)
    panel.right.buttons["retry"].click()
    qtbot.waitUntil(lambda: engine.asked == [("retry", (2,), None)])


def test_where_nothing_failed_nothing_is_retried(panel, engine, qtbot):
    engine.told = [replace(task, state=DONE) for task in engine.told]
    panel.watch.look()
    qtbot.waitUntil(lambda: not panel.watch.tids_in(ERROR))
    select(panel, 2)
    assert not panel.right.buttons["retry"].isEnabled()


def test_skip_takes_the_selected_tasks(panel, engine, qtbot):
    select(panel, 2)
    panel.right.buttons["skip"].click()
    qtbot.waitUntil(lambda: engine.asked == [("skip", (3,), None)])


def test_what_is_done_cannot_be_skipped(panel, engine, qtbot):
    engine.told = [replace(task, state=DONE) for task in engine.told]
    panel.watch.look()
    qtbot.waitUntil(lambda: not panel.watch.tids_in(ERROR))
    select(panel, 2)
    assert not panel.right.buttons["skip"].isEnabled()


def test_a_paused_job_can_go_on(panel, engine, qtbot):
    assert panel.right.buttons["pause"].isVisible() and not panel.right.buttons["resume"].isVisible()
    engine.state = PAUSED
    panel.watch.look()
    qtbot.waitUntil(panel.right.buttons["resume"].isVisible)
    panel.right.buttons["resume"].click()
    qtbot.waitUntil(lambda: engine.asked == [("resume", (), None)])


def test_the_priority_is_asked_for(panel, engine, qtbot):
    panel.right.buttons["priority"].click()
    dialog = panel.right.findChild(QInputDialog, "job_priority_dialog")
    assert dialog.doubleValue() == 100.0
    dialog.setDoubleValue(250)
    dialog.accept()
    qtbot.waitUntil(lambda: engine.asked == [("priority", (), 250.0)])


def test_what_an_engine_cannot_do_is_off(panel, engine, qtbot):
    engine.capabilities = Capabilities(frozenset({"pause"}), tasks=True)
    panel.watch.look()
    qtbot.waitUntil(lambda: not panel.right.buttons["kill"].isEnabled())
    assert panel.right.buttons["pause"].isEnabled()
    assert "cannot do that" in panel.right.buttons["kill"].toolTip()


def test_only_failed_tasks_are_left_by_the_chip(panel, qtbot):
    model = panel.right.model
    with qtbot.waitSignal(model.filtered):
        panel.right.findChild(QPushButton, "only_error").click()
    top = model.index(0, 0)
    movie = model.index(0, 0, top)
    assert [model.index(row, 0, movie).data() for row in range(model.rowCount(movie))] == ["a"]


def test_the_graph_of_a_job_that_runs_shows_the_task_that_is_selected(panel, qtbot):
    side = panel.right
    side.tree.setCurrentIndex(side.model.index_at(1))
    side.toggle_graph()
    assert side.graph.isVisible() and side.graph.view.title(1) == "a"
    assert [item.box.place for item in side.graph.view._items if item.is_current] == [1]
    side.graph.view.place_chosen.emit(2)
    qtbot.waitUntil(lambda: side.selected() is not None and side.selected().title == "b")
    side.toggle_graph()
    assert side.tree.isVisible() and side.age.text().startswith("live")


def test_a_narrow_foot_keeps_the_key_of_its_button(panel, engine, qtbot):
    panel.right.foot.setMaximumWidth(260)
    qtbot.waitUntil(lambda: "Ctrl" not in panel.right.buttons["retry"].text())
    qtbot.keyClick(panel.right.tree, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: engine.asked == [("retry", (2,), None)])


def test_the_key_of_retry_works_beside_other_tabs(panel, engine, qtbot):
    panel.right.hide()
    qtbot.keyClick(panel, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: engine.asked == [("retry", (2,), None)])


def test_a_state_that_no_task_is_in_any_more_is_said(panel, engine, qtbot):
    panel.right.findChild(QPushButton, "only_error").click()
    engine.told = [replace(task, state=DONE) for task in engine.told]
    panel.watch.look()
    qtbot.waitUntil(panel.right.empty.isVisible)
    assert "in such a state" in panel.right.empty.sentence()


def test_another_job_begins_without_a_filter(panel, engine, qtbot):
    panel.right.findChild(QPushButton, "only_error").click()
    panel.start(replace(TICKET, jid="8"), None)
    qtbot.waitUntil(lambda: panel.right.model.is_live)
    assert panel.right.model.kept is None and panel.right.empty.isHidden()


def test_a_job_that_nobody_has_in_memory_is_made_of_what_is_told(panel, engine, qtbot):
    engine.told.append(TaskStatus(4, "grown", READY, 1))
    panel.start(replace(TICKET, jid="8"), None)
    qtbot.waitUntil(lambda: panel.right.model.index_at(3).isValid() and panel.right.model.is_live)
    assert panel.right.model.index_at(3).data() == "grown"


def test_an_engine_without_tasks_says_so(panel, engine, qtbot):
    engine.capabilities = Capabilities()
    panel.start(replace(TICKET, jid="9"), None)
    qtbot.waitUntil(lambda: "does not tell how tasks stand" in panel.right.empty.sentence())
    assert panel.right.empty.isVisible() and not panel.right.tree.isVisible()


def test_no_answer_is_said_on_both_sides(panel, engine, qtbot):
    engine.problem = EngineUnreachable("nobody answers")
    panel.watch.look()
    qtbot.waitUntil(panel.left.progress.problem.isVisible)
    assert panel.left.progress.problem.text() == "nobody answers" and panel.right.age.text() == "no answer"


def test_a_job_that_is_over_says_how_long_it_took(panel, engine, qtbot):
    engine.state = DONE
    panel.watch.look()
    qtbot.waitUntil(lambda: panel.left.progress.left.text() == "took 60 s")
    assert not panel.right.buttons["kill"].isEnabled() and panel.right.age.text() == "over"


def test_the_ticket_is_copied_and_asks_for_another(panel, told):
    panel.new_wanted.connect(lambda: told.append("new"))
    panel.left.ticket.copy_button.click()
    panel.left.ticket.new_button.click()
    assert QApplication.clipboard().text() == "7" and told == ["new"]


# --- logs


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("00:11 ERROR | x", "failed"),
        ("Traceback (most recent call last):", "failed"),
        ("finished with 0 errors", ""),
        ("WARNING: slow", "warning"),
        ("# render -s 1", "dim"),
        ("# exit code 1", "failed"),
        ("# exit code 0", "dim"),
        ("frame 12 done", ""),
    ],
)
def test_lines_that_matter_are_known(line, found):
    assert weight(line) == found


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("[rlm] error: no license available", "licence"),
        ("MemoryError", "memory"),
        ("error: cannot write /out: Permission denied", "permission"),
        ("Segmentation fault (core dumped)", "crash"),
        ("ERROR could not open texture /a.tx", "file"),
        ("OSError: No space left on device", "disk"),
        ("sh: maya: command not found", "program"),
        ("error: connection refused", "network"),
    ],
)
def test_well_known_trouble_is_explained(line, kind):
    assert explain(["fine", line, "# exit code 1"]).kind == kind


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("00:00:11 3412MB ERROR | could not open /a.tx", "could not open /a.tx"),
        ("[2026-11-21 14:02:11,123] 3.2 GiB | cannot write", "cannot write"),
        ("2026-11-21T14:02:11Z error: no", "no"),
        ("error while loading libfoo.so", "error while loading libfoo.so"),
        ("100 samples failed", "100 samples failed"),
        ("(a) failed", "(a) failed"),
        ("10:11:12", "10:11:12"),
    ],
)
def test_a_line_is_told_without_its_time_and_memory(line, told):
    assert said(line) == told


def test_what_is_no_trouble_explains_nothing():
    assert explain(["loading /shows/license/memory.tx", "all fine", "# exit code 0"]) is None


@given(st.text())
def test_any_line_has_a_weight(line):
    assert weight(line) in ("failed", "warning", "dim", "")


def test_a_log_that_grows_keeps_what_is_there(qtbot):
    view = LogView()
    qtbot.addWidget(view)
    view.show_log("one\ntw", "nothing")
    view.show_log("one\ntwo\nthree", "nothing")
    assert view.log.toPlainText() == "one\ntwo\nthree"
    view.show_log("another", "nothing")
    assert view.log.toPlainText() == "another"


def test_a_log_stays_where_it_is_read_unless_it_is_followed(qtbot):
    view = LogView()
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.show()
    text = "\n".join(f"line {number}" for number in range(200))
    view.follow.setChecked(False)
    view.show_log(text, "")
    view.log.verticalScrollBar().setValue(3)
    view.show_log(text + "\nmore", "")
    assert view.log.verticalScrollBar().value() == 3
    view.follow.setChecked(True)
    assert view.log.verticalScrollBar().value() == view.log.verticalScrollBar().maximum()


# --- frames


def picture(path):
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    assert image.save(str(path))


def test_frames_that_landed_have_small_pictures(tmp_path):
    picture(tmp_path / "a.0001.png")
    (tmp_path / "a.0002.png").write_bytes(b"")
    found = landed(Written("a", f"{tmp_path}/a.####.png", FrameSet.parse("1-3")), 0.0, (32, 18), {})
    assert (found.there, found.total) == (1, 3)
    assert [frame.name for frame in found.shown] == ["1", "2", "3"]
    assert found.shown[0].image.width() == 32 and not found.shown[1].written


def test_frames_of_another_time_have_not_landed(tmp_path):
    picture(tmp_path / "a.0001.png")
    found = landed(Written("a", f"{tmp_path}/a.####.png", FrameSet.parse("1")), 4e9, (32, 18), {})
    assert found.there == 0


def test_a_picture_is_read_once(tmp_path):
    picture(tmp_path / "a.0001.png")
    written = Written("a", f"{tmp_path}/a.####.png", FrameSet.parse("1"))
    first = landed(written, 0.0, (32, 18), {}).shown
    again = landed(written, 0.0, (32, 18), {frame.path: frame for frame in first}).shown
    assert again[0].image is first[0].image


def test_what_qt_cannot_read_is_there_without_a_picture(tmp_path):
    (tmp_path / "a.0001.exr").write_bytes(b"exr")
    (tmp_path / "a.0002.png").write_bytes(b"no picture")
    exr = landed(Written("a", f"{tmp_path}/a.####.exr", FrameSet.parse("1")), 0.0, (32, 18), {}).shown[0]
    png = landed(Written("a", f"{tmp_path}/a.####.png", FrameSet.parse("2")), 0.0, (32, 18), {}).shown[0]
    assert exr.written and exr.image is None and png.image.isNull()


def test_of_many_frames_those_around_the_last_one_are_shown(tmp_path):
    for number in range(1, 51):
        (tmp_path / f"a.{number:04d}.exr").write_bytes(b"exr")
    found = landed(Written("a", f"{tmp_path}/a.####.exr", FrameSet.parse("1-100")), 0.0, (32, 18), {})
    names = [int(frame.name) for frame in found.shown]
    assert len(names) == 20 and 50 in names and 51 in names and found.there == 50


def test_rows_whose_files_cannot_be_told_are_left_out(opened):
    names = [written.pattern.rpartition("/")[2] for written in written_by(opened.request)]
    assert names == ["beauty.####.exr", "fx_smoke.####.exr", "mattes.####.exr"]
    opened.set_row_values([opened.rows[0].id], "output", "/out/<Version>.####.exr")
    assert len(written_by(opened.request)) == 2 and written_by(None) == []


def test_the_card_shows_frames_as_they_land(qtbot, opened, engine, tmp_path):
    made = MonitorPanel(opened)
    qtbot.addWidget(made)
    made.resize(1300, 900)
    made.show()
    opened.set_row_values([opened.rows[0].id], "output", f"{tmp_path}/a.####.png")
    picture(tmp_path / "a.1001.png")
    made.start(TICKET, None, opened.request)
    frames = made.left.frames
    qtbot.waitUntil(lambda: bool(frames.grid.frames))
    assert frames.badge.text() == "1 of 100" and frames.grid.frames[0].written
    assert frames.grid._at(QPoint(5, 5)).path.endswith("a.1001.png")
    made.stop()


def test_frames_that_land_as_the_job_ends_are_shown(qtbot, opened, engine, tmp_path):
    made = MonitorPanel(opened)
    qtbot.addWidget(made)
    opened.set_row_values([opened.rows[0].id], "output", f"{tmp_path}/a.####.png")
    made.start(TICKET, None, opened.request)
    frames = made.left.frames
    qtbot.waitUntil(lambda: frames.badge.text() == "0 of 100" and made.right.model.is_live)
    picture(tmp_path / "a.1001.png")
    with qtbot.waitSignal(made.watch.changed):
        made.watch.look()
    made.watch.stop()
    qtbot.waitUntil(lambda: frames.badge.text() == "1 of 100")
    made.stop()
