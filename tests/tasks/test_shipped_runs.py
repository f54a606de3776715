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
    arguments = {"scene": str(scene), "frames": "3,1", "chunk": 1, "output": str(out / "b.####.png")}
    states = run("BlenderRenderMovie", **arguments)
    assert set(states.values()) == {"done"}
    assert names(out) == ["b.0001.png", "b.0003.png", "b.mp4"]


@needs_blender
@needs_oiiotool
@pytest.mark.blender
def test_a_frame_of_tiles_is_the_frame(run, oiio_out, scene):
    arguments = {"scene": str(scene), "frames": "7", "camera": "Front", "layers": "ViewLayer"}
    states = run("BlenderRenderTiles", **arguments, output=str(oiio_out / "tiled.####.png"), tiles="3x2")
    assert set(states.values()) == {"done"}
    assert sum(title.startswith("BlenderTile ") for title in states) == 6
    run("BlenderRender", **arguments, output=str(oiio_out / "whole.####.png"))
    # The tiles are gone.
    assert names(oiio_out) == ["tiled.0007.png", "whole.0007.png"]
    assert size_of(oiio_out / "tiled.0007.png") == "17x9"
    assert not pictures_differ(oiio_out / "tiled.0007.png", oiio_out / "whole.0007.png")


@needs_blender
@pytest.mark.blender
def test_a_tile_of_a_camera_that_is_not_there_fails(run, out, scene, capsys):
    arguments = {"scene": str(scene), "frames": "7", "camera": "Frnt", "output": str(out / "b.####.png")}
    states = run("BlenderTile", **arguments, tiles="1x1")
    assert states == {"BlenderTile 7, tile 1 of 1x1": "error"}
    assert "the scene has no camera 'Frnt'; did you mean 'Front'?" in capsys.readouterr().out


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
