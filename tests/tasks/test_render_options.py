"""Options of Maya's renderers in a request: each row is told what its own renderer has."""

from dataclasses import replace

import pytest

from farmsubmit.errors import RequestError, SceneError
from farmsubmit.request import Row, SubmitRequest, request_for
from farmsubmit.request.options import OPTIONS, RENDER_OPTIONS
from farmsubmit.request.rendering import left_out, offered_options
from farmsubmit.request.rows import takes_output
from farmsubmit.scenes.facts import Camera, FrameRange, Layer, Output, SceneFacts
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import build_request
from farmsubmit.tasks.shipped._renderers import RENDERERS, render_name
from farmsubmit.tasks.shipped.maya import MayaRender

MIXED = SceneFacts(
    "maya",
    "/show/a.ma",
    frames=FrameRange(1, 2),
    renderer="arnold",
    cameras=(Camera("cam"),),
    layers=(Layer("beauty"), Layer("fx", renderer="vray"), Layer("look", renderer="renderman")),
    outputs=(Output("arnold", file="/out/b.####.exr"),),
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")


def request(facts=MIXED, edits=(), **options):
    return request_for(facts, load_settings(dcc=facts.dcc), options=options, edits=edits)


def words(made):
    """Return what stands between the program and the frames, and between the step and the camera, by layer."""
    found = {}
    for task in build_request(made).job.subtasks:
        argv = task.cmds[0].argv
        layer = argv[argv.index("-rl") + 1]
        found[layer] = " ".join(argv[1 : argv.index("-s")] + argv[argv.index("-b") + 2 : argv.index("-cam")])
    return found


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, ["-r file", "-r file", "-r file"]),
        ({"threads": 4}, ["-r arnold -ai:threads 4", "-r file", "-r renderman -t 4"]),
        ({"resolution": "8x4"}, ["-r file -x 8 -y 4", "-r file -x 8 -y 4", "-r renderman -res 8 4"]),
        ({"arnold_verbosity": "0"}, ["-r arnold -ai:lve 0", "-r file", "-r file"]),
        ({"arnold_device": "cpu"}, ["-r arnold -ai:device 0", "-r file", "-r file"]),
        ({"abort_on_license_fail": True}, ["-r arnold -ai:alf true", "-r file", "-r file"]),
        ({"renderman_jobid": "7"}, ["-r file", "-r file", "-r renderman -jobid 7"]),
    ],
)
def test_a_renderer_is_named_only_to_rows_that_are_told_something_of_it(options, told):
    assert words(request(**options)) == dict(zip(("beauty", "fx", "look"), told))


def test_the_same_job_comes_of_the_request_as_json():
    made = request(threads=4, arnold_verbosity="0", resolution="8x4", renderman_jobid="7")
    assert words(SubmitRequest.from_json(made.to_json())) == words(made)


def test_who_goes_without_an_option_is_told():
    (found,) = left_out(request(threads=4))
    assert found == ("threads = 4", "fx (vray)", "arnold, renderman, mayaSoftware")
    assert list(left_out(request(threads=4, edits=["fx:cam:on=no"]))) == []


def test_many_rows_are_counted():
    facts = replace(MIXED, layers=(Layer("beauty"), *(Layer(f"fx{number}", renderer="vray") for number in range(9))))
    (found,) = left_out(request(facts, abort_on_license_fail=True))
    assert found.said == "abort_on_license_fail"
    assert found.rows.endswith("fx4 (vray) and 4 more")


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (replace(MIXED, renderer="vray", layers=()), "nothing here is rendered: the scene (vray); leave it out"),
        (
            replace(MIXED, layers=(Layer("fx", renderer="vray"),)),
            "arnold_device = gpu is for arnold, with which nothing",
        ),
        (replace(MIXED, renderer="", layers=(Layer("a"),)), "a (by what is not known)"),
        (SceneFacts("nuke", "/a.nk", outputs=(Output("W", frames=FrameRange(1, 2)),)), "means nothing in a nuke scene"),
    ],
)
def test_an_option_that_nothing_in_the_scene_has_is_refused(facts, problem):
    with pytest.raises(RequestError) as caught:
        build_request(request(facts, arnold_device="gpu"))
    assert problem in str(caught.value)


@pytest.fixture
def of_renderman():
    return replace(MIXED, renderer="renderman", layers=(Layer("a"), Layer("b")))


def test_renderman_is_not_told_to_write_elsewhere_than_its_scene_does(of_renderman):
    with pytest.raises(SceneError, match=r"row 'a': renderman names its files by the scene, '/out/b.####.exr'"):
        build_request(request(of_renderman, edits=["a:cam:output=/o/l.####.exr"]))


def test_where_the_scene_does_not_say_a_row_may_say_where_renderman_writes(of_renderman):
    unknown = replace(of_renderman, outputs=())
    found = words(request(unknown, edits=["a:cam:output=/o/l.####.exr"]))
    assert found == {"a": "-r file", "b": "-r file"}


def test_a_template_names_no_outputs_of_renderman(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_OUTPUT_NAME", "/farm/{{ row.layer }}.####.exr")
    outputs = {row.layer: row.output for row in request().rows}
    assert outputs == {"beauty": "/farm/beauty.####.exr", "fx": "/farm/fx.####.exr", "look": ""}


def test_requests_and_flags_agree_on_who_names_files():
    for name, found in RENDERERS.items():
        facts = replace(MIXED, renderer=name, layers=())
        assert takes_output(facts, Row("a")) == found.names_files


def test_options_are_offered_where_a_renderer_has_them():
    assert offered_options(MIXED) == RENDER_OPTIONS
    assert offered_options(replace(MIXED, renderer="vray", layers=())) == ("resolution",)
    assert offered_options(SceneFacts("nuke", "/a.nk")) == ()


def test_options_and_flags_are_of_the_same_renderers():
    by_threads = {name for name, found in RENDERERS.items() if found.threads}
    assert {render_name(name) for name in OPTIONS["threads"].renderers} == by_threads
    assert set(RENDER_OPTIONS) <= set(MayaRender.argument_defaults)
