"""From the facts of a scene to a job: the Blender and movie recipes."""

import shutil
import subprocess

import pytest

from farmsubmit import AuthorError, DirMap, FrameError, FrameSet, SceneError, build, load_settings, to_tcl
from farmsubmit.lang.substitution import Context, expand
from farmsubmit.request import request_for
from farmsubmit.scenes.facts import Camera, FrameRange, Layer, Output, SceneFacts
from farmsubmit.tasks.build import build_request
from farmsubmit.tasks.shipped.blender import frame_list
from farmsubmit.tasks.shipped.movie import movie_path


def facts(**changes):
    known = {
        "path": "/show/sh010/light v3.blend",
        "dcc": "blender",
        "fps": 24.0,
        "frames": FrameRange(1, 12),
        "cameras": (Camera("cam"),),
        "layers": (Layer("beauty", "view layer"), Layer("mattes", "view layer")),
        "outputs": (Output("Composite", "images", "/show/out/b.####.png", "PNG"),),
    }
    return SceneFacts(**{**known, **changes})


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "yes")


def commands(job):
    return [child.cmds[0].argv for child in job.subtasks[0].subtasks]


def after(argv, word):
    return argv[argv.index(word) + 1]


def test_a_task_for_each_chunk_below_the_movie():
    job = build(facts(), chunk=5)
    movie = job.subtasks[0]
    assert (job.title, movie.title) == ("light v3", "light v3 movie")
    assert [task.title for task in movie.subtasks] == ["light v3 1-5", "light v3 6-10", "light v3 11-12"]
    assert [after(argv, "--frames") for argv in commands(job)] == ["1..5", "6..10", "11,12"]


def test_without_a_movie_the_chunks_stand_in_the_job(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")
    assert [task.title for task in build(facts(), chunk=6).subtasks] == ["light v3 1-6", "light v3 7-12"]


def test_one_frame_makes_no_movie():
    assert [task.title for task in build(facts(), frames="7").subtasks] == ["light v3 7"]


def test_a_movie_of_blenders_own_is_one_task():
    output = Output("Composite", "movie", "/show/out/b####.mp4", "FFMPEG")
    job = build(facts(outputs=(output,)), chunk=2)
    assert [task.title for task in job.subtasks] == ["light v3 1-12"]


def test_the_scenes_own_step_is_kept():
    job = build(facts(frames=FrameRange(1, 10, 3)), chunk=2)
    assert [after(argv, "--frames") for argv in commands(job)] == ["1,4", "7,10"]


def test_frames_chunk_and_order_as_asked():
    job = build(facts(), frames="1-4,20", chunk=1, order="first-middle-last")
    assert [after(argv, "--frames") for argv in commands(job)] == ["1", "3", "20", "2", "4"]


def test_layers_as_asked():
    argv = commands(build(facts(), layers=["mattes", "beauty"]))[0]
    assert argv[-2:] == ["--layer=mattes", "--layer=beauty"]


def test_an_unknown_layer_is_refused_with_the_nearest():
    with pytest.raises(SceneError, match="did you mean 'mattes'"):
        build(facts(), layers=["matte"])


def test_paths_are_mapped_and_percent_signs_are_kept():
    output = Output("Composite", "images", "/show/100%/b.####.png", "PNG")
    job = build(facts(outputs=(output,)), dirmaps=[DirMap("/show", "X:/", "UNC")])
    context = Context(map_path=lambda path: path.replace("/show", "X:"))
    argv = [expand(word, context) for word in commands(job)[0]]
    assert after(argv, "-b") == "X:/sh010/light v3.blend"
    assert after(argv, "--output") == "X:/100%/b.####.png"
    assert job.dirmaps == [DirMap("/show", "X:/", "UNC")]


def test_job_settings_and_service_reach_the_job():
    job = build(facts(), priority=7, tags=["blender"], service="Linux && @.mem > 8")
    assert (job.priority, job.tags, job.service) == (7.0, ["blender"], None)
    assert job.subtasks[0].subtasks[0].cmds[0].service == "Linux && @.mem > 8"
    with pytest.raises(AuthorError, match="did you mean 'priority'"):
        build(facts(), priorty=7)


def test_a_nuke_script_is_built_the_same_way():
    outputs = tuple(Output(name, file=f"/o/{name}.####.exr", frames=FrameRange(1, 4)) for name in ("A", "B"))
    job = build(facts(dcc="nuke", outputs=outputs), chunk=2, order="reverse")
    assert [task.title for task in job.subtasks] == ["A movie", "B movie"]
    assert [task.title for task in job.subtasks[0].subtasks] == ["A 3-4", "A 1-2"]


def test_the_settings_say_what_nobody_says(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_PRIORITY", "40")
    monkeypatch.setenv("FARMSUBMIT_ENVIRONMENT_SET", "A=1")
    assert (build(facts()).priority, build(facts(), priority=7).priority) == (40.0, 7.0)
    assert build(facts(), envkey=["x"]).envkey == ["x", "setenv A=1"]


def test_the_same_request_gives_the_same_bytes():
    request = request_for(facts(), load_settings(), "1-100", 7, "outer-in")
    assert to_tcl(build_request(request).job) == to_tcl(build_request(request).job)


@pytest.mark.parametrize(
    ("change", "asked", "error", "words"),
    [
        ({"outputs": ()}, {}, SceneError, "where its frames go"),
        ({"frames": None}, {}, SceneError, "--frames"),
        ({"frames": FrameRange(10, 1)}, {}, SceneError, "backwards"),
        ({"dcc": "houdini"}, {}, SceneError, "no recipe"),
        ({}, {"frames": "1-"}, FrameError, "column"),
        ({}, {"frames": "1-2x0.5"}, SceneError, "not all whole"),
        ({}, {"order": "outer"}, FrameError, "did you mean 'outer-in'"),
        ({}, {"chunk": 0}, Exception, "chunk of 0"),
    ],
)
def test_what_cannot_be_built_is_refused_in_words(change, asked, error, words):
    with pytest.raises(error, match=words):
        build(facts(**change), **asked)


@pytest.mark.parametrize(
    ("frames", "text"),
    [("1-5", "1..5"), ("1,2,4-9", "1,2,4..9"), ("-3--1,5", "-3..-1,5"), ("5-1", "5,4,3,2,1"), ("1-9x4", "1,5,9")],
)
def test_frames_as_blender_writes_them(frames, text):
    assert frame_list(FrameSet.parse(frames)) == text


@pytest.mark.parametrize(
    ("pattern", "path"),
    [("/a/b.####.png", "/a/b.mp4"), ("/a/####.png", "/a/movie.mp4"), ("/a.b/c####.exr", "/a.b/c.mp4")],
)
def test_the_movie_stands_beside_its_frames(pattern, path):
    assert movie_path(pattern) == path


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not on this machine")
@pytest.mark.parametrize("frames", ["1-6", "1-11x2", "-3-2"])
def test_ffmpeg_makes_a_movie_of_exactly_these_frames(tmp_path, frames):
    folder = tmp_path / "it's 100% (new)"
    folder.mkdir()
    for frame in FrameSet.parse("-5-15"):
        draw = ["-f", "lavfi", "-i", "color=red:size=31x17", "-frames:v", "1"]
        name = f"b.{frame:04d}.png" if frame >= 0 else f"b.{frame:05d}.png"  # as Blender does
        subprocess.run(["ffmpeg", "-loglevel", "error", *draw, str(folder / name)], check=True)
    output = Output("Composite", "images", f"{folder}/b.####.png", "PNG")
    command = build(facts(outputs=(output,)), frames=frames).subtasks[0].cmds[0]
    argv = [expand(word, Context()) for word in command.argv]
    given = expand(command.msg, Context()) if command.msg else ""
    subprocess.run(argv, input=given, text=True, check=True, timeout=60)
    count = [
        "ffprobe",
        "-v",
        "error",
        "-count_frames",
        "-show_entries",
        "stream=nb_read_frames,width",
        "-of",
        "csv=p=0",
    ]
    done = subprocess.run([*count, str(folder / "b.mp4")], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "30,6"
