from __future__ import annotations

import sys
from pathlib import Path

import pytest

from farmsubmit.errors import MissingLibraryError, SceneError
from farmsubmit.scenes.facts import Camera, FrameRange, NeededFile, Reference, SceneFacts, Unresolved
from farmsubmit.scenes.usd import read_usd, reader

try:
    from pxr import Sdf, UsdUtils
except ImportError:
    Sdf = UsdUtils = None
needs_usd = pytest.mark.skipif(Sdf is None, reason="usd-core is not installed in this Python")

STAGE = """#usda 1.0
(
    startTimeCode = 1001
    endTimeCode = 1010
    timeCodesPerSecond = 25
    renderSettingsPrimPath = "/Render/main"
    subLayers = [@./sub.usda@, @./gone_sub.usda@]
)
def Xform "World"
{
    def Camera "hero" {}
    def Camera "spare" {}
    def "Ref" (prepend references = @./gone_ref.usd@</P>) {}
    def "Pay" (payload = @./pay.usda@) {}
    def Shader "Tex"
    {
        asset inputs:file = @./tex/wood.<UDIM>.png@
        asset inputs:gone = @./tex/gone.png@
        asset[] many = [@./tex/a.abc@]
    }
}
def Scope "Render"
{
    def RenderSettings "main"
    {
        rel camera = </World/hero>
        int2 resolution = (1920, 1080)
        rel products = [</Render/beauty>, </Render/gone>]
    }
    def RenderSettings "other" {}
    def RenderProduct "beauty"
    {
        token productName = "/out/beauty.$F4.exr"
    }
    def RenderProduct "each"
    {
        token productName.timeSamples = { 1001: "/out/v2/a.1001.exr", 1002: "/out/v2/a.1002.exr" }
    }
    def RenderProduct "odd"
    {
        token productName.timeSamples = { 1001: "/out/a.exr", 1002: "/out/b.exr" }
    }
    def RenderProduct "relative"
    {
        token productName = "c.exr"
        token productType = "deepRaster"
    }
}
"""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    (tmp_path / "sub.usda").write_text('#usda 1.0\ndef Xform "Set" {}\n')
    (tmp_path / "pay.usda").write_text('#usda 1.0\n(defaultPrim = "P")\ndef Xform "P"\n{\n    def Camera "far" {}\n}\n')
    (tmp_path / "shot.usda").write_text(STAGE)
    return tmp_path / "shot.usda"


@needs_usd
def test_frames_are_time_codes(scene: Path) -> None:
    facts = read_usd(scene)
    assert (facts.dcc, facts.path, facts.fps, facts.frames) == ("usd", str(scene), 25, FrameRange(1001, 1010))


@needs_usd
def test_the_settings_that_the_stage_names_give_resolution_cameras_and_products(scene: Path) -> None:
    facts = read_usd(scene)
    assert facts.resolution == (1920, 1080)
    hidden = (Camera("/World/spare", False), Camera("/World/Pay/far", False))
    assert facts.cameras == (Camera("/World/hero"), *hidden)
    assert [output.name for output in facts.outputs if output.enabled] == ["/Render/beauty"]


@needs_usd
def test_the_frame_in_a_product_name_becomes_hashes(scene: Path) -> None:
    files = {output.name: output.file for output in read_usd(scene).outputs}
    assert files["/Render/beauty"] == "/out/beauty.####.exr"
    assert files["/Render/each"] == "/out/v2/a.####.exr"


@needs_usd
def test_a_product_name_that_only_the_renderer_can_place_is_unresolved(scene: Path) -> None:
    facts = read_usd(scene)
    relative = next(output for output in facts.outputs if output.name == "/Render/relative")
    assert (relative.file, relative.file_type, relative.resolved) == ("c.exr", "deepRaster", False)
    assert Unresolved("/Render/relative", "productName", "c.exr") in facts.unresolved


@needs_usd
def test_product_names_that_differ_by_more_than_the_frame_are_unresolved(scene: Path) -> None:
    odd = next(output for output in read_usd(scene).outputs if output.name == "/Render/odd")
    assert not odd.resolved


@needs_usd
def test_layers_are_references_and_the_missing_ones_are_told(scene: Path) -> None:
    facts, folder = read_usd(scene), scene.parent
    loaded = {Path(reference.path).name: reference.loaded for reference in facts.references}
    assert loaded == {"sub.usda": True, "pay.usda": True, "gone_sub.usda": False, "gone_ref.usd": False}
    assert f"missing layer: {folder}/gone_ref.usd" in facts.warnings
    assert NeededFile(f"{folder}/gone_ref.usd", "", "layer") in facts.files


@needs_usd
def test_a_layer_that_cannot_be_read_is_told_apart_from_a_missing_one(scene: Path) -> None:
    scene.with_name("gone_ref.usd").write_text("no USD at all")
    facts = read_usd(scene)
    assert f"unreadable layer: {scene.with_name('gone_ref.usd')}" in facts.warnings
    assert Reference(str(scene.with_name("gone_ref.usd")), loaded=False) in facts.references


@needs_usd
def test_asset_attributes_are_needed_files(scene: Path) -> None:
    folder = scene.parent
    told = [file for file in read_usd(scene).files if file.node]
    assert told == [
        NeededFile(f"{folder}/tex/wood.<UDIM>.png", "/World/Tex", "inputs:file", "udim"),
        NeededFile(f"{folder}/tex/gone.png", "/World/Tex", "inputs:gone", "image"),
        NeededFile(f"{folder}/tex/a.abc", "/World/Tex", "many", "cache"),
    ]


@needs_usd
def test_a_stage_without_settings_has_no_frames_and_all_cameras_render(tmp_path: Path) -> None:
    (tmp_path / "a.usda").write_text('#usda 1.0\ndef Camera "c" {}\n')
    facts = read_usd(tmp_path / "a.usda")
    assert (facts.frames, facts.resolution, facts.cameras, facts.outputs) == (None, None, (Camera("/c"),), ())


@needs_usd
def test_several_settings_of_which_none_is_named_are_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.usda").write_text('#usda 1.0\ndef RenderSettings "a" {}\ndef RenderSettings "b" {}\n')
    assert "none of its 2 render settings" in read_usd(tmp_path / "a.usda").warnings[0]


@needs_usd
def test_infinite_times_are_no_frames(tmp_path: Path) -> None:
    (tmp_path / "a.usda").write_text("#usda 1.0\n(\n    startTimeCode = -inf\n    endTimeCode = inf\n)\n")
    assert read_usd(tmp_path / "a.usda").frames is None


@needs_usd
@pytest.mark.parametrize("ending", ["usd", "usdc"])
def test_binary_scenes_say_the_same(scene: Path, ending: str) -> None:
    other = scene.with_name(f"shot.{ending}")
    assert Sdf.Layer.FindOrOpen(str(scene)).Export(str(other))
    assert read_usd(other).outputs == read_usd(scene).outputs


@needs_usd
def test_packages_are_read(scene: Path) -> None:
    package = scene.with_name("p.usdz")
    assert UsdUtils.CreateNewUsdzPackage(str(scene.with_name("pay.usda")), str(package))
    assert [camera.name for camera in read_usd(package).cameras] == ["/P/far"]


@needs_usd
@pytest.mark.parametrize("ending", ["usd", "usda", "usdc", "usdz"])
@pytest.mark.parametrize(
    "data", [b"", b"no USD", b"#usda 1.0\ndef {", b"PK\x03\x04", b"PXR-USDC" + bytes(80), b"#usda 1.0\n\xff"]
)
def test_what_is_no_scene_gets_one_sentence(tmp_path: Path, ending: str, data: bytes) -> None:
    bad = tmp_path / f"bad.{ending}"
    bad.write_bytes(data)
    with pytest.raises(SceneError) as caught:
        read_usd(bad)
    assert "\n" not in str(caught.value) and "bad." in str(caught.value)


@needs_usd
def test_an_attribute_of_another_type_than_its_schema_has_gets_one_sentence(tmp_path: Path) -> None:
    wrong = '#usda 1.0\ndef RenderSettings "s"\n{\n    token resolution = "large"\n    int[] camera = [1]\n}\n'
    (tmp_path / "a.usda").write_text(wrong)
    try:
        facts = read_usd(tmp_path / "a.usda")
        assert SceneFacts.from_json(facts.to_json()) == facts
    except SceneError as error:
        assert "\n" not in str(error)


@needs_usd
def test_a_reader_that_takes_too_long_is_stopped(scene: Path) -> None:
    with pytest.raises(SceneError, match=r"within 0\.001 seconds"):
        read_usd(scene, timeout=0.001)


@needs_usd
def test_inside_a_dcc_it_is_read_by_this_process(scene: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read_usd(scene)
    monkeypatch.setattr(sys, "executable", "/opt/nuke/Nuke15.1")
    assert read_usd(scene) == expected


def test_a_crash_of_usd_gets_one_sentence(tmp_path: Path) -> None:
    done = reader._run([sys.executable, "-c", "import os; os.abort()", str(tmp_path / "r")], tmp_path / "a.usd", 60)
    with pytest.raises(SceneError, match=r"crashed|cannot read"):
        reader._facts(tmp_path / "r", tmp_path / "a.usd", done)


def test_without_usd_core_the_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (tmp_path / "a.usda").write_text("#usda 1.0\n")
    with pytest.raises(MissingLibraryError, match="usd-core"):
        read_usd(tmp_path / "a.usda")


def test_a_missing_file_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match="there is no file"):
        read_usd(tmp_path / "gone.usd")
