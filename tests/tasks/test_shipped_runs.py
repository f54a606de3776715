"""Shipped tasks on the local engine, with the real programs where they are on this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.local import LocalEngine, lock
from farmsubmit.engines.local.runner import run_until_idle
from farmsubmit.settings import load_settings
from farmsubmit.submission import write_argument_files
from farmsubmit.tasks.build import build_task

needs_blender = pytest.mark.skipif(shutil.which("blender") is None, reason="there is no Blender on this machine")
needs_oiiotool = pytest.mark.skipif(shutil.which("oiiotool") is None, reason="there is no oiiotool on this machine")
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="there is no ffmpeg on this machine")

OIIO = ["oiiotool", "--wildcardoff", "--evaloff"]
AS_STORED = ["--iconfig", "oiio:UnassociatedAlpha", "1"]

# A card that glows more and more from left to right and from below, seen flat: each pixel is another one, and sure.
MAKE = """
import bpy, os, sys
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
r = scene.render
r.engine, r.resolution_x, r.resolution_y, r.resolution_percentage = "CYCLES", 34, 18, 50
scene.cycles.samples, scene.cycles.use_denoising = 64, False
r.image_settings.file_format, r.image_settings.color_mode = "PNG", "RGBA"
camera = bpy.data.objects.new("Front", bpy.data.cameras.new("Front"))
camera.location = (0, 0, 5)
scene.collection.objects.link(camera)
scene.camera = camera
card = bpy.data.meshes.new("Card")
card.from_pydata([(-2, -1, 0), (2, -1, 0), (2, 1, 0), (-2, 1, 0)], [], [(0, 1, 2, 3)])
glow = bpy.data.materials.new("Glow")
glow.use_nodes = True
nodes, links = glow.node_tree.nodes, glow.node_tree.links
shader, place = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeTexCoord")
links.new(place.outputs["Generated"], shader.inputs["Color"])
links.new(shader.outputs[0], nodes["Material Output"].inputs[0])
card.materials.append(glow)
scene.collection.objects.link(bpy.data.objects.new("Card", card))
# Not the scene that the file is saved with, and of another size.
shot = scene.copy()
shot.use_fake_user = True
shot.name, shot.render.resolution_x, shot.render.resolution_y = "Shot", 66, 34
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[-1])
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs a task in this process, prints the log, and returns the states by title."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "2")
    monkeypatch.setattr(lock, "ensure_runner", lambda folder: None)
    engine = LocalEngine()

    def run(task, **arguments):
        built = build_task(task, arguments, settings=load_settings({"inherit_environment": False}))
        write_argument_files(built.files)
        info = SpoolInfo("me", "here", spoolcwd=str(tmp_path))
        jid = engine.spool(engine.translate(built.job), info, False).jid
        assert run_until_idle()
        print(engine.log(jid))
        return {task.title: task.state for task in engine.tasks(jid)}

    return run


@pytest.fixture
def out(tmp_path):
    """Return a folder of a name that is hard for many a program."""
    folder = tmp_path / "it's 100% {new} – é #1"
    folder.mkdir()
    return folder


@pytest.fixture
def oiio_out(tmp_path):
    """Return one that is as hard as oiiotool can take."""
    folder = tmp_path / "it's {new} – é #1 @"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a scene")
    (folder / "make.py").write_text(MAKE)
    argv = ["blender", "-b", "--factory-startup", "--python-exit-code", "1", "-P", str(folder / "make.py"), "--"]
    subprocess.run([*argv, str(folder / "card.blend")], check=True, capture_output=True, timeout=120)
    return folder / "card.blend"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def draw(folder, name, frames, size="32x18"):
    for frame in frames:
        argv = [*OIIO, "--pattern", f"constant:color=0.{frame},0.5,0.5", size, "3"]
        subprocess.run([*argv, "-d", "half", "-o", str(folder / name.replace("#", str(frame)))], check=True)


def pictures_differ(first, second):
    argv = [*OIIO, *AS_STORED, str(first), *AS_STORED, str(second), "--diff"]
    return subprocess.run(argv, capture_output=True, check=False).returncode != 0


def size_of(path):
    done = subprocess.run([*OIIO, "--info", str(path)], capture_output=True, text=True, check=True)
    return done.stdout.rsplit(" : ", 1)[1].split(",")[0].replace(" ", "")


# --- without a DCC


def test_a_command_runs_with_its_words_as_they_are(run, out):
    code = "import sys; open(sys.argv[1], 'w').write(sys.argv[2])"
    argv = ["python", "-S", "-c", code, str(out / "said"), "100% %j {a} $HOME ~ *"]
    assert run("Command", argv=argv) == {"Command": "done"}
    assert (out / "said").read_text() == "100% %j {a} $HOME ~ *"


def test_a_cleanup_removes_what_it_is_told_to(run, out):
    for name in ("a.0001.exr", "a.0002.exr", "a.0003.exr", "kept"):
        (out / name).touch()
    assert run("Cleanup", paths=[str(out / "a.####.exr")], frames="1-3") == {"Cleanup": "done"}
    assert names(out) == ["kept"]


def test_a_hook_of_the_studio_is_called_with_the_facts_of_the_job(run, out):
    (out / "studio_hooks.py").write_text(
        "import json, pathlib\n"
        "def register(told):\n"
        "    pathlib.Path(told['output'] + '.json').write_text(json.dumps(told))\n"
    )
    told = {"hook": "studio_hooks:register", "hook_folder": str(out), "output": str(out / "b.####.exr"), "version": 7}
    assert run("PublishHook", **told) == {"PublishHook": "done"}
    found = json.loads((out / "b.####.exr.json").read_text())
    assert {name: found[name] for name in told} == told


def test_a_hook_whose_module_is_not_there_says_what_to_give(run, capsys):
    assert run("PublishHook", hook="studio_hoks:register") == {"PublishHook": "error"}
    assert "the module 'studio_hoks' of the hook is not there; give hook_folder" in capsys.readouterr().out


def test_a_hook_that_fails_fails_its_task(run, out, capsys):
    (out / "studio_hooks.py").write_text("def register(told):\n    raise ValueError('no such shot')\n")
    assert run("PublishHook", hook="studio_hooks:register", hook_folder=str(out)) == {"PublishHook": "error"}
    assert "farmsubmit: error: ValueError: no such shot" in capsys.readouterr().out


@needs_oiiotool
@pytest.mark.parametrize("ending", ["exr", "png"])
def test_a_contact_sheet_is_one_picture_of_all(run, oiio_out, ending):
    draw(oiio_out, f"b.000#.{ending}", range(1, 6))
    states = run("ContactSheet", output=str(oiio_out / f"b.####.{ending}"), frames="1-5", sheet_cell="64x36")
    assert states == {"ContactSheet": "done"}
    assert size_of(oiio_out / "b.contact.jpg") == f"{3 * 64 + 2 * 4}x{2 * 36 + 4}"


def frames_in(movie):
    show = ["-show_entries", "stream=nb_read_frames", "-of", "csv=p=0"]
    argv = ["ffprobe", "-v", "error", "-count_frames", *show, str(movie)]
    return int(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)


@pytest.fixture
def frames(out):
    """Return the pattern of the frames -2 to 4 in a folder of a hard name."""
    picture = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "color=red:size=31x17", "-frames:v", "1"]
    subprocess.run([*picture, str(out / "0.png")], check=True)
    for name in ("-0002", "-0001", "0000", "0001", "0002", "0003", "0004"):
        shutil.copy(out / "0.png", out / f"b.{name}.png")
    (out / "0.png").unlink()
    return str(out / "b.####.png")


@needs_ffmpeg
@pytest.mark.parametrize(("asked", "count"), [("1-4", 4), ("2", 1), ("4,1-2", 3), ("-2-1", 4)])
def test_a_movie_has_exactly_the_frames_asked_for_and_a_folder_of_its_own(run, out, frames, asked, count):
    movie = out / "daily {1} 5%" / "it's é.mov"
    assert run("Movie", output=frames, frames=asked, movie_file=str(movie)) == {"Movie": "done"}
    assert (names(movie.parent), frames_in(movie)) == ([movie.name], count)


@needs_ffmpeg
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("1-4", "of the 4 frames of {} 1 empty: 2"),  # ffmpeg would leave it out and be content
        ("3-6", "of the 4 frames of {} 2 missing: 5-6"),
        ("-3-4", "of the 8 frames of {} 1 empty: 2; 1 missing: -3"),
        ("1,3,9", "of the 3 frames of {} 1 missing: 9"),
    ],
)
def test_a_movie_of_frames_that_are_not_there_is_none_and_says_which(run, out, frames, capsys, asked, told):
    (out / "b.0002.png").write_bytes(b"")
    assert run("Movie", output=frames, frames=asked) == {"Movie": "error"}
    assert f"farmsubmit: error: {told.format(frames)}\n" in capsys.readouterr().out
    assert all(name.endswith(".png") for name in names(out))


@needs_ffmpeg
@pytest.mark.parametrize("broken", ["picture", "codec"])
def test_a_movie_that_fails_leaves_the_one_of_yesterday(run, out, frames, broken):
    movie = out / ("b.webm" if broken == "codec" else "b.mp4")  # there is no H.264 in a .webm
    movie.write_text("of yesterday")
    if broken == "picture":
        (out / "b.0003.png").write_bytes((out / "b.0003.png").read_bytes()[:60])
    assert run("Movie", output=frames, frames="1-4", movie_file=str(movie)) == {"Movie": "error"}
    assert movie.read_text() == "of yesterday"
    assert [name for name in names(out) if not name.endswith(".png")] == [movie.name]


@needs_oiiotool
def test_the_folders_of_a_contact_sheet_and_of_what_follows_are_made(run, oiio_out):
    draw(oiio_out, "b.000#.exr", [1])
    arguments = {"output": str(oiio_out / "b.####.exr"), "frames": "1"}
    assert run("ContactSheet", **arguments, sheet_file=str(oiio_out / "s" / "s.jpg")) == {"ContactSheet": "done"}
    assert set(run("Denoise", **arguments, denoised=str(oiio_out / "d" / "b.####.exr")).values()) == {"done"}
    follow = {
        "follow_argv": [*OIIO, "{in}", "-o", "{out}"],
        "follow_output": str(oiio_out / "f" / "####" / "b.####.exr"),
    }
    assert set(run("FollowUp", **arguments, **follow).values()) == {"done"}
    made = {path.relative_to(oiio_out).as_posix() for path in oiio_out.glob("*/**/*.*")}
    assert made == {"s/s.jpg", "d/b.0001.exr", "f/####/b.0001.exr"}


@needs_oiiotool
def test_each_frame_is_followed_by_a_command(run, oiio_out):
    draw(oiio_out, "b.000#.exr", [1, 2])
    argv = [*OIIO, "{in}", "--resize", "50%", "-o", "{out}"]
    states = run("FollowUp", output=str(oiio_out / "b.####.exr"), frames="1-2", follow_argv=argv)
    assert states == {"FollowUp": "done", "FollowUp 1": "done", "FollowUp 2": "done"}
    assert size_of(oiio_out / "b.followed.0002.exr") == "16x9"


@needs_oiiotool
@pytest.mark.parametrize(("tiles", "count"), [("3x2", 6), ("1x1", 1)])
def test_tiles_give_their_own_part_to_the_frame_to_the_bit(run, oiio_out, tiles, count):
    whole, folder = oiio_out / "whole.png", oiio_out / "b.0007.tiles"
    folder.mkdir()
    noise = ["--pattern", "noise:type=uniform:min=0:max=1:seed=3", "17x9", "4", "-d", "uint8", "-o"]
    subprocess.run([*OIIO, *noise, str(whole)], check=True)
    for number in range(1, count + 1):
        # Each is the whole frame: what is outside a tile's part must not count.
        shutil.copy(whole, folder / f"000{number}.png")
    states = run("TileAssembly", output=str(oiio_out / "b.####.png"), frames="7", tiles=tiles)
    assert states == {"TileAssembly 7": "done"}
    assert not pictures_differ(whole, oiio_out / "b.0007.png")


# --- with Blender


@needs_blender
@needs_ffmpeg
@pytest.mark.blender
def test_blender_renders_chunks_and_ffmpeg_makes_the_movie(run, out, scene):
    arguments = {"scene": str(scene), "frames": "3,-1", "chunk": 1, "output": str(out / "b.####.png")}
    states = run("BlenderRenderMovie", **arguments)
    assert set(states.values()) == {"done"}
    assert names(out) == ["b.-0001.png", "b.0003.png", "b.mp4"]


@needs_blender
@needs_oiiotool
@pytest.mark.blender
def test_a_frame_of_tiles_is_the_frame(run, oiio_out, scene):
    arguments = {"scene": str(scene), "frames": "7", "camera": "Front", "layers": "ViewLayer", "blender_scene": "Shot"}
    states = run("BlenderRenderTiles", **arguments, output=str(oiio_out / "tiled.####.png"), tiles="3x2")
    assert set(states.values()) == {"done"}
    assert sum(title.startswith("BlenderTile ") for title in states) == 6
    run("BlenderRender", **arguments, output=str(oiio_out / "whole.####.png"))
    # The tiles are gone.
    assert names(oiio_out) == ["tiled.0007.png", "whole.0007.png"]
    assert size_of(oiio_out / "tiled.0007.png") == "33x17"
    assert not pictures_differ(oiio_out / "tiled.0007.png", oiio_out / "whole.0007.png")


@needs_blender
@pytest.mark.blender
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"camera": "Frnt"}, "the scene has no camera 'Frnt'; did you mean 'Front'?"),
        ({"blender_scene": "Scen"}, "the file has no scene 'Scen'; did you mean 'Scene'?"),
    ],
)
def test_a_tile_of_a_camera_or_scene_that_is_not_there_fails(run, out, scene, capsys, given, told):
    states = run("BlenderTile", scene=str(scene), frames="7", output=str(out / "b.####.png"), tiles="1x1", **given)
    assert states == {"BlenderTile 7, tile 1 of 1x1": "error"}
    assert told in capsys.readouterr().out


@needs_blender
@needs_oiiotool
@pytest.mark.blender
def test_a_chunk_is_denoised_after_it_is_rendered(run, oiio_out, scene):
    arguments = {"scene": str(scene), "frames": "1-2", "chunk": 2, "output": str(oiio_out / "b.####.png")}
    states = run("BlenderRenderDenoise", **arguments)
    assert set(states.values()) == {"done"}
    assert names(oiio_out) == ["b.0001.png", "b.0002.png", "b.denoised.0001.png", "b.denoised.0002.png"]


def test_this_python_can_be_the_one_of_scripts():
    assert load_settings()["python"] == sys.executable
