"""Submitting without a dialog, and what is done with changes that are not in the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from farmsubmit import read_scene, request_for, to_tcl
from farmsubmit.errors import FarmsubmitError, SceneError
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import build_request

ASKED = {"frames": "1001-1004", "chunk": 2, "job": {"priority": 42, "comment": "ünï"}}


@pytest.mark.parametrize("name", ["plain", "arnold_layers", "render_setup", "movie ünï"])
def test_the_job_is_that_of_the_command_line_byte_for_byte(opened, name):
    from farmsubmit_maya import headless

    path = opened(name)
    of_file = request_for(read_scene(path), load_settings(scene=path), **ASKED)
    assert to_tcl(build_request(headless.request(**ASKED)).job) == to_tcl(build_request(of_file).job)


def test_it_works_in_batch_mode(fake, opened, tmp_path):
    from farmsubmit_maya import headless

    (tmp_path / "jobs").mkdir()
    fake.state.batch = True
    opened("arnold_layers")
    ticket = headless.submit(f"folder:{tmp_path / 'jobs'}", chunk=5, layers=["beauty"])
    (job,) = (tmp_path / "jobs").iterdir()
    assert ticket.engine.startswith("folder:")
    assert "beauty" in job.read_text() and "matte" not in job.read_text()


def test_a_preset_that_there_is_not_is_refused(opened):
    from farmsubmit_maya import headless

    opened("plain")
    with pytest.raises(FarmsubmitError, match="nosuch"):
        headless.request(preset="nosuch")


# --- changes that are not in the file


@pytest.fixture
def changed(fake, opened):
    """A scene in memory that has another end than its file."""
    path = opened("plain")
    fake.state.text = fake.state.text.replace('".ef" 1010', '".ef" 1040')
    fake.state.scene.default("defaultRenderGlobals").attributes["ef"] = 1040.0
    fake.state.modified = True
    return path


def test_changes_are_refused_unless_told(changed):
    from farmsubmit_maya import headless

    with pytest.raises(SceneError, match=r"changes that are not in its file; set unsaved to save, copy, saved"):
        headless.request()


def test_a_choice_that_there_is_not_is_refused(changed):
    from farmsubmit_maya.unsaved import scene_with

    with pytest.raises(SceneError, match="did you mean 'saved'"):
        scene_with("savd")


def test_saving_writes_the_file_and_submits_it(fake, changed):
    from farmsubmit_maya.unsaved import scene_with

    assert scene_with("save").facts.frames.last == read_scene(changed).frames.last == 1040
    assert not fake.state.modified


def test_as_saved_is_the_file_without_the_changes(fake, changed):
    from farmsubmit_maya.unsaved import scene_with

    assert scene_with("saved").facts == read_scene(changed)
    assert fake.state.modified


def test_a_copy_holds_the_changes_and_leaves_scene_and_file_alone(fake, changed):
    from farmsubmit_maya.unsaved import scene_with

    facts = scene_with("copy").facts
    copy = Path(facts.path)
    assert copy.parent == changed.parent and copy.name.startswith("plain.farm-")
    assert facts.frames == read_scene(copy).frames and facts.frames.last == 1040
    assert not any("not in its file" in text for text in facts.warnings)
    assert read_scene(changed).frames.last == 1010
    assert (fake.state.path, fake.state.modified) == (str(changed), True)


def test_a_job_of_a_copy_is_called_after_the_scene(changed):
    from farmsubmit_maya import headless

    made = headless.request(unsaved="copy")
    job = build_request(made).job
    assert (job.title, made.options["scene_original"]) == ("plain", str(changed))
    assert ".farm-" in made.facts.path and len(made.options["scene_sha256"]) == 64
    # Titles and all else are as without a copy, but for what is rendered.
    of_scene = build_request(headless.request(unsaved="saved", frames="1001-1040")).job
    assert re.sub(r"\.farm-[\d-]+", "", to_tcl(job)) == to_tcl(of_scene)


def test_settings_of_a_copy_are_those_of_the_scene(changed):
    from farmsubmit_maya import headless

    changed.with_name(f"{changed.name}.farmsubmit.toml").write_text("priority = 9\n")
    assert headless.request(unsaved="copy").job["priority"] == 9


def test_a_scene_as_it_was_saved_is_said_to_lack_changes(changed):
    from farmsubmit_maya import headless

    assert headless.request(unsaved="saved").options["unsaved"] is True


def test_two_copies_in_a_second_have_two_names(changed):
    from farmsubmit_maya.unsaved import save_copy

    assert len({save_copy() for _ in range(3)}) == 3


@pytest.mark.parametrize("how", ["save", "copy"])
def test_a_scene_that_maya_cannot_save_keeps_its_name_and_is_not_sent(fake, changed, how):
    from farmsubmit_maya.unsaved import scene_with

    fake.state.cannot_save = True
    with pytest.raises(SceneError, match="Maya could not save the scene: Could not save file"):
        scene_with(how)
    assert (fake.state.path, fake.state.modified) == (str(changed), True)
