"""What a DCC submits of its open scene: the request of a copy is that of the scene, pointed to the copy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from farmsubmit.request import SubmitRequest, job_title
from farmsubmit.scenecopy import digest
from farmsubmit.scenes.facts import FrameRange, Output, SceneFacts
from farmsubmit.submission.copying import wants_copy
from farmsubmit.submission.openscene import OpenScene, as_copy, as_saved, request_of, scene_in


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def scene(tmp_path):
    """Facts of a scene with settings of its own."""
    path = tmp_path / "shot.ma"
    path.write_text("//Maya ASCII\n")
    settings = 'priority = 9\noutput_name = "/out/{{ scene }}.####.exr"\n'
    path.with_name("shot.ma.farmsubmit.toml").write_text(settings)
    output = Output("arnold", file="/show/images/shot.####.exr")
    return SceneFacts("maya", str(path), frames=FrameRange(1, 4), outputs=(output,))


@pytest.fixture
def copy(scene, tmp_path):
    """Facts of a copy of it."""
    path = tmp_path / "shot.farm-20261121-114500.ma"
    path.write_text("//Maya ASCII, changed\n")
    return replace(scene, path=str(path))


def test_settings_titles_and_names_of_a_copy_are_those_of_the_scene(scene, copy):
    made, plain = request_of(as_copy(copy, scene.path)), request_of(OpenScene(scene))
    assert (made.rows, made.job) == (plain.rows, plain.job)
    assert (made.job["priority"], made.rows[0].output, made.rows[0].title) == (9, "/out/shot.####.exr", "shot")
    assert job_title(made) == "shot" and made.facts == copy


def test_a_copy_says_of_what_and_with_which_content_and_is_not_copied_again(scene, copy):
    made = request_of(as_copy(copy, scene.path), options={"scene_copy": True})
    assert made.options["scene_original"] == scene.path
    assert made.options["scene_sha256"] == digest(Path(copy.path))
    assert not wants_copy(made)


def test_a_request_of_a_copy_that_was_kept_as_json_is_still_called_after_the_scene(scene, copy):
    made = SubmitRequest.from_json(request_of(as_copy(copy, scene.path)).to_json())
    assert job_title(made) == "shot"
    assert scene_in(made).path == scene.path and scene_in(made).options == as_copy(copy, scene.path).options


def test_a_file_without_the_changes_says_so(scene):
    assert request_of(as_saved(scene), frames="1-2").options["unsaved"] is True


def test_what_is_asked_and_the_preset_count_as_ever(scene):
    made = request_of(OpenScene(scene), this_time={"priority": 3}, chunk=2)
    assert (made.job["priority"], made.rows[0].chunk) == (3, 2)
