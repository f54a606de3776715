"""Nothing is cut at any zoom: rows say less, labels are cut where it can be seen, everything else is scrolled to."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from qtpy.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QPushButton, QTabBar, QWidget

from farmsubmit.engines.base import ERROR, JobStatus, TaskStatus, Ticket
from farmsubmit_ui.dialog import Submitter
from farmsubmit_ui.preferences import Preferences
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets import ElidedLabel, FittingRow, Omitted, ShortText, ShrinkingLabel, text_button

SIZES = ((1440, 900), (1280, 720))


def cut(window: QWidget) -> Iterator[str]:
    """Yield what is shown with less room than it needs."""
    for part in window.findChildren(QWidget):
        if part.isVisible() and isinstance(part, (QPushButton, QLabel, QAbstractButton)) and _is_cut(part):
            yield f"{part.objectName()} {part.text()!r}: {part.size()} of {part.minimumSizeHint()}"


def _is_cut(part: Any) -> bool:
    # Labels that are cut on purpose say so; the arrows of fields and tabs are no buttons with a text.
    if isinstance(part, ElidedLabel) or isinstance(part.parent(), QTabBar) or not part.text():
        return False
    if isinstance(part, QLabel) and part.wordWrap():
        return bool(part.height() < part.heightForWidth(part.width()) - 1)
    is_outside = not part.parentWidget().rect().contains(part.geometry())
    return bool(is_outside or part.width() < part.minimumSizeHint().width())


def wait_for_whole(qtbot: Any, window: Any) -> None:
    """Wait until nothing is cut; a page that looks something up shows more for a moment."""

    def check() -> None:
        assert list(cut(window)) == []

    qtbot.waitUntil(check, timeout=30_000)


@pytest.fixture
def window(qtbot: Any, maya_facts: Any, settle: Any, zoom: float) -> Any:
    Preferences().zoom = zoom
    made = Submitter()
    qtbot.addWidget(made)
    made.session.open_facts(maya_facts)
    made.show()
    settle(made.session)
    return made


def fill(monitor: Any) -> None:
    """Let a job with failed tasks be shown, whose log tells what is wrong."""
    watch = monitor.watch
    watch.ticket = Ticket("18252", "demo://farm")
    watch.status = JobStatus("18252", "lighting", "active")
    watch.tasks = {1: TaskStatus(1, "beauty 1001-1005", ERROR, exit_code=211, blade="rack-12.farm.example.com")}
    watch.log = "could not open /shows/wall.tx: No such file or directory"
    monitor.right.refresh()
    monitor.right.tree.setCurrentIndex(monitor.right.model.index(0, 0))


@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
def test_nothing_is_cut_on_any_page(window: Any, qtbot: Any) -> None:
    for size in SIZES:
        window.resize(*size)
        window.divide()
        for place in range(window.right.count()):
            window.right.setCurrentIndex(place)
            wait_for_whole(qtbot, window)


@pytest.mark.parametrize("zoom", [1.0])
def test_the_arrow_of_a_choice_has_its_room_when_the_zoom_changes(window: Any, qtbot: Any) -> None:
    for _ in range(3):
        window.change_zoom(1)
    button = window.header.engine
    qtbot.waitUntil(lambda: button.width() - button.choice.geometry().right() >= px(25))
    assert px(25) > 35


@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
def test_nothing_is_cut_while_a_job_is_followed(window: Any, qtbot: Any) -> None:
    way = window.way
    fill(way.monitor)
    way.left_pages.setCurrentWidget(way.monitor.left)
    way.right.show_live(way.monitor.right)
    way.following.emit(True)
    for size in SIZES:
        window.resize(*size)
        window.divide()
        wait_for_whole(qtbot, window)


# --- the row

# Without the style no button is narrower than 80 pixels, whatever it says.
LONG, SHORT = "A &long text that needs room", "A shorter text"


@pytest.fixture
def row(qtbot: Any) -> Any:
    """A row of two buttons, the first of which has a short text and the second of which may be left out."""
    frame = QWidget()
    qtbot.addWidget(frame)
    layout = FittingRow(frame)
    first, second = text_button(LONG, "first"), text_button("Another button", "second")
    for button in (first, second):
        layout.addWidget(button)
    layout.set_steps(ShortText(first, SHORT), Omitted(second))
    frame.layout_, frame.first, frame.second = layout, first, second
    return frame


def whole_width(row: Any) -> int:
    return int(QHBoxLayout.minimumSize(row.layout_).width())


def test_a_row_takes_as_many_steps_as_it_needs_and_takes_them_back(row: Any, qtbot: Any) -> None:
    whole = whole_width(row)
    for width, text, has_second in ((whole, LONG, True), (whole - 1, SHORT, True)):
        row.resize(width, 40)
        row.show()
        qtbot.wait(1)
        assert (row.first.text(), row.second.isVisible()) == (text, has_second)
    row.resize(row.layout_.minimumSize().width(), 40)
    qtbot.wait(1)
    assert (row.first.text(), row.second.isVisible()) == (SHORT, False)
    row.resize(whole, 40)
    qtbot.wait(1)
    assert (row.first.text(), row.second.isVisible()) == (LONG, True)


def test_a_shortened_button_says_in_its_tooltip_what_it_is(row: Any) -> None:
    assert row.first.toolTip() == row.first.accessibleName() == "A long text that needs room"


def test_a_text_that_changes_while_it_is_short_comes_back_as_the_new_one(row: Any) -> None:
    step = ShortText(row.first, "s")
    step.put(True)
    step.set_texts("other", "o")
    assert row.first.text() == "o"
    step.put(False)
    assert row.first.text() == "other"


def test_a_shrinking_label_keeps_its_text_and_asks_for_little_room(qtbot: Any) -> None:
    made = ShrinkingLabel("210 tasks · 210 commands")
    qtbot.addWidget(made)
    made.resize(60, 20)
    made.setText("211 tasks · 211 commands")
    assert made.text() == made.accessibleName() == "211 tasks · 211 commands"
    assert made.minimumSizeHint().width() < made.sizeHint().width()
