"""Choosing an engine: which are offered, how each stands, and adding one."""

from __future__ import annotations

import pytest

from farmsubmit.engines.base import Capabilities
from farmsubmit_ui.panels.engine_picker import EnginePicker, capabilities_text
from farmsubmit_ui.session.probe import DOWN, OK, WRONG


@pytest.fixture
def picker(qtbot, session, tmp_path):
    made = EnginePicker(session, [f"folder:{tmp_path}", "tractr:host", "local:"])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: all(state.text for state in made.model.rows))
    return made


def row(picker, url):
    place = picker.model.place_of(url)
    return [picker.model.index(place, column).data() for column in range(3)]


def test_each_engine_is_offered_once_with_how_it_stands(picker, tmp_path, qtmodeltester):
    states = {state.url: state.state for state in picker.model.rows}
    assert states == {"local:": OK, f"folder:{tmp_path}": OK, "tractr:host": WRONG}
    qtmodeltester.check(picker.model)


def test_what_an_engine_can_do_is_said_in_words(picker, tmp_path):
    assert "logs" in row(picker, "local:")[2] and "retry" in row(picker, "local:")[2]
    assert row(picker, f"folder:{tmp_path}")[2] == "takes jobs, and no more"
    assert row(picker, "tractr:host")[2] == ""
    assert capabilities_text(Capabilities(frozenset({"kill"}), logs=True)) == "logs  ·  kill"


def test_a_url_that_names_no_engine_says_why(picker):
    picker.url.setText("lokal:")
    assert "did you mean" in picker.note.text()
    assert picker.url.has_problem() and not picker.add_button.isEnabled()


def test_an_engine_is_added_asked_and_chosen(picker, tmp_path, qtbot, told):
    picker.chosen.connect(told.append)
    picker.url.setText(f"folder:{tmp_path}/nowhere")
    picker.add_button.click()
    qtbot.waitUntil(lambda: all(state.text for state in picker.model.rows))
    assert picker.model.rows[0].state == DOWN and "is not there" in row(picker, f"folder:{tmp_path}/nowhere")[1]
    picker.use_button.click()
    assert told == [f"folder:{tmp_path}/nowhere"] and not picker.isVisible()


def test_the_engine_of_the_session_is_selected(picker, session):
    assert picker.view.currentIndex().data() == session.engine
