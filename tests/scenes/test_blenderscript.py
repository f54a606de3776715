from __future__ import annotations

import ast
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit import files
from farmsubmit.scenes.facts import FACTS_VERSION

BLENDER = shutil.which("blender")
WRAPPERS = ("blenderscript.py", "blenderfacts.py")
needs_blender = pytest.mark.skipif(BLENDER is None, reason="there is no Blender on this machine")

# Small and fast: one sample, 16 x 9 pixels. The layer Bare does not see the lamp's plane, so its picture is another.
MAKE = r"""
import bpy, os, sys
folder = sys.argv[-1]
bpy.ops.wm.read_factory_settings(use_empty=True)

def dress(scene):
    r = scene.render
    r.engine, r.resolution_x, r.resolution_y = "CYCLES", 16, 16
    scene.cycles.samples, scene.cycles.use_denoising = 1, False
    for name, turn in (("Front", 0.0), ("Away", 3.14159)):
        camera = bpy.data.objects.new(name, bpy.data.cameras.new(name))
        camera.location, camera.rotation_euler = (0, 0, 5), (turn, 0, 0)
        scene.collection.objects.link(camera)
        scene.camera = scene.camera or camera
scene = bpy.context.scene
dress(scene)
scene.frame_start, scene.frame_end = 100, 200
plane = bpy.data.meshes.new("Plane")
plane.from_pydata([(-9, -9, 0), (9, -9, 0), (9, 9, 0), (-9, 9, 0)], [], [(0, 1, 2, 3)])
glow = bpy.data.materials.new("Glow")
glow.use_nodes = True
shader = glow.node_tree.nodes.new("ShaderNodeEmission")
glow.node_tree.links.new(shader.outputs[0], glow.node_tree.nodes["Material Output"].inputs[0])
plane.materials.append(glow)
seen = bpy.data.collections.new("Seen")
scene.collection.children.link(seen)
seen.objects.link(bpy.data.objects.new("Plane", plane))
scene.view_layers.new("Bare").layer_collection.children["Seen"].exclude = True
movie = bpy.data.scenes.new("Movie")
dress(movie)
movie.render.image_settings.file_format = "FFMPEG"
movie.render.ffmpeg.format = "MPEG4"
bpy.ops.wm.save_as_mainfile(filepath=os.path.join(folder, "small.blend"))
"""


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    assert BLENDER is not None
    argv = [BLENDER, "-b", *arguments]
    return subprocess.run(argv, capture_output=True, encoding="utf-8", timeout=120, check=False)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    script = folder / "make.py"
    script.write_text(MAKE, "utf-8")
    done = start("--factory-startup", "--python-exit-code", "1", "-P", str(script), "--", str(folder))
    assert done.returncode == 0, done.stderr
    return folder / "small.blend"


def wrapper(scene: Path, *words: str) -> subprocess.CompletedProcess[str]:
    script = str(files.shipped("wrappers", "blenderscript.py"))
    return start("-Y", "--factory-startup", str(scene), "--python-exit-code", "1", "-P", script, "--", *words)


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.splitlines()[-1]


def pixels(path: Path) -> bytes:
    """Return the picture of a PNG without the dates and names that Blender writes before it."""
    data = path.read_bytes()
    return data[data.index(b"IDAT") :]


# --- with Blender


@needs_blender
@pytest.mark.blender
def test_exactly_the_frames_asked_for_are_rendered(scene: Path, tmp_path: Path) -> None:
    done = wrapper(scene, "render", "--frames", "-3..-1,7", "--step", "2", "--output", f"{tmp_path}/a b/é.####.png")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "a b").iterdir()) == ["é.-0001.png", "é.-0003.png", "é.0007.png"]
    progress = [line for line in done.stdout.splitlines() if line.startswith("TR_PROGRESS")]
    assert progress == ["TR_PROGRESS 33%", "TR_PROGRESS 66%", "TR_PROGRESS 100%"]


@needs_blender
@pytest.mark.blender
def test_layer_and_camera_choose_the_picture(scene: Path, tmp_path: Path) -> None:
    pictures = {}
    for option in ("--layer=ViewLayer", "--layer=Bare", "--camera=Away"):
        assert wrapper(scene, "render", "--frames=1", f"--output={tmp_path}/{option}.####.png", option).returncode == 0
        pictures[option] = pixels(tmp_path / f"{option}.0001.png")
    assert pictures["--layer=ViewLayer"] != pictures["--layer=Bare"] == pictures["--camera=Away"]


@needs_blender
@pytest.mark.blender
def test_a_movie_is_rendered_in_one_go_and_named_by_its_range(scene: Path, tmp_path: Path) -> None:
    done = wrapper(scene, "render", "--scene=Movie", "--frames=2..6", "--step=2", f"--output={tmp_path}/#1/m.###.mp4")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "#1").iterdir()] == ["m.002-006.mp4"]
    assert done.stdout.count("TR_PROGRESS") == 3
    assert "TR_PROGRESS 100%" in done.stdout


@needs_blender
@pytest.mark.blender
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--layer", "Beauty"], "there is no view layer 'Beauty'; there is 'ViewLayer', 'Bare'"),
        (["--scene", "Man"], "there is no scene 'Man'; there is 'Movie', 'Scene'"),
        (["--camera", "Plane"], "there is no camera 'Plane'; there is 'Front', 'Away'"),
        (["--output", "/o/a.####.exr"], "the scene writes PNG, so /o/a.####.exr would become a.0001.png"),
        (["--output", "/o/a.png"], "/o/a.png has no #### for the frame, so it would become a.png0001.png"),
        (["--scene", "Movie", "--output", "/o/m.####.png"], "so /o/m.####.png would become m.0001-0001.png"),
        (["--scene", "Movie", "--frames", "1,3,7"], "a movie, which needs one range of frames upwards from 0 or later"),
    ],
)
def test_what_the_scene_does_not_have_is_wrong_usage(scene: Path, words: list[str], problem: str) -> None:
    done = wrapper(scene, "render", "--frames", "1", *words)
    assert done.returncode == 2
    assert problem in last_line(done)


@needs_blender
@pytest.mark.blender
def test_a_frame_that_cannot_be_written_fails(scene: Path, tmp_path: Path) -> None:
    (tmp_path / "a.0002.png").mkdir()
    done = wrapper(scene, "render", "--frames", "1..3", "--output", f"{tmp_path}/a.####.png")
    assert done.returncode == 1
    assert last_line(done).startswith("farmsubmit: frame 2 was not rendered: ")
    assert not (tmp_path / "a.0003.png").exists()


@needs_blender
@pytest.mark.blender
def test_an_error_nobody_expected_is_a_failure_and_not_a_success(scene: Path, tmp_path: Path) -> None:
    done = wrapper(scene, "facts", "--result", str(tmp_path / "no" / "facts.json"))
    assert done.returncode == 1
    assert last_line(done).startswith("farmsubmit: FileNotFoundError: ")


@needs_blender
@pytest.mark.blender
def test_facts_are_written_whole_and_nothing_is_left_beside(scene: Path, tmp_path: Path) -> None:
    assert wrapper(scene, "facts", "--result", str(tmp_path / "facts.json")).returncode == 0
    assert json.loads((tmp_path / "facts.json").read_text())["facts_version"] == FACTS_VERSION
    assert [path.name for path in tmp_path.iterdir()] == ["facts.json"]


@needs_blender
@pytest.mark.blender
def test_the_demo_scene_can_be_made_and_rendered(tmp_path: Path) -> None:
    maker = str(files.shipped("resources", "demo", "make_scene.py"))
    demo = tmp_path / "new" / "demo.blend"
    assert start("--factory-startup", "--python-exit-code", "1", "-P", maker, "--", str(demo)).returncode == 0
    done = wrapper(demo, "render", "--frames", "12")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new" / "frames" / "demo.0012.png").stat().st_size > 10_000


# --- without Blender


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("blenderscript", files.shipped("wrappers", "blenderscript.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def top_level_imports(name: str) -> set[str]:
    tree = ast.parse(files.shipped("wrappers", name).read_text("utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.skipif(sys.version_info < (3, 10), reason="sys.stdlib_module_names is new in 3.10")
@pytest.mark.parametrize("name", WRAPPERS)
def test_the_wrapper_needs_only_blender_and_the_standard_library(name: str) -> None:
    known = set(getattr(sys, "stdlib_module_names", ())) | {"bpy", "blenderfacts", "farmwrapper", "__future__"}
    assert top_level_imports(name) <= known


@pytest.mark.parametrize(
    ("text", "step", "frames"),
    [
        ("7", "1", [7]),
        ("1..5,7", "1", [1, 2, 3, 4, 5, 7]),
        ("-3..-1", "1", [-3, -2, -1]),
        ("1..6", "2", [1, 3, 5]),
        ("3..1", "1", [3, 2, 1]),
        ("5, 1..6", "1", [5, 1, 2, 3, 4, 6]),
    ],
)
def test_frames_are_read_in_blenders_syntax(script: ModuleType, text: str, step: str, frames: list[int]) -> None:
    assert script.parse_frames(text, step) == frames


@pytest.mark.parametrize(
    ("text", "step", "problem"),
    [
        ("1-5", "1", "'1-5' is no frame and no range; write 7, 1..5 or -3..-1"),
        ("", "1", "'' is no frame"),
        ("1..2..3", "1", "no range"),
        ("1.5", "1", "frame 1.5 is a sub-frame"),
        ("1..99999999", "1", "frame 99999999 is beyond Blender's limit of 1048574"),
        ("1..5", "0", "--step 0 is not a whole number above 0"),
        ("1..5", "²", "--step ² is not"),
    ],
)
def test_frames_that_are_none_are_refused(script: ModuleType, text: str, step: str, problem: str) -> None:
    with pytest.raises(script.Refused) as caught:
        script.parse_frames(text, step)
    assert problem in str(caught.value)


@given(st.text(alphabet="0123456789.,- ", max_size=12), st.sampled_from(["1", "3"]))
def test_any_text_gives_frames_each_once_or_a_refusal(script: ModuleType, text: str, step: str) -> None:
    try:
        frames = script.parse_frames(text, step)
    except script.Refused:
        return
    assert len(frames) == len(set(frames)) > 0


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "the following arguments are required: verb"),
        (["paint"], "invalid choice: 'paint'"),
        (["render"], "the following arguments are required: --frames"),
        (["render", "--frame", "1"], "the following arguments are required: --frames"),
        (["render", "--frames", "1-5"], "'1-5' is no frame"),
        (["facts", "--result"], "expected one argument"),
    ],
)
def test_wrong_words_end_with_one_line_and_exit_code_2(
    script: ModuleType, capsys: pytest.CaptureFixture[str], words: list[str], problem: str
) -> None:
    assert script.main(words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("farmsubmit: ")
    assert problem in line


@pytest.mark.parametrize(
    ("pattern", "frame", "path"),
    [
        ("/a/b.####.png", -3, "/a/b.-0003.png"),
        ("/a##/b", -12345, "/a##/b-12345"),
        ("//a.##.b#", -1, "//a.##.b-1"),
    ],
)
def test_a_frame_below_zero_is_numbered_as_blender_does(
    script: ModuleType, pattern: str, frame: int, path: str
) -> None:
    assert script._number(pattern, frame) == path


def check_written(script: ModuleType, path: Path, before: Any, overwrite: bool = True) -> None:
    script._check_written("frame 7", str(path), before, overwrite)


def test_a_frame_that_blender_did_not_write_is_noticed(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(script.Failed, match=r"^frame 7 was not written: .*a.0007.png$"):
        check_written(script, tmp_path / "a.0007.png", None)
    (tmp_path / "a.0007.png").touch()
    with pytest.raises(script.Failed, match=r"^frame 7 is empty: "):
        check_written(script, tmp_path / "a.0007.png", None)


def test_a_frame_of_an_earlier_render_counts_only_where_the_scene_keeps_it(script: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a.0007.png"
    path.write_text("old")
    old = script._stamp(str(path))
    check_written(script, path, old, overwrite=False)
    with pytest.raises(script.Failed, match="what is there is older"):
        check_written(script, path, old)


class Layers(list):  # type: ignore[type-arg]
    def keys(self) -> list[str]:
        return [layer.name for layer in self]


def test_layers_that_were_not_chosen_are_switched_off(script: ModuleType) -> None:
    layers = Layers([SimpleNamespace(name=name, use=name != "c") for name in "abc"])
    scene = SimpleNamespace(view_layers=layers)
    script._choose_layers(scene, [])
    assert [layer.use for layer in layers] == [True, True, False]
    script._choose_layers(scene, ["c"])
    assert [layer.use for layer in layers] == [False, False, True]
