"""What becomes of unsaved changes, and submitting without the dialog."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import farmsubmit
from farmsubmit.errors import SceneError


@pytest.fixture
def changed(nuke: Any, opened: Any) -> Path:
    """A scene whose Write goes elsewhere than its file says."""
    path = opened("plain.nk")
    nuke.root()._children[-1]._stored[b"file"] = b"/show/new/new_%04d.exr"
    nuke._state.modified = True
    return path


def facts(unsaved: str) -> Any:
    from farmsubmit_nuke import saving

    return saving.submitted(unsaved).facts


def test_unsaved_changes_are_refused_unless_told(changed):
    with pytest.raises(SceneError, match=r"plain\.nk has changes that are not saved"):
        facts("REFUSE")


def test_saving_submits_the_changes(nuke, changed):
    assert facts("SAVE").outputs[0].file == "/show/new/new_####.exr"
    assert b"/show/new" in changed.read_bytes()
    assert not nuke._state.modified


def test_a_copy_is_submitted_and_the_script_stays_as_it_is(nuke, changed):
    before = changed.read_bytes()
    found = facts("COPY")
    assert Path(found.path).name.startswith("plain.farm-")
    assert farmsubmit.read_scene(found.path).outputs == found.outputs
    assert (changed.read_bytes(), nuke._state.modified) == (before, True)


def test_two_copies_of_one_moment_have_two_names(changed):
    assert len({facts("COPY").path for _ in range(2)}) == 2


def test_as_saved_submits_what_the_file_holds(changed):
    assert facts("AS_SAVED") == farmsubmit.read_scene(changed)


def test_a_person_chooses_what_to_do(nuke, changed):
    from farmsubmit_nuke import saving

    nuke._state.choices = [0, 1, 2, None]
    assert [saving.ask() for _ in range(4)] == ["SAVE", "COPY", "AS_SAVED", ""]
    assert nuke._state.asked[0][0] == "Save the script"


def test_nobody_is_asked_where_nothing_was_changed(nuke, opened):
    from farmsubmit_nuke import saving

    opened("plain.nk")
    assert saving.ask() == "REFUSE"
    assert nuke._state.asked == []


def test_a_script_that_was_never_saved_is_saved_under_a_new_name(nuke, opened, tmp_path):
    from farmsubmit_nuke import saving

    opened("plain.nk")
    del nuke.root()._stored[b"name"]
    nuke._state.modified, nuke._state.new_name = True, (tmp_path / "new.nk").as_posix()
    assert facts(saving.ask()).path == str(tmp_path / "new.nk")


def test_what_nuke_says_against_saving_is_told(nuke, opened):
    opened("plain.nk")
    del nuke.root()._stored[b"name"]
    nuke._state.modified = True
    with pytest.raises(SceneError, match="cannot be saved: no file name was given"):
        facts("SAVE")


# Without the dialog.


def test_the_request_is_that_of_the_file_byte_for_byte(opened):
    from farmsubmit.settings import load_settings
    from farmsubmit_nuke import headless

    path = opened("waits.nk")
    live, file = headless.request(chunk=2), farmsubmit.read_scene(path)
    of_file = farmsubmit.request_for(file, load_settings(scene=file.path, dcc="nuke"), chunk=2)
    assert farmsubmit.to_tcl(build(live)) == farmsubmit.to_tcl(build(of_file))


def build(request: Any) -> Any:
    return farmsubmit.build(request)


def test_a_terminal_sends_the_job(opened, tmp_path):
    from farmsubmit_nuke import headless

    opened("limits.nk")
    (tmp_path / "out").mkdir(exist_ok=True)
    ticket = headless.submit(f"folder:{tmp_path / 'out'}", rows=["Limited"], frames="5-8")
    job = next((tmp_path / "out").rglob("*.alf")).read_text()
    assert ticket.engine.startswith("folder:")
    assert "Limited" in job
    assert "Movie" not in job


def test_rows_views_and_job_values_are_those_of_the_command_line(opened):
    from farmsubmit_nuke import headless

    opened("views.nk")
    made = headless.request(views=["left"], job={"priority": 7})
    assert [(row.id, row.on, row.views) for row in made.rows] == [("Both", True, ("left",)), ("Right", False, ())]
    assert json.loads(json.dumps(made.to_json()))["job"]["priority"] == 7


def test_reads_of_other_writes_are_dependencies_of_the_job(opened):
    from farmsubmit_nuke import headless

    opened("waits.nk")
    assert {row.id: row.after for row in headless.request().rows} == {
        "Denoise": (),
        "Precomp1": ("Denoise",),
        "Final": ("Precomp1",),
    }
