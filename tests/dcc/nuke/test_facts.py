"""The facts of the open script: those of its file where both can know, and more where only Nuke can."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from farmsubmit import read_scene
from farmsubmit.scenes.facts import FrameRange, SceneFacts, Unresolved

SCENES = sorted(path.name for path in (Path(__file__).parent / "scenes").glob("*.nk") if path.stem != "asking")


def live_facts() -> SceneFacts:
    from farmsubmit_nuke.scene import scene_facts

    return scene_facts()


def known_to_both(live: SceneFacts, file: SceneFacts) -> SceneFacts:
    """Return the live facts without what a file leaves out: the frame it was saved at, and the default format."""
    frame = live.current_frame if file.current_frame is not None else None
    return replace(live, current_frame=frame, resolution=live.resolution if file.resolution else None)


def outputs(facts: SceneFacts) -> Any:
    return {output.name: output for output in facts.outputs}


def test_there_are_a_dozen_scenes():
    assert len(SCENES) >= 12


@pytest.mark.parametrize("name", SCENES)
def test_live_facts_are_those_of_the_file(opened, name):
    path = opened(name)
    file = read_scene(path)
    assert known_to_both(live_facts(), file) == file
    assert file.outputs


@pytest.mark.parametrize("name", [*SCENES, "asking.nk"])
def test_the_fake_saves_what_it_has_loaded(nuke, opened, name):
    path = opened(name)
    before = read_scene(path)
    nuke.scriptSave()
    after = read_scene(path)
    assert (after.outputs, after.files, after.code) == (before.outputs, before.files, before.code)


def test_the_order_is_that_of_the_file_whatever_order_nuke_has(nuke, opened):
    path = opened("waits.nk")
    nuke.root()._children.reverse()
    live, file = live_facts(), read_scene(path)
    assert live.outputs == file.outputs
    assert live.files == file.files


def test_a_node_that_is_not_saved_yet_comes_last(nuke, opened):
    opened("plain.nk")
    nuke.root()._children[0]._stored[b"name"] = b"Renamed"
    nuke.root()._children.reverse()
    assert [file.node for file in live_facts().files] == ["Renamed"]


def test_what_only_nuke_can_work_out_is_worked_out(nuke, opened):
    opened("asking.nk")
    nuke._state.answers.update(
        {
            "Root.first_frame": lambda frame, view: 1001,
            "Write1.file": lambda frame, view: "/show/q/v001/out.%04d.exr",
            "Write1.render_order": lambda frame, view: 4.0,
            "Write2.use_limit": lambda frame, view: 0,
        }
    )
    facts = live_facts()
    write = outputs(facts)["Write1"]
    assert facts.frames == write.frames == FrameRange(1001, 1010)
    assert (write.file, write.resolved, write.order) == ("/show/q/v001/out.####.exr", True, 4)
    assert outputs(facts)["Write2"].frames == facts.frames


def test_a_path_that_changes_with_the_frame_stays_unresolved(nuke, opened):
    opened("asking.nk")
    nuke._state.answers["Root.first_frame"] = lambda frame, view: 1001
    nuke._state.answers["Write2.file"] = lambda frame, view: f"/show/take{frame}.exr"
    facts = live_facts()
    assert not outputs(facts)["Write2"].resolved
    assert Unresolved("Write2", "file", "[python {studio.take()}].exr") in facts.unresolved


def test_a_switch_that_follows_the_interface_is_not_believed(nuke, opened):
    opened("asking.nk")
    nuke._state.answers.update(
        {
            "Root.first_frame": lambda frame, view: 1001,
            "Write1.disable": lambda frame, view: 1,
        }
    )
    facts = live_facts()
    assert outputs(facts)["Write1"].enabled
    assert "disable" in [left.attribute for left in facts.unresolved]


def test_writes_in_gizmos_are_told_and_the_gizmo_that_calls_itself_a_write_is_not(opened):
    path = opened("gizmos.nk")
    assert list(outputs(live_facts())) == ["burnin1.Write1", "StudioWrite1.Write1"]
    assert list(outputs(read_scene(path))) == ["StudioWrite1"]


def test_what_flows_into_a_gizmo_is_waited_for(nuke, opened):
    opened("gizmos.nk")
    read, burnin = nuke.root()._children[:2]
    read._stored[b"file"] = b"/show/z/burnin.####.jpg"
    burnin._inputs = []
    nuke.root()._children[2]._inputs = [read]
    assert outputs(live_facts())["StudioWrite1.Write1"].depends == ("burnin1.Write1",)


def test_what_is_in_a_precomp_is_not_ours_to_render(nuke, opened, tmp_path):
    inner = tmp_path / "inner.nk"
    inner.write_text("Write {\n inputs 0\n file /show/x.####.exr\n name Theirs\n}\n")
    path = opened("live.nk")
    path.write_text(path.read_text().replace("/show/live/precomp.nk", inner.as_posix()))
    nuke.scriptOpen(str(path))
    assert nuke.root()._children[2].nodes()
    assert list(outputs(live_facts())) == ["Live2.Inside", "Write1"]


def test_a_loop_of_nodes_does_not_hang(nuke, opened):
    opened("plain.nk")
    _read, blur, write = nuke.root()._children
    blur._inputs = [write]
    assert outputs(live_facts())["Write1"].depends == ()


def test_a_script_that_was_never_saved_has_no_facts(nuke):
    from farmsubmit.errors import SceneError

    with pytest.raises(SceneError, match="no file yet"):
        live_facts()


def test_the_frame_and_the_format_are_always_known(opened):
    opened("limits.nk")
    assert (live_facts().current_frame, live_facts().resolution) == (1, (2048, 1556))
