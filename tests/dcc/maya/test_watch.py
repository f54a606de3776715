"""The dialog follows the scene: what a session is told when Maya's scene changes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest


class Session:
    """What the watch asks of a session, and what it was told."""

    def __init__(self, facts):
        self.facts, self.told = facts, []
        self.failed = SimpleNamespace(emit=lambda text: self.told.append(("failed", text)))

    def reload(self):
        self.told.append("reload")

    def open_facts(self, facts):
        self.told.append(("open", facts.path))


@pytest.fixture
def session(fake, opened):
    """A session with the plain scene, which follows Maya."""
    from farmsubmit_maya.scene import scene_facts
    from farmsubmit_maya.watch import SceneWatch

    opened("plain")
    session = Session(scene_facts())
    session.watch = SceneWatch(session)
    return session


def test_the_same_scene_is_read_again_so_that_edits_stay(fake, session):
    fake.save_scene()
    fake.idle()
    assert session.told == ["reload"]


def test_another_scene_is_opened(fake, session, opened):
    path = opened("still")
    fake.idle()
    assert session.told == [("open", str(path))]


def test_a_new_scene_is_said_to_be_in_no_file(fake, session):
    fake.state.path = ""
    fake.tell_event("NewSceneOpened")
    fake.idle()
    assert session.told[0][0] == "failed" and "never saved" in session.told[0][1]


def test_the_copy_that_is_saved_for_the_farm_is_not_opened(fake, session):
    from farmsubmit_maya.unsaved import save_copy

    save_copy()
    fake.idle()
    assert session.told == ["reload"]


def test_nothing_is_told_after_the_end_even_if_it_was_put_off(fake, session):
    fake.save_scene()
    session.watch.stop()
    session.watch.stop()
    fake.idle()
    assert session.told == [] and fake.state.jobs == {}


def test_a_mistake_while_reading_is_one_sentence_and_no_traceback(fake, session, monkeypatch):
    from maya import cmds

    def fail(**_):
        raise KeyError("x")

    monkeypatch.setattr(cmds, "currentUnit", fail)
    fake.save_scene()
    fake.idle()
    assert session.told == [] and "nothing was sent (KeyError)" in fake.state.told[0]
