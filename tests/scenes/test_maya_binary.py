"""Maya binary: read alike with the .ma of the same scene, in both widths of the format."""

from __future__ import annotations

import dataclasses
import importlib.util
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit.errors import SceneError
from farmsubmit.scenes.facts import Camera, FrameRange, NeededFile, Reference, SceneFacts
from farmsubmit.scenes.maya import read_binary, read_maya

_spec = importlib.util.spec_from_file_location("_mb_writer", Path(__file__).with_name("_mb_writer.py"))
mb = importlib.util.module_from_spec(_spec)
sys.modules["_mb_writer"] = mb  # a dataclass looks its module up
_spec.loader.exec_module(mb)

Node, Scene, Time = mb.Node, mb.Scene, mb.Time
MTOA = {"mtoa": {"aiOptions": b"\x00\x11\x5c\x00", "aiAOVDriver": b"\x00\x11\x5c\x03", "aiAOV": b"\x00\x11\x5c\x09"}}
SETUP = {
    "renderSetup.py": {
        kind: b"\x58\x00\x03" + bytes([number])
        for number, kind in enumerate(
            ("renderSetup", "renderSetupLayer", "renderSettingsCollection", "absUniqueOverride", "relUniqueOverride")
        )
    }
}


def full_scene(version="2024", unit="film"):
    return Scene(
        version=version,
        unit=unit,
        info={"license": "student", "product": f"Maya {version}"},
        plugins={**MTOA, **SETUP, "stereoCamera": {}},
        references=[(1, "/refs/a.mb", "a", "aRN"), (2, "/refs/b.mb", "a:b", "a:bRN")],
        nodes=[
            Node("transform", "cam", {"v": False}),
            Node("camera", "camShape", {"rnd": True, "imn": "cam", "o": 1.0}, parent="cam"),
            Node("camera", "topShape", {"rnd": False, "v": None}, parent="top"),
            Node("mesh", "m", {"notes": 'a"b;\n'}),
            Node("file", "tex", {"ftn": "/tex/größe.<UDIM>.exr", "uvt": 3}),
            Node("imagePlane", "plane", {"imn": "C:\\p\\a.png", "ufe": True}),
            Node("audio", "sound", {"f": "/a.wav"}),
            Node("script", "s", {"b": 'print "x;\n"', "st": 1}),
            Node("script", "sceneConfigurationScriptNode", {"b": "playbackOptions -min 5 -max 9 ", "st": 6}),
            Node("expression", "e", {"ixp": ".O[0] = frame"}),
            Node("aiOptions", "defaultArnoldRenderOptions", {"version": "5.1.0"}),
            Node("aiAOVDriver", "defaultArnoldDriver", {"ai_translator": "png"}),
            Node("aiAOV", "aiAOV_Z", {"aovn": "Z", "enabled": False}),
            Node("renderLayer", "defaultRenderLayer", {"g": True}),
            Node("renderLayer", "rs_one", {"rndr": True, "do": 1}),
            Node("renderSetup", "renderSetup"),
            Node("renderSetupLayer", "one"),
            Node("renderSettingsCollection", "col"),
            Node(
                "absUniqueOverride", "first", {"atr": "startFrame", "tgName": "defaultRenderGlobals", "atv": Time(20)}
            ),
            Node("relUniqueOverride", "last", {"atr": "endFrame", "tgName": "defaultRenderGlobals", "ofs": Time(4)}),
        ],
        defaults={
            "time1": {"o": Time(1003.0), "unw": Time(1003.0)},
            "lightList1": {"fs": Time(77)},
            "defaultRenderGlobals": {
                "ren": "arnold",
                "an": True,
                "fs": Time(1001),
                "ef": Time(1100),
                "bfs": 2.0,
                "pff": True,
                "ep": 4,
                "ifp": "/out/<Scene>",
                "prm": None,
            },
            "defaultResolution": {"w": 1920, "h": 1080},
            "defaultColorMgtGlobals": {"cfe": True, "cfp": "<MAYA_RESOURCES>/c.ocio", "wsn": "ACEScg"},
        },
        connections=[
            ("rs_one.msg", "one.lrl"),
            ("one.lit", "col.pls"),
            ("col.lit", "first.pls"),
            ("col.lit", "last.pls"),
            ("first.nxt", "last.prv"),
            ("camShape.rnd", "defaultRenderLayer.adjs[0].plg"),
        ],
    )


@pytest.fixture
def read(tmp_path):
    def read(content, name="shot.mb"):
        path = tmp_path / name
        path.write_bytes(content)
        return dataclasses.replace(read_maya(path), path="")

    return read


@pytest.mark.parametrize("wide", [False, True], ids=["FOR4", "FOR8"])
@pytest.mark.parametrize("version", ["2009", "2015", "2016", "2017", "2018", "2025"])
@pytest.mark.parametrize("unit", ["film", "pal", "23.976fps"])
def test_both_formats_give_the_same_facts(read, wide, version, unit):
    scene = full_scene(version, unit)
    from_ascii = read(mb.ascii_of(scene), "shot.ma")
    from_binary = read(mb.binary_of(scene, wide))
    assert from_binary == from_ascii
    assert from_ascii.layers[1].frames == FrameRange(20, 1104, 2, "one")


def test_what_the_two_formats_agree_on_is_right(read):
    facts = read(mb.binary_of(full_scene(), True))
    assert (facts.version, facts.fps, facts.current_frame, facts.renderer) == ("2024", 24, 1003, "arnold")
    assert facts.frames == FrameRange(1001, 1100, 2, "stored")
    assert facts.cameras == (Camera("cam"), Camera("top", False))
    assert facts.outputs[0].file == "/out/shot.####.png"
    assert facts.references == (Reference("/refs/a.mb", "a"), Reference("/refs/b.mb", "a:b"))
    assert facts.files[0] == NeededFile("/tex/größe.<UDIM>.exr", "tex", "fileTextureName", "udim")
    assert any("student" in warning for warning in facts.warnings)


@pytest.mark.parametrize("uuid", [b"\0" * 16, b"a" * 15 + b"\0", b"a\0" * 8])
def test_a_uuid_is_never_taken_for_a_parent(read, uuid):
    scene = Scene(nodes=[Node("camera", "lonely"), Node("camera", "camShape", parent="cam")])
    assert [camera.name for camera in read(mb.binary_of(scene, True, uuid)).cameras] == ["lonely", "cam"]


def test_an_old_parent_of_16_letters_is_no_uuid(read):
    scene = Scene(version="2015", nodes=[Node("camera", "shape", parent="camera_of_shot1")])
    assert read(mb.binary_of(scene, False)).cameras == (Camera("camera_of_shot1"),)


def test_old_ticks_may_stand_in_the_first_four_bytes(read):
    content = mb.binary_of(Scene("2012", defaults={"time1": {"o": Time(1)}}), False)
    assert struct.pack(">q", 250) in content
    assert read(content.replace(struct.pack(">q", 250), struct.pack(">iI", 250, 0xDEADBEEF))).current_frame == 1


def test_ticks_are_seconds_whatever_the_time_unit(read):
    # Frame 1001 at 25 frames a second.
    content = mb.binary_of(Scene("2019", "pal", defaults={"time1": {"o": Time(1)}}), True)
    content = content.replace(struct.pack(">q", 141120000 // 25), struct.pack(">q", 0x150CAF200))
    assert read(content).current_frame == 1001


def test_times_before_zero_and_between_frames(read):
    defaults = {"time1": {"o": Time(-3.5)}, "defaultRenderGlobals": {"an": True, "fs": Time(-10), "ef": Time(0)}}
    facts = read(mb.binary_of(Scene(defaults=defaults), True))
    assert (facts.current_frame, facts.frames) == (-3.5, FrameRange(-10, 0, 1, "stored"))


def test_ticks_without_a_known_time_unit_are_no_frames(read):
    content = mb.binary_of(Scene(unit="film", defaults={"time1": {"o": Time(7)}}), True).replace(b"film", b"what")
    assert read(content).current_frame is None


def test_an_orthographic_camera_is_no_time(read):
    scene = Scene(nodes=[Node("camera", "shape", {"o": True, "rnd": False}, parent="top")])
    assert read(mb.binary_of(scene, True)).cameras == (Camera("top", False),)


def test_types_of_plugins_are_named_by_the_file(read):
    scene = Scene(
        plugins={"AbcImport": {"AlembicNode": b"\0\0\0\1"}}, nodes=[Node("AlembicNode", "a", {"fn": "/a.abc"})]
    )
    assert read(mb.binary_of(scene, True)).files[0].path == "/a.abc"
    nameless = mb.binary_of(scene, True).replace(b"AlembicNode\0", b"OtherNodeXX\0")
    assert read(nameless).files == ()


def test_garbage_in_a_header_is_no_size(read):
    content = mb.binary_of(full_scene(), True)
    assert read(content.replace(b"\xca\xfe\xba\xbe", b"\xff" * 4)) == read(content)


def test_a_binary_is_known_by_its_content(read):
    assert read(mb.binary_of(full_scene(), True), "shot.ma") == read(mb.binary_of(full_scene(), True))


def test_a_name_in_an_unknown_encoding_is_read(read):
    scene = Scene(nodes=[Node("file", "f", {"ftn": "/cafX.exr"})])
    assert read(mb.binary_of(scene, False).replace(b"cafX", b"caf\xe9")).files[0].path == "/café.exr"


@pytest.mark.parametrize("content", [b"", b"FOR8", b"//Maya ASCII 2020 scene\n", b"RIFF" + bytes(40)])
def test_only_a_maya_binary_is_read_as_one(tmp_path, content):
    path = tmp_path / "a.mb"
    path.write_bytes(content)
    if content == b"FOR8":
        assert any("cut off" in warning for warning in read_binary(path).warnings)
    else:
        with pytest.raises(SceneError, match="no Maya binary"):
            read_binary(path)


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes(read):
    content = mb.binary_of(full_scene(), True)
    facts = read(content[: content.index(b":defaultResolution")])
    assert facts.renderer == "arnold"
    assert any("cut off" in warning for warning in facts.warnings)


def test_a_whole_file_is_not_said_to_be_damaged(read):
    for wide in (False, True):
        assert not any("cut off" in warning for warning in read(mb.binary_of(full_scene(), wide)).warnings)


SAMPLES = [mb.binary_of(full_scene(), wide) for wide in (False, True)]
fuzzed = settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check_broken(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        facts = read_maya(path)
    except SceneError as error:
        assert "\n" not in str(error)
    else:
        assert SceneFacts.from_json(facts.to_json()) == facts


@fuzzed
@given(sample=st.sampled_from(SAMPLES), part=st.floats(0, 1))
def test_a_truncated_binary_never_breaks_the_reader(tmp_path, sample, part):
    check_broken(tmp_path / "a.mb", sample[: int(part * len(sample))])


@fuzzed
@given(sample=st.sampled_from(SAMPLES), flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1))
def test_flipped_bytes_of_a_binary_never_break_the_reader(tmp_path, sample, flips):
    content = bytearray(sample)
    for part, value in flips:
        content[int(part * (len(sample) - 1))] = value
    check_broken(tmp_path / "a.mb", bytes(content))


def test_a_table_of_types_without_an_end_is_no_trouble(tmp_path):
    out = mb.Writer(False)
    head = out.group(b"HEAD", out.leaf(b"PLUG", b"name\0001.0\0\0" + b"A" * 500_000))
    check_broken(tmp_path / "a.mb", out.group(b"Maya", head))


def test_groups_in_groups_without_end_are_no_trouble(tmp_path):
    content = b""
    for _ in range(2000):
        content = mb.Writer(False).group(b"XXXX", content)
    check_broken(tmp_path / "a.mb", content)
