"""The facts of the open scene: equal to those of its file, and better where only Katana knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from farmsubmit.errors import SceneError
from farmsubmit.scenes import read_scene

NAMES = (
    *("one", "chain", "grouped", "variables", "ranges", "farm settings"),
    *("excluded", "passes", "script", "files", "defined", "size and 木"),
)


@pytest.mark.parametrize("name", NAMES)
def test_facts_of_the_open_scene_are_those_of_its_file(katana, opened, name: str) -> None:
    path = opened(name)
    assert katana.get("scene").scene_facts() == read_scene(path)


def test_all_scenes_are_compared(katana) -> None:
    assert sorted(NAMES) == sorted(katana.scenes.SCENES)


def test_an_unsaved_change_is_in_the_facts(katana, opened) -> None:
    path = opened("one")
    katana.api.NodegraphAPI.GetRootNode().getParameter("outTime").setValue(99, 0)
    facts = katana.get("scene").scene_facts()
    assert (facts.frames.last, read_scene(path).frames.last) == (99, 10)


def test_an_expression_that_the_file_reader_cannot_work_out_is_asked_of_katana(katana, opened) -> None:
    s = katana.scenes
    path = opened(s.project(s.node("ImageRead", "Plate", s.text("file", expression="show.plate()"))))
    katana.state.expressions["show.plate()"] = "/show/plate.####.exr"
    assert (read_scene(path).files, len(read_scene(path).unresolved)) == ((), 1)
    facts = katana.get("scene").scene_facts()
    assert ([file.path for file in facts.files], facts.unresolved) == (["/show/plate.####.exr"], ())


def test_an_expression_with_an_error_stays_unresolved(katana, opened) -> None:
    s = katana.scenes
    path = opened(s.project(s.node("ImageRead", "Plate", s.text("file", expression="1 +"))))
    assert katana.get("scene").scene_facts() == read_scene(path)


def test_an_asset_id_becomes_its_file(katana, opened) -> None:
    s = katana.scenes
    opened(s.project(s.node("ImageRead", "Plate", s.text("file", "show://plate"))))
    katana.state.assets["show://plate"] = "/show/plate.exr"
    assert [file.path for file in katana.get("scene").scene_facts().files] == ["/show/plate.exr"]


def test_outputs_are_where_katana_says_that_they_are_written(katana, opened) -> None:
    path = opened("passes")
    katana.state.locations["Beauty.depth"] = "/real/depth.####.exr"
    found = {output.name: output.file for output in katana.get("scene").scene_facts().outputs}
    assert found == {**{o.name: o.file for o in read_scene(path).outputs}, "Beauty.depth": "/real/depth.####.exr"}


def test_a_scene_that_katana_cannot_cook_is_told_as_it_was_saved_with_a_warning(katana, opened) -> None:
    path = opened("chain")
    katana.state.cannot_cook = "no camera\nat all"
    facts = katana.get("scene").scene_facts()
    assert "no camera at all" in facts.warnings[-1]
    assert replace(facts, warnings=facts.warnings[:-1]) == read_scene(path)


def test_a_project_without_a_file_is_refused(katana) -> None:
    with pytest.raises(SceneError, match="has no file yet; save it first"):
        katana.get("scene").scene_facts()


# --- unsaved changes


@pytest.fixture
def changed(katana, opened):
    path = opened("one")
    katana.api.NodegraphAPI.GetRootNode().getParameter("outTime").setValue(99, 0)
    return path


def test_unsaved_changes_are_refused_unless_told_otherwise(katana, changed) -> None:
    with pytest.raises(SceneError, match="changes that are not saved"):
        katana.get("unsaved").scene_with()


def test_saving_writes_the_project(katana, changed) -> None:
    facts = katana.get("unsaved").scene_with("save").facts
    assert facts == read_scene(changed) and facts.frames.last == 99


def test_a_copy_leaves_the_project_as_it_is(katana, changed) -> None:
    facts = katana.get("unsaved").scene_with("copy").facts
    assert facts == read_scene(facts.path) and facts.frames.last == 99
    assert facts.path.startswith(str(changed.with_suffix(""))) and read_scene(changed).frames.last == 10
    assert katana.state.dirty and katana.state.path == str(changed)


def test_as_saved_leaves_the_changes_out(katana, changed) -> None:
    assert katana.get("unsaved").scene_with("as saved").facts == read_scene(changed)


def test_a_wrong_choice_gets_the_right_one(katana, changed) -> None:
    with pytest.raises(SceneError, match="did you mean 'as saved'"):
        katana.get("unsaved").scene_with("as_saved")
