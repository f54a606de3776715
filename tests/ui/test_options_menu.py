"""The options of Maya's renderers in the menu of options: those that the scene's renderers have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QMenu, QWidget

from farmsubmit.author.elements import Task, children
from farmsubmit.request import request_for
from farmsubmit.scenes.facts import Layer
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import build_request
from farmsubmit_ui.options_menu import OptionsMenu


@pytest.fixture
def menu(qtbot, session):
    """A function that fills a menu and gives its actions by name."""
    window = QWidget()
    qtbot.addWidget(window)
    made = QMenu(window)
    OptionsMenu(session, window).fill(made)

    def filled():
        made.aboutToShow.emit()
        return {one.objectName(): one for one in made.findChildren(QAction) if one.objectName()}

    # The window lives as long as the test.
    yield filled
    window.close()


def argvs(job):
    left, found = list(children(job)), []
    while left:
        element = left.pop(0)
        left[:0] = children(element)
        found += [command.argv for command in element.cmds] if isinstance(element, Task) else []
    return found


def test_choices_of_the_menu_give_the_job_that_the_same_options_give(opened, menu, settle):
    for name in ("threads_8", "resolution_960x540", "arnold_device_gpu", "arnold_verbosity_0"):
        menu()[name].trigger()
    menu()["option_abort_on_license_fail"].trigger()
    settle(opened)
    asked = {"threads": 8, "resolution": "960x540", "arnold_device": "gpu", "arnold_verbosity": "0"}
    asked["abort_on_license_fail"] = True
    same = request_for(opened.facts, load_settings(dcc="maya"), options=asked)
    assert argvs(opened.job) == argvs(build_request(same).job)
    assert {tuple(argv[1:3]) for argv in argvs(opened.job) if argv[0] == "Render"} == {("-r", "arnold")}


def test_a_choice_is_checked_and_taken_away_again(opened, menu, settle):
    menu()["threads_8"].trigger()
    assert menu()["threads_8"].isChecked()
    menu()["threads_none"].trigger()
    assert opened.option("threads") is None
    settle(opened)


def test_a_value_of_elsewhere_is_shown(opened, menu, settle):
    opened.set_option("threads", 12)
    assert menu()["threads_12"].isChecked()
    settle(opened)


def test_only_what_the_renderers_of_the_scene_have_is_offered(session, maya_facts, menu, settle):
    session.open_facts(replace(maya_facts, renderer="vray", layers=(Layer("a"), Layer("b", renderer="redshift"))))
    settle(session)
    assert "resolution_960x540" in menu()
    assert not [name for name in menu() if name.startswith(("threads", "arnold"))]
