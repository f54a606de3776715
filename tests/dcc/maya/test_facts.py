"""Facts of the open scene: equal to those of its file, and better where only Maya can know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from farmsubmit import to_tcl
from farmsubmit.errors import SceneError
from farmsubmit.scenes import read_scene
from farmsubmit.scenes.facts import Camera, NeededFile
from farmsubmit.tasks.build import build_request

from .conftest import SCENES

NAMES = sorted(path.stem for path in SCENES.glob("*.ma"))
DEFAULT_PROJECT = "/home/artist/maya/projects/default"
# Where the name of the image waits for Maya, for one layer and one camera.
NAMED_BY_MAYA = ("arnold_aovs",)


def live():
    from farmsubmit_maya.scene import scene_facts

    return scene_facts()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NAMED_BY_MAYA])
def test_facts_of_the_open_scene_are_those_of_its_file(opened, name):
    of_file = read_scene(opened(name))
    found = live()
    # Maya knows a value of every setting, a file only of those that are stored.
    assert of_file.color.items() <= found.color.items()
    assert replace(found, color=of_file.color) == of_file


def test_there_are_a_dozen_scenes_and_each_tells_something_of_its_own():
    facts = [read_scene(SCENES / f"{name}.ma") for name in NAMES]
    assert len(facts) >= 12
    assert all(one.frames and one.resolution and one.cameras and one.outputs for one in facts)
    for part in ("files", "references", "code", "unresolved"):
        assert any(getattr(one, part) for one in facts), part
    assert {one.renderer for one in facts} >= {"arnold", "vray", "redshift", "renderman", "mayaSoftware"}


def test_reading_changes_nothing_in_maya(fake, opened):
    opened("render_setup")
    before = (fake.state.path, fake.state.modified, fake.state.visible_layer, dict(fake.state.jobs))
    live()
    assert (fake.state.path, fake.state.modified, fake.state.visible_layer, dict(fake.state.jobs)) == before


def test_a_scene_that_was_never_saved_is_refused(fake, opened):
    opened("plain")
    fake.state.path = ""
    with pytest.raises(SceneError, match="never saved"):
        live()


# --- what only Maya knows


def test_maya_names_the_images_of_one_layer_and_camera(opened, project):
    opened("arnold_aovs")
    found = live()
    folder = f"{project}/renders/images/arnold_aovs"
    assert found.outputs[0].file == f"{folder}/<RenderPass>/arnold_aovs_masterLayer.####.exr"
    assert [(one.file, one.resolved) for one in found.outputs[1:]] == [
        (f"{folder}/N/arnold_aovs_masterLayer.####.exr", True),
        (f"{folder}/Z/arnold_aovs_masterLayer.####.exr", True),
    ]
    assert [one.text for one in found.unresolved] == [found.outputs[0].file]


def test_a_name_that_maya_gives_whole_is_resolved(fake, opened):
    opened("arnold_aovs")
    fake.state.scene.default("defaultRenderGlobals").attributes["ifp"] = "<RenderLayer>/<Camera>/x"
    found = live()
    assert found.outputs[0].file.endswith("/renders/images/masterLayer/shotCam/x.####.exr")
    assert found.outputs[0].resolved and found.unresolved == ()


def test_a_render_setup_layer_is_named_through_the_layer_behind_it(fake, opened):
    opened("render_setup")
    fake.state.scene.node("rs_last").attributes["rndr"] = 0.0
    assert live().outputs[0].file.endswith("/images/render_setup/first.####.exr")


def test_a_scene_outside_of_the_project_in_maya_belongs_to_that_one_and_it_is_said(fake, opened, project):
    opened("textures")
    fake.state.workspace = "/elsewhere"
    found = live()
    assert found.project == "/elsewhere"
    assert found.outputs[0].file.startswith("/elsewhere/images/")
    assert any(one.path.startswith("/elsewhere/") for one in found.files)
    assert f"the scene lies in the project {project}; the farm renders in the one of this Maya, /elsewhere" in (
        found.warnings
    )


def test_the_images_go_where_the_project_in_maya_has_them(fake, opened, tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "workspace.mel").write_text('workspace -fr "images" "out";\n')
    opened("arnold_aovs")
    fake.state.workspace = str(tmp_path / "set")
    assert live().outputs[0].file.startswith(f"{tmp_path}/set/out/arnold_aovs/<RenderPass>/")


def test_the_default_project_of_maya_is_none_that_somebody_has_set(fake, opened, project):
    path = opened("arnold_aovs")
    fake.state.workspace = DEFAULT_PROJECT
    found = live()
    assert (found.project, found.outputs) == (str(project), read_scene(path).outputs)
    assert any(f"the project in Maya is its default, {DEFAULT_PROJECT}" in text for text in found.warnings)


def test_a_scene_in_no_project_belongs_to_the_one_in_maya_and_it_is_said(fake, opened, project):
    (project / "workspace.mel").unlink()
    path = opened("plain")
    assert (live().project, read_scene(path).project) == (DEFAULT_PROJECT, "")
    assert any("the scene lies in no project" in text for text in live().warnings)


def test_a_project_of_maya_goes_through_json_into_the_job(fake, opened):
    from farmsubmit import SceneFacts
    from farmsubmit_maya import headless

    opened("plain")
    fake.state.workspace = "/elsewhere"
    assert SceneFacts.from_json(live().to_json()).project == "/elsewhere"
    assert "{-proj} {%D(/elsewhere)}" in to_tcl(build_request(headless.request()).job)


def test_paths_with_variables_are_those_that_maya_reads(fake, opened, monkeypatch):
    monkeypatch.setenv("TEXTURES", "/shows/tex")
    opened("textures")
    fake.state.scene.node("dust").attributes["ftn"] = "$TEXTURES/dust.tif"
    found = live()
    assert NeededFile("/shows/tex/dust.tif", "dust", "fileTextureName", "sequence") in found.files
    assert found.unresolved == ()


def test_a_setting_that_is_driven_has_the_value_of_now(fake, opened):
    opened("plain")
    fake.state.scene.connect("expression1.out[0]", "defaultRenderGlobals.ef")
    found = live()
    assert found.unresolved == () and found.frames.last == 1010


def test_the_time_slider_is_the_one_of_now_and_not_of_the_last_save(fake, opened):
    opened("plain")
    fake.state.slider = "-min 1 -max 2.5 -ast 0 -aet 9"
    assert [(one.value, one.options) for one in live().variables] == [("1-2.5", ("1-2.5", "0-9"))]


def test_cameras_of_references_are_cameras(fake, opened):
    opened("references")
    fake.state.scene.create("camera", "set:camShape", "set:cam")
    assert Camera("set:cam", True) in live().cameras


def test_directory_maps_of_maya_lead_to_the_files_of_this_machine(fake, opened):
    opened("textures")
    fake.state.dirmaps = [("P:/plates", "/mnt/plates")]
    assert "/mnt/plates/sq01/plate.1001.jpg" in [one.path for one in live().files]


def test_directory_maps_of_maya_lead_to_references_too(fake, opened):
    opened("references")
    fake.state.dirmaps = [("/shows/assets", "/mnt/assets")]
    assert [one.path for one in live().references][:1] == ["/mnt/assets/hero.ma"]


def test_files_of_other_node_types_come_from_the_file_path_editor(fake, opened):
    opened("textures")
    fake.state.listed = {
        "/shows/tex": [("dust.0001.tif", "dust.fileTextureName")],
        "/shows/vdb/": [("smoke.1001.vdb", "bifrost1.cache"), ("hero.ma", "heroRN")],
    }
    before = len(read_scene(fake.state.path).files)
    assert live().files[before:] == (NeededFile("/shows/vdb/smoke.1001.vdb", "bifrost1", "cache", "volume"),)


def test_a_visible_layer_is_warned_of_for_its_values_are_shown(fake, opened):
    opened("arnold_layers")
    fake.state.visible_layer = "beauty"
    assert any("beauty is the visible layer" in text for text in live().warnings)


def test_changes_that_are_not_in_the_file_are_warned_of(fake, opened):
    opened("plain")
    fake.state.modified = True
    assert any("not in its file" in text for text in live().warnings)


def test_a_node_type_of_a_plug_in_that_is_not_loaded_is_passed_over(fake, opened, monkeypatch):
    from maya import cmds

    opened("vray")
    types = [name for name in cmds.allNodeTypes() if name != "VRaySettingsNode"]
    monkeypatch.setattr(cmds, "allNodeTypes", lambda: types)
    assert live().resolution == (1920, 1080)


def test_an_attribute_that_maya_does_not_tell_is_said_and_the_rest_is_read(opened, monkeypatch):
    from maya import cmds

    def tell(plug, **flags):
        if plug.endswith(".ifp"):
            raise RuntimeError("The data is not a numeric\n or string value")
        return asked(plug, **flags)

    path, asked = opened("arnold_aovs"), cmds.getAttr
    monkeypatch.setattr(cmds, "getAttr", tell)
    found = live()
    assert found.frames == read_scene(path).frames
    assert any("defaultRenderGlobals.ifp: The data is not a numeric or string" in text for text in found.warnings)


@pytest.mark.parametrize(
    ("found", "value"),
    [(True, 1.0), (3, 3.0), (1e300, None), ("", None), ("x", "x"), (["a"], ("a",)), ([(1, 2)], None)],
)
def test_values_are_those_that_a_file_would_hold(fake, found, value):
    from farmsubmit_maya.store import value_of

    assert value_of(found) == value
