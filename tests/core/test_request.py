"""Requests: the rows of each DCC's scenes, what a person asks for, and what is told when it cannot be."""

from argparse import ArgumentParser
from dataclasses import replace

import pytest

from farmsubmit.cli.options import add_request_options
from farmsubmit.errors import FarmsubmitError, FrameError, RequestError, SceneError
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request import Asked, Choice, Row, SubmitRequest, overlaid, request_for, rows_of
from farmsubmit.request.options import TYPED_OPTIONS, read_options
from farmsubmit.request.rows import maya_renderer
from farmsubmit.scenes.facts import Camera, FrameRange, Layer, Output, Reference, SceneFacts, Unresolved, Variable
from farmsubmit.settings import load_settings

BLENDER = SceneFacts(
    "blender",
    "/show/light.blend",
    frames=FrameRange(1, 12),
    cameras=(Camera("cam"), Camera("top", False)),
    layers=(Layer("beauty"), Layer("mattes")),
    outputs=(Output("Scene", file="/out/b.####.png"),),
)
MAYA = SceneFacts(
    "maya",
    "/show/sh010.ma",
    frames=FrameRange(1, 24),
    cameras=(Camera("persp", False), Camera("shotCam"), Camera("closeCam")),
    layers=(Layer("defaultRenderLayer", renderable=False), Layer("beauty"), Layer("fx", frames=FrameRange(5, 8))),
    outputs=(Output("arnold", file="/out/<RenderLayer>/<Camera>/sh.####.exr", resolved=False),),
)
NUKE = SceneFacts(
    "nuke",
    "/show/comp.nk",
    outputs=(
        Output("Write1", file="/out/a.####.exr", frames=FrameRange(1, 10), views=("left", "right")),
        Output("Write2", "movie", "/out/b.mov", frames=FrameRange(1, 10), depends=("Write1",), views=("left",)),
        Output("Write3", file="/out/c.####.exr", frames=FrameRange(1, 10), enabled=False),
        Output("Write4", file="[python x]", resolved=False),
    ),
)
KATANA = SceneFacts(
    "katana",
    "/show/look.katana",
    frames=FrameRange(1, 5),
    outputs=(
        Output("Beauty", "Render", "/out/b.####.exr"),
        Output("Beauty.id", "images", "/out/id.####.exr"),
        Output("Comp", "ImageWrite", "/out/c.####.exr", depends=("Beauty",)),
    ),
    variables=(Variable("shot", "sh010", ("sh010", "sh020")),),
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")


def ids(rows, on=True):
    return [row.id for row in rows if row.on is on]


def rows(facts, **asked):
    return {row.id: row for row in request_for(facts, load_settings(), **asked).rows}


# --- rows


def test_a_blender_scene_is_one_row():
    (row,) = rows_of(BLENDER, load_settings())
    assert (row.id, row.title, str(row.frames), row.chunk, row.output) == (
        "scene",
        "light",
        "1-12",
        5,
        "/out/b.####.png",
    )


def test_chosen_cameras_of_blender_are_a_row_each_with_an_output_each():
    found = rows_of(BLENDER, load_settings(), Choice(("cam", "top")))
    assert [(row.id, row.camera, row.output) for row in found] == [
        ("scene:cam", "cam", "/out/b.cam.####.png"),
        ("scene:top", "top", "/out/b.top.####.png"),
    ]


def test_maya_has_a_row_for_each_layer_and_renderable_camera():
    found = rows_of(MAYA, load_settings())
    assert ids(found) == ["beauty:shotCam", "beauty:closeCam", "fx:shotCam", "fx:closeCam"]
    assert ids(found, on=False) == ["defaultRenderLayer:shotCam", "defaultRenderLayer:closeCam"]
    assert [str(row.frames) for row in found] == ["1-24"] * 4 + ["5-8"] * 2


def test_what_is_known_of_mayas_tokens_is_filled_in_and_nothing_else():
    found = rows(MAYA)
    assert found["fx:shotCam"].output == "/out/fx/shotCam/sh.####.exr"
    # Which of its two names the default layer has in a path is Maya's to say.
    assert found["defaultRenderLayer:shotCam"].output == ""
    relative = replace(MAYA, outputs=(Output("arnold", file="images/<RenderLayer>.####.exr", resolved=False),))
    assert rows(relative)["fx:shotCam"].output == ""


def test_a_maya_scene_without_cameras_of_its_own_renders_through_those_of_its_references():
    facts = replace(MAYA, cameras=(), layers=())
    assert [row.id for row in rows_of(facts, load_settings())] == ["scene"]
    referring = replace(facts, references=(Reference("/show/cam.ma"),))
    assert rows(referring, cameras=["ref:cam"])["ref:cam"].camera == "ref:cam"
    with pytest.raises(SceneError, match="no camera 'ref:cam'"):
        rows(facts, cameras=["ref:cam"])


def test_nuke_has_a_row_for_each_write_with_what_it_waits_for():
    found = rows(NUKE)
    assert ids(found.values()) == ["Write1", "Write2", "Write4"]
    assert (found["Write2"].after, found["Write2"].chunk) == (("Write1",), 0)
    assert (found["Write4"].output, len(found["Write4"].frames)) == ("", 0)


def test_katana_has_a_row_for_each_render_node_and_not_for_each_of_its_files():
    found = rows(KATANA)
    assert list(found) == ["Beauty", "Comp"]
    assert found["Comp"].after == ("Beauty",)


def test_sets_of_graph_state_variables_are_a_row_each():
    found = rows(KATANA, variables={"shot": ["sh010", "sh020"]})
    assert list(found) == ["Beauty:shot=sh010", "Comp:shot=sh010", "Beauty:shot=sh020", "Comp:shot=sh020"]
    assert found["Comp:shot=sh020"].after == ("Beauty:shot=sh020",)
    # The path that Katana stored is the one for sh010.
    assert [row.output for row in found.values()] == ["/out/b.####.exr", "/out/c.####.exr", "", ""]


@pytest.mark.parametrize("frames", [None, FrameRange(10, 1), FrameRange(1, 5, -1), FrameRange(1, 1e11)])
def test_rows_are_made_of_whatever_the_scene_holds(frames):
    (row,) = rows_of(replace(BLENDER, frames=frames, outputs=()), load_settings())
    assert (len(row.frames), row.output) == (0, "")


def test_the_same_name_twice_gets_two_ids():
    facts = replace(NUKE, outputs=(Output("W"), Output("W")))
    assert [row.id for row in rows_of(facts, load_settings())] == ["W", "W#2"]


def test_movies_are_for_pictures_that_ffmpeg_reads(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "yes")
    facts = replace(MAYA, outputs=(Output("mayaSoftware", file="/out/sh.####.iff"),))
    assert not any(row.movie for row in rows_of(facts, load_settings()))
    assert [row.movie for row in rows_of(NUKE, load_settings())] == [True, False, True, False]


# --- what is asked for


def test_what_is_asked_for_goes_to_all_rows_that_are_on():
    found = rows(NUKE, frames="5-6", chunk=2, order="reverse", job={"service": "rack"})
    assert {(str(row.frames), row.order, row.service) for row in found.values() if row.on} == {
        ("5-6", "reverse", "rack")
    }
    assert str(found["Write3"].frames) == "1-10"
    # A movie file stays one task.
    assert (found["Write1"].chunk, found["Write2"].chunk) == (2, 0)


def test_only_the_rows_that_are_named_render():
    assert ids(rows(NUKE, rows=["Write3"]).values()) == ["Write3"]
    with pytest.raises(RequestError, match="did you mean 'Write1'"):
        rows(NUKE, rows=["Wriet1"])


def test_layers_choose_rows_of_maya_and_the_layers_of_blenders_one():
    assert ids(rows(MAYA, layers=["defaultRenderLayer"], cameras=["shotCam"]).values()) == [
        "defaultRenderLayer:shotCam"
    ]
    assert ids(rows(MAYA, layers=["fx"], rows=["fx:shotCam", "beauty:shotCam"]).values()) == ["fx:shotCam"]
    assert rows(BLENDER, layers=["mattes"])["scene"].layers == ("mattes",)
    with pytest.raises(SceneError, match="no layer"):
        rows(NUKE, layers=["fx"])


def test_views_are_those_that_a_write_has():
    found = rows(NUKE, views=["right"])
    assert (found["Write1"].views, found["Write2"].on) == (("right",), False)


def test_one_row_is_edited_in_words():
    found = rows(
        MAYA, edits=["fx:shotCam:frames=1-3,9,chunk=0,priority=5,on=no", "beauty:shotCam:after=fx:shotCam+fx:closeCam"]
    )
    row = found["fx:shotCam"]
    assert (str(row.frames), row.chunk, row.priority, row.on) == ("1-3,9", 0, 5.0, False)
    assert found["beauty:shotCam"].after == ("fx:shotCam", "fx:closeCam")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ("Wriet1:chunk=2", "did you mean 'Write1'"),
        ("Write1:chnk=2", "did you mean 'chunk'"),
        ("Write1:chunk=two", "chunk = 'two' is not a whole number"),
        ("Write1:on=maybe", "on = 'maybe' is not yes or no"),
        ("Write1", "changes no row"),
        ("Write1:chunk", "changes no field"),
        ("Write1:frames=1-", "the last frame is missing"),
        ("Write1:order=forwrad", "did you mean 'forward'"),
        ("Write1:priority=high", "is not a number"),
        ("Write1:variables=a", "NAME:VALUE"),
    ],
)
def test_a_bad_edit_is_refused_in_words(edit, words):
    with pytest.raises(FarmsubmitError) as caught:
        rows(NUKE, edits=[edit])
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"chunk": 0}, FarmsubmitError, "chunk of 0"),
        ({"order": "forwrad"}, FrameError, "did you mean"),
        ({"frames": "1-"}, FrameError, "column"),
        ({"cameras": ["cma"]}, SceneError, "did you mean 'cam'"),
        ({"variables": {"shot": ["a"]}}, SceneError, "no graph state variable 'shot'"),
        ({"options": {"preview_first": "frist"}}, RequestError, "no choice of previews"),
        ({"options": {"mising_only": True}}, RequestError, "did you mean 'missing_only'"),
    ],
)
def test_what_the_scene_cannot_give_is_refused_in_words(asked, error, words):
    with pytest.raises(error, match=words):
        rows(BLENDER, **asked)


@pytest.mark.parametrize("bad", [{"id": ""}, {"chunk": -1}, {"order": "x"}, {"priority": float("nan")}])
def test_a_row_refuses_what_no_row_can_have(bad):
    with pytest.raises(FarmsubmitError):
        Row(**{"id": "a", **bad})


# --- what the settings add


def test_the_settings_shape_job_maps_and_environment(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_PRIORITY", "7")
    monkeypatch.setenv("FARMSUBMIT_TAGS", "a,b")
    monkeypatch.setenv("FARMSUBMIT_DIRMAPS", "/show=X:/show@UNC")
    monkeypatch.setenv("FARMSUBMIT_ENVIRONMENT_SET", "A=1,B=2")
    monkeypatch.setenv("FARMSUBMIT_ORDER", "reverse")
    extra = DirMap("/lib", "L:/", "UNC")
    asked = {"job": {"priority": 9}, "dirmaps": [extra], "environment": {"B": "3"}}
    request = request_for(BLENDER, load_settings(), **asked)
    assert request.job == {"priority": 9, "tags": ["a", "b"]}
    assert request.dirmaps == (DirMap("/show", "X:/show", "UNC"), extra)
    assert request.environment.set == {"A": "1", "B": "3"}
    assert request.rows[0].order == "reverse"


def test_an_output_template_names_the_files_of_each_row(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_OUTPUT_NAME", "/farm/{{ scene }}/{{ row.layer | default(row.id) }}.####.exr")
    assert rows(MAYA)["fx:shotCam"].output == "/farm/sh010/fx.####.exr"
    assert rows(BLENDER)["scene"].output == "/farm/light/scene.####.exr"
    # Nuke writes where its script says.
    assert rows(NUKE)["Write1"].output == "/out/a.####.exr"


def test_who_and_when_are_noted():
    options = request_for(BLENDER, load_settings()).options
    assert set(options) <= {"user", "moment"}
    assert options["moment"][10] == "T"


def test_the_project_is_that_of_the_scene_unless_another_is_asked_for():
    facts = replace(MAYA, project="/show")
    assert request_for(facts, load_settings()).options["project"] == "/show"
    assert request_for(facts, load_settings(), options={"project": "/else"}).options["project"] == "/else"
    assert "project" not in request_for(MAYA, load_settings()).options


# --- renderers


def test_the_renderer_of_a_layer_is_its_own_or_that_of_the_scene():
    layers = (Layer("a"), Layer("b", renderer="vray"), Layer("c", overrides=("defaultRenderGlobals.ren = 0",)))
    unresolved = (Unresolved("d", "defaultRenderGlobals.currentRenderer"),)
    facts = replace(MAYA, renderer="arnold", layers=(*layers, Layer("d")), unresolved=unresolved)
    assert [maya_renderer(facts, name) for name in "abcd"] == ["arnold", "vray", "", ""]


def test_where_another_renderer_writes_only_maya_knows():
    layers = (Layer("beauty"), Layer("fx", renderer="vray"))
    found = rows(replace(MAYA, renderer="arnold", layers=layers), cameras=["shotCam"])
    assert found["beauty:shotCam"].output == "/out/beauty/shotCam/sh.####.exr"
    assert found["fx:shotCam"].output == ""


def test_options_are_typed_as_name_and_value():
    typed = ["threads=8", "resolution=640x360", "arnold_verbosity=0", "abort_on_license_fail=yes", "project=/a=b"]
    assert read_options(typed) == {
        "threads": 8,
        "resolution": "640x360",
        "arnold_verbosity": "0",
        "abort_on_license_fail": True,
        "project": "/a=b",
    }


def test_an_option_that_is_typed_empty_is_taken_away():
    request = request_for(MAYA, load_settings(), options={"threads": 8, "arnold_device": "gpu", "resolution": "1x1"})
    emptied = overlaid(request, Asked(options=read_options(["threads=", "arnold_device=", "resolution="])))
    assert set(emptied.options) <= {"user", "moment"}


def test_the_help_names_every_option_that_can_be_typed():
    parser = ArgumentParser()
    add_request_options(parser)
    assert all(name in parser.format_help() for name in TYPED_OPTIONS)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("threads", "write NAME=VALUE, such as threads=8"),
        ("thread=8", "did you mean 'threads'"),
        ("notes=x", "there is no option 'notes'"),
        ("threads=many", "threads is 'many'; expected a whole number"),
        ("threads=-1", "threads is '-1'"),
        ("resolution=big", "such as 1920x1080"),
        ("resolution=0x10", "resolution is '0x10'"),
        ("arnold_verbosity=4", "expected one of 0, 1, 2, 3"),
        ("arnold_device=tpu", "expected one of cpu, gpu"),
        ("abort_on_license_fail=perhaps", "expected true or false"),
    ],
)
def test_what_is_typed_and_no_option_is_told(typed, words):
    with pytest.raises(RequestError) as caught:
        read_options([typed])
    assert words in str(caught.value)


@pytest.mark.parametrize("options", [{"threads": "8"}, {"threads": True}, {"arnold_verbosity": 0}, {"resolution": 5}])
def test_an_option_of_the_wrong_kind_is_refused_when_it_is_asked_for(options):
    with pytest.raises(RequestError, match=f"options.{next(iter(options))} is"):
        request_for(MAYA, load_settings(), options=options)


# --- laid over


def test_what_is_asked_for_is_laid_over_a_finished_request():
    request = request_for(NUKE, load_settings(), job={"priority": 1, "comment": "a"}, environment={"A": "1"})
    asked = {"rows": ["Write1"], "chunk": 1, "job": {"priority": 2}, "environment": {"B": "2"}, "engine": "local:"}
    changed = overlaid(request, Asked(**asked))
    assert ids(changed.rows) == ["Write1"]
    assert (changed.job, changed.engine) == ({"priority": 2, "comment": "a"}, "local:")
    assert changed.environment.set == {"A": "1", "B": "2"}
    assert overlaid(request, Asked()) == request
    with pytest.raises(RequestError, match="has its rows already"):
        overlaid(request, Asked(cameras=["cam"]))


def test_requests_are_equal_when_they_are_written_alike():
    request = SubmitRequest(NUKE, (Row("a", frames=FrameSet.parse("1-5")),))
    assert request == replace(request)
    assert request != replace(request, engine="local:")
    assert len({request, replace(request)}) == 2


def test_two_rows_of_one_id_are_refused():
    with pytest.raises(RequestError, match="two rows have the id 'a'"):
        SubmitRequest(NUKE, (Row("a"), Row("b"), Row("a")))


# --- only what is missing


@pytest.fixture
def written(tmp_path):
    """Return facts of a scene of six frames, of which the third and fourth are on disk."""
    for frame in (3, 4):
        (tmp_path / f"b.{frame:04d}.png").write_bytes(b"x" * 100)
    return replace(BLENDER, frames=FrameRange(1, 6), outputs=(Output("S", file=f"{tmp_path}/b.####.png"),))


def test_only_missing_frames_are_rendered_and_the_movie_has_all(written):
    request = request_for(written, load_settings(), options={"missing_only": True})
    (row,) = request.rows
    assert (str(row.frames), str(row.all_frames)) == ("1-2,5-6", "1-6")
    assert request.options["notes"] == ["light: 4 of 6 frames are missing"]


def test_a_row_with_nothing_missing_is_off_and_one_with_all_missing_is_whole(written, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_MISSING_ONLY", "yes")
    there = request_for(written, load_settings(), frames="4,3")
    assert (ids(there.rows), there.options["notes"]) == ([], ["light: all 2 frames are there, so nothing is rendered"])
    (row,) = request_for(written, load_settings(), frames="1-2").rows
    assert (row.on, row.movie_frames) == (True, FrameSet())
    (row,) = request_for(written, load_settings(), options={"missing_only": False}).rows
    assert str(row.frames) == "1-6"


def test_a_row_of_views_lacks_what_one_of_them_lacks(tmp_path):
    (tmp_path / "left.1.exr").write_bytes(b"x")
    output = Output("W", file=f"{tmp_path}/%V.#.exr", frames=FrameRange(1, 2), views=("left", "right"))
    found = rows(replace(NUKE, outputs=(output,)), options={"missing_only": True})
    assert str(found["W"].frames) == "1-2"
    found = rows(replace(NUKE, outputs=(output,)), views=["left"], options={"missing_only": True})
    assert str(found["W"].frames) == "2"


def test_what_cannot_be_looked_up_is_rendered_and_told():
    request = request_for(replace(BLENDER, outputs=()), load_settings(), options={"missing_only": True})
    assert ids(request.rows) == ["scene"]
    assert "its output is not known" in request.options["notes"][0]
