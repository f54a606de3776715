"""What runs before what in the shipped tasks, what they say of themselves, and the recipes."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from farmsubmit import FrameSet, build, to_tcl
from farmsubmit.checks import Severity, check
from farmsubmit.cli.options import task_arguments
from farmsubmit.errors import ArgumentError, SceneError
from farmsubmit.formats.alf import from_tcl
from farmsubmit.plugins import load_catalogue
from farmsubmit.scenes.facts import FrameRange, Output, SceneFacts
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import build_task
from farmsubmit.tasks.recipes import recipe_for
from farmsubmit.tasks.shipped import _patterns as patterns
from farmsubmit.tasks.shipped.blender import frame_list
from farmsubmit.tasks.shipped.chunks import frames_to_chunks, ranges
from farmsubmit.tasks.shipped.cleanup import Cleanup
from farmsubmit.tasks.shipped.katana import katana_frames
from farmsubmit.tasks.shipped.movie import evenly
from farmsubmit.tasks.shipped.nuke import nuke_ranges

SETTINGS = load_settings({"inherit_environment": False})
#: Enough for any of them.
ARGUMENTS = {
    "scene": "/s/a.x",
    "frames": "1-4",
    "chunk": 2,
    "output": "/o/b.####.png",
    "exported": "/e/a.####.x",
    "tiles": "2x1",
    "argv": ["ffmpeg", "-version"],
    "follow_argv": ["oiiotool", "{in}"],
    "hook": "studio:publish",
    "paths": ["/o/old"],
}
SHIPPED = [found for found in load_catalogue([]).all("task") if "shipped" in found.path.parts]


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))


def shape(element):
    """Return the title, with what is below in a list where it runs in parallel and in a tuple where in series."""
    below = [shape(child) for child in element.subtasks]
    return (element.title, tuple(below) if element.serialsubtasks else below) if below else element.title


def tree(task, **changes):
    return shape(build_task(task, {**ARGUMENTS, **changes}, settings=SETTINGS).job)


# --- all of them


def test_the_shipped_tasks_are_found():
    names = {found.name for found in SHIPPED}
    assert {"BlenderRender", "MayaRender", "NukeRender", "KatanaRender", "Movie", "Cleanup", "Command"} <= names
    assert len(names) == 26


@pytest.mark.parametrize("found", SHIPPED, ids=lambda found: found.name)
def test_each_says_what_it_is_and_what_every_argument_is(found):
    plugin = found.value
    known = {*plugin.required_arguments, *plugin.argument_defaults}
    assert plugin.description.endswith(".")
    assert known <= set(plugin.argument_help)
    assert not set(plugin.required_arguments) & set(plugin.argument_defaults)
    for name, text in plugin.argument_help.items():
        assert f"    {name} (" in plugin.info()
        assert text in plugin.info()


@pytest.mark.parametrize("found", SHIPPED, ids=lambda found: found.name)
def test_each_makes_a_job_that_is_written_read_back_and_free_of_errors(found):
    job = build_task(found.name, ARGUMENTS, settings=SETTINGS).job
    assert [str(problem) for problem in check(job) if problem.severity is Severity.ERROR] == []
    assert to_tcl(from_tcl(to_tcl(job))) == to_tcl(job)


@pytest.mark.parametrize("found", SHIPPED, ids=lambda found: found.name)
def test_each_takes_a_title_in_place(found):
    from farmsubmit.tasks.overrides import TaskWithOverrides

    job = build_task(TaskWithOverrides(found.name, title="sh010"), ARGUMENTS, settings=SETTINGS).job
    assert job.subtasks[0].title.startswith("sh010") or found.name == "MayaExportThenPrman"


def test_info_tells_what_may_be_left_out_without_a_default():
    info = Cleanup.info()
    assert "    frames (optional): " in info
    assert "    service (default ''): " in info


DOCS = Path(__file__, "../../../docs/tasks.md").resolve().read_text("utf-8").splitlines()
EXAMPLES = [line.strip() for line in DOCS if line.startswith("    farmsubmit submit --task")]


def test_the_docs_show_an_example_of_each():
    assert {shlex.split(line)[3] for line in EXAMPLES} == {found.name for found in SHIPPED}


@pytest.mark.parametrize("line", EXAMPLES)
def test_examples_of_the_docs_give_jobs_without_a_mistyped_argument(line):
    task, arguments = shlex.split(line)[3], shlex.split(line)[5:]
    built = build_task(task, task_arguments(SimpleNamespace(args=arguments)), settings=SETTINGS)
    assert built.notes == ()
    assert built.job.subtasks


# --- trees


def test_chunks_run_side_by_side():
    assert tree("NukeRender") == ("NukeRender", [("NukeRender", ["NukeRender 1-2", "NukeRender 3-4"])])


@pytest.mark.parametrize("dcc", ["Blender", "Maya", "Nuke", "Katana"])
def test_a_movie_comes_after_all_chunks(dcc):
    render = f"{dcc}Render"
    expected = (f"{render}Movie", ((render, [f"{render} 1-2", f"{render} 3-4"]), "Movie"))
    assert tree(f"{render}Movie") == (f"{render}Movie", [expected])


def test_a_render_in_a_tuple_with_a_movie_needs_no_groups():
    assert tree(("MayaRender", "Movie"))[1] == [("Movie", ["MayaRender 1-2", "MayaRender 3-4"])]


@pytest.mark.parametrize(
    ("task", "export", "render"),
    [("MayaExportThenKick", "MayaExportAss", "ArnoldKick"), ("MayaExportThenPrman", "MayaExportRib", "PrmanRender")],
)
def test_each_chunk_is_rendered_after_its_own_export_only(task, export, render):
    assert tree(task)[1][0][1] == [
        (f"{task}: Elements 1-2", (f"{export} 1-2", (render, [f"{render} 1", f"{render} 2"]))),
        (f"{task}: Elements 3-4", (f"{export} 3-4", (render, [f"{render} 3", f"{render} 4"]))),
    ]


def test_each_chunk_is_denoised_as_soon_as_it_is_there():
    found = tree("BlenderRenderDenoise", chunk=1, frames="1,2")
    assert found[1][0][1] == [("Denoise 1", ["BlenderRender 1"]), ("Denoise 2", ["BlenderRender 2"])]


def test_tiles_are_assembled_and_removed_for_each_frame():
    def tiles(frame):
        numbers = [f"BlenderTile {frame}, tile {number} of 2x1" for number in (1, 2)]
        return (f"TileCleanup {frame}", (("BlenderTile", numbers), f"TileAssembly {frame}"))

    assert tree("BlenderRenderTiles", frames="1,2")[1] == [("BlenderRenderTiles", [tiles(1), tiles(2)])]


def test_tiles_can_be_kept():
    numbers = [f"BlenderTile 1, tile {number} of 2x1" for number in (1, 2)]
    found = tree("BlenderRenderTiles", frames="1", keep_tiles=True)
    assert found[1] == [("BlenderRenderTiles", (("BlenderTile", numbers), "TileAssembly 1"))]


@pytest.mark.parametrize("change", [{"chunk": 0}, {"output": "/o/b.####.mov"}])
def test_a_movie_file_is_written_by_one_task(change):
    assert tree("NukeRender", **change)[1] == ["NukeRender 1-4"]


# --- frames


@pytest.mark.parametrize(
    ("value", "arguments", "parameters", "chunks"),
    [
        ("1-5", {"chunk": 2}, {}, ["1-2", "3-4", "5"]),
        ("1-10x3", {"chunk": 3}, {}, ["1-7x3", "10"]),
        ("5-1", {"chunk": 0}, {}, ["5-1"]),
        ("-2-2", {"chunk": 3}, {}, ["-2-0", "1-2"]),
        (7, {}, {}, ["7"]),
        ((1, 2, 5), {"chunk": 2}, {}, ["1-2", "5"]),
        (["1-3", "7"], {"chunk": 2}, {}, ["1-2", "3", "7"]),
        ("1-3", {"chunk": 1, "order": "reverse"}, {}, ["3", "2", "1"]),
        (["1-2"], {"chunk": 2, "order": "reverse"}, {}, ["1-2"]),
        ("1-3", {"chunk": 3}, {"size": 1}, ["1", "2", "3"]),
        ("1-3,9,7", {"chunk": 0}, {"ranges": True}, ["1-3", "7-9x2"]),
        ("1-3", {"chunk": 2, "output": "b.####.MXF"}, {}, ["1-3"]),
    ],
)
def test_frames_are_cut_into_chunks(value, arguments, parameters, chunks):
    found = frames_to_chunks(value, arguments, **parameters)
    assert [FrameSet.parse(text) for text in found] == [FrameSet.parse(text) for text in chunks]


def test_chunks_stay_what_they_are_when_they_are_cut_again():
    once = frames_to_chunks("1-20x3,50", {"chunk": 3, "order": "outer-in"})
    assert frames_to_chunks(once, {"chunk": 3, "order": "outer-in"}) == once


@pytest.mark.parametrize("text", ["1-5", "1,5-7", "9,8,7,3", "1-9x2,10,20,31"])
def test_ranges_hold_all_frames_once_and_go_upwards(text):
    found = [frame for run in ranges(FrameSet.parse(text)) for frame in run]
    assert found == sorted(FrameSet.parse(text))


@pytest.mark.parametrize(
    ("frames", "blender", "nuke", "katana"),
    [
        ("7", "7", ["7"], "7"),
        ("1,2", "1,2", ["1-2"], "1-2"),
        ("1-9x4", "1,5,9", ["1-9x4"], "1,5,9"),
        ("5-3,10", "5,4,3,10", ["3-5", "10"], "5,4,3,10"),
    ],
)
def test_frames_as_each_program_writes_them(frames, blender, nuke, katana):
    found = FrameSet.parse(frames)
    assert (frame_list(found), nuke_ranges(found), katana_frames(found)) == (blender, nuke, katana)


@pytest.mark.parametrize(
    ("count", "chosen"),
    [(1, [1]), (2, [1, 10]), (4, [1, 4, 7, 10]), (10, list(range(1, 11))), (99, list(range(1, 11)))],
)
def test_pictures_of_a_sheet_are_evenly_apart(count, chosen):
    assert evenly(range(1, 11), count) == chosen


@pytest.mark.parametrize(
    ("pattern", "frame", "printf", "beside"),
    [
        ("/a#/b.####.exr", "/a#/b.0007.exr", "/a#/b.%04d.exr", "/a#/b.x.####.exr"),
        ("/5%/#b#.png", "/5%/#b7.png", "/5%%/#b%01d.png", "/5%/#bx.#.png"),
        ("C:\\a\\##.png", "C:\\a\\07.png", "C:\\a\\%02d.png", "C:\\a\\x.##.png"),
    ],
)
def test_patterns_number_the_last_run_of_signs_in_the_name(pattern, frame, printf, beside):
    assert patterns.frame_path(pattern, 7) == frame
    assert patterns.printf_path(pattern) == printf
    assert patterns.beside(pattern, "x") == beside


def test_negative_frames_are_named_as_blender_names_them():
    assert patterns.frame_path("/a/b.####.exr", -5) == "/a/b.-0005.exr"


@pytest.mark.parametrize("pattern", ["/a/b.exr", "/a####/b.exr"])
def test_a_pattern_without_a_frame_is_refused(pattern):
    with pytest.raises(ArgumentError, match="no #### for the frame"):
        patterns.frame_path(pattern, 7)


# --- recipes


def scene(**changes):
    output = Output("Composite", "images", "/o/b.####.png", "PNG")
    known = {"path": "/s/sh010.blend", "dcc": "blender", "frames": FrameRange(1, 4), "outputs": (output,)}
    return SceneFacts(**{**known, **changes})


def built(movie="no", **changes):
    settings = load_settings({"movie": movie, "inherit_environment": False})
    return build(scene(**changes), chunk=2, settings=settings)


def test_a_scene_gives_its_chunks_below_the_job_or_below_the_movie():
    chunks = ["sh010 1-2", "sh010 3-4"]
    assert shape(built()) == ("sh010", chunks)
    assert shape(built("yes")) == ("sh010", [("sh010 movie", chunks)])


def test_the_movie_of_a_scene_has_its_rate():
    argv = built("yes", fps=30.0).subtasks[0].cmds[0].argv
    assert argv[argv.index("-framerate") + 1] == "30"


def test_the_job_of_a_scene_with_a_movie_does_not_tell_in_which_program_it_was_made(monkeypatch):
    before = built("yes").asTcl()
    monkeypatch.setattr(sys, "executable", "/opt/maya/bin/python-of-maya")
    assert built("yes").asTcl() == before


def test_a_dcc_without_a_recipe_is_refused_with_those_that_have_one():
    with pytest.raises(SceneError, match="no recipe yet for jobs from usd scenes; known: blender, maya, nuke, katana"):
        recipe_for(SimpleNamespace(dcc="usd"))
