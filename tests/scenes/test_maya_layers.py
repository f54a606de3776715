"""Layers of Maya: the old ones with their adjustments, and those of the render setup."""

from __future__ import annotations

import pytest

from farmsubmit.scenes.facts import FrameRange, Unresolved
from farmsubmit.scenes.maya import read_maya

HEAD = '//Maya ASCII 2023 scene\nrequires maya "2023";\ncurrentUnit -t film;\n'
MASTER = 'createNode renderLayer -n "defaultRenderLayer";\n\tsetAttr ".g" yes;\n'
ANIMATED = 'select -ne :defaultRenderGlobals;\n\tsetAttr ".an" yes;\n'
SETUP = 'createNode renderSetup -n "renderSetup";\n'


@pytest.fixture
def read(tmp_path):
    def read(*texts):
        path = tmp_path / "shot.ma"
        path.write_text(HEAD + "".join(texts))
        return read_maya(path)

    return read


def node(kind, name, *lines):
    return f'createNode {kind} -n "{name}";\n' + "".join(f"\tsetAttr {line};\n" for line in lines)


def link(*pairs):
    return "".join(f'connectAttr "{source}" "{target}";\n' for source, target in pairs)


def override(kind, name, attribute, *lines, target="defaultRenderGlobals"):
    named = [f'".tgName" -type "string" "{target}"'] if target else []
    return node(kind, name, f'".atr" -type "string" "{attribute}"', *named, *lines)


def layer(name, *, renderable="yes", before=""):
    twin = node("renderLayer", f"rs_{name}", f'".rndr" {renderable}')
    text = node("renderSetupLayer", name) + twin + link((f"rs_{name}.msg", f"{name}.lrl"))
    return text + (link((f"{before}.nxt", f"{name}.prv")) if before else "")


def names(facts):
    return [item.name for item in facts.layers]


# --- old layers


def test_old_layers_come_in_their_display_order_after_the_master(read):
    facts = read(node("renderLayer", "b", '".do" 2'), node("renderLayer", "a", '".do" 1', '".rndr" no'), MASTER)
    assert [(item.name, item.kind, item.renderable) for item in facts.layers] == [
        ("defaultRenderLayer", "render layer", True),
        ("a", "render layer", False),
        ("b", "render layer", True),
    ]


def test_layers_of_references_and_imports_are_left_out_and_said(read):
    foreign = node("renderLayer", "ns:beauty") + node("renderLayer", "imported_defaultRenderLayer", '".g" yes')
    facts = read(MASTER, foreign)
    assert names(facts) == ["defaultRenderLayer"]
    assert any("ns:beauty, imported_defaultRenderLayer" in warning for warning in facts.warnings)


@pytest.mark.parametrize(
    ("value", "plug"), [(".adjs[{}].val", ".adjs[{}].plg"), (".adjustments[{}].value", ".adjustments[{}].plug")]
)
def test_an_old_layer_says_what_it_overrides(read, value, plug):
    text = node("renderLayer", "a", f'"{value.format(0)}" 0', f'"{value.format(12)}" 640')
    links = link(("camShape.rnd", f"a{plug.format(0)}"), (":defaultResolution.w", f"a{plug.format(12)}"))
    assert read(text, links).layers[0].overrides == ("camShape.rnd = 0", "defaultResolution.w = 640")


def test_old_overrides_of_times_or_without_a_value_need_maya(read):
    text = node("renderLayer", "a", '".adjs[1].val" 0.04')
    facts = read(text, link(("camShape.rnd", "a.adjs[0].plg"), (":defaultRenderGlobals.fs", "a.adjs[1].plg")))
    assert facts.layers[0].overrides == ()
    assert facts.layers[0].frames is None
    assert Unresolved("a", "camShape.rnd", "") in facts.unresolved
    assert Unresolved("a", "defaultRenderGlobals.fs", "0.04") in facts.unresolved


# --- render setup


def test_render_setup_layers_come_in_the_order_of_their_links(read):
    facts = read(MASTER, SETUP, layer("c", before="b"), layer("a", renderable="no"), layer("b", before="a"))
    assert names(facts) == ["masterLayer", "a", "b", "c"]
    assert [item.renderable for item in facts.layers] == [True, False, True, True]
    assert facts.layers[1].kind == "render setup layer"


def test_links_in_a_circle_lose_no_layer(read):
    facts = read(layer("a", before="b"), layer("b", before="a"))
    assert sorted(names(facts)) == ["a", "b"]


def test_a_twin_is_known_by_its_name_where_the_link_is_missing(read):
    facts = read(node("renderSetupLayer", "a"), node("renderLayer", "rs_a", '".rndr" no'))
    assert [(item.name, item.renderable) for item in facts.layers] == [("a", False)]


def test_absolute_and_relative_overrides_give_a_layer_its_frames(read):
    tree = link(("a.lit", "col.pls"), ("col.lit", "s.pls"), ("col.lit", "e.pls"))
    facts = read(
        layer("a"),
        node("renderSettingsCollection", "col"),
        override("absUniqueOverride", "s", "startFrame", '".atv" 20'),
        override("relUniqueOverride", "e", "endFrame", '".mul" 2', '".ofs" 10'),
        ANIMATED,
        tree,
    )
    assert facts.layers[0].frames == FrameRange(20, 30, 1, "a")
    assert facts.layers[0].overrides == ("defaultRenderGlobals.startFrame = 20", "defaultRenderGlobals.endFrame = 30")
    assert any("only Maya knows" in warning for warning in facts.warnings)


def test_a_relative_override_of_something_else_needs_maya(read):
    text = override("relUniqueOverride", "w", "width", '".mul" 0.5', target="defaultResolution")
    facts = read(layer("a"), node("collection", "col"), text, link(("a.lit", "col.pls"), ("col.lit", "w.pls")))
    assert facts.layers[0].overrides == ()
    assert Unresolved("a", "defaultResolution.width", "* 0.5 + 0") in facts.unresolved


def test_overrides_deep_in_child_collections_are_found_in_order(read):
    tree = link(("a.lit", "top.pls"), ("top.lit", "child.pls"), ("child.lit", "r.pls"), ("top.lit", "f.pls"))
    facts = read(
        layer("a"),
        node("collection", "top"),
        node("renderSettingsChildCollection", "child"),
        override("absUniqueOverride", "r", "currentRenderer", '".atv" -type "string" "vray"'),
        override("absUniqueOverride", "f", "imageFormat", '".atv" 51'),
        tree,
    )
    assert facts.layers[0].overrides == (
        "defaultRenderGlobals.imageFormat = 51",
        "defaultRenderGlobals.currentRenderer = vray",
    )
    assert facts.layers[0].renderer == "vray"


@pytest.mark.parametrize("plug", ["ren", "currentRenderer"])
def test_an_old_layer_may_have_a_renderer_of_its_own(read, plug):
    stored = node("renderLayer", "fx", '".adjs[2].val" -type "string" "vray"')
    facts = read(MASTER, stored, link((f":defaultRenderGlobals.{plug}", "fx.adjs[2].plg")))
    assert [(item.name, item.renderer) for item in facts.layers] == [("defaultRenderLayer", ""), ("fx", "vray")]


@pytest.mark.parametrize("value", ["1", '-type "string" ""', '-type "string" "v-ray 7"'])
def test_what_is_no_name_is_no_renderer_of_a_layer(read, value):
    text = node("renderLayer", "fx", f'".adjs[0].val" {value}') + link((":defaultRenderGlobals.ren", "fx.adjs[0].plg"))
    (fx,) = read(text).layers
    assert fx.renderer == ""


def test_the_last_override_of_a_renderer_counts(read):
    facts = read(
        layer("a"),
        node("renderSettingsCollection", "col"),
        override("absUniqueOverride", "v", "currentRenderer", '".atv" -type "string" "vray"'),
        override("absUniqueOverride", "r", "currentRenderer", '".atv" -type "string" "renderman"'),
        link(("a.lit", "col.pls"), ("col.lit", "v.pls"), ("col.lit", "r.pls"), ("v.nxt", "r.prv")),
    )
    assert facts.layers[0].renderer == "renderman"


@pytest.mark.parametrize("off", ["col", "s"])
def test_what_is_switched_off_overrides_nothing(read, off):
    switch = {name: ['".sen" no'] if name == off else [] for name in ("col", "s")}
    facts = read(
        layer("a"),
        node("renderSettingsCollection", "col", *switch["col"]),
        override("absUniqueOverride", "s", "startFrame", '".atv" 20', *switch["s"]),
        ANIMATED,
        link(("a.lit", "col.pls"), ("col.lit", "s.pls")),
    )
    assert (facts.layers[0].overrides, facts.layers[0].frames) == ((), None)


def test_an_override_without_a_name_changes_what_its_collection_selects(read):
    facts = read(
        layer("a"),
        node("collection", "col"),
        node("simpleSelector", "sel", '".ssl" -type "string" "|cam1|cam1Shape\\n|cam2|cam2Shape"'),
        override("absOverride", "r", "renderable", '".atv" yes', target=""),
        link(("a.lit", "col.pls"), ("col.lit", "r.pls"), ("sel.c", "col.sel")),
    )
    assert facts.layers[0].overrides == ("cam1|cam1Shape.renderable = 1", "cam2|cam2Shape.renderable = 1")


def test_a_collection_that_holds_itself_ends(read):
    facts = read(
        layer("a"),
        node("collection", "x"),
        node("collection", "y"),
        link(("a.lit", "x.pls"), ("x.lit", "y.pls"), ("y.lit", "x.pls")),
    )
    assert names(facts) == ["a"]


def test_layers_have_no_frames_of_their_own_where_animation_is_off(read):
    text = override("absUniqueOverride", "s", "startFrame", '".atv" 20')
    facts = read(layer("a"), node("collection", "col"), text, link(("a.lit", "col.pls"), ("col.lit", "s.pls")))
    assert facts.layers[0].frames is None
    assert facts.layers[0].overrides == ("defaultRenderGlobals.startFrame = 20",)


def test_more_layers_and_cameras_put_the_images_into_folders(read):
    cameras = "".join(f'createNode camera -n "{name}Shape" -p "{name}";\n' for name in ("a", "b"))
    assert read(MASTER, layer("x"), cameras).outputs[0].file == "images/<RenderLayer>/<Camera>/shot.iff"
