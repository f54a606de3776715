"""The add-on in a real Blender, installed as ``farmsubmit install blender`` does it, with no Python package of ours."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from farmsubmit.cli.main import main
from farmsubmit.engines.base import FINAL_STATES
from farmsubmit.engines.registry import engine_for
from farmsubmit.scenes import SceneFacts

pytestmark = pytest.mark.blender

NAMES = (
    *("plain", "steps", "layers", "cameras", "output", "movie", "stereo"),
    *("scenes", "images", "code", "drivers", "nodes", "variables", "border"),
)
FIELDS = ["engine", "frames", "chunk", "own_priority", "priority"]
BUTTONS = ["render.farmsubmit", "render.farmsubmit_now"]


def test_all_comes_twice_and_all_goes_twice(run: Any) -> None:
    first, again = run.told["coming"]
    assert first == again
    assert first["property"] and first["entries"] == 1 and first["handlers"] == 2
    assert {"RENDER_OT_farmsubmit", "RENDER_OT_farmsubmit_now", "RENDER_PT_farmsubmit"} <= set(first["classes"])
    assert run.told["going"] == [{"property": False, "classes": [], "entries": 0, "handlers": 0}] * 2


def test_blenders_start_loads_neither_the_core_nor_qt(run: Any) -> None:
    assert run.told["loaded"] == []


@pytest.mark.parametrize("name", NAMES)
def test_facts_of_the_open_scene_are_those_of_its_file(run: Any, name: str) -> None:
    live = json.loads((run.folder / f"{name}.live.json").read_text())
    assert live == SceneFacts.from_json(json.loads((run.folder / f"{name}.file.json").read_text())).to_json()
    assert live["path"] == str(run.folder / f"{name}.blend")


def test_every_scene_differs_from_the_plain_one(run: Any) -> None:
    facts = {name: json.loads((run.folder / f"{name}.live.json").read_text()) for name in NAMES}
    for found in facts.values():
        del found["path"]
    assert [name for name in NAMES[1:] if facts[name] == facts["plain"]] == []


def test_a_variable_that_blender_does_not_know_stays_in_its_path(run: Any) -> None:
    facts = json.loads((run.folder / "variables.live.json").read_text())
    found = [facts["outputs"][0]["file"], [one["text"] for one in facts["unresolved"]]]
    # Before 4.5 a path had no variables.
    assert found in ([f"{run.folder}/{{nope}}/f.####.png", []], ["//{nope}/f.####", ["//{nope}/f.####"]])


def test_the_panel_shows_fields_buttons_and_the_last_submission(run: Any) -> None:
    drawn = run.told["drawn"]
    assert [what for kind, what in drawn if kind == "prop"] == FIELDS
    assert [what for kind, what in drawn if kind == "operator"] == BUTTONS
    assert drawn[-1] == ["label", run.told["local"] if run.is_program else run.told["panel"]]


def test_the_render_menu_has_both_actions(run: Any) -> None:
    assert [what for kind, what in run.told["menu"] if kind == "operator"] == BUTTONS


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("no_file", "the scene has no file yet, and a farm renders files; save it first"),
        ("bad_frames", "frames '1-', column 3: the last frame is missing"),
        ("unsaved", "plain.blend has changes that are not saved; save it, or say what to do with them"),
        ("unknown_engine", "there is no engine floder:; did you mean"),
        ("early_death", "the submitter did not come up: the last word"),
        ("no_python", "the add-on's preferences name /no/python as the Python, and there is no such file"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(run: Any, case: str, sentence: str) -> None:
    assert run.told[case].startswith(f"Error: {sentence}")
    assert "Traceback" not in run.told[case]


def test_panel_and_script_send_the_same_job(run: Any) -> None:
    assert run.told["headless"] == f"folder:{run.folder}/headless"
    assert run.told["panel"].endswith(f"is with folder:{run.folder}/panel")
    assert run.job("panel") == run.job("headless")


def test_the_command_line_sends_that_job_too_byte_for_byte(run: Any) -> None:
    if not run.is_program:
        pytest.skip("the Blender on PATH may be older than this module")
    scene = str(run.folder / "shots" / "plain.blend")
    words = ["--frames", "1-2", "--chunk", "2", "--priority", "7.5", "--engine", f"folder:{run.folder}/cli"]
    assert main(["submit", scene, *words]) == 0
    assert run.job("cli") == run.job("panel")


def test_the_operator_renders_frames_through_the_local_engine(run: Any) -> None:
    if not run.is_program:
        pytest.skip("the Blender on PATH may be older than this module")
    assert run.told["local"] == "Job 1 is with local:"
    engine = engine_for("local:")
    end = time.monotonic() + 60
    while engine.status("1").state not in FINAL_STATES and time.monotonic() < end:
        time.sleep(0.05)
    assert engine.status("1").state == "done", engine.log("1", None)
    assert sorted(path.name for path in (run.folder / "shots" / "frames").iterdir()) == ["f.0001.png", "f.0002.png"]


def test_a_copy_holds_the_changes_and_the_scene_stays_open(run: Any) -> None:
    copies = [path.name for path in (run.folder / "shots").glob("plain.farm-*.blend")]
    assert len(copies) == 1
    assert copies[0].encode() in run.job("copy")
    assert b"{1..3}" in run.job("copy")
    assert b"-title {plain} " in run.job("copy")
    assert run.told["path"] == str(run.folder / "shots" / "plain.blend")


@pytest.mark.parametrize(("choice", "frames"), [("as_saved", b"{1,2}"), ("save", b"{1..3}")])
def test_as_saved_leaves_changes_out_and_save_takes_them(run: Any, choice: str, frames: bytes) -> None:
    if choice == "as_saved" and not run.is_program:
        pytest.skip("the Blender on PATH may be older than this module")
    assert frames in run.job(choice)


def test_the_dialog_opens_once_and_gets_every_change(run: Any) -> None:
    if "is_open" not in run.told:
        pytest.skip("this Python has no Qt")
    assert run.told["is_open"]
    assert run.told["one_dialog"]
    assert run.told["handed_over"] == [3, 44, 45]


def test_manifest_and_add_on_say_the_same(scripts: Path) -> None:
    manifest = (scripts / "addons" / "farmsubmit_blender" / "blender_manifest.toml").read_text()
    addon = (scripts / "addons" / "farmsubmit_blender" / "__init__.py").read_text()
    version = next(line for line in manifest.splitlines() if line.startswith("version"))
    numbers = version.split('"')[1]
    assert f'"version": ({numbers.replace(".", ", ")})' in addon
