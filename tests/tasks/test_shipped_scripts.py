"""What the shipped tasks do on a blade, here in this process: cleanup, hooks, exports with a stand-in for Maya."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from farmsubmit.errors import ArgumentError, PluginError
from farmsubmit.tasks.arguments import Arguments
from farmsubmit.tasks.shipped.cleanup import Cleanup
from farmsubmit.tasks.shipped.export import MayaExportAss, MayaExportRib
from farmsubmit.tasks.shipped.publish import PublishHook
from farmsubmit.tasks.shipped.tiles import TileCleanup, grid_to_tiles, pixels, region, tile_path

# --- cleanup


def cleanup(*paths, **more):
    return Cleanup(Arguments({"paths": [str(path) for path in paths], **more})).script()


def test_files_and_whole_folders_are_removed_and_what_is_not_there_is_no_mistake(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x").touch()
    (tmp_path / "f[1]*").touch()
    (tmp_path / "f1").touch()
    removed = cleanup(tmp_path / "a", tmp_path / "f[1]*", tmp_path / "gone")
    assert removed == [str(tmp_path / "a"), str(tmp_path / "f[1]*")]
    assert [path.name for path in tmp_path.iterdir()] == ["f1"]


def test_a_pattern_stands_for_its_frames_only(tmp_path):
    for frame in range(1, 5):
        (tmp_path / f"a.{frame:04d}.exr").touch()
    cleanup(tmp_path / "a.####.exr", frames="2-3,9")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.0001.exr", "a.0004.exr"]


def test_a_link_is_removed_and_what_it_points_to_stays(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "x").touch()
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    cleanup(tmp_path / "link")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "x").exists()


def test_the_home_folder_and_what_holds_it_is_never_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "me")
    (tmp_path / "me").mkdir()
    for path in (tmp_path, tmp_path / "me"):
        with pytest.raises(ArgumentError, match="holds the home folder"):
            cleanup(path)
    assert (tmp_path / "me").is_dir()


def test_paths_are_looked_at_again_as_the_blade_has_them():
    with pytest.raises(ArgumentError, match="too much to remove"):
        cleanup("/etc")


def test_the_tiles_of_a_frame_are_one_folder_beside_it(tmp_path):
    output = str(tmp_path / "b.####.exr")
    for frame in (1, 2):
        path = Path(tile_path(output, frame, 1))
        path.parent.mkdir()
        path.touch()
    TileCleanup(Arguments(output=output, frames="1")).script()
    assert [path.name for path in tmp_path.iterdir()] == ["b.0002.tiles"]


# --- hooks


@pytest.fixture
def studio(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", sys.path[:])
    (tmp_path / "studio_of_this_test.py").write_text("def version(told):\n    return sorted(told)\n\n\nnumber = 7\n")
    yield tmp_path
    sys.modules.pop("studio_of_this_test", None)


def published(folder, hook, **more):
    return PublishHook(Arguments({"hook": hook, "hook_folder": str(folder), **more})).script()


def test_a_hook_gets_all_arguments(studio):
    assert published(studio, "studio_of_this_test:version", shot="sh010") == ["hook", "hook_folder", "shot"]


@pytest.mark.parametrize("name", ["versoin", "number"])
def test_a_hook_that_is_not_there_is_told(studio, name):
    with pytest.raises(PluginError, match=f"studio_of_this_test:{name}' is not there"):
        published(studio, f"studio_of_this_test:{name}")


# --- exports


class Maya(ModuleType):
    """Stands in for maya.cmds as far as the exports use it; nothing of it was checked against a Maya."""

    def __init__(self):
        super().__init__("maya.cmds")
        self.scene, self.time, self.done = "", None, []

    def file(self, *args, **flags):
        if flags == {"query": True, "sceneName": True}:
            return self.scene
        if flags == {"open": True, "force": True}:
            self.scene = args[0]
            self.done.append(("open", args[0]))
            return args[0]
        assert flags["type"] == "RIB"
        return self._write(args[0], flags["options"])

    def loadPlugin(self, name, quiet):
        self.done.append(("plug-in", name))

    def workspace(self, folder, openWorkspace):
        self.done.append(("project", folder))

    def editRenderLayerGlobals(self, currentRenderLayer):
        self.done.append(("layer", currentRenderLayer))

    def currentTime(self, frame):
        self.time = frame

    def arnoldExportAss(self, filename, camera=None):
        return self._write(filename, camera)

    def _write(self, path, how):
        self.done.append((self.time, how))
        if self.time != 13:
            Path(path).write_text(str(self.time))


@pytest.fixture
def maya(monkeypatch):
    cmds = Maya()
    monkeypatch.setitem(sys.modules, "maya", ModuleType("maya"))
    monkeypatch.setitem(sys.modules, "maya.cmds", cmds)
    return cmds


def exported(plugin, tmp_path, **more):
    known = {"scene": "/s/a.ma", "frames": "5-7x2", "exported": str(tmp_path / "new" / "a.####.x")}
    return plugin(Arguments({**known, **more})).script()


def test_a_file_is_exported_at_each_frame(maya, tmp_path, capsys):
    written = exported(MayaExportAss, tmp_path, camera="cam", layer="rs_Main", project="/s")
    assert [Path(path).name for path in written] == ["a.0005.x", "a.0007.x"]
    assert [Path(path).read_text() for path in written] == ["5", "7"]
    assert maya.done == [
        ("project", "/s"),
        ("open", "/s/a.ma"),
        ("plug-in", "mtoa"),
        ("layer", "rs_Main"),
        (5, "cam"),
        (7, "cam"),
    ]
    assert capsys.readouterr().out.split("\n")[:2] == ["TR_PROGRESS 50%", "TR_PROGRESS 100%"]


def test_a_scene_that_the_command_line_opened_is_not_opened_again(maya, tmp_path):
    maya.scene = "/s/a.ma"
    exported(MayaExportAss, tmp_path)
    assert "open" not in dict(maya.done)


def test_a_rib_is_exported_for_the_one_frame_and_camera(maya, tmp_path):
    exported(MayaExportRib, tmp_path, frames="5", camera="cam")
    time, options = maya.done[-1]
    assert time == 5
    for word in ("rmanExportStartFrame=5", "rmanExportEndFrame=5", "rmanExportRIBCamera=cam"):
        assert word in options.split(";")


def test_a_frame_that_is_not_written_fails_even_where_an_older_file_stands(maya, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.0013.x").write_text("old")
    with pytest.raises(PluginError, match="frame 13 was not exported"):
        exported(MayaExportAss, tmp_path, frames="13")


# --- tiles


def test_a_grid_has_a_number_for_each_tile():
    assert grid_to_tiles("3x2") == [1, 2, 3, 4, 5, 6]
    assert [region(tile, 3, 2)[0][0] for tile in grid_to_tiles("3x2")] == [0, 1, 2, 0, 1, 2]
    assert [region(tile, 3, 2)[1][0] for tile in grid_to_tiles("3x2")] == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("text", ["2", "0x2", "2x", "2x2x2", "33x32"])
def test_what_is_no_grid_is_refused(text):
    with pytest.raises(ArgumentError, match="no grid of at most 1024 tiles"):
        grid_to_tiles(text)


@pytest.mark.parametrize("size", [1, 7, 1080, 1920, 3840, 16383])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_tiles_share_their_edges_and_cover_all_pixels_in_32_bits(size, count):
    from struct import pack, unpack

    def stored(fraction):
        # As Blender keeps it, and cuts it down to a pixel.
        return int(unpack("f", pack("f", unpack("f", pack("f", fraction))[0] * size))[0])

    ends = [tuple(map(stored, pixels(size, (place, count)))) for place in range(count)]
    assert ends[0][0] == 0
    assert ends[-1][1] == size
    assert all(before[1] == after[0] for before, after in zip(ends, ends[1:]))
