"""Maya ASCII, and what is made of a scene whatever it was read from."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit.errors import SceneError
from farmsubmit.scenes.facts import (
    Camera,
    Code,
    FrameRange,
    NeededFile,
    Reference,
    SceneFacts,
    Unresolved,
    Variable,
)
from farmsubmit.scenes.maya import read_ascii, read_maya, statements

HEAD = (
    '//Maya ASCII 2023 scene\n//Codeset: UTF-8\nrequires maya "2023";\ncurrentUnit -l centimeter -a degree -t film;\n'
)
ANIMATED = 'select -ne :defaultRenderGlobals;\n\tsetAttr ".an" yes;\n'


@pytest.fixture
def read(tmp_path):
    def read(text, head=HEAD, name="shot.ma"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else (head + text).encode())
        return read_maya(path)

    return read


def globals_of(*lines):
    return "select -ne :defaultRenderGlobals;\n" + "".join(f"\tsetAttr {line};\n" for line in lines)


# --- the head of the file


@pytest.mark.parametrize("version", ["2023", "2018ff09", "7.0", "8.5"])
def test_the_version_is_that_of_the_first_line(read, version):
    assert read("", head=f"//Maya ASCII {version} scene\n").version == version


@pytest.mark.parametrize(
    ("unit", "fps"),
    {"game": 15, "film": 24, "pal": 25, "ntsc": 30, "show": 48, "palf": 50, "80fps": 80, "23.976fps": 23.976}.items(),
)
def test_the_time_unit_gives_frames_a_second(read, unit, fps):
    assert read(f"currentUnit -l centimeter -a degree -t {unit};\n").fps == fps


@pytest.mark.parametrize("unit", ["furlong", "1e9fps", "0fps", "fps"])
def test_an_unknown_time_unit_is_said_and_not_guessed(read, unit):
    facts = read(f"currentUnit -t {unit};\n")
    assert facts.fps is None
    assert any(unit in warning for warning in facts.warnings)


@pytest.mark.parametrize(
    ("codeset", "encoding", "text"),
    [("936", "gbk", "中文"), ("932", "cp932", "表示"), ("1252", "cp1252", "Café"), ("1252", "utf-8", "Café 中")],
)
def test_texts_are_read_in_the_files_own_encoding(read, codeset, encoding, text):
    scene = f'//Maya ASCII 2016 scene\n//Codeset: {codeset}\ncreateNode file -n "f";\n\tsetAttr ".ftn" -type "string" '
    facts = read((scene + f'"/tex/{text}";\nselect -ne :time1;\n\tsetAttr ".o" 7;\n').encode(encoding))
    assert facts.files[0].path == f"/tex/{text}"
    assert facts.current_frame == 7


@pytest.mark.parametrize("codeset", ["936", "no-such", "base64", "999999", ""])
def test_bytes_that_fit_no_encoding_never_stop_the_reader(read, codeset):
    text = (
        f'//Maya ASCII 2016 scene\n//Codeset: {codeset}\ncreateNode file -n "f";\n\tsetAttr ".ftn" -type "string" "/a'
    )
    facts = read(text.encode() + b"\xff\x81\x00\xfe" + b'";\n')
    assert facts.files[0].path.startswith("/a")
    assert SceneFacts.from_json(facts.to_json()) == facts


def test_a_byte_order_mark_hides_nothing(read):
    facts = read(b"\xef\xbb\xbf" + b"//Maya ASCII 2023 scene\ncurrentUnit -t pal;\n")
    assert (facts.version, facts.fps) == ("2023", 25)


@pytest.mark.parametrize("kind", ["education", "student"])
def test_a_licence_for_education_is_warned_of(read, kind):
    assert any(kind in warning for warning in read(f'fileInfo "license" "{kind}";\n').warnings)
    assert not any("licence" in warning for warning in read('fileInfo "license" "commercial";\n').warnings)


# --- statements


def test_flags_without_a_value_leave_the_default(read):
    facts = read(globals_of('-k on ".fs"', '-av -k on ".ef"', '-s 5 ".bfs"', '".an" yes'))
    assert facts.frames == FrameRange(1, 10, 1, "default")


@pytest.mark.parametrize("flags", ["", "-av ", "-k on ", "-cb on -l on ", "-av -k off -ca on -s 3 "])
def test_flags_before_an_attribute_do_not_hide_its_value(read, flags):
    assert read(globals_of('".an" yes', f'{flags}".fs" 1001')).frames.first == 1001


@pytest.mark.parametrize("yes", ["yes", "on", "true", "1"])
@pytest.mark.parametrize("no", ["no", "off", "false", "0"])
def test_switches_are_written_in_four_ways(read, yes, no):
    text = 'createNode camera -n "{0}Shape" -p "{0}";\n\tsetAttr ".rnd" {1};\n'
    cameras = read(text.format("a", yes) + text.format("b", no)).cameras
    assert cameras == (Camera("a", True), Camera("b", False))


def test_full_names_are_read_like_short_ones(read):
    facts = read(
        "currentUnit -linear centimeter -angle degree -time pal;\n"
        'createNode camera -shared -name "perspShape" -parent "persp";\n\tsetAttr ".renderable" no;\n'
        'select -noExpand :time1;\n\tsetAttr ".outTime" 5;\n'
        "select -noExpand :defaultRenderGlobals;\n"
        '\tsetAttr -keyable on ".currentRenderer" -type "string" "arnold";\n'
        '\tsetAttr ".animation" yes;\n\tsetAttr -alteredValue ".startFrame" 2;\n\tsetAttr ".endFrame" 8;\n'
        'select -noExpand :defaultResolution;\n\tsetAttr ".width" 160;\n\tsetAttr ".height" 120;\n'
    )
    assert (facts.fps, facts.current_frame, facts.renderer, facts.resolution) == (25, 5, "arnold", (160, 120))
    assert facts.frames == FrameRange(2, 8, 1, "stored")
    assert facts.cameras == (Camera("persp", False),)


def test_a_statement_may_run_over_lines(read):
    facts = read('file -rdi 1 -ns "a" -rfn\n\t\t "aRN" -op\n\t\t "v=0;\n;" -typ "mayaAscii"\n\t\t "/a.ma";\n')
    assert facts.references == (Reference("/a.ma", "a"),)


@pytest.mark.parametrize("text", ["a;b", 'say \\"hi\\";', "line\\nnext", "raw\nnewline", "back\\\\"])
def test_a_string_may_hold_anything(read, text):
    facts = read(f'createNode script -n "s";\n\tsetAttr ".b" -type "string" "{text}";\n\tsetAttr ".st" 1;\n' + ANIMATED)
    expected = text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
    assert facts.code[0].text == expected
    assert "opened or closed" in facts.code[0].kind
    assert facts.frames.last == 10


def test_text_in_a_string_is_no_statement(read):
    hostile = (
        '\nselect -ne :defaultRenderGlobals;\n\tsetAttr \\".ren\\" -type \\"string\\" \\"evil\\";\ncreateNode camera;\n'
    )
    read_by = read(f'createNode mesh -n "m";\n\tsetAttr ".notes" -type "string" "{hostile}";\n' + ANIMATED)
    assert read_by.renderer == "mayaSoftware"
    assert read_by.cameras == ()
    assert read_by.frames.last == 10


def test_text_in_a_string_of_a_node_that_is_read_is_no_statement(read):
    text = 'createNode file -n "f";\n\tsetAttr ".notes" -type "string" "\n\tsetAttr .ftn;\n\tsetAttr ";\n'
    facts = read(text + '\tsetAttr ".ftn" -type "string" "/real.exr";\n')
    assert [file.path for file in facts.files] == ["/real.exr"]


def test_a_long_text_is_put_together(read):
    text = '\tsetAttr ".b" -type "string" (\n\t\t"one;"\n\t\t+ " two"\n\t\t+ " three");\n\tsetAttr ".st" 2;\n'
    assert read('createNode script -n "s";\n' + text).code[0].text == "one; two three"


def test_lock_node_opens_no_node(read):
    text = 'createNode camera -n "camShape" -p "cam";\n\tsetAttr ".rnd" no;\n'
    assert read('createNode reference -n "aRN";\nlockNode -l 1 ;\n' + text).cameras == (Camera("cam", False),)


def test_indents_of_blanks_or_none_are_read_too(read):
    spaces = 'createNode file -n "a";\n    setAttr ".fileTextureName" -type "string" "/a.exr";\n'
    none = 'createNode file -n "b";\nsetAttr ".ftn" -type "string" "/b.exr";\n'
    assert [file.path for file in read(spaces + none).files] == ["/a.exr", "/b.exr"]


def test_windows_line_ends_are_read_too(read):
    text = 'createNode file -n "a";\n\trename -uid "X";\n\tsetAttr ".ftn" -type "string" "/a.exr";\n' + ANIMATED
    facts = read((HEAD + text).replace("\n", "\r\n").encode())
    assert (facts.files[0].path, facts.frames.last) == ("/a.exr", 10)


def test_what_is_stored_last_holds(read):
    assert read(globals_of('".an" yes', '".fs" 1', '".fs" 2') + globals_of('".fs" 3')).frames.first == 3


def test_a_second_statement_on_a_line_is_read(read):
    assert read(globals_of('".an" yes; setAttr ".fs" 4; setAttr ".ef" -5')).frames == FrameRange(4, -5, 1, "stored")


def test_a_select_of_another_node_ends_the_one_before(read):
    assert read(globals_of('".an" yes') + 'select -ne :lightList1;\n\tsetAttr ".fs" 99;\n').frames.first == 1


def test_statements_are_found_however_the_blocks_fall(tmp_path, monkeypatch):
    script = 'createNode script -n "s";\n\tsetAttr ".b" -type "string" "a\\\\\\"; \\" \n;\ncreateNode x;";\n'
    script += '\tsetAttr ".st" 1;\n'
    mesh = 'createNode mesh -n "m";\n\tsetAttr ".n" -type "string" "\\"\n\\\\";\n\tsetAttr ".vt[0:9]"  1 2\n\t\t 3;\n'
    path = tmp_path / "a.ma"
    path.write_text(
        HEAD + '// say "hi; createNode camera;\n' + (script + mesh) * 3 + globals_of('".an" yes', '".fs" 5')
    )
    whole = read_maya(path)
    for size in range(1, 40):
        monkeypatch.setattr(statements, "BLOCK", size)
        assert read_maya(path) == whole


def test_a_piece_that_is_too_long_is_passed_over_and_said(read, monkeypatch):
    monkeypatch.setattr(statements, "LIMIT", 1000)
    monkeypatch.setattr(statements, "BLOCK", 100)
    text = f'createNode script -n "s";\n\tsetAttr ".b" -type "string" "{"x;" * 5000}";\n'
    facts = read(text + ANIMATED)
    assert facts.frames.last == 10
    assert facts.code == (Code("s", "script node, MEL, on demand", ""),)
    assert any("longer than 1 MB" in warning for warning in facts.warnings)


# --- frames, size, renderer


def test_without_animation_only_the_current_frame_is_rendered(read):
    facts = read('select -ne :time1;\n\tsetAttr ".o" 537;\n' + globals_of('".fs" 1', '".ef" 100'))
    assert facts.frames == FrameRange(537, 537, 1, "stored")
    assert facts.current_frame == 537
    assert any("animation is off" in warning for warning in facts.warnings)


def test_the_current_frame_may_be_zero(read):
    assert read('select -ne :time1;\n\tsetAttr ".o" 0;\n').frames == FrameRange(0, 0, 1, "stored")
    assert read("").frames == FrameRange(1, 1, 1, "default")


def test_defaults_are_marked(read):
    assert read(ANIMATED).frames == FrameRange(1, 10, 1, "default")
    half = read(globals_of('".an" yes', '".fs" 5'))
    assert half.frames == FrameRange(5, 10, 1, "stored")
    assert any("endFrame" in warning for warning in half.warnings)


def test_frames_may_be_fractions_and_below_zero(read):
    frames = read(globals_of('".an" yes', '".fs" -10.5', '".ef" 1e2', '".bfs" .5')).frames
    assert frames == FrameRange(-10.5, 100, 0.5, "stored")


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "1_0", "0x10", "9" * 400, "=fs"])
def test_what_is_no_number_is_no_frame(read, value):
    facts = read(globals_of('".an" yes', f'".fs" {value}'))
    assert facts.frames.first == 1
    assert SceneFacts.from_json(facts.to_json()) == facts


def test_the_time_slider_is_offered(read):
    text = 'createNode script -n "sceneConfigurationScriptNode";\n\tsetAttr ".b" -type "string" '
    text += '"playbackOptions -min 537 -max 583 -ast 0 -aet 3000 ";\n\tsetAttr ".st" 6;\n'
    facts = read(text)
    assert facts.variables == (Variable("time slider", "537-583", ("537-583", "0-3000")),)
    assert facts.code == ()


@pytest.mark.parametrize(
    ("version", "size"), [("2023", (960, 540)), ("2014", (960, 540)), ("2012", (640, 480)), ("7.0", (640, 480))]
)
def test_the_size_of_a_scene_that_stores_none_depends_on_the_version(read, version, size):
    facts = read(ANIMATED, head=f"//Maya ASCII {version} scene\n")
    assert facts.resolution == size
    assert any("default" in warning for warning in facts.warnings)


@pytest.mark.parametrize("head", ["//Maya ASCII 2013 scene\n", "requires stereo;\n"])
def test_a_size_that_nobody_knows_is_not_guessed(read, head):
    facts = read(ANIMATED, head=head)
    assert facts.resolution is None
    assert any("image size" in warning for warning in facts.warnings)


def test_a_renderer_is_never_guessed_from_the_nodes(read):
    nodes = 'createNode VRaySettingsNode -s -n "vraySettings";\n\tsetAttr ".wi" 99;\n\tsetAttr ".he" 99;\n'
    assert read(nodes).renderer == "mayaSoftware"
    arnold = read(nodes + globals_of('".ren" -type "string" "arnold"'))
    assert (arnold.renderer, arnold.resolution) == ("arnold", (960, 540))


@pytest.mark.parametrize(("plugin", "said"), [("mtoa", False), ("stereoCamera", True)])
def test_a_renderer_that_nothing_brings_is_warned_of(read, plugin, said):
    required = f'requires -nodeType "a" -nodeType "b"\n\t\t -dataType "c" "{plugin}" "5.1.0";\n'
    facts = read(required + globals_of('".ren" -type "string" "arnold"'))
    assert any("require mtoa" in warning for warning in facts.warnings) == said


def test_the_size_of_vray_goes_before_that_of_maya(read):
    nodes = 'createNode VRaySettingsNode -s -n "vraySettings";\n\tsetAttr ".wi" 2048;\n\tsetAttr ".he" 858;\n'
    assert read(nodes + globals_of('".ren" -type "string" "vray"')).resolution == (2048, 858)


def test_a_setting_that_a_connection_drives_is_unresolved(read):
    facts = read(ANIMATED + 'connectAttr "expression1.out[0]" ":defaultRenderGlobals.ef";\n')
    assert Unresolved("defaultRenderGlobals", "ef", "expression1.out[0]") in facts.unresolved


# --- cameras


def test_cameras_are_rendered_unless_they_say_no(read):
    text = 'createNode camera -s -n "perspShape" -p "persp";\n\tsetAttr -k off ".v" no;\n'
    text += 'createNode camera -s -n "topShape" -p "top";\n\tsetAttr ".rnd" no;\n'
    text += 'createNode stereoRigCamera -n "rigShape" -p "|grp|rig";\n'
    assert read(text).cameras == (Camera("persp"), Camera("top", False), Camera("|grp|rig"))


def test_no_renderable_camera_is_warned_of_and_no_error(read):
    facts = read('createNode camera -n "topShape" -p "top";\n\tsetAttr ".rnd" no;\n')
    assert any("no camera" in warning for warning in facts.warnings)


# --- files


def test_a_camera_and_the_hardware_globals_name_no_files(read):
    text = 'createNode camera -n "perspShape" -p "persp";\n\tsetAttr ".imn" -type "string" "persp";\n'
    text += 'select -ne :defaultHardwareRenderGlobals;\n\tsetAttr ".fn" -type "string" "im";\n'
    assert read(text).files == ()


def file_node(kind, *lines):
    return f'createNode {kind} -n "n";\n' + "".join(f"\tsetAttr {line};\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (file_node("file", '".ftn" -type "string" "/a.exr"'), ("/a.exr", "fileTextureName", "image")),
        (file_node("file", '".ftn" -type "string" "/a.exr"', '".ufe" yes'), ("/a.exr", "fileTextureName", "sequence")),
        (
            file_node("file", '".ftn" -type "string" "/a.1001.exr"', '".uvt" 3'),
            ("/a.1001.exr", "fileTextureName", "udim"),
        ),
        (file_node("imagePlane", '".imn" -type "string" "C:\\\\p\\\\a.png"'), ("C:\\p\\a.png", "imageName", "image")),
        (file_node("aiImage", '".filename" -type "string" "/p/<UDIM>.tx"'), ("/p/<UDIM>.tx", "filename", "udim")),
        (file_node("PxrTexture", '".filename" -type "string" "/a.tex"'), ("/a.tex", "filename", "image")),
        (file_node("RedshiftNormalMap", '".tex0" -type "string" "/n.png"'), ("/n.png", "tex0", "image")),
        (file_node("AlembicNode", '".abc_File" -type "string" "/a.abc"'), ("/a.abc", "abc_File", "cache")),
        (file_node("gpuCache", '".cfn" -type "string" "/a.abc"'), ("/a.abc", "cacheFileName", "cache")),
        (file_node("aiStandIn", '".dso" -type "string" "/a.ass"'), ("/a.ass", "dso", "cache")),
        (file_node("VRayMesh", '".fn" -type "string" "/a.vrmesh"'), ("/a.vrmesh", "fileName", "cache")),
        (file_node("audio", '".f" -type "string" "/a.wav"'), ("/a.wav", "filename", "sound")),
        (file_node("mayaUsdProxyShape", '".fp" -type "string" "/a.usd"'), ("/a.usd", "filePath", "cache")),
        (
            file_node("cacheFile", '".cp" -type "string" "/c/"', '".cn" -type "string" "cloth"'),
            ("/c/cloth.xml", "cachePath", "cache"),
        ),
    ],
)
def test_files_are_known_by_the_type_of_their_node(read, text, expected):
    path, attribute, kind = expected
    assert read(text).files == (NeededFile(path, "n", attribute, kind),)


def test_an_alembic_node_names_each_file_once(read):
    text = file_node("AlembicNode", '".fn" -type "string" "/a.abc"', '".fns" -type "stringArray" 2 "/a.abc" "/b.abc"  ')
    assert [file.path for file in read(text).files] == ["/a.abc", "/b.abc"]


def test_paths_that_need_maya_stay_as_they_are(read):
    text = file_node("file", '".ftn" -type "string" "$TEX/a.exr"') + file_node(
        "aiImage", '".filename" -type "string" "a.tx"'
    )
    facts = read(text)
    assert [file.path for file in facts.files] == ["$TEX/a.exr", "a.tx"]
    assert Unresolved("n", "ftn", "$TEX/a.exr") not in facts.unresolved
    assert Unresolved("n", "fileTextureName", "$TEX/a.exr") in facts.unresolved


def test_relative_paths_start_from_the_project(tmp_path):
    (tmp_path / "workspace.mel").write_text('workspace -fr "images" "renders";\n')
    scene = tmp_path / "scenes" / "shot.ma"
    scene.parent.mkdir()
    scene.write_text(HEAD + file_node("file", '".ftn" -type "string" "sourceimages//a.exr"') + ANIMATED)
    facts = read_maya(scene)
    assert facts.project == str(tmp_path)
    assert facts.files[0].path == f"{tmp_path}/sourceimages//a.exr"
    assert facts.outputs[0].file == f"{tmp_path}/renders/shot.iff.#"
    assert facts.outputs[0].resolved


# --- references


RDI = 'file -rdi {} -ns "{}"{} -rfn "{}RN" -op "VERS|2023|" -typ "mayaBinary" "/{}.mb";\n'
REF = 'file -r -ns "{0}" -dr 1 -rfn "{0}RN" -op "v=0;" -typ "mayaBinary" "/{0}.mb";\n'


def test_a_reference_is_told_once_and_nested_ones_too(read):
    text = RDI.format(1, "a", "", "a", "a") + RDI.format(2, "b", "", "a:b", "b") + REF.format("a")
    assert read(text).references == (Reference("/a.mb", "a", True), Reference("/b.mb", "b", True))


def test_a_reference_that_is_switched_off_is_not_loaded(read):
    text = RDI.format(1, "a", " -dr 1", "a", "a") + REF.format("a")
    assert read(text).references == (Reference("/a.mb", "a", False),)
    assert read(REF.format("b")).references == (Reference("/b.mb", "b", False),)


def test_further_references_to_one_file_lose_their_number(read):
    assert read(RDI.format(1, "a", "", "a", "a").replace("/a.mb", "/a.mb{2}")).references[0].path == "/a.mb"


def test_a_reference_may_lie_beside_the_scene(read, tmp_path):
    (tmp_path / "ref.ma").write_text("")
    near = read('file -r -ns "r" -rfn "rRN" -typ "mayaAscii" "ref.ma";\n')
    assert near.references[0].path == f"{tmp_path}/ref.ma"
    far = read('file -r -ns "r" -rfn "rRN" -typ "mayaAscii" "$MAYAFILEBASE/x.ma";\n')
    assert Unresolved("rRN", "reference", "$MAYAFILEBASE/x.ma") in far.unresolved
    assert far.references[0].path == "$MAYAFILEBASE/x.ma"


# --- outputs


def output(read, *lines, nodes=""):
    return read(nodes + globals_of('".an" yes', *lines)).outputs[0]


def test_an_empty_prefix_is_the_name_of_the_scene(read):
    result = output(read, '".ifp" -type "string" ""', '".pff" yes')
    assert (result.file, result.file_type, result.kind) == ("images/shot.#.iff", "iff", "images")
    assert result.frames == FrameRange(1, 10, 1, "default")


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (['".pff" yes', '".ep" 4'], "shot.####.png"),
        (['".ep" 4'], "shot.png.####"),
        (['".pff" yes', '".ep" 4', '".peie" 0'], "shot####.png"),
        (['".pff" yes', '".ep" 4', '".peie" 2'], "shot_####.png"),
        (['".pff" yes', '".ep" 4', '".ofc" 1'], "shot.####"),
        (['".pff" yes', '".ep" 4', '".ofc" 2', '".ofe" -type "string" "x"'], "shot.####.x"),
        (['".pff" yes', '".ep" 999'], "shot." + "#" * 20 + ".png"),
    ],
)
def test_the_pattern_follows_the_settings(read, lines, name):
    assert output(read, '".outf" 32', *lines).file == f"images/{name}"


def test_an_absolute_pattern_without_tokens_is_resolved(read):
    result = output(read, '".ifp" -type "string" "/out/<Scene>_<Version>"', '".rv" -type "string" "v3"', '".outf" 8')
    assert (result.file, result.resolved) == ("/out/shot_v3.jpg.#", True)


def test_tokens_that_only_maya_knows_stay_and_are_told(read):
    facts = read(globals_of('".an" yes', '".ifp" -type "string" "/o/<RenderLayer>/<Camera>"', '".pff" yes'))
    assert facts.outputs[0].file == "/o/<RenderLayer>/<Camera>.#.iff"
    assert not facts.outputs[0].resolved
    assert facts.unresolved == (Unresolved("defaultRenderGlobals", "imageFilePrefix", facts.outputs[0].file),)


def test_format_51_is_named_by_its_key(read):
    assert output(read, '".outf" 51', '".imfkey" -type "string" "exr"').file_type == "exr"


def test_a_movie_is_one_file(read):
    result = output(read, '".outf" 22', '".pff" yes')
    assert (result.kind, result.file) == ("movie", "images/shot.mov")


def test_arnold_takes_its_format_from_its_driver(read):
    driver = 'createNode aiAOVDriver -s -n "defaultArnoldDriver";\n\tsetAttr ".ai_translator" -type "string" "{}";\n'
    result = output(read, '".ren" -type "string" "arnold"', '".pff" yes', nodes=driver.format("jpeg"))
    assert result.file == "images/shot.#.jpg"
    assert output(read, '".ren" -type "string" "arnold"').file_type == "exr"


def test_arnolds_further_images_are_outputs_of_their_own(read):
    aov = 'createNode aiAOV -n "aiAOV_Z";\n\tsetAttr ".aovn" -type "string" "Z";\n\tsetAttr ".enabled" no;\n'
    lines = ['".ren" -type "string" "arnold"', '".ifp" -type "string" "/o/<RenderPass>/s"', '".pff" yes', '".an" yes']
    second = read(aov + globals_of(*lines)).outputs[1]
    assert (second.name, second.kind, second.file, second.enabled) == ("Z", "aov", "/o/Z/s.#.exr", False)


def test_vray_has_a_prefix_and_a_format_of_its_own(read):
    nodes = 'createNode VRaySettingsNode -s -n "vraySettings";\n\tsetAttr ".fnprx" -type "string" "/o/v";\n'
    nodes += '\tsetAttr ".imgfs" -type "string" "exr (multichannel)";\n'
    assert output(read, '".ren" -type "string" "vray"', nodes=nodes).file == "/o/v.####.exr"


def test_renderman_has_tokens_of_its_own(read):
    nodes = 'createNode rmanGlobals -s -n "rmanGlobals";\n\tsetAttr ".imageOutputDir" -type "string" "/o/<scene>";\n'
    nodes += '\tsetAttr ".imageFileFormat" -type "string" "<scene>_<aov>.<f4>.<ext>";\n'
    result = output(read, '".ren" -type "string" "renderman"', nodes=nodes)
    assert (result.file, result.resolved) == ("/o/shot/shot_<aov>.####.<ext>", False)


def test_redshift_numbers_its_formats_differently(read):
    nodes = 'createNode RedshiftOptions -s -n "redshiftOptions";\n\tsetAttr ".imageFormat" 1;\n'
    assert output(read, '".ren" -type "string" "redshift"', nodes=nodes).file_type == "exr"
    assert output(read, '".ren" -type "string" "redshift"').file == "images/shot.<Extension>.#"


# --- colour and code


def test_colour_management_keeps_mayas_names(read):
    text = (
        'select -ne :defaultColorMgtGlobals;\n\tsetAttr ".cfe" yes;\n\tsetAttr ".cfp" -type "string" "/ocio/c.ocio";\n'
    )
    facts = read(text + '\tsetAttr ".wsn" -type "string" "ACEScg";\n')
    assert facts.color == {"configFileEnabled": "yes", "configFilePath": "/ocio/c.ocio", "workingSpaceName": "ACEScg"}
    assert facts.files == (NeededFile("/ocio/c.ocio", "defaultColorMgtGlobals", "configFilePath", "file"),)


def test_mayas_own_colour_config_is_no_file_that_is_needed(read):
    text = 'select -ne :defaultColorMgtGlobals;\n\tsetAttr ".cfe" yes;\n'
    assert read(text + '\tsetAttr ".cfp" -type "string" "<MAYA_RESOURCES>/c.ocio";\n').files == ()


def test_code_is_shown_and_not_run(read, tmp_path):
    mark = tmp_path / "ran"
    text = f'createNode script -n "bad";\n\tsetAttr ".b" -type "string" "import os; open(\'{mark}\', \'w\')";\n'
    text += '\tsetAttr ".st" 1;\n\tsetAttr ".stp" 1;\n' + globals_of('".pram" -type "string" "python(\\"x\\")"')
    facts = read(text)
    assert [code.kind for code in facts.code] == [
        "script node, Python, when the scene is opened or closed",
        "MEL preRenderMel",
    ]
    assert any("2 pieces" in warning for warning in facts.warnings)
    assert not mark.exists()


@pytest.mark.parametrize("text", ["playbackOptions -min 1; system(1)", "playbackOptions `x`", "other"])
def test_a_time_slider_that_does_more_is_code(read, text):
    node = f'createNode script -n "sceneConfigurationScriptNode";\n\tsetAttr ".b" -type "string" "{text}";\n'
    assert read(node + '\tsetAttr ".st" 6;\n').code[0].text == text


def test_expressions_are_code_and_the_interface_is_no_warning(read):
    text = 'createNode expression -n "e";\n\tsetAttr ".ixp" -type "string" ".O[0]=frame";\n'
    text += 'createNode script -n "ui";\n\tsetAttr ".b" -type "string" "// UI";\n\tsetAttr ".st" 3;\n'
    facts = read(text)
    assert {code.node for code in facts.code} == {"e", "ui"}
    assert any("1 piece" in warning for warning in facts.warnings)


# --- files that are no scenes, or broken ones


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"hello", b"\x89PNG\r\n", b"FORM\0\0\0\0"])
def test_a_file_that_is_no_scene_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "a.ma"
    path.write_bytes(content)
    with pytest.raises(SceneError) as error:
        read_maya(path)
    assert "\n" not in str(error.value)


def test_a_missing_scene_is_refused(tmp_path):
    with pytest.raises(SceneError, match="no file"):
        read_ascii(tmp_path / "a.ma")


def test_a_file_that_ends_early_is_read_as_far_as_it_goes(read):
    facts = read(ANIMATED + '\tsetAttr ".fs" 5;\n\tsetAttr ".ef" -type "stri')
    assert facts.frames.first == 5
    assert any("middle of a statement" in warning for warning in facts.warnings)


SAMPLE = (
    HEAD
    + RDI.format(1, "a", "", "a", "a")
    + 'createNode camera -n "camShape" -p "cam";\n\tsetAttr ".rnd" no;\n'
    + 'createNode mesh -n "m";\n\tsetAttr ".vt[0:3]"  1 2 3\n\t\t 4 5 6;\n\tsetAttr ".n" -type "string" "a\\"b;\n";\n'
    + 'createNode script -n "s";\n\tsetAttr ".b" -type "string" (\n\t\t"x;"\n\t\t+ "y\\n");\n\tsetAttr ".st" 1;\n'
    + 'createNode file -n "f";\n\tsetAttr ".ftn" -type "string" "/tex/<UDIM>.exr";\n'
    + 'select -ne :time1;\n\tsetAttr ".o" 5;\n'
    + globals_of('".an" yes', '-k on ".fs"', '".ef" 90', '".ifp" -type "string" "<Scene>"')
    + 'connectAttr "cam.rnd" "layer.adjs[0].plg";\n// End of a.ma\n'
).encode()


def check_broken(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        facts = read_maya(path)
    except SceneError as error:
        assert "\n" not in str(error)
    else:
        assert SceneFacts.from_json(facts.to_json()) == facts


fuzzed = settings(max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])


@fuzzed
@given(end=st.integers(0, len(SAMPLE)))
def test_a_truncated_scene_never_breaks_the_reader(tmp_path, end):
    check_broken(tmp_path / "a.ma", SAMPLE[:end])


@fuzzed
@given(flips=st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_flipped_bytes_never_break_the_reader(tmp_path, flips):
    content = bytearray(SAMPLE)
    for place, value in flips:
        content[place] = value
    check_broken(tmp_path / "a.ma", bytes(content))


HOSTILE = [b"\n", b" ", b"\n\t", b'//"\n', b"\ncreateNode ", b'\ncreateNode script -n "', b";", b'"', b"\\", b"(", b"a"]
HOSTILE += [b'\n\tsetAttr ".b" "', b"\nsetAttr", b"//x \n", b'\n"', b"\nselect\n", b'connectAttr "a" "a.pls";']


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_hostile_repetition_takes_no_more_than_its_share(tmp_path, piece):
    start = HEAD.encode() + b'createNode script -n "s";\n'
    check_broken(tmp_path / "a.ma", start + piece * (600_000 // len(piece)))


def test_every_fact_can_be_written_as_json_and_read_back(read):
    facts = read(SAMPLE)
    assert SceneFacts.from_json(facts.to_json()) == facts
    assert dataclasses.asdict(facts)["dcc"] == "maya"
