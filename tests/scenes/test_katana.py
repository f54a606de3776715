from __future__ import annotations

import gzip
import io
import sys
import tarfile
import time
import tracemalloc
from pathlib import Path
from xml.sax.saxutils import quoteattr

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
from farmsubmit.scenes.katana import container, nodes, read_katana, walk

HEADER = b'<katana archive="tar" release="4.5v1" sourceFile="/show/a.katana" version="4.5.1.000008">\n'


# The scenes are made of these: what Katana writes, without the attributes that only its windows need.
def text(name: str, value: str = "", expression: str = "", **more: str) -> str:
    said = f" expression={quoteattr(expression)}" if expression else f" value={quoteattr(value)}"
    extra = "".join(f" {key}={quoteattr(told)}" for key, told in more.items())
    return f'<string_parameter name="{name}"{said}{extra}/>'


def number(name: str, value: object = "", expression: str = "", active: str = "true") -> str:
    said = f' expression={quoteattr(expression)} isexpression="{active}"' if expression else ""
    return f'<number_parameter name="{name}"{said} value="{value}"/>'


def group(name: str, *inside: str) -> str:
    return f'<group_parameter name="{name}">{"".join(inside)}</group_parameter>'


def array(name: str, *values: object, kind: str = "string") -> str:
    items = "".join(f'<{kind}_parameter name="i{i}" value="{value}"/>' for i, value in enumerate(values))
    return f'<{kind}array_parameter name="{name}" size="{len(values)}" tupleSize="1">{items}</{kind}array_parameter>'


def node(kind: str, name: str, *inside: str, bypassed: bool = False, ports: str = "", nodes: str = "") -> str:
    off = ' bypassed="true"' if bypassed else ""
    return f'<node name="{name}" type="{kind}"{off}>{ports}{group(name, *inside)}{nodes}</node>'


def into(source: str, name: str = "input") -> str:
    return f'<port name="{name}" source="{source}" type="in"/>'


def out(name: str = "out", **more: str) -> str:
    return f'<port name="{name}" type="out"' + "".join(f' {key}="{value}"' for key, value in more.items()) + "/>"


def setting(name: str, value: str, enable: object = 1, expression: str = "") -> str:
    said = text("value", value, expression)
    return group(name, number("enable", enable), said, text("default", "/default"), text("type", "StringAttr"))


def render_settings(name: str, *inside: str, ports: str = "", bypassed: bool = False) -> str:
    told = group("args", group("renderSettings", *inside))
    return node("RenderSettings", name, told, ports=ports + out(), bypassed=bypassed)


def project(*nodes: str, root: str = "") -> str:
    return f'<node name="rootNode" type="RootNode">{group("rootNode", root)}{"".join(nodes)}</node>'


def pack(xml: str | bytes, member: str = "scene/scene.katana", header: bytes = HEADER) -> bytes:
    data = xml.encode() if isinstance(xml, str) else xml
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo(member)
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    return header + gzip.compress(stream.getvalue(), mtime=0)


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    return tmp_path / "a.katana"


@pytest.fixture
def read(scene: Path):
    def reading(*nodes: str, root: str = "") -> SceneFacts:
        scene.write_bytes(pack(project(*nodes, root=root)))
        return read_katana(scene)

    return reading


def refusal(scene: Path, data: bytes) -> str:
    scene.write_bytes(data)
    with pytest.raises(SceneError) as caught:
        read_katana(scene)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# The container.


def test_a_packed_project_is_read_past_its_unclosed_first_line(scene: Path) -> None:
    scene.write_bytes(pack(project(root=number("inTime", 5) + number("outTime", 9))))
    facts = read_katana(scene)
    assert (facts.dcc, facts.version, facts.path) == ("katana", "4.5v1", str(scene))
    assert facts.frames == FrameRange(5, 9)


def test_a_plain_macro_is_read_and_has_no_frames(tmp_path: Path) -> None:
    macro = tmp_path / "m.macro"
    inside = node("Group", "__SAVE_exportedNodes", nodes=node("ImageRead", "Read", text("file", "/a.exr")))
    macro.write_text(f'<katana release="3.0v1" version="3.0.1.000002">\n  {inside}\n</katana>\n')
    facts = read_katana(macro)
    assert (facts.version, facts.frames, facts.resolution) == ("3.0v1", None, None)
    assert facts.files == (NeededFile("/a.exr", "Read", "file", "image"),)


def test_a_packed_live_group_may_start_with_an_xml_declaration(tmp_path: Path) -> None:
    group_file = tmp_path / "g.livegroup"
    inside = node("Group", "__SAVE_exportedNodes", nodes=node("ImageRead", "Read", text("file", "/a.exr")))
    group_file.write_bytes(pack('\ufeff<?xml version="1.0" encoding="UTF-8"?>\n' + inside))
    assert read_katana(group_file).files[0].path == "/a.exr"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\x00\x01\x02", "is no Katana scene"),
        (b"<html><p>no</p></html>", "holds no Katana nodes"),
        (b"<katana><node></katana>", "is damaged: mismatched tag"),
        (HEADER, "is damaged: no element found"),
        (HEADER + b"\x1f\x8b", "is damaged"),
        (HEADER + gzip.compress(b"no tar at all"), "holds no scene/scene.katana"),
        (HEADER + gzip.compress(bytes(100_000)), "holds no scene/scene.katana"),
        (pack("<node/>", member="other.txt"), "holds no scene/scene.katana"),
        (pack("<node/>")[:-30], "is damaged"),
        (pack("<node>"), "is damaged: mismatched tag"),
    ],
)
def test_what_is_no_scene_gets_one_sentence(scene: Path, data: bytes, said: str) -> None:
    assert said in refusal(scene, data)


def test_a_wrong_checksum_is_noticed(scene: Path) -> None:
    data = bytearray(pack(project()))
    data[-5] ^= 0xFF
    assert "CRC check failed" in refusal(scene, bytes(data))


def test_a_member_before_the_scene_is_skipped(scene: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, data in (("a.txt", b"x" * 1000), ("scene/scene.katana", project().encode())):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    scene.write_bytes(HEADER + gzip.compress(stream.getvalue()))
    assert read_katana(scene).frames is not None


# Hostile files.


def test_entities_are_refused_before_they_grow(scene: Path) -> None:
    laughs = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE katana [<!ENTITY l0 "lol">{laughs}]><katana><node name="&l12;"/></katana>'
    assert "DTD or entities" in refusal(scene, bomb.encode())
    assert "DTD or entities" in refusal(scene, b'<!DOCTYPE katana SYSTEM "file:///etc/passwd"><katana/>')


def test_a_packed_dtd_is_no_xml_after_the_first_line(scene: Path) -> None:
    assert "damaged" in refusal(scene, pack('<!DOCTYPE a [<!ENTITY b "c">]><node name="&b;"/>'))


def test_character_references_are_fine(read) -> None:
    facts = read(node("OpScript", "Op", group("script", '<string_parameter name="lua" value="a&#0010;b &amp; c"/>')))
    assert facts.code == (Code("Op", "OpScript script.lua", "a\nb & c"),)


def _tar_header(size: int) -> bytes:
    entry = tarfile.TarInfo("scene/scene.katana")
    entry.size = size
    return entry.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize("size", [10 * 1024**3, 2**40, 600 * 1024**2])
def test_a_bomb_of_ten_gigabytes_is_refused_by_its_stated_size(scene: Path, size: int) -> None:
    assert "unpacks to more than 512 MB" in refusal(scene, HEADER + gzip.compress(_tar_header(size) + bytes(4096)))


def test_a_bomb_is_refused_without_holding_it(scene: Path) -> None:
    megabyte = b"<a/>" * 262_144
    with scene.open("wb") as stream:
        stream.write(HEADER)
        with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=1) as packed:
            packed.write(_tar_header(200 * len(megabyte)) + b"<node>")
            for _ in range(100):
                packed.write(megabyte)
    tracemalloc.start()
    with pytest.raises(SceneError, match="262,144 tiny elements"):
        read_katana(scene)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 1024**2


def test_the_time_for_reading_is_bounded() -> None:
    with pytest.raises(SceneError, match="takes too long"):
        nodes.read_graph([b"<katana>", b"<node/>" * 20_000], "a.katana", seconds=-1)


def test_a_plain_file_above_the_limit_is_refused(scene: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MOST_BYTES", 1000)
    assert "unpacks to more than" in refusal(scene, b"<katana>" + b" " * 2000)


def test_one_endless_element_is_refused(scene: Path) -> None:
    assert "one element of more than 16 MB" in refusal(scene, b'<katana a="' + b"x" * (20 * 1024**2))


def test_deep_nesting_is_refused(scene: Path) -> None:
    assert "nested deeper than 500" in refusal(scene, pack("<node>" * 100_000))
    assert "nested deeper than 500" in refusal(scene, pack("<node>" + "<group_parameter>" * 100_000))


def test_more_nodes_than_any_scene_has_are_refused(scene: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_MOST_KEPT", 100)
    assert "more than 100 nodes" in refusal(scene, pack(project("<node/>" * 200)))


def test_endless_walks_end_with_a_warning(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_STEPS", 3)
    chain = [node("Dot", f"D{i}", ports=into(f"D{i + 1}.out") + out()) for i in range(10)]
    assert "too large to follow" in read(node("Render", "R", ports=into("D0.out")), *chain).warnings[0]


SMALL = pack(
    project(
        node("Render", "R", ports=into("S.out")),
        render_settings("S", setting("cameraName", "/root/world/cam/x")),
        node("ImageRead", "I", text("file", expression="project.dir + '/a.####.exr'")),
        root=number("inTime", 1) + number("outTime", 5),
    )
)
PLAIN = (
    b"<katana>" + project(node("Render", "R", group("farmSettings", number("dependAll", 1)))).encode() + b"</katana>"
)


def _is_read_or_refused(folder: Path, data: bytes) -> None:
    scene = folder / "damaged.katana"
    scene.write_bytes(data)
    started = time.perf_counter()
    try:
        facts = read_katana(scene)
        assert SceneFacts.from_json(facts.to_json()) == facts
    except SceneError as error:
        assert "\n" not in str(error)
    assert time.perf_counter() - started < 2


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.sampled_from([SMALL, PLAIN]), cut=st.floats(0, 1))
def test_a_truncated_file_is_read_or_refused(tmp_path: Path, data: bytes, cut: float) -> None:
    _is_read_or_refused(tmp_path, data[: int(len(data) * cut)])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.sampled_from([SMALL, PLAIN]), place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_flipped_byte_is_read_or_refused(tmp_path: Path, data: bytes, place: float, flip: int) -> None:
    damaged = bytearray(data)
    damaged[int(len(data) * place)] ^= flip
    _is_read_or_refused(tmp_path, bytes(damaged))


# Frames, variables, settings of the project.


def test_in_and_out_are_the_frames_and_a_working_range_that_differs_is_a_warning(read) -> None:
    times = number("inTime", 1) + number("outTime", 100) + number("currentTime", 42)
    facts = read(root=times + number("workingInTime", 10) + number("workingOutTime", 20))
    assert (facts.frames, facts.current_frame) == (FrameRange(1, 100), 42)
    assert facts.warnings == ("the working range is 10-20, the frames are 1-100",)


def test_a_working_range_that_is_the_same_is_no_warning(read) -> None:
    times = [number(name, value) for name, value in (("inTime", 1), ("outTime", 9))]
    assert read(root="".join(times) + number("workingInTime", 1) + number("workingOutTime", 9)).warnings == ()


def test_a_project_that_stores_no_frames_has_katanas_default(read) -> None:
    assert read().frames == FrameRange(1, 100, 1, "default")


def test_an_expression_counts_unless_it_is_switched_off(read) -> None:
    facts = read(root=number("inTime", 7, "globals.first", active="false") + number("outTime", "", "10 + 5"))
    assert facts.frames == FrameRange(7, 15)


def test_an_animated_time_is_unresolved(read) -> None:
    curve = '<number_parameter name="inTime" value="3"><fcurve><segments/></fcurve></number_parameter>'
    facts = read(root=curve + number("outTime", 5))
    assert facts.frames is not None and facts.frames.source == "default"
    assert facts.unresolved == (Unresolved("rootNode", "inTime", "animated"),)


def test_graph_state_variables_that_are_on_come_with_their_options(read) -> None:
    view = group("view", number("enable", 1), text("value", "dl"), array("options", "lfa", "dl"))
    off = group("old", number("enable", 0), text("value", "x"), array("options", "x"))
    assert read(root=group("variables", view, off)).variables == (Variable("view", "dl", ("lfa", "dl")),)


@pytest.mark.parametrize(
    ("said", "size"), [("720x406", (720, 406)), ("square_512", (512, 512)), ("2K_Super_35(full-ap)", None)]
)
def test_the_resolution_is_read_where_its_name_tells_it(read, said: str, size: object) -> None:
    facts = read(root=text("resolution", said))
    assert facts.resolution == size
    assert [left.text for left in facts.unresolved] == ([] if size else [said])


# RenderSettings.


def test_only_render_settings_that_are_switched_on_count(read) -> None:
    near = render_settings(
        "Near", setting("cameraName", "/cam/off", 0), setting("renderer", "prman"), ports=into("Far.out")
    )
    far = render_settings("Far", setting("cameraName", "/cam/on"), setting("renderer", "arnold"))
    facts = read(far, near, node("Render", "R", ports=into("Near.out")))
    assert (facts.cameras, facts.renderer) == ((Camera("/cam/on"),), "prman")


def test_render_settings_may_hold_expressions(read) -> None:
    told = (setting("resolution", "", expression="project.resolution"), setting("renderer", "", expression='"dl"'))
    facts = read(
        render_settings("S", *told), node("Render", "R", ports=into("S.out")), root=text("resolution", "720x406")
    )
    assert (facts.resolution, facts.renderer) == ((720, 406), "dl")


def test_settings_of_a_bypassed_node_and_of_another_branch_do_not_count(read) -> None:
    bypassed = render_settings("Off", setting("renderer", "off"), ports=into("On.out"), bypassed=True)
    other = render_settings("Other", setting("renderer", "other"))
    on = render_settings("On", setting("renderer", "on"))
    assert read(other, bypassed, on, node("Render", "R", ports=into("Off.out"))).renderer == "on"


def test_katanas_default_camera_is_marked_as_such(read) -> None:
    facts = read(node("Render", "R"))
    assert facts.cameras == (Camera("/root/world/cam/camera"),)
    assert "default" in facts.warnings[0]


# Render nodes.


def outputs(*names: str, flags: tuple[int, ...] = (), **included: str) -> str:
    return group(
        "outputs",
        array("locations", *(f"/out/{name}.####.exr" for name in names)),
        array("labels", *names),
        array("types", *("raw" for _ in names)),
        array("enabledFlags", *flags, kind="number"),
        group("included", *(text(name, value) for name, value in included.items())),
    )


def test_stored_outputs_are_told_with_the_first_on_the_node_itself(read) -> None:
    facts = read(node("Render", "Beauty", outputs("primary", "depth", "id", flags=(1, 1, 0))))
    told = [(output.name, output.kind, output.file, output.file_type, output.enabled) for output in facts.outputs]
    assert told == [
        ("Beauty", "Render", "/out/primary.####.exr", "raw", True),
        ("Beauty.depth", "images", "/out/depth.####.exr", "raw", True),
        ("Beauty.id", "images", "/out/id.####.exr", "raw", False),
    ]


def test_an_output_that_is_not_included_is_off(read) -> None:
    facts = read(node("Render", "R", outputs("a", "b", "c", a="Default:Yes", b="No", c="Explicit:Yes")))
    assert [(output.name, output.enabled) for output in facts.outputs] == [("R", True), ("R.b", False), ("R.c", True)]


def test_a_render_node_that_was_never_edited_has_defaults(read) -> None:
    (output,) = read('<node name="R" type="Render"/>').outputs
    assert (output.name, output.kind, output.file, output.enabled, output.frames) == ("R", "Render", "", True, None)


@pytest.mark.parametrize("kind", ["Render", "RenderScript", "ImageWrite"])
def test_every_kind_of_render_node_is_told(read, kind: str) -> None:
    assert [output.kind for output in read(node(kind, "R")).outputs] == [kind]


def test_the_file_of_an_image_write_is_its_output(read) -> None:
    facts = read(node("ImageWrite", "W", group("inputs", group("i0", text("file", "comp/a.####.exr")))))
    assert facts.outputs[0].file == str(Path(facts.path).parent / "comp/a.####.exr")


def test_a_frame_that_katana_stored_in_a_file_name_becomes_hashes(read) -> None:
    facts = read(
        node("Render", "R", group("outputs", array("locations", "/o/a.0042.exr"))), root=number("currentTime", 42)
    )
    assert facts.outputs[0].file == "/o/a.####.exr"


def test_an_output_in_the_folder_of_a_session_is_a_warning(read) -> None:
    facts = read(node("Render", "R", group("outputs", array("locations", "/tmp/katana_tmpdir_9670/a.exr"))))
    assert "temporary folder" in facts.warnings[0]


def test_a_render_node_without_stored_outputs_takes_the_defined_ones(read) -> None:
    inside = group("locationSettings", group("renderLocation", number("enable", 1), text("value", "/out/d.####.exr")))
    told = group("args", group("renderSettings", group("outputs", group("outputName", inside))))
    define = node("RenderOutputDefine", "Define", text("outputName", "depth"), told, ports=out())
    (output,) = read(define, node("Render", "R", ports=into("Define.out"))).outputs
    assert (output.name, output.file) == ("R", "/out/d.####.exr")


def test_an_output_that_needs_katana_is_unresolved_with_its_text(read) -> None:
    where = group("outputs", '<stringarray_parameter name="locations">', text("i0", expression="assetAttr('a')"))
    facts = read(node("Render", "R", where.replace("</group_parameter>", "</stringarray_parameter></group_parameter>")))
    assert (facts.outputs[0].file, facts.outputs[0].resolved) == ("assetAttr('a')", False)
    assert facts.unresolved == (Unresolved("R", "outputs.locations.i0", "assetAttr('a')"),)


def test_farm_settings_give_frames_and_are_told_as_the_overrides_of_a_layer(read) -> None:
    active = group("activeFrameRange", number("start", 3), number("end", 8))
    told = group(
        "farmSettings", text("setActiveFrameRange", "Yes"), active, text("dependAll", "Yes"), number("threadable", 1)
    )
    facts = read(node("Render", "R", told))
    assert facts.outputs[0].frames == FrameRange(3, 8)
    assert facts.layers[0].name == "R" and facts.layers[0].kind == "render node"
    assert "R.farmSettings.dependAll = Yes" in facts.layers[0].overrides
    assert "R.farmSettings.threadable = 1" in facts.layers[0].overrides


def test_an_active_range_counts_only_where_it_is_set(read) -> None:
    active = group("activeFrameRange", number("start", 3), number("end", 8))
    assert (
        read(node("Render", "R", group("farmSettings", text("setActiveFrameRange", "No"), active))).outputs[0].frames
        is None
    )


def test_a_node_excluded_from_farm_output_is_off_and_says_why(read) -> None:
    facts = read(node("Render", "R", group("farmSettings", text("excludeFromFarmOutputGeneration", "Yes"))))
    assert not facts.outputs[0].enabled
    assert "R is excluded from farm output" in facts.warnings


def test_a_bypassed_node_is_off_and_so_is_one_in_a_bypassed_group(read) -> None:
    inner = node("Group", "Inner", nodes=node("Render", "B"))
    facts = read(
        node("Render", "A", bypassed=True), node("Group", "Outer", bypassed=True, nodes=inner), node("Render", "C")
    )
    assert [(output.name, output.enabled) for output in facts.outputs] == [("A", False), ("B", False), ("C", True)]


# Dependencies.


def depends(facts: SceneFacts) -> dict[str, tuple[str, ...]]:
    return {output.name: output.depends for output in facts.outputs}


def test_a_render_node_depends_on_the_next_one_above_it(read) -> None:
    nodes = [node("Render", "A", ports=out()), node("Dot", "D", ports=into("A.out") + out())]
    nodes += [node("Render", "B", ports=into("D.out") + out()), node("ImageWrite", "C", ports=into("B.out"))]
    assert depends(read(*nodes)) == {"A": (), "B": ("A",), "C": ("B",)}


def test_dependencies_go_into_a_group_by_what_it_returns_and_out_by_its_pseudo_port(read) -> None:
    inside = node("Render", "Inner", ports=into("G.i0") + out(returns="o0"))
    outer = node("Group", "G", ports=into("First.out", "i0") + out("o0"), nodes=inside)
    facts = read(node("Render", "First", ports=out()), outer, node("Render", "Last", ports=into("G.o0")))
    assert depends(facts) == {"First": (), "Inner": ("First",), "Last": ("Inner",)}


def test_an_empty_group_stack_is_walked_through_by_its_own_pseudo_port(read) -> None:
    stack = node("GroupStack", "S", ports=into("A.out", "in") + out("out", source="S.in"))
    assert depends(read(node("Render", "A", ports=out()), stack, node("Render", "B", ports=into("S.out"))))["B"] == (
        "A",
    )


def test_a_group_returns_only_what_feeds_the_port_that_is_asked_for(read) -> None:
    inside = node("Render", "X", ports=out(returns="o0")) + node("Render", "Y", ports=out(returns="o1"))
    facts = read(node("Group", "G", ports=out("o0") + out("o1"), nodes=inside), node("Render", "B", ports=into("G.o1")))
    assert depends(facts)["B"] == ("Y",)


def test_a_bypassed_render_node_is_walked_through(read) -> None:
    nodes = [node("Render", "A", ports=out()), node("Render", "B", ports=into("A.out") + out(), bypassed=True)]
    assert depends(read(*nodes, node("Render", "C", ports=into("B.out"))))["C"] == ("A",)


def test_connections_in_a_circle_and_to_nothing_end(read) -> None:
    nodes = [
        node("Dot", "A", ports=into("B.out")),
        node("Dot", "B", ports=into("A.out")),
        node("Dot", "C", ports=into("C.out")),
    ]
    stack = node("Group", "G", ports=into("G.in", "in") + out("out", source="G.out"))
    facts = read(*nodes, stack, node("Render", "R", ports=into("A.out") + into("G.out", "i1") + into("Gone.out", "i2")))
    assert depends(facts) == {"R": ()}


# Files.


def needed(facts: SceneFacts) -> list[tuple[str, str, str, str]]:
    return [(file.path, file.node, file.attribute, file.kind) for file in facts.files]


@pytest.mark.parametrize(
    ("kind", "parameter", "path", "file_kind"),
    [
        ("Alembic_In", "abcAsset", "/a.abc", "cache"),
        ("UsdIn", "fileName", "/a.usd", "file"),
        ("PxrUsdIn", "fileName", "/a.usda", "file"),
        ("ImageRead", "file", "/a.####.exr", "sequence"),
        ("Importomatic", "klf", "/a.klf", "file"),
        ("LookFileManagerIn", "asset", "/a.klf", "file"),
    ],
)
def test_files_are_told_with_node_and_parameter(read, kind: str, parameter: str, path: str, file_kind: str) -> None:
    assert needed(read(node(kind, "N", text(parameter, path)))) == [(path, "N", parameter, file_kind)]


def test_a_look_file_counts_where_it_is_switched_on(read) -> None:
    on = node("LookFileAssign", "On", group("args", group("lookfile", setting("asset", "/a.klf"))))
    off = node("LookFileAssign", "Off", group("args", group("lookfile", setting("asset", "/b.klf", 0))))
    assert needed(read(on, off)) == [("/a.klf", "On", "args.lookfile.asset.value", "file")]


def test_textures_of_shaders_count_where_they_are_switched_on(read) -> None:
    def shader(name: str, enable: int, path: str) -> str:
        return node("PrmanShadingNode", name, group("parameters", setting("filename", path, enable), setting("x", "y")))

    facts = read(
        shader("Off", 0, "/off.tex"), shader("On", 1, "/wood.<UDIM>.tex"), node("Merge", "M", setting("f", "/m.tex"))
    )
    assert needed(facts) == [("/wood.<UDIM>.tex", "On", "parameters.filename.value", "udim")]


def test_a_live_group_is_a_reference_too(read) -> None:
    facts = read(node("LiveGroup", "L", text("source", "/lib/key.livegroup")))
    assert facts.references == (Reference("/lib/key.livegroup", "L"),)
    assert needed(facts) == [("/lib/key.livegroup", "L", "source", "file")]


def test_a_bypassed_reader_needs_nothing(read) -> None:
    assert read(node("Alembic_In", "A", text("abcAsset", "/a.abc"), bypassed=True)).files == ()


def test_a_relative_path_starts_from_the_scene_and_variables_are_filled(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_PATH", "/mnt/show")
    facts = read(
        node("Alembic_In", "A", text("abcAsset", "abc/a.abc")),
        node("Alembic_In", "B", text("abcAsset", "${OS_PATH}/b.abc")),
    )
    assert [file.path for file in facts.files] == [str(Path(facts.path).parent / "abc/a.abc"), "/mnt/show/b.abc"]


@pytest.mark.parametrize("path", ["$NOT_SET_HERE/a.abc", "${NOT_SET_HERE}/a.abc", "asset://show/a"])
def test_unknown_variables_and_asset_ids_are_unresolved(read, path: str) -> None:
    facts = read(node("Alembic_In", "A", text("abcAsset", path)))
    assert (facts.files, facts.unresolved) == ((), (Unresolved("A", "abcAsset", path),))


def test_windows_paths_are_absolute(read) -> None:
    assert read(node("Alembic_In", "A", text("abcAsset", r"G:\show\a.abc"))).files[0].path == r"G:\show\a.abc"


# Expressions.


@pytest.fixture
def resolve(read, monkeypatch: pytest.MonkeyPatch):
    """Return what an expression of a node in a group gives, or None if it is unresolved."""
    monkeypatch.setenv("SHOW", "/show")

    def resolving(expression: str) -> str | None:
        inside = node("Alembic_In", "A", text("abcAsset", expression=expression), group("user", text("own", "/own")))
        outer = node(
            "Group", "G", group("user", text("root", "/root"), text("again", expression="=root")), nodes=inside
        )
        control = node(
            "Group", "import_ctrl", group("user", text("abc_root", "/abc"), text("up", expression="=^.abc_root"))
        )
        facts = read(outer, control, root=text("katanaSceneName", "shot"))
        if facts.files:
            return facts.files[0].path.replace(str(Path(facts.path).parent), "DIR")
        assert facts.unresolved[-1].text == expression[:500]
        return None

    return resolving


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("'/a' + '/b.abc'", "/a/b.abc"),
        ("project.dir + '/abc/x.abc'", "DIR/abc/x.abc"),
        ("path.join(project.dir, 'x.abc')", "DIR/x.abc"),
        ("'/' + project.katanaSceneName + '.abc'", "/shot.abc"),
        ("'/' + globals.katanaSceneName", "/shot"),
        ("getenv('SHOW', 0) + '/x.abc'", "/show/x.abc"),
        ("getenv('NOT_SET_HERE', '/fall') + '/x.abc'", "/fall/x.abc"),
        ("path.join(str(getNode(\"import_ctrl\").user.abc_root), 'x.abc')", "/abc/x.abc"),
        ("getParam('import_ctrl.user.abc_root') + '/x.abc'", "/abc/x.abc"),
        ("user.own + '/x.abc'", "/own/x.abc"),
        ("=user.own", "/own"),
        ("=~/user.own", "/own"),
        ("=^/user.root", "/root"),
        ("=import_ctrl/user.abc_root", "/abc"),
        ("=^/user.root + '/x.abc'", "/root/x.abc"),
    ],
)
def test_expressions_of_texts_and_parameters_are_worked_out(resolve, expression: str, path: str) -> None:
    assert resolve(expression) == path


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('touch ran')",
        "open('/etc/passwd').read()",
        "getenv('NOT_SET_HERE', 0) + '/x.abc'",
        "getenv('NOT_SET_HERE')",
        "getenv()",
        "'%04d' % frame",
        "path.exists('/a')",
        "path.join('/a', frame)",
        "str(1)",
        "'a' * 10**9",
        "f'{project.dir}'",
        "[x for x in 'abc']",
        "lambda: 1",
        "frame",
        "'/a' + 1",
        "getNode('gone').user.x",
        "getNode(name).user.x",
        "=gone/user.x",
        "=^^^^/user.x",
        "=",
        "'\\ud800'",
        "'unclosed",
        "('" + "(" * 900,
        "+".join(["'a'"] * 300),
        "a" + ".a" * 450,
        "-" * 900 + "1",
    ],
)
def test_every_other_expression_is_left_to_katana(resolve, tmp_path: Path, expression: str) -> None:
    assert resolve(expression) is None
    assert not (tmp_path / "ran").exists()


def test_a_node_reference_is_the_name_of_the_node(read) -> None:
    assert read(node("ImageRead", "I", text("file", expression="@beauty"))).files[0].path.endswith("/beauty")


def test_parameters_that_name_each_other_end_soon_and_do_not_grow(read) -> None:
    doubling = [text(f"p{i}", expression=f"user.p{i + 1} + user.p{i + 1}") for i in range(40)]
    inside = group(
        "user", text("a", expression="=user.b"), text("b", expression="=user.a"), *doubling, text("p40", "x" * 4000)
    )
    reads = node("ImageRead", "I", text("file", expression="=user.a"), inside)
    facts = read(reads, node("ImageRead", "J", text("file", expression="user.p0"), inside))
    assert [left.node for left in facts.unresolved] == ["I", "J"]


# Code.


def test_code_is_told_and_not_run(read) -> None:
    script = node("AttributeScript", "Py", text("script", "import os"), text("initializationScript", ""))
    command = node("RenderScript", "Sh", text("command", "shell"), array("commandArguments", "rm -rf x"))
    facts = read(node("OpScript", "Lua", group("script", text("lua", "x" * 500))), script, command)
    assert [(code.node, code.kind) for code in facts.code] == [
        ("Lua", "OpScript script.lua"),
        ("Py", "AttributeScript script"),
        ("Sh", "RenderScript command"),
    ]
    assert facts.code[2].text == "shell rm -rf x" and len(facts.code[0].text) == 200


def test_facts_go_through_json(read) -> None:
    facts = read(
        node("Render", "R", outputs("primary", flags=(1,))), render_settings("S", setting("renderer", "prman"))
    )
    assert SceneFacts.from_json(facts.to_json()) == facts


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are not POSIX there")
def test_a_file_that_cannot_be_opened_gets_one_sentence(scene: Path) -> None:
    scene.write_bytes(SMALL)
    scene.chmod(0)
    try:
        scene.open("rb").close()
    except PermissionError:
        with pytest.raises(SceneError, match="cannot be read"):
            read_katana(scene)
    finally:
        scene.chmod(0o600)
