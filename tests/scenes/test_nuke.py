"""The facts of Nuke scripts; each script is written here, one for every trap of the format."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Union

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit.errors import SceneError
from farmsubmit.scenes.facts import Code, FrameRange, NeededFile, Output, Reference, SceneFacts, Unresolved, Variable
from farmsubmit.scenes.nuke import read_nuke
from farmsubmit.scenes.nuke.tcl import Context, substitute

HEAD = (
    'version 13.2 v4\nRoot {\n first_frame 1001\n last_frame 1050\n fps 25\n format "1920 1080 0 0 1920 1080 1 HD"\n}\n'
)


@pytest.fixture
def read(tmp_path: Path):
    def write_and_read(script: Union[str, bytes], name: str = "shot.nk") -> SceneFacts:
        path = tmp_path / name
        path.write_bytes(script.encode() if isinstance(script, str) else script)
        return read_nuke(path)

    return write_and_read


def output(facts: SceneFacts, name: str = "Write1") -> Output:
    return {found.name: found for found in facts.outputs}[name]


def write(name: str = "Write1", file: str = "/out/a.####.exr", more: str = "") -> str:
    return f"Write {{\n file {file}\n name {name}\n{more}}}\n"


# The settings of the script.


def test_settings_stand_in_the_root(read):
    facts = read(HEAD.replace(" fps 25", " fps 25\n frame 1010") + write())
    assert (facts.dcc, facts.version, facts.fps, facts.current_frame) == ("nuke", "13.2v4", 25, 1010)
    assert facts.frames == FrameRange(1001, 1050, source="stored")
    assert facts.resolution == (1920, 1080)


def test_what_is_not_stored_is_nukes_default_and_marked(read):
    facts = read("version 12.0 v1\nRoot {\n inputs 0\n}\n")
    assert facts.frames == FrameRange(1, 100, source="default")
    assert (facts.fps, facts.resolution) == (24, None)
    assert facts.warnings == ()


def test_one_stored_end_makes_the_range_stored(read):
    assert read("version 16.0 v1\nRoot {\n last_frame 56\n}\n").frames == FrameRange(1, 56, source="stored")


def test_a_script_without_version_and_root_is_read_with_warnings(read):
    facts = read(write())
    assert output(facts).frames == FrameRange(1, 100, source="default")
    assert [sentence.split()[:5] for sentence in facts.warnings] == [
        ["the", "script", "has", "no", "Root:"],
        ["the", "script", "does", "not", "say"],
    ]


def test_old_versions_have_one_word(read):
    assert read("version 4.7200\nRoot {\n}\n").version == "4.7200"


def test_an_expression_for_a_range_needs_nuke(read):
    facts = read("version 13.0 v1\nRoot {\n first_frame {{Read1.first}}\n last_frame 20\n}\n" + write())
    assert facts.frames is None
    assert output(facts).frames is None
    assert Unresolved("Root", "first_frame", "{Read1.first}") in facts.unresolved


def test_words_of_a_template_are_no_numbers(read):
    facts = read("Root {\n first_frame @(frame_first)d\n}\n")
    assert facts.unresolved == (Unresolved("Root", "first_frame", "@(frame_first)d"),)


@pytest.mark.parametrize("written", ["1001", '"1001"', "{1001}", "{{1001}}", "{{curve 1001}}", "{{curve i 1001}}"])
def test_a_number_may_be_written_in_many_ways(read, written):
    assert read(f"Root {{\n first_frame {written}\n last_frame 1100\n}}\n").frames == FrameRange(1001, 1100)


def test_an_animated_number_is_no_number(read):
    assert read("Root {\n fps {{curve x1 24 x10 25}}\n}\n").unresolved[0].attribute == "fps"


def test_first_frame_of_other_nodes_is_not_that_of_the_script(read):
    script = HEAD + "FrameRange {\n first_frame 5\n last_frame 6\n}\nGrain {\n fullGrain.first_frame 2\n}\n"
    assert read(script).frames == FrameRange(1001, 1050)


def test_a_format_may_be_named_before_it_is_used(read):
    script = 'add_format "4096 2160 0 0 4096 2160 1 DCI"\nRoot {\n format DCI\n}\n'
    assert read(script).resolution == (4096, 2160)


def test_a_format_that_is_only_a_name_needs_nuke(read):
    assert read("Root {\n format HD_1080\n}\n").unresolved == (Unresolved("Root", "format", "HD_1080"),)


def test_color_management_is_told_and_its_config_is_needed(read):
    facts = read("Root {\n colorManagement OCIO\n OCIO_config custom\n customOCIOConfigPath /lib/aces/config.ocio\n}\n")
    assert facts.color["customOCIOConfigPath"] == "/lib/aces/config.ocio"
    assert facts.files == (NeededFile("/lib/aces/config.ocio", "Root", "customOCIOConfigPath", "file"),)


# The language.


def test_indentation_means_nothing(read):
    script = (
        "Root {\nfirst_frame 5\nlast_frame 6\n}\nGroup {\nname Group1\n}\nWrite {\nfile /a.exr\nname W\n}\nend_group\n"
    )
    facts = read(script)
    assert facts.frames == FrameRange(5, 6)
    assert [found.name for found in facts.outputs] == ["Group1.W"]


def test_a_node_may_stand_in_one_line(read):
    facts = read(HEAD + "Write {file /out/a.####.exr name Render disable true}\nRead {file /in/b.png name R}")
    assert output(facts, "Render").enabled is False
    assert facts.files == (NeededFile("/in/b.png", "R", "file", "image"),)


def test_line_ends_of_windows(read):
    facts = read((HEAD + write()).replace("\n", "\r\n"))
    assert output(facts).file == "/out/a.####.exr"
    assert facts.frames == FrameRange(1001, 1050)


def test_a_byte_order_mark_is_passed_over(read):
    assert read(b"\xef\xbb\xbf" + HEAD.encode()).version == "13.2v4"


@pytest.mark.parametrize("coding", ["utf-8", "gbk"])
def test_chinese_is_read_in_both_of_its_codings(read, coding):
    assert output(read((HEAD + write(file="/输出/镜头.####.exr")).encode(coding))).file == "/输出/镜头.####.exr"


def test_latin_1_is_read(read):
    assert output(read((HEAD + write(file="/été/plan.####.exr")).encode("latin-1"))).file == "/été/plan.####.exr"


def test_a_line_of_megabytes_is_passed_over(read):
    lens = 'OpticalFlares {\n data "' + "ab\\n\\\\" * 400_000 + '"\n curves {' + "{a {b {c}}} " * 100_000 + "}\n}\n"
    assert [found.name for found in read(HEAD + write("A") + lens + write("B")).outputs] == ["A", "B"]


def test_the_window_may_end_anywhere(read):
    scripts = [HEAD + f"Text {{\n message {'x' * size}\n}}\n" + write() for size in range(262_000, 262_200, 7)]
    assert {output(read(script)).file for script in scripts} == {"/out/a.####.exr"}


def test_braces_in_quotes_are_escaped_and_quotes_in_braces_mean_nothing(read):
    script = 'Text {\n message "a \\} b \\" c"\n note {say "hi}\n name T\n}\n'
    assert output(read(HEAD + script + write())).file == "/out/a.####.exr"


def test_values_run_over_lines(read):
    facts = read('Root {\n views "left #ff0000\nright #00ff00\n"\n}\n' + write(more=" transforms {{0 2}\n    }\n"))
    assert output(facts).views == ("left", "right")


def test_a_knob_without_a_value_takes_none_of_the_next(read):
    assert output(read(HEAD + "Write {\n label\n file /a.####.exr\n name Write1\n}\n")).file == "/a.####.exr"


def test_a_knob_may_have_a_name_with_blanks(read):
    script = (
        'Group {\n name G\n addUserKnob {2 "My Plate" l "My Plate"}\n "My Plate" /in/plate.####.exr\n}\nend_group\n'
    )
    assert read(HEAD + script).files == (NeededFile("/in/plate.####.exr", "G", "My Plate", "sequence"),)


def test_the_layout_of_windows_is_no_node(read):
    layout = 'define_window_layout_xml {<?xml version="1.0"?>\n<layout>{Write {file x}}</layout>\n}\n'
    assert [found.name for found in read(layout + HEAD + write()).outputs] == ["Write1"]


def test_a_cut_file_tells_what_was_there(read):
    facts = read((HEAD + write("A") + write("B"))[:-3])
    assert [found.name for found in facts.outputs] == ["A", "B"]
    assert "the file ends inside B" in facts.warnings


def test_lines_that_are_no_commands_are_counted(read):
    assert "2 lines are no commands of a Nuke script and were passed over" in read(HEAD + "xpos 7\nfile /a\n").warnings


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\0\0", b"\xff\xfeW\0", b"hello there\n", b"#! nuke\n"])
def test_what_is_no_script_is_refused_in_one_sentence(read, content):
    with pytest.raises(SceneError, match=r"shot\.nk"):
        read(content)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SceneError, match="there is no file"):
        read_nuke(tmp_path / "none.nk")


# Where nodes stand.


def test_writes_are_found_in_groups_under_their_full_names(read):
    inner = " Group {\n  name Inner\n }\n  Write {\n   file /b.####.exr\n   name Write2\n  }\n end_group\n"
    facts = read(HEAD + "Group {\n name Outer\n}\n" + inner + "end_group\n" + write())
    assert [found.name for found in facts.outputs] == ["Outer.Inner.Write2", "Write1"]


def test_a_gizmo_is_a_group(read):
    facts = read(
        "version 11.1 v1\nGizmo {\n name burnin\n}\n Write {\n  file /a.####.exr\n  name W\n }\nend_group\n", "b.gizmo"
    )
    assert facts.outputs[0].name == "burnin.W"


def test_a_pasted_toolset_is_read(read):
    facts = read("set cut_paste_input [stack 0]\nversion 15.0 v4\npush 0\npush $cut_paste_input\n" + write())
    assert (facts.version, facts.outputs[0].name) == ("15.0v4", "Write1")


def test_a_node_without_a_name_gets_one_as_nuke_gives_it(read):
    facts = read(HEAD + "Write {\n file /a.####.exr\n}\nWrite {\n file /b.####.exr\n}\nRead2 {\n file /in.exr\n}\n")
    assert [found.name for found in facts.outputs] == ["Write1", "Write2"]
    assert facts.files[0].node == "Read1"


def test_an_editable_live_group_holds_its_nodes_and_a_published_one_does_not(read):
    published = "LiveGroup {\n name Live1\n file /live/one.nk\n published true\n}\n"
    editable = "LiveGroup {\n name Live2\n file /live/two.nk\n modified true\n}\n" + write("In") + "end_group\n"
    facts = read(HEAD + published + write("Out") + editable + write("After"))
    assert [found.name for found in facts.outputs] == ["Out", "Live2.In", "After"]
    assert facts.references == (Reference("/live/one.nk", "Live1"), Reference("/live/two.nk", "Live2"))


def test_a_clone_shares_the_knobs_of_its_original(read):
    clone = "set C12ab [stack 0]\nGroup {\n name G\n}\nclone $C12ab {\n xpos 5\n}\nend_group\n"
    facts = read(HEAD + write(more=" disable true\n") + clone)
    assert [(found.name, found.file, found.enabled) for found in facts.outputs] == [
        ("Write1", "/out/a.####.exr", False),
        ("G.Write1", "/out/a.####.exr", False),
    ]


def test_a_clone_in_the_same_group_is_the_same_output(read):
    facts = read(HEAD + write() + "set C12ab [stack 0]\nclone $C12ab {\n xpos 5\n}\n")
    assert len(facts.outputs) == 1
    assert any("1 clones" in sentence for sentence in facts.warnings)


def test_of_two_writes_of_one_name_none_is_lost(read):
    facts = read(HEAD + write(file="/a.####.exr") + write(file="/b.####.exr"))
    assert [(found.name, found.file) for found in facts.outputs] == [
        ("Write1", "/a.####.exr"),
        ("Write2", "/b.####.exr"),
    ]
    assert "more than one node is called Write1; a later one is told as Write2" in facts.warnings


def test_groups_may_be_nested_without_end(read):
    facts = read("Group {\n" * 100_000 + "}\n" * 3)
    assert facts.warnings
    facts = read("Group {\n}\n" * 100_000 + write())
    assert facts.outputs[0].name.count(".") <= 101
    assert any("deep in each other" in sentence for sentence in facts.warnings)


# Writes.


def test_a_write_renders_the_range_of_the_script_unless_it_is_limited(read):
    limited = " first 1010\n last 1020\n"
    facts = read(HEAD + write("A", more=limited) + write("B", more=limited + " use_limit true\n"))
    assert output(facts, "A").frames == FrameRange(1001, 1050)
    assert output(facts, "B").frames == FrameRange(1010, 1020)


def test_an_end_of_the_limit_that_is_not_stored_is_marked(read):
    facts = read(HEAD + write(more=" last 20\n use_limit true\n"))
    assert output(facts).frames == FrameRange(1, 20, source="default")
    assert any("not wholly stored" in sentence for sentence in facts.warnings)


def test_expressions_on_a_write_need_nuke(read):
    facts = read(HEAD + write(more=' disable {{"$gui"}}\n use_limit true\n first {{parent.x}}\n last 5\n'))
    assert (output(facts).enabled, output(facts).frames) == (True, None)
    assert [(found.attribute, found.text) for found in facts.unresolved] == [
        ("first", "{parent.x}"),
        ("disable", '{"$gui"}'),
    ]


@pytest.mark.parametrize("cls", ["Write", "DeepWrite", "WriteGeo", "GenerateLUT", "SmartVector", "vendorWriteEXR"])
def test_everything_that_writes_is_an_output(read, cls):
    facts = read(HEAD + f"{cls} {{\n file /a.####.exr\n name N\n}}\n")
    pictures = cls in ("Write", "DeepWrite", "SmartVector")
    assert (output(facts, "N").kind, output(facts, "N").file) == ("images" if pictures else cls, "/a.####.exr")


def test_the_path_of_a_toolkit_write_is_made_when_it_renders(read):
    facts = read(HEAD + "WriteTank {\n name Tank\n cached_path /old/a.exr\n}\n")
    assert output(facts, "Tank").resolved is False
    assert facts.unresolved == (Unresolved("Tank", "file", "/old/a.exr"),)


def test_the_format_comes_from_the_extension_unless_stored(read):
    facts = read(HEAD + write("A", "/a.####.jpg") + write("B", "/b.####.exr", " file_type dpx\n"))
    assert [found.file_type for found in facts.outputs] == ["jpeg", "dpx"]


def test_a_movie_is_one_file_for_all_frames(read):
    facts = read(HEAD + write("A", "/a.mov") + write("B", "/b.####.exr", ' file_type "mov64 "\n'))
    assert [found.kind for found in facts.outputs] == ["movie", "movie"]


@pytest.mark.parametrize(
    ("written", "told"), [("/a.%04d.exr", "/a.####.exr"), ("/a.####.exr", "/a.####.exr"), ("/a.%d.exr", "/a.#.exr")]
)
def test_frame_patterns_stand_as_hashes(read, written, told):
    assert output(read(HEAD + write(file=written))).file == told


def test_pictures_without_a_frame_in_their_name_are_warned_of(read):
    assert "Write1 writes all of its frames to one file: /a.png" in read(HEAD + write(file="/a.png")).warnings


def test_views_are_those_of_the_write_else_of_the_script(read):
    root = 'Root {\n views "left #ff0000\\nright #00ff00"\n}\n'
    facts = read(root + write("A", "/%V/a_%v.####.exr") + write("B", "/b.####.exr", " views {right}\n"))
    assert [found.views for found in facts.outputs] == [("left", "right"), ("right",)]
    assert output(facts, "A").file == "/%V/a_%v.####.exr"


def test_views_by_expression_need_nuke(read):
    assert read(HEAD + write(more=" views {{{parent.views}}}\n")).unresolved[0].attribute == "views"


def test_render_order_is_one_unless_stored(read):
    facts = read(HEAD + write("A") + write("B", "/b.####.exr", " render_order 3\n"))
    assert [found.order for found in facts.outputs] == [1, 3]


def test_proxy_mode_writes_to_the_proxy_path(read):
    facts = read("Root {\n proxy true\n}\n" + write(more=" proxy /small/a.####.exr\n"))
    assert output(facts).file == "/small/a.####.exr"
    assert any("proxy mode is on" in sentence for sentence in facts.warnings)


def test_a_write_without_a_file_is_warned_of(read):
    assert "Write1 has no file to write to" in read(HEAD + "Write {\n name Write1\n}\n").warnings


def test_files_numbered_otherwise_than_frames_are_warned_of(read):
    facts = read(HEAD + write(more=' frame_mode "start at"\n frame 1\n'))
    assert any("numbers its files otherwise" in sentence for sentence in facts.warnings)


def test_write_info_is_no_more_than_a_hint(read):
    hint = '#write_info Write1 file:"/real/a_%04d.exr" format:"1920 1080 1" framerange:"7 8" views:"main"\n'
    facts = read(hint + HEAD + write(file='"\\[python \\{where()\\}]/a.%04d.exr"'))
    assert output(facts).frames == FrameRange(1001, 1050)
    assert any("wrote to /real/a_%04d.exr when" in sentence for sentence in facts.warnings)


# What must be done before.


def read_node(file: str, name: str = "Read1") -> str:
    return f"Read {{\n inputs 0\n file {file}\n name {name}\n}}\n"


def test_a_write_waits_for_the_write_whose_file_it_reads(read):
    facts = read(
        HEAD + write("A", "/a.####.exr") + read_node("/a.%04d.exr") + "Blur {\n}\n" + write("B", "/b.####.exr")
    )
    assert output(facts, "B").depends == ("A",)
    assert output(facts, "A").depends == ()


def test_a_file_that_is_read_elsewhere_is_not_waited_for(read):
    script = write("A", "/a.####.exr") + read_node("/a.####.exr") + read_node("/x.exr", "X") + write("B", "/b.####.exr")
    assert output(read(HEAD + script), "B").depends == ()


def test_every_input_of_a_merge_is_followed(read):
    branches = read_node("/a.####.exr") + "set N1 [stack 0]\n" + read_node("/x.exr", "X") + "Dot {\n}\npush $N1\n"
    script = write("A", "/a.####.exr") + branches + "Merge2 {\n inputs 2+1\n}\n" + write("B", "/b.####.exr")
    assert output(read(HEAD + script), "B").depends == ("A",)


def test_a_write_that_reads_its_file_back_is_waited_for(read):
    facts = read(HEAD + "Constant {\n inputs 0\n}\n" + write("A", more=" reading true\n") + write("B", "/b.####.exr"))
    assert output(facts, "B").depends == ("A",)


def test_a_write_in_between_is_not_waited_for(read):
    facts = read(HEAD + "Constant {\n inputs 0\n}\n" + write("A") + write("B", "/b.####.exr"))
    assert output(facts, "B").depends == ()


def test_inputs_are_followed_into_a_group_and_out_of_it(read):
    inside = " Input {\n  inputs 0\n }\n Write {\n  file /in.####.exr\n  name W\n }\n Output {\n }\nend_group\n"
    script = write("A", "/a.####.exr") + read_node("/a.####.exr") + "Group {\n name G\n}\n" + inside
    facts = read(HEAD + script + write("B", "/b.####.exr"))
    assert output(facts, "G.W").depends == ("A",)
    assert output(facts, "B").depends == ("A",)


def test_a_precomp_and_a_deep_read_wait_too(read):
    script = write("A", "/a.####.exr") + "DeepRead {\n inputs 0\n file /a.####.exr\n name D\n}\n" + write("B", "/b.nk")
    script += "Precomp {\n inputs 0\n file /b.nk\n name P\n}\n" + write("C", "/c.####.exr")
    facts = read(HEAD + script)
    assert (output(facts, "B").depends, output(facts, "C").depends) == (("A",), ("B",))


def test_a_circle_is_warned_of(read):
    one = read_node("/b.####.exr", "R1") + write("A", "/a.####.exr")
    two = read_node("/a.####.exr", "R2") + write("B", "/b.####.exr")
    assert "these wait for each other, so none can be first: A, B" in read(HEAD + one + two).warnings


def test_a_long_chain_of_merges_is_followed(read):
    chain = "".join(
        f"set N{n} [stack 0]\nRead {{\n inputs 0\n file /x{n}.exr\n}}\npush $N{n}\nMerge2 {{\n inputs 2\n}}\n"
        for n in range(20_000)
    )
    script = write("A", "/a.####.exr") + read_node("/a.####.exr") + chain + write("B", "/b.####.exr")
    assert output(read(HEAD + script), "B").depends == ("A",)


# Files that are needed.


@pytest.mark.parametrize(
    ("node", "path", "attribute", "kind"),
    [
        ("Read {\n file /in/a.%04d.dpx", "/in/a.####.dpx", "file", "sequence"),
        ("Read {\n proxy /in/a.jpg", "/in/a.jpg", "proxy", "image"),
        ("DeepRead {\n file /in/a.mov", "/in/a.mov", "file", "movie"),
        ("ReadGeo2 {\n file /in/a.abc", "/in/a.abc", "file", "cache"),
        ("GeoImport {\n file /in/a.usd", "/in/a.usd", "file", "cache"),
        ("Camera3 {\n read_from_file true\n file /in/cam.fbx", "/in/cam.fbx", "file", "cache"),
        ("Axis3 {\n file /in/axis.chan", "/in/axis.chan", "file", "cache"),
        ("AudioRead {\n file /in/a.wav", "/in/a.wav", "file", "sound"),
        ("OCIOFileTransform {\n file /in/look.cube", "/in/look.cube", "file", "file"),
        ("Vectorfield {\n vfield_file /in/look.vf", "/in/look.vf", "vfield_file", "file"),
        ("BlinkScript {\n kernelSourceFile /in/k.blink", "/in/k.blink", "kernelSourceFile", "file"),
        ("studioGizmo {\n file /in/tile.<UDIM>.tex", "/in/tile.<UDIM>.tex", "file", "udim"),
    ],
)
def test_files_are_named_with_node_and_knob(read, node, path, attribute, kind):
    assert read(HEAD + node + "\n name N\n}\n").files == (NeededFile(path, "N", attribute, kind),)


def test_a_camera_that_does_not_read_its_file_needs_none(read):
    assert read(HEAD + "Camera3 {\n read_from_file false\n file /cam.fbx\n}\n").files == ()


def test_a_precomp_is_a_reference_and_a_disabled_one_is_not_loaded(read):
    facts = read(HEAD + "Precomp {\n file /sub.nk\n name P\n disable true\n}\n")
    assert facts.references == (Reference("/sub.nk", "P", loaded=False),)
    assert facts.files == (NeededFile("/sub.nk", "P", "file", "file"),)


def test_relative_paths_start_from_the_project_directory(read):
    facts = read("Root {\n project_directory /show/shot/\n}\n" + write(file="./out/a.####.exr") + read_node("in/b.exr"))
    assert output(facts).file == "/show/shot/out/a.####.exr"
    assert facts.files[0].path == "/show/shot/in/b.exr"


def test_relative_paths_without_a_project_directory_stay_and_are_warned_of(read):
    facts = read(HEAD + write(file="out/a.####.exr"))
    assert output(facts).file == "out/a.####.exr"
    assert any(sentence.endswith("Write1.file") for sentence in facts.warnings)


def test_the_folder_of_the_script_is_known_without_running_anything(read, tmp_path):
    root = 'Root {\n project_directory "\\[python \\{nuke.script_directory()\\}]"\n}\n'
    facts = read(root + write(file="out/a.####.exr"))
    assert output(facts).file == f"{tmp_path.as_posix()}/out/a.####.exr"
    assert facts.code[0].text == "[python {nuke.script_directory()}]"


def test_windows_paths_are_absolute(read):
    facts = read(
        "Root {\n project_directory /show\n}\n" + write(file="C:/out/a.####.exr") + read_node('"//srv/in/b.exr"')
    )
    assert (output(facts).file, facts.files[0].path) == ("C:/out/a.####.exr", "//srv/in/b.exr")


# Tcl in paths.


def tcl(text: str) -> str:
    escaped = "".join("\\" + char if char in '[]{}$"\\' else char for char in text)
    return f'"{escaped}"'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[file dirname [value root.name]]/a.exr", "{folder}/a.exr"),
        ("/o/[file rootname [file tail [value root.name]]].exr", "/o/sh010_comp_v003.exr"),
        ("/o/[basename [value root.name]]", "/o/sh010_comp_v003.nk"),
        ("/o/[lindex [split [basename [value root.name]] .] 0].exr", "/o/sh010_comp_v003.exr"),
        ("/o/[join [lrange [split [basename [value root.name]] _] 0 end-1] _].exr", "/o/sh010_comp.exr"),
        ("/o/x[file extension [value root.name]]", "/o/x.nk"),
        ("[file join /o sub a.exr]", "/o/sub/a.exr"),
        ("/o/[string toupper [value this.take]]_[string range abcdef 1 end-2].exr", "/o/T7_bcd.exr"),
        ("/o/[value take].exr", "/o/t7.exr"),
        ("/o/[knob take].exr", "/o/t7.exr"),
        ("/o/[value parent.show].exr", "/o/mars.exr"),
        ("/o/[value root.first_frame].exr", "/o/1001.exr"),
        ("/o/[value Settings.shot]/a.exr", "/o/sh010/a.exr"),
        ("/o/[value root.Settings.shot]/a.exr", "/o/sh010/a.exr"),
        ("/o/[value Settings.nested]/a.exr", "/o/x_sh010/a.exr"),
        ("/o/[value nothing fallback]/a.exr", "/o/fallback/a.exr"),
        ("[getenv FARMSUBMIT_TEST]/a.exr", "/from/env/a.exr"),
        ("$env(FARMSUBMIT_TEST)/a.exr", "/from/env/a.exr"),
        ("/srv/share$/a.exr", "/srv/share$/a.exr"),
    ],
)
def test_tcl_that_rearranges_text_is_worked_out(read, tmp_path, monkeypatch, text, told):
    monkeypatch.setenv("FARMSUBMIT_TEST", "/from/env")
    root = "Root {\n first_frame 1001\n show mars\n}\n"
    settings_node = "NoOp {\n shot sh010\n nested " + tcl("x_[value shot]") + "\n name Settings\n}\n"
    script = root + settings_node + write(file=tcl(text), more=" take t7\n")
    found = output(read(script, "sh010_comp_v003.nk"))
    assert (found.file, found.resolved) == (told.replace("{folder}", tmp_path.as_posix()), True)


@pytest.mark.parametrize(
    "text",
    [
        "[python {open('/tmp/x', 'w')}]/a.exr",
        "[exec rm -rf /]/a.exr",
        "[getenv FARMSUBMIT_NOT_SET]/a.exr",
        "[value missing]/a.exr",
        "[value a.b.c.d]/a.exr",
        "[metadata input/filename]",
        "[expr 1 + 1]",
        "[regsub a b c]",
        "$threads/a.exr",
        "[value file]",
        "[value file",
        "[",
        "[string map {a b} a]",
        "[lindex {a b} x]",
        "[file normalize /a]",
        "[file delete /a]",
        "[join {a {b]",
        "[value this.file][value this.file]",
        "[set x 1; value name]",
        "[" * 500 + "]" * 500,
        "[string toupper a" * 100 + "]" * 100,
        "%{unknown}/a.exr",
    ],
)
def test_what_only_nuke_can_work_out_stands_with_its_text(read, text):
    facts = read(HEAD + write(file=tcl(text)))
    assert (output(facts).file, output(facts).resolved) == (text, False)
    assert Unresolved("Write1", "file", text) in facts.unresolved


PATHS = ["/a/b/c.exr", "a", "/", "a/b", "a.b/c", "a/b.c.d", "/a/b/", "c.", "a//b", "..", "/x/.hidden"]
LISTS = ["a_b_c", "a b c", "a__b", "{x y} z", "a.b_c", "_a_", "A1 {} b"]
PLACES = ["0", "1", "9", "end", "end-1", "end-9"]
TCL = [
    *(f"[file {action} {path}]" for action in ("dirname", "rootname", "tail", "extension") for path in PATHS),
    *(f"[file join {paths}]" for paths in ("a b", "a /b c", "/a/ b", "a")),
    *(f"[{command} {{{text}}} _]" for command in ("split", "join") for text in LISTS),
    *(f"[split {{{text}}}][split {{{text}}} {{}}][join {{{text}}}]" for text in LISTS),
    *(f"[lindex {{{text}}} {place}][string index {{{text}}} {place}]" for text in LISTS for place in PLACES),
    *(f"[lrange {{{text}}} {first} {last}]" for text in LISTS for first in PLACES for last in PLACES),
    *(f"[string range {{{text}}} {first} {last}]" for text in LISTS for first in PLACES for last in PLACES),
    *(f"[string {action} {{ Ab }}]" for action in ("toupper", "tolower", "length", "trim", "trimleft", "trimright")),
]


@pytest.mark.skipif(shutil.which("tclsh") is None, reason="tclsh is not on this machine")
def test_every_command_answers_as_tcl_does():
    script = "".join(f"puts <[subst {{{text}}}]>\n" for text in TCL)
    done = subprocess.run(["tclsh"], input=script, capture_output=True, text=True, check=True)
    ours = [substitute(text, Context(lambda name, context: None, lambda name: None)) for text in TCL]
    assert done.stdout.splitlines() == [f"<{answer}>" for answer in ours]


def test_expressions_that_grow_without_end_are_left(read):
    knobs = "".join(f" k{n} {tcl(f'[value k{n + 1}][value k{n + 1}]')}\n" for n in range(30))
    assert output(read(HEAD + write(file=tcl("[value k0]"), more=knobs))).resolved is False


def test_the_environment_is_read_only_where_it_is_named(read, monkeypatch):
    monkeypatch.setenv("SECRET", "s3cret")
    facts = read(HEAD + write(file=tcl("/o/[value SECRET]/SECRET.exr")))
    assert "s3cret" not in json.dumps(facts.to_json())


def test_values_are_looked_up_among_neighbours(read):
    group = (
        "Group {\n name G\n}\nNoOp {\n v inner\n name S\n}\n" + write(file=tcl("/o/[value S.v].exr")) + "end_group\n"
    )
    facts = read(HEAD + "NoOp {\n v outer\n name S\n}\n" + group + write("W", tcl("/o/[value S.v]_[value G.S.v].exr")))
    assert [found.file for found in facts.outputs] == ["/o/inner.exr", "/o/outer_inner.exr"]


# Graph scope variables.

FLAT = "__default__ {shot sh020 {{vp:type List} {vp:options {sh010 sh020}}} show mars} grade {look warm}"
SHOT = "shot sh020 {{vp:visiblity True} {vp:type List} {vp:options { sh010 sh020 }}}"
NESTED = "{__default__ {{" + SHOT + "} {show mars}}} {grade {{look warm}}}"


@pytest.mark.parametrize("written", [FLAT, NESTED])
def test_graph_scope_variables_are_told(read, written):
    assert read(f"Root {{\n gsv {{{written}}}\n}}\n").variables == (
        Variable("shot", "sh020", ("sh010", "sh020")),
        Variable("show", "mars"),
        Variable("grade.look", "warm"),
    )


def test_graph_scope_variables_fill_paths(read):
    facts = read(f"Root {{\n gsv {{{FLAT}}}\n}}\n" + write(file='"/%\\{shot\\}/%show/%\\{grade.look\\}_%V.%04d.exr"'))
    assert output(facts).file == "/sh020/mars/warm_%V.####.exr"


def test_the_innermost_variable_group_counts(read):
    group = "VariableGroup {\n name V\n gsv {{__default__ {{shot sh777}}}}\n}\n" + write(file='"/%\\{shot\\}.####.exr"')
    assert output(read(f"Root {{\n gsv {{{FLAT}}}\n}}\n" + group + "end_group\n"), "V.Write1").file == "/sh777.####.exr"


# Code.


def test_code_is_told_and_never_run(read, tmp_path):
    touch = f"open('{tmp_path.as_posix()}/ran', 'w')"
    root = f'Root {{\n onScriptLoad "{touch}"\n}}\n'
    nodes = write(more=' beforeRender "import x"\n afterFrameRender y()\n')
    nodes += f'NoOp {{\n name N\n knobChanged "z()"\n label "\\[python \\{{{touch}\\}}]"\n}}\n'
    facts = read(root + nodes + f"python {{{touch}}}\n")
    assert [(found.node, found.kind) for found in facts.code] == [
        ("Root", "onScriptLoad"),
        ("Write1", "beforeRender"),
        ("Write1", "afterFrameRender"),
        ("N", "knobChanged"),
        ("N", "expression in label"),
        ("", "command"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["shot.nk"]


def test_kernels_are_told(read):
    facts = read(
        HEAD + 'BlinkScript {\n kernelSource "kernel K : ImageComputationKernel<ePixelWise> \\{\\};"\n name B\n}\n'
    )
    assert facts.code == (Code("B", "Blink kernel", "kernel K : ImageComputationKernel<ePixelWise> {};"),)


def test_code_in_the_arguments_of_commands_is_told(read):
    assert read(HEAD + "push [python x()]\n").code[0].kind == "command"


# Damage.

EVERYTHING = (
    '#! /opt/Nuke -nx\n#write_info Write1 file:"/a" framerange:"1 2"\n'
    + HEAD.replace("Root {", f'Root {{\n project_directory "\\[getenv HOME]"\n gsv {{{NESTED}}}\n views "l #f\nr #0"')
    + read_node("/a.%04d.exr")
    + "set N1 [stack 0]\nGroup {\n name G\n addUserKnob {2 plate}\n plate /p.exr\n}\n Input {\n  inputs 0\n }\n"
    + write(file=tcl("/%{shot}/[lindex [split [value root.name] .] end-1].%04d.exr"), more=' disable {{"$gui"}}\n')
    + " Output {\n }\nend_group\nset C1 [stack 0]\npush 0\npush $N1\nMerge2 {\n inputs 2+1\n}\nclone $C1 {\n}\n"
    + write("W2", "/a.####.exr", " reading true\n use_limit 1\n last {{curve x1 2 x3 4}}\n")
    + "LiveGroup {\n modified true\n file /l.nk\n}\nRoto {\n curves {{{v x3} {f 0}}}\n}\nend_group\n"
    + 'Text {message "a\\"b"}\n'
).encode()


def read_bytes(folder: Path, content: bytes) -> None:
    """Read content as a script; it must give facts that JSON can carry, or a SceneError."""
    path = folder / "damaged.nk"
    path.write_bytes(content)
    try:
        facts = read_nuke(path)
    except SceneError as error:
        assert "\n" not in str(error)
        return
    assert SceneFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


quick = settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_script_to_be_damaged_holds_something_of_everything(read):
    facts = read(EVERYTHING)
    assert facts.outputs and facts.files and facts.variables and facts.references and facts.unresolved


@quick
@given(end=st.integers(0, len(EVERYTHING)))
def test_a_script_may_be_cut_anywhere(folder, end):
    read_bytes(folder, EVERYTHING[:end])


@quick
@given(place=st.integers(0, len(EVERYTHING) - 1), byte=st.integers(0, 255))
def test_any_byte_may_be_wrong(folder, place, byte):
    read_bytes(folder, EVERYTHING[:place] + bytes([byte]) + EVERYTHING[place + 1 :])


@quick
@given(st.lists(st.sampled_from([b"{", b"}", b'"', b"\\", b"[", b"]", b"\n", b" ", b"Write", b"file", b"$x", b"%d"])))
def test_any_words_in_any_order_are_survived(folder, words):
    read_bytes(folder, b"Root {\n}\n" + b"".join(words))


@pytest.mark.parametrize("char", ["{", "}", '"', "\\", "[", "Write {", "clone $C {", "a {b ", "Write {file [value "])
def test_a_hundred_thousand_of_anything_is_survived(folder, char):
    read_bytes(folder, b"Root {\n}\n" + char.encode() * 100_000)
