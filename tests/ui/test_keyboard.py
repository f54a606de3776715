"""What the window is without a mouse: a letter for one thing, Tab in the order of reading, names for all controls."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from farmsubmit.engines.base import Ticket
from farmsubmit_ui.dialog import Submitter
from farmsubmit_ui.panels.submit_panel import STEPS


@pytest.fixture
def window(qtbot, maya_facts, settle):
    made = Submitter(style="dark", is_standalone=True)
    qtbot.addWidget(made)
    made.session.open_facts(maya_facts)
    made.show()
    settle(made.session)
    qtbot.waitUntil(lambda: made.right._graph.is_made)
    return made


def letters(window):
    """Return who answers to each letter with Alt, menus and all that is seen."""
    texts = [action.text() for action in window.menuBar().actions()]
    for widget in window.findChildren(QWidget):
        is_name = isinstance(widget, QLabel) and widget.buddy() is not None
        if widget.isVisible() and (is_name or isinstance(widget, QAbstractButton)):
            texts.append(widget.text())
    found = defaultdict(list)
    for text in texts:
        for letter in re.findall("&([a-z])", text, re.IGNORECASE):
            found[letter.lower()].append(text)
    return found


def doubled(window):
    return [texts for texts in letters(window).values() if len(texts) > 1]


def test_no_letter_stands_for_two_things_on_any_page(window):
    for place in range(window.right.count()):
        window.right.setCurrentIndex(place)
        assert not doubled(window)


def test_no_letter_stands_for_two_things_on_the_page_of_a_submission(window):
    for step in STEPS:
        window.session.submit_step.emit(step, "active", "")
    assert window.way.submission.isVisible() and not doubled(window)


def test_no_letter_stands_for_two_things_while_a_job_is_followed(window):
    window.way.follow(Ticket("1", "folder:/nowhere"))
    assert window.way.monitor.right.isVisible() and not doubled(window)


def test_tab_leads_as_one_reads(window):
    stops = [window.left.job.fields["title"].editor.focus]
    while len(stops) < 60 and stops.count(stops[0]) < 2:
        stops[-1].setFocus()
        window.focusNextChild()
        stops.append(QApplication.focusWidget() or stops[0])
    names = [stop.objectName() for stop in stops]
    wanted = ["job_title", "job_service", "rows", "dirmaps_try", "tabs", "task_filter", "task_tree", "task_page"]
    wanted += ["submit_button", "preset_button", "engine_button"]
    assert [name for name in names[:-1] if name in wanted] == wanted


def test_the_key_of_a_page_brings_the_keyboard_there(window):
    listed = []
    for place in range(4):
        window.show_page(place)
        listed.append(window.focusWidget().objectName())
    assert listed == ["task_tree", "checks", "files", "environment"]


def test_every_control_has_a_name(window):
    controls = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    texts = {control.objectName(): control.accessibleName() or control.property("text") for control in controls}
    assert len(texts) > 20 and not [name for name, text in texts.items() if not text]


def test_enter_opens_where_nothing_is_open(qtbot):
    window = Submitter(style="dark")
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.start.open_wanted):
        window.start.open_wanted.disconnect(window.ask_open)
        qtbot.keyClick(window.start.empty.button, Qt.Key.Key_Return)
