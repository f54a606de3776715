from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from farmsubmit.errors import SceneError
from farmsubmit.scenes import read_scene
from farmsubmit.scenes.blender import read_blend
from farmsubmit.scenes.facts import FrameRange, NeededFile, Output, Reference, SceneFacts, Variable

BLENDER = shutil.which("blender")
needs_blender = pytest.mark.skipif(BLENDER is None, reason="there is no Blender on this machine")
needs_shell = pytest.mark.skipif(os.name == "nt", reason="the stand-ins for Blender are shell scripts")

# A scene with something of everything that facts tell. It is saved under a name that could be taken for an option.
MAKE = r"""
import bpy, os, sys
folder = sys.argv[-1]
def link(path, kind, name):
    with bpy.data.libraries.load(os.path.join(folder, path), link=True) as (there, here):
        setattr(here, kind, [name])
    return getattr(here, kind)[0]

# A library in a folder of its own, which links another one below it.
os.makedirs(os.path.join(folder, "set", "parts"))
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.data.libraries.write(os.path.join(folder, "set", "parts", "rock.blend"), {bpy.data.meshes.new("Rock")})
bpy.ops.wm.read_factory_settings(use_empty=True)
rock = bpy.data.objects.new("Rock", link("set/parts/rock.blend", "meshes", "Rock"))
bpy.data.libraries.write(os.path.join(folder, "set", "lib.blend"), {rock}, path_remap="RELATIVE_ALL")
bpy.ops.wm.read_factory_settings(use_empty=True)
open(os.path.join(folder, "here.png"), "w").close()
open(os.path.join(folder, "tile.1002.png"), "w").close()
scene = bpy.context.scene
scene.name = "Main"
scene.frame_start, scene.frame_end, scene.frame_step = 3, 9, 2
scene.frame_set(5)
r = scene.render
r.engine, r.fps, r.fps_base = "CYCLES", 24, 1.001
r.resolution_x, r.resolution_y, r.resolution_percentage = 1920, 1080, 50
r.filepath = "//out/ma##in.####"
r.image_settings.file_format = "OPEN_EXR"
scene.view_layers[0].name = "Beauty"
scene.view_layers.new("Off").use = False
for name in ("Hero", "Marked", "Spare"):
    scene.collection.objects.link(bpy.data.objects.new(name, bpy.data.cameras.new(name)))
scene.camera = bpy.data.objects["Hero"]
scene.timeline_markers.new("cut", frame=6).camera = bpy.data.objects["Marked"]

def image(name, path, source="FILE"):
    made = bpy.data.images.new(name, 4, 4)
    made.source, made.filepath, made.use_fake_user = source, path, True
image("Wood", "//gone/wood.png")
image("Here", "//here.png")
image("Tiles", "//tile.<UDIM>.png", "TILED")
scene.collection.objects.link(link("set/lib.blend", "objects", "Rock"))

scene.use_nodes = True
node = scene.node_tree.nodes.new("CompositorNodeOutputFile")
node.name, node.base_path = "Passes", "//passes"
node.format.file_format = "PNG"
node.file_slots[0].path = "depth_"

text = bpy.data.texts.new("startup.py")
text.use_module = True
text.write("open(%r, 'w')" % os.path.join(folder, "ran.text"))
hero = bpy.data.objects["Hero"]
hero.driver_add("location", 0).driver.expression = "len(str(open(%r, 'w')))" % os.path.join(folder, "ran.driver")
hero.driver_add("location", 1).driver.expression = "frame / 24"

other = bpy.data.scenes.new("Trailer")
other.render.image_settings.file_format = "FFMPEG"
other.render.ffmpeg.format = "MPEG4"
other.render.filepath = "//trailer_"
bpy.ops.wm.save_as_mainfile(filepath=os.path.join(folder, "-rich ü scène.blend"), relative_remap=False)
"""


def blender(*arguments: str) -> None:
    assert BLENDER is not None
    subprocess.run([BLENDER, "-b", *arguments], check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("rich").resolve()
    script = made / "make.py"
    script.write_text(MAKE, "utf-8")
    blender("-Y", "--factory-startup", "--python-exit-code", "1", "-P", str(script), "--", str(made))
    return made


@pytest.fixture(scope="module")
def rich(folder: Path) -> SceneFacts:
    return read_scene(folder / "-rich ü scène.blend")


# --- what facts tell


@needs_blender
@pytest.mark.blender
def test_time_and_picture(rich: SceneFacts, folder: Path) -> None:
    assert (rich.dcc, rich.path, rich.renderer) == ("blender", str(folder / "-rich ü scène.blend"), "CYCLES")
    assert rich.version.count(".") == 1
    assert rich.fps == pytest.approx(24 / 1.001)
    assert (rich.frames, rich.current_frame) == (FrameRange(3, 9, 2, "stored"), 5)
    assert rich.resolution == (960, 540)
    assert {"view_transform", "display_device", "look"} <= set(rich.color)


@needs_blender
@pytest.mark.blender
def test_cameras_layers_and_scenes(rich: SceneFacts) -> None:
    assert {camera.name: camera.renderable for camera in rich.cameras} == {"Hero": True, "Marked": True, "Spare": False}
    assert {layer.name: layer.renderable for layer in rich.layers} == {"Beauty": True, "Off": False}
    assert rich.variables == (Variable("scene", "Main", ("Main", "Trailer")),)


@needs_blender
@pytest.mark.blender
def test_outputs_are_named_as_blender_will_name_them(rich: SceneFacts, folder: Path) -> None:
    range_ = FrameRange(3, 9, 2, "stored")
    main, node, trailer = rich.outputs
    assert main == Output("Main", "images", str(folder / "out" / "ma##in.####.exr"), "OPEN_EXR", range_)
    depth = str(folder / "passes" / "depth_####.png")
    assert node == Output("Main.Passes.depth_", "File Output", depth, "PNG", range_)
    assert (trailer.kind, trailer.enabled) == ("movie", False)
    assert trailer.file == str(folder / "trailer_####.mp4")


@needs_blender
@pytest.mark.blender
def test_needed_files_and_the_missing_among_them(rich: SceneFacts, folder: Path) -> None:
    assert set(rich.files) == {
        NeededFile(str(folder / "gone" / "wood.png"), "Wood", "filepath", "image"),
        NeededFile(str(folder / "here.png"), "Here", "filepath", "image"),
        NeededFile(str(folder / "tile.<UDIM>.png"), "Tiles", "filepath", "udim"),
    }
    assert set(rich.references) == {
        Reference(str(folder / "set" / "lib.blend"), "lib.blend"),
        Reference(str(folder / "set" / "parts" / "rock.blend"), "rock.blend"),
    }
    missing = [warning for warning in rich.warnings if "missing" in warning]
    assert missing == [f"image Wood is missing: {folder / 'gone' / 'wood.png'}"]


@needs_blender
@pytest.mark.blender
def test_code_in_a_scene_is_told_of_and_never_run(rich: SceneFacts, folder: Path) -> None:
    assert [(code.node, code.kind) for code in rich.code] == [
        ("startup.py", "text block"),
        ("Hero.location", "driver"),
    ]
    assert any("startup.py, Hero.location" in warning for warning in rich.warnings)
    assert not list(folder.glob("ran.*"))
    # The same code does run where it may, so the line above says something.
    blender("-y", rich.path)
    assert sorted(path.name for path in folder.glob("ran.*")) == ["ran.driver", "ran.text"]


@needs_blender
@pytest.mark.blender
def test_a_relative_name_that_looks_like_an_option_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "-b").write_bytes((folder / "set" / "lib.blend").read_bytes())
    assert read_scene("-b").path == str(folder / "-b")


@needs_blender
@pytest.mark.blender
def test_a_damaged_scene_is_refused_in_blenders_words(folder: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.blend"
    cut.write_bytes((folder / "-rich ü scène.blend").read_bytes()[:20_000])
    with pytest.raises(SceneError, match=r"^Blender cannot read \S*cut.blend: Missing DNA block$"):
        read_scene(cut)


# --- what cannot be read, without Blender


def refusal(path: Path | str, blender: str = "no-such-blender") -> str:
    with pytest.raises(SceneError) as caught:
        read_scene(path, blender)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_file_gets_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "shot010.blend").touch()
    assert refusal(tmp_path / "shot01.blend").endswith("shot01.blend; did you mean 'shot010.blend'?")
    assert refusal(tmp_path / "no" / "a.blend").endswith(f"there is no folder {tmp_path / 'no'}")
    assert refusal("a\0\nb.blend") == "there is no file 'a\\x00\\nb.blend'"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "is a folder and no scene" in refusal(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.blend")
        assert refusal(tmp_path / "pipe.blend").endswith("is no ordinary file")


@pytest.mark.parametrize("name", ["a.ma", "a.MB", "a.nk", "a.katana"])
def test_an_empty_scene_of_any_kind_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert "is empty" in refusal(tmp_path / name)


def test_an_unknown_kind_gets_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    assert "is no scene of a known kind; known: .blend .ma .mb" in refusal(tmp_path / "a.txt")


@pytest.mark.parametrize(("content", "problem"), [(b"", "is empty"), (b"BLENDE", "is no Blender scene")])
def test_a_file_that_is_no_blend_is_refused_before_blender_starts(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "a.blend").write_bytes(content)
    assert problem in refusal(tmp_path / "a.blend")


@pytest.mark.parametrize("content", [b"BLENDER-v304", gzip.compress(b"BLENDER-v279"), b"\x28\xb5\x2f\xfd more"])
def test_every_packing_of_a_blend_reaches_blender(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.blend1").write_bytes(content)
    message = refusal(tmp_path / "a.blend1")
    assert "there is no program 'no-such-blender'" in message
    assert message.endswith("install Blender, or name it with --set blender=/path/to/blender")


def stand_in(folder: Path, script: str) -> str:
    program = folder / "blender.sh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    (folder / "a.blend").write_bytes(b"BLENDER-v304")
    return str(program)


@needs_shell
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'Error: Cannot read file'; echo 'Blender quit'; exit 1", "Cannot read file"),
        ("echo 'Error: first'; echo 'farmsubmit: the last word' >&2; exit 1", "the last word"),
        ("exit 0", "it ended with exit code 0 and wrote no facts"),
        ("kill -SEGV $$", "it crashed (signal 11)"),
    ],
)
def test_a_blender_that_fails_is_quoted(tmp_path: Path, script: str, said: str) -> None:
    program = stand_in(tmp_path, script)
    assert refusal(tmp_path / "a.blend", program) == f"Blender cannot read {tmp_path / 'a.blend'}: {said}"


@needs_shell
@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{", "is no JSON"),
        ('{"facts_version": 99}', "version 99 is newer"),
        ('{"facts_version": 1, "dcc": "blender"}', "path is missing"),
    ],
)
def test_facts_that_are_none_are_refused(tmp_path: Path, written: str, problem: str) -> None:
    program = stand_in(tmp_path, f"for last; do :; done; echo '{written}' > \"$last\"")
    assert problem in refusal(tmp_path / "a.blend", program)


@needs_shell
def test_a_blender_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    program = stand_in(tmp_path, "sleep 600; exit 1")
    with pytest.raises(SceneError, match=r"did not read .*a.blend within 0.3 seconds"):
        read_blend(tmp_path / "a.blend", program, timeout=0.3)


@needs_shell
def test_a_blender_that_nobody_waits_for_is_ended(tmp_path: Path) -> None:
    program = stand_in(tmp_path, "sleep 600; exit 1")
    answers = iter([False, True])
    with pytest.raises(SceneError, match="not read to its end"):
        read_blend(tmp_path / "a.blend", program, cancelled=lambda: next(answers))


@needs_shell
def test_a_file_that_is_no_program_is_named(tmp_path: Path) -> None:
    program = stand_in(tmp_path, "")
    Path(program).chmod(0o644)
    assert f"{program!r} cannot be started: Permission denied; name another" in refusal(tmp_path / "a.blend", program)
