"""What goes wrong in a studio: each is one sentence in the window, nothing is lost, and no traceback is seen."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from farmsubmit.engines import registry
from farmsubmit.engines.base import Engine, Translation
from farmsubmit.errors import EngineUnreachable
from farmsubmit.formats.alf import to_tcl
from farmsubmit_ui.dialog import Submitter

ODD = ("x" * 10_000, "שלום עולם", "🎬 שוט 010 \N{ZERO WIDTH JOINER}👩‍🚀", "{ \\ } $x [exec]")


class DyingEngine(Engine):
    """An engine that goes away while a job is on its way."""

    scheme = "dying"
    problem: Exception = EngineUnreachable("the engine went away", "ask whoever keeps the farm")

    def translate(self, job):
        return Translation(to_tcl(job))

    def spool(self, translation, info, block=False):
        raise self.problem


@pytest.fixture
def window(qtbot, maya_facts, settle, monkeypatch, caplog):
    """A window with the Maya scene, and a log in which no mistake of ours stands."""
    monkeypatch.setattr(registry, "_homes", lambda: {**registry._SHIPPED, "dying": "here"})
    monkeypatch.setattr(registry, "_load", _load(registry._load))
    made = Submitter()
    qtbot.addWidget(made)
    made.show()
    made.session.open_facts(maya_facts)
    settle(made.session)
    made.session.set_job_value("priority", 42)
    settle(made.session)
    with caplog.at_level(logging.ERROR):
        yield made
    assert not [record for record in caplog.records if record.exc_info]
    made.close()


def _load(load):
    return lambda home, scheme: DyingEngine if scheme == "dying" else load(home, scheme)


def is_sentence(text):
    return bool(text) and "Traceback" not in text and "\n" not in text.strip() and len(text) < 400


def told(window, qtbot, words):
    qtbot.waitUntil(lambda: words in window.notice.text.text())
    return is_sentence(window.notice.text.text())


# --- files


def test_a_scene_that_was_deleted_while_it_is_open_is_told_and_what_is_open_stays(window, qtbot, maya_facts):
    Path(maya_facts.path).unlink()
    window.session.reload()
    assert told(window, qtbot, "there is no file")
    assert window.session.job_value("priority") == 42 and window.pages.currentWidget() is window.splitter


def test_a_scene_that_was_deleted_while_it_is_open_is_not_sent(window, qtbot, settle, maya_facts, tmp_path):
    (tmp_path / "jobs").mkdir()
    window.session.set_engine(f"folder:{tmp_path}/jobs")
    settle(window.session)
    Path(maya_facts.path).unlink()
    window.submit()
    page = window.way.submission
    qtbot.waitUntil(lambda: page.is_ended, timeout=30_000)
    assert "the scene is not in its folder" in page.problem.text() and not [*(tmp_path / "jobs").iterdir()]


def test_a_request_of_a_newer_version_is_told_and_what_is_open_stays(window, qtbot, tmp_path):
    path = tmp_path / "newer.json"
    path.write_text(json.dumps({**window.session.request.to_json(), "request_version": 99}))
    window.open(path)
    assert told(window, qtbot, "99")
    assert window.session.job_value("priority") == 42


def test_a_preset_with_an_unknown_field_is_told_and_what_is_asked_stays(window, qtbot, home):
    folder = home / "config" / "presets"
    folder.mkdir(parents=True)
    (folder / "odd.toml").write_text("prioriti = 3\n")
    window.session.use_preset("odd")
    assert told(window, qtbot, "prioriti")
    assert window.session.job_value("priority") == 42 and window.session.preset == ""


# --- an engine that dies


@pytest.mark.parametrize("problem", [EngineUnreachable("the engine went away"), OSError("connection reset")])
def test_an_engine_that_dies_in_the_middle_leaves_all_that_was_asked(window, qtbot, settle, monkeypatch, problem):
    monkeypatch.setattr(DyingEngine, "problem", problem)
    window.session.set_engine("dying:farm")
    settle(window.session)
    with qtbot.waitSignal(window.session.submit_failed):
        window.submit()
    page = window.way.submission
    assert is_sentence(page.problem.text()) and page.failure.isVisible() and page.steps["spool"].state == "failed"
    page.back.click()
    assert window.session.job_value("priority") == 42 and window.right.isVisible()


# --- texts


@pytest.mark.parametrize("title", ODD, ids=["long", "right-to-left", "emoji", "tcl"])
def test_any_title_is_shown_and_reaches_the_script_as_it_is(window, settle, title):
    width = window.width()
    window.session.set_job_value("title", title)
    settle(window.session)
    window.grab()
    assert window.session.job.title == title and title.split()[-1] in to_tcl(window.session.job)
    assert window.left.job.fields["title"].editor.focus.text() == title and window.width() == width
