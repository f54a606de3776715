"""Options of the renderers in a scene whose layers have different ones: the same job from Maya and the command line."""

from __future__ import annotations

import re

import pytest

from farmsubmit import read_scene, request_for, to_tcl
from farmsubmit.cli.main import main
from farmsubmit.request.options import read_options
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import build_request

TYPED = ["threads=8", "resolution=960x540", "arnold_verbosity=1", "arnold_device=gpu", "abort_on_license_fail=yes"]


@pytest.fixture(autouse=True)
def no_movies(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")


@pytest.fixture
def of_maya(opened):
    """The job that the open scene gives with the options, as a job script."""
    from farmsubmit_maya import headless

    opened("mixed_renderers")
    return to_tcl(build_request(headless.request(options=read_options(TYPED))).job)


def test_live_facts_know_the_renderer_of_each_layer(opened):
    from farmsubmit_maya.scene import scene_facts

    opened("mixed_renderers")
    found = [(layer.name, layer.renderer) for layer in scene_facts().layers]
    assert found == [("masterLayer", ""), ("beauty", ""), ("fx", "vray"), ("toon", "mayaSoftware")]


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("beauty", "-r arnold -ai:threads 8 -ai:lve 1 -ai:alf true -ai:device 1 -proj"),
        ("fx", "-r file -proj"),
        ("toon", "-r sw -n 8 -proj"),
    ],
)
def test_each_layer_is_told_what_its_renderer_knows(of_maya, layer, words):
    lines = [line for line in re.sub("[{}]", "", of_maya).splitlines() if f"-rl {layer} " in line]
    assert len(lines) == 2
    assert all(words in line and "-x 960 -y 540" in line for line in lines)


def test_the_command_line_makes_the_same_job_byte_for_byte(of_maya, project, capsys):
    options = [word for text in TYPED for word in ("--option", text)]
    assert main(["preview", "--format", "tcl", str(project / "mixed_renderers.ma"), *options]) == 0
    assert capsys.readouterr().out.rstrip() == of_maya.rstrip()


def test_without_options_the_scene_says_which_renderer(opened):
    path = opened("mixed_renderers")
    script = to_tcl(build_request(request_for(read_scene(path), load_settings(scene=path))).job)
    assert script.count("{-r} {file}") == script.count("RemoteCmd") > 3
