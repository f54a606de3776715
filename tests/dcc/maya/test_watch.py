"""The dialog follows the scene: what a session is told when Maya's scene changes, and what it reads then."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from farmsubmit.errors import FarmsubmitError, SceneError


@pytest.fixture
def watch(fake, opened):
    """A watch on the plain scene, with what its session was told in ``told``."""
    from farmsubmit_maya.watch import SceneWatch

    told = []
    session = SimpleNamespace(scene=str(opened("plain")), scene_changed=lambda: told.append("changed"))
    watch = SceneWatch(session)
    watch.told = told
    return watch


@pytest.mark.parametrize("event", ["SceneOpened", "NewSceneOpened", "SceneSaved"])
def test_the_session_is_told_that_the_scene_changed(fake, watch, event):
    fake.tell_event(event)
    assert watch.told == ["changed"]


def test_the_scene_that_is_open_then_is_read(watch, opened):
    from farmsubmit_maya.scene import scene_facts

    path = opened("still")
    assert watch.read() == (scene_facts(), {})
    assert watch.read().path == str(path)


def test_a_new_scene_is_said_to_be_in_no_file(fake, watch):
    fake.state.path = ""
    with pytest.raises(SceneError, match="never saved"):
        watch.read()


def test_a_copy_that_was_saved_for_the_farm_leaves_the_dialog_as_it_is(fake, watch):
    from farmsubmit_maya.unsaved import save_copy

    save_copy()
    assert watch.told == ["changed"] and watch.read() is None


def test_another_scene_that_changed_while_it_was_opened_is_said_to_have_changes(fake, watch, opened):
    opened("still")
    fake.state.modified = True
    assert watch.read().options == {"unsaved": True}


def test_nothing_is_told_after_the_end(fake, watch):
    watch.stop()
    watch.stop()
    fake.save_scene()
    assert watch.told == [] and fake.state.jobs == {}


def test_a_mistake_while_reading_is_one_sentence_for_the_dialog(fake, watch, monkeypatch):
    from maya import cmds

    from farmsubmit_maya.telling import in_words

    def fail(**_):
        raise KeyError("x")

    monkeypatch.setattr(cmds, "currentUnit", fail)
    with pytest.raises(FarmsubmitError, match=r"nothing was sent \(KeyError\)"):
        in_words(watch.read)()
