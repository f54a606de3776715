"""The session: from a file to problems, changes and their undo, and the way to an engine."""

from __future__ import annotations

import gc
import json
import threading
import weakref
from dataclasses import replace
from pathlib import Path

import pytest

from farmsubmit.author.elements import Job
from farmsubmit.checks import Severity
from farmsubmit.errors import AuthorError, FarmsubmitError, FrameError, RequestError, SceneError
from farmsubmit.formats.alf import to_tcl
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.request import EnvironmentRules, SubmitRequest
from farmsubmit.settings.presets import save_preset
from farmsubmit.submission.openscene import as_copy, as_saved
from farmsubmit_ui.session import Session
from farmsubmit_ui.session.memory import is_version_of
from farmsubmit_ui.session.source import read_source


def titles(session):
    return [task.title for task in session.job.subtasks]


def first_task(session):
    task = session.job.subtasks[0]
    while task.subtasks:
        task = task.subtasks[0]
    return task


# --- jobs that were replaced


@pytest.fixture
def no_collector():
    """Nothing is freed but what nobody holds."""
    was_enabled = gc.isenabled()
    gc.disable()
    yield
    if was_enabled:
        gc.enable()


def test_a_job_that_was_replaced_is_freed_without_the_collector(opened, settle, qtbot, no_collector):
    task = weakref.ref(first_task(opened))
    opened.set_row_values([opened.request.rows[0].id], "chunk", 3)
    settle(opened)
    qtbot.waitUntil(lambda: task() is None)
    assert all(child.parent is opened.job for child in opened.job.subtasks)


def test_whoever_still_has_it_keeps_its_tree(opened, settle, qtbot, no_collector):
    job, written = opened.job, to_tcl(opened.job)
    opened.set_row_values([opened.request.rows[0].id], "chunk", 3)
    settle(opened)
    qtbot.waitUntil(lambda: job.subtasks[0].parent is None)
    assert to_tcl(job) == written != to_tcl(opened.job)


def test_a_job_that_was_given_stays_as_it_is(session, finished_job, maya_facts, settle, qtbot):
    session.open_job(finished_job)
    settle(session)
    session.open_facts(maya_facts)
    settle(session)
    qtbot.wait(50)
    assert finished_job.subtasks[0].parent is finished_job


# --- opening


def test_a_scene_becomes_a_request_a_job_and_problems(opened):
    assert opened.facts.dcc == "maya"
    assert [row.on for row in opened.request.rows] == [True, True, True, False]
    assert opened.job.title == "sq02_sh010_lighting_v012"
    assert any(found.rule == "missing-files" for found in opened.problems)


def test_a_file_is_read_in_the_background_and_is_busy_until_then(session, maya_facts, settle, told):
    session.busy_changed.connect(told.append)
    session.open(maya_facts.path)
    assert session.busy and session.request is None
    settle(session)
    assert told[0] is True and told[-1] is False and session.path.name == "sq02_sh010_lighting_v012.ma"


def test_a_file_that_cannot_be_read_is_told_and_what_is_open_stays(opened, settle, told, tmp_path):
    opened.failed.connect(told.append)
    request = opened.request
    opened.open(tmp_path / "nothing.ma")
    settle(opened)
    assert "there is no file" in told[0] and opened.request is request


def test_a_request_is_opened_as_it_was_saved(opened, settle, tmp_path):
    opened.set_job_value("title", "kept")
    path = tmp_path / "r.json"
    path.write_text(json.dumps(opened.request.to_json()))
    opened.open(path)
    settle(opened)
    assert opened.job.title == "kept" and opened.origin("title") == "request"


@pytest.mark.parametrize("suffix", [".alf", ".json"])
def test_a_finished_job_is_opened_without_a_request(session, settle, finished_job, tmp_path, suffix):
    from farmsubmit.formats.jobjson import to_json

    path = tmp_path / f"job{suffix}"
    path.write_text(to_tcl(finished_job) if suffix == ".alf" else to_json(finished_job))
    session.open(path)
    settle(session)
    assert session.request is None and session.job == finished_job and session.job_value("priority") == 10


def test_the_source_says_how_it_was_read(maya_facts, tmp_path):
    assert read_source(tmp_path / "sq02_sh010_lighting_v012.ma").how == "without Maya"


def test_reading_again_keeps_what_was_changed(session, settle, maya_facts):
    session.open(maya_facts.path)
    settle(session)
    session.set_job_value("priority", 7)
    session.reload()
    settle(session)
    assert session.job.priority == 7 and session.is_changed("priority")


# --- the job


def test_an_attribute_of_the_job_is_on_the_job_at_once(opened):
    job = opened.job
    opened.set_job_value("priority", 80)
    opened.set_job_value("title", "other")
    assert opened.job is job and (job.priority, job.title) == (80, "other")


def test_a_value_of_the_wrong_kind_is_refused_and_changes_nothing(opened):
    with pytest.raises(AuthorError, match="maxactive"):
        opened.set_job_value("maxactive", "many")
    assert opened.undo_stack.count() == 0


def test_none_takes_a_value_away(opened):
    opened.set_job_value("comment", "hello")
    opened.set_job_value("comment", None)
    assert opened.job.comment is None and "comment" not in opened.request.job


def test_the_title_without_one_is_what_the_job_will_be_called(opened):
    opened.set_job_value("title", "mine")
    opened.set_job_value("title", None)
    assert opened.job_value("title") == opened.job.title == "sq02_sh010_lighting_v012"


def test_the_job_of_changed_values_is_the_one_that_is_built_anew(opened):
    from farmsubmit.tasks.build import build_request

    for name, value in (("priority", 9), ("tags", ["arnold"]), ("paused", True), ("afterjids", [12])):
        opened.set_job_value(name, value)
    assert opened.job == build_request(opened.request).job


def test_a_finished_jobs_own_attributes_can_be_changed_and_undone(session, settle, finished_job):
    session.open_job(finished_job)
    settle(session)
    session.set_job_value("priority", 99)
    assert session.job.priority == 99 and session.is_changed("priority")
    session.undo_stack.undo()
    assert session.job.priority == 10 and not session.is_changed("priority")


# --- rows


def test_frames_of_several_rows_are_one_step(opened, settle):
    ids = [row.id for row in opened.rows[:2]]
    opened.set_row_values(ids, "frames", "1-4")
    settle(opened)
    assert [str(opened.row_value(name, "frames")) for name in ids] == ["1-4", "1-4"]
    assert opened.undo_stack.count() == 1 and "beauty 1-4" in to_tcl(opened.job)


def test_frames_that_are_none_are_refused(opened):
    with pytest.raises(FrameError):
        opened.set_row_values([opened.rows[0].id], "frames", "10-x")


def test_an_unknown_row_or_field_is_refused(opened):
    with pytest.raises(RequestError, match="no row"):
        opened.set_rows_on(["nobody"], True)
    with pytest.raises(RequestError, match="frames"):
        opened.set_row_values([opened.rows[0].id], "frame", "1")


def test_rows_that_are_off_are_not_in_the_job(opened, settle):
    opened.set_rows_on([row.id for row in opened.rows[1:]], False)
    settle(opened)
    assert not any("fx_smoke" in title for title in titles(opened)) and "fx_smoke" not in to_tcl(opened.job)


def test_no_row_at_all_is_an_error_in_words_and_no_job(opened, settle):
    opened.set_rows_on([row.id for row in opened.rows], False)
    settle(opened)
    assert opened.job is None and "nothing to render" in opened.error
    assert opened.error in opened.reasons_against()


def test_a_finished_job_has_no_rows(session, settle, finished_job):
    session.open_job(finished_job)
    settle(session)
    with pytest.raises(FarmsubmitError, match="no rows"):
        session.set_rows_on(["a"], True)


# --- the rest of the request


def test_directory_maps_environment_and_options_are_in_the_job(opened, settle):
    opened.set_dirmaps([DirMap("X:/", "/x/", "NFS")])
    opened.set_environment(EnvironmentRules({"SHOW": "demo"}))
    opened.set_option("local", True)
    settle(opened)
    script = to_tcl(opened.job)
    assert "X:/" in script and "SHOW=demo" in script and "RemoteCmd" not in script


def test_a_finished_jobs_directory_maps_can_be_changed_and_undone(session, settle, finished_job):
    session.open_job(finished_job)
    settle(session)
    session.set_dirmaps([DirMap("X:/", "/x/", "NFS")])
    assert "NFS" in to_tcl(session.job) and session.dirmaps[0].zone == "NFS"
    session.undo_stack.undo()
    assert "NFS" not in to_tcl(session.job)


# --- undo


def test_undo_and_redo_go_back_and_forth_through_every_kind_of_change(opened, settle):
    states = [opened.request]
    opened.set_job_value("priority", 3)
    states.append(opened.request)
    opened.set_rows_on([opened.rows[3].id], True)
    states.append(opened.request)
    opened.set_engine("folder:/tmp")
    states.append(opened.request)
    for state in states[-2::-1]:
        opened.undo_stack.undo()
        assert opened.request == state
    for state in states[1:]:
        opened.undo_stack.redo()
        assert opened.request == state
    settle(opened)
    assert opened.job.priority == 3


def test_typing_into_one_field_is_one_step(opened):
    for text in ("a", "ab", "abc"):
        opened.set_job_value("title", text)
    assert opened.undo_stack.count() == 1
    opened.undo_stack.undo()
    assert not opened.is_changed("title")


def test_a_value_that_is_there_already_is_no_step(opened):
    opened.set_row_values([opened.rows[0].id], "frames", str(opened.rows[0].frames))
    assert opened.undo_stack.count() == 0


def test_a_new_scene_begins_without_steps(opened, maya_facts, settle, tmp_path):
    opened.set_job_value("priority", 3)
    opened.open_facts(replace(maya_facts, path=str(tmp_path / "another.ma")))
    settle(opened)
    assert opened.undo_stack.count() == 0 and opened.job_value("priority") is None


# --- edits in the tree


def test_an_edit_in_the_tree_is_kept_when_the_job_is_built_anew(opened, settle):
    opened.edit_element(first_task(opened).cmds[0], "service", "BigIron")
    opened.edit_element(first_task(opened), "title", "mine")
    job = opened.job
    opened.set_rows_on([opened.rows[2].id], False)
    settle(opened)
    assert opened.job is not job
    assert first_task(opened).title == "mine" and first_task(opened).cmds[0].service == "BigIron"


def test_an_edit_can_be_undone_and_leaves_no_trace(opened):
    before = to_tcl(opened.job)
    opened.edit_element(first_task(opened), "title", "mine")
    opened.undo_stack.undo()
    assert to_tcl(opened.job) == before


def test_an_edit_whose_task_is_gone_is_dropped_in_words(opened, settle, told):
    opened.message.connect(told.append)
    opened.edit_element(first_task(opened), "title", "mine")
    opened.set_row_values([opened.rows[0].id], "frames", "5-6")
    settle(opened)
    assert len(told) == 1 and "title" in told[0]
    assert "mine" not in to_tcl(opened.job)


def test_a_value_that_the_element_refuses_is_no_edit(opened):
    with pytest.raises(AuthorError):
        opened.edit_element(first_task(opened), "atleast", "few")
    assert opened.undo_stack.count() == 0


def test_an_element_of_another_job_cannot_be_edited(opened):
    with pytest.raises(FarmsubmitError, match="cannot be changed here"):
        opened.edit_element(Job(title="x").newTask(title="stranger"), "title", "y")


def test_editing_the_job_in_the_tree_is_setting_its_value(opened):
    opened.edit_element(opened.job, "priority", 5)
    assert opened.request.job["priority"] == 5


def test_tasks_of_one_title_are_told_apart(session, settle):
    job = Job(title="twins")
    for _ in range(3):
        job.newTask(title="same", argv=["true"], service="x")
    session.open_job(job)
    settle(session)
    session.edit_element(job.subtasks[1], "title", "middle")
    session.edit_element(job.subtasks[2], "title", "last")
    assert titles(session) == ["same", "middle", "last"]
    session.undo_stack.undo()
    assert titles(session) == ["same", "middle", "same"]


# --- origins


def test_values_know_where_they_come_from(session, maya_facts, settle, home):
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text("priority = 20\nchunk = 8\n")
    session.open_facts(maya_facts)
    settle(session)
    assert session.origin("priority").startswith("user: ") and session.origin("row.chunk").startswith("user: ")
    assert session.origin("title") == "scene" and session.origin("row.frames") == "scene"
    assert session.origin("tier") == "default"


def test_a_changed_value_is_of_this_time_until_it_is_reset(opened):
    opened.set_job_value("priority", 3)
    opened.set_row_values([opened.rows[0].id], "chunk", 2)
    assert opened.origin("job.priority") == opened.origin(f"row.{opened.rows[0].id}.chunk") == "this time"
    assert not opened.is_changed(f"row.{opened.rows[1].id}.chunk")
    opened.reset("priority")
    opened.reset("row.chunk")
    assert opened.changes() == [] and opened.rows[0].chunk == 5


def test_locks_are_told_by_the_rule_of_a_field(session, maya_facts, settle, tmp_path, monkeypatch):
    (tmp_path / "settings.toml").write_text('priority = 1\n[policy.priority]\nlock = true\nreason = "night"\n')
    monkeypatch.setenv("FARMSUBMIT_SITE", str(tmp_path))
    session.open_facts(maya_facts)
    settle(session)
    assert session.rule("job.priority").locked and session.rule("job.priority").reason == "night"


# --- presets


def test_a_preset_lies_below_what_was_changed(opened, settle, qtbot):
    from farmsubmit.settings.presets import save_preset

    save_preset("final", {"chunk": 20, "priority": 70})
    opened.set_job_value("priority", 3)
    opened.use_preset("final")
    qtbot.waitUntil(lambda: opened.preset == "final")
    settle(opened)
    assert opened.rows[0].chunk == 20 and opened.job.priority == 3
    opened.reset("priority")
    assert opened.job.priority == 70


def test_a_preset_comes_back_with_its_scene(opened, maya_facts, settle, qtbot):
    save_preset("final", {"chunk": 20})
    opened.use_preset("final")
    qtbot.waitUntil(lambda: opened.preset == "final")
    opened.reader = lambda: maya_facts
    opened.reload()
    settle(opened)
    assert opened.preset == "final" and opened.rows[0].chunk == 20
    opened.close()
    again = Session()
    again.open_facts(maya_facts)
    settle(again)
    assert again.preset == "final" and again.rows[0].chunk == 20 and not again.undo_stack.count()
    again.use_preset("")
    qtbot.waitUntil(lambda: again.preset == "")
    again.reload()
    settle(again)
    assert again.preset == "" and again.rows[0].chunk != 20
    again.close()


def test_a_preset_that_is_gone_leaves_the_scene_without_one(opened, maya_facts, settle, qtbot, home):
    path = save_preset("final", {"chunk": 20})
    opened.use_preset("final")
    qtbot.waitUntil(lambda: opened.preset == "final")
    path.unlink()
    opened.show_scene(maya_facts)
    settle(opened)
    assert opened.preset == "" and opened.rows[0].chunk != 20


def test_an_unknown_preset_is_told(opened, qtbot, told):
    opened.failed.connect(told.append)
    opened.use_preset("finel")
    qtbot.waitUntil(lambda: bool(told))
    assert "no preset" in told[0] and opened.preset == ""


def test_values_to_keep_are_those_that_differ_from_the_settings(opened):
    opened.set_job_value("priority", 3)
    opened.set_row_values([row.id for row in opened.rows], "chunk", 9)
    assert opened.values_to_keep() == {"priority": 3, "chunk": 9}


# --- the engine


def test_the_engine_is_asked_in_the_background(opened, qtbot):
    qtbot.waitUntil(lambda: opened.engine_state.state == "ok")
    assert opened.engine_state.url == "local:"


def test_an_engine_that_there_is_not_is_wrong(opened, qtbot):
    opened.set_engine("tractr:")
    qtbot.waitUntil(lambda: opened.engine_state.state == "wrong")
    assert opened.engine_state.url == "tractr:"


def test_a_folder_that_is_not_there_does_not_answer(opened, qtbot, tmp_path):
    opened.set_engine(f"folder:{tmp_path / 'nowhere'}")
    qtbot.waitUntil(lambda: opened.engine_state.state == "down")
    assert "is not there" in opened.engine_state.text


# --- to the farm


@pytest.fixture
def ready(opened, settle, tmp_path):
    """The Maya scene, going to a folder."""
    (tmp_path / "jobs").mkdir()
    opened.set_engine(f"folder:{tmp_path / 'jobs'}")
    settle(opened)
    return opened


def test_a_submission_tells_its_steps_and_arrives(ready, qtbot, told, tmp_path):
    ready.submit_step.connect(lambda name, state, text: told.append((name, state)))
    with qtbot.waitSignal(ready.submitted) as caught:
        ready.submit()
    assert caught.args[0].jid.endswith("sq02_sh010_lighting_v012")
    assert told == [
        ("check", "active"),
        ("check", "done"),
        ("copy", "skipped"),
        ("spool", "active"),
        ("spool", "done"),
        ("save", "active"),
        ("save", "done"),
    ]


def test_what_is_sent_is_what_the_tree_shows(ready, qtbot, tmp_path):
    ready.edit_element(first_task(ready), "title", "mine")
    shown = to_tcl(ready.job)
    with qtbot.waitSignal(ready.submitted):
        ready.submit()
    (script,) = (tmp_path / "jobs").iterdir()
    assert script.read_text().strip() == shown.strip()


def test_an_engine_that_is_down_is_told_and_everything_is_kept(ready, qtbot, told, tmp_path):
    (tmp_path / "jobs").rmdir()
    ready.submit_step.connect(lambda name, state, text: told.append((name, state)))
    request = ready.request
    with qtbot.waitSignal(ready.submit_failed) as caught:
        ready.submit()
    assert "is not there" in caught.args[0] and ("spool", "failed") in told and ready.request is request


def test_nothing_is_sent_after_a_cancel(ready, qtbot, tmp_path):
    with qtbot.waitSignal(ready.submit_failed) as caught:
        ready.submit()
        ready.cancel_submit()
    assert "cancelled" in caught.args[0] and not list((tmp_path / "jobs").iterdir())


def test_a_finished_job_can_be_sent(session, settle, qtbot, finished_job, tmp_path):
    session.open_job(finished_job)
    settle(session)
    session.set_engine(f"folder:{tmp_path}")
    with qtbot.waitSignal(session.submitted) as caught:
        session.submit()
    assert caught.args[0].engine == f"folder:{tmp_path}"


def test_nothing_open_is_the_reason_against_sending(session):
    assert session.reasons_against() == ["There is no job: open a scene, a request or a job."]


def test_all_reasons_against_sending_are_told(opened, settle):
    opened.set_job_value("service", "A &&")
    settle(opened)
    opened.set_field_problems("job", ["chunk: no number"])
    reasons = opened.reasons_against()
    assert any("no number" in reason for reason in reasons)
    assert len(reasons) > 1 and any(found.severity is Severity.ERROR for found in opened.problems)


def test_errors_refuse_a_submission_before_it_begins(opened, settle, qtbot):
    opened.set_job_value("service", "A &&")
    settle(opened)
    with qtbot.waitSignal(opened.submit_failed):
        opened.submit()
    assert not opened.is_sending


def test_previews_and_their_rest_are_two_jobs_in_the_right_order(ready, settle, qtbot, tmp_path):
    ready.set_option("preview_first", "first-middle-last")
    ready.set_option("preview_rest", "paused")
    settle(ready)
    assert len(ready.made) == 2 and ready.job.title.endswith("previews")
    with qtbot.waitSignal(ready.submitted) as caught:
        ready.submit()
    assert "previews" in caught.args[0].jid and len(list((tmp_path / "jobs").iterdir())) == 2


def test_the_request_survives_the_way_through_json(ready):
    assert SubmitRequest.from_json(ready.request.to_json()) == ready.request


# --- next time


def test_what_was_changed_comes_back_next_time_and_can_be_undone(opened, maya_facts, settle, told):
    opened.set_job_value("priority", 3)
    opened.set_row_values([opened.rows[1].id], "chunk", 50)
    opened.close()
    opened.message.connect(told.append)
    opened.open_facts(maya_facts)
    settle(opened)
    assert opened.job.priority == 3 and opened.rows[1].chunk == 50 and "last time" in told[0]
    opened.undo_stack.undo()
    assert opened.job_value("priority") is None and opened.changes() == []


def test_a_scene_that_is_opened_again_is_as_it_was_left(opened, maya_facts, settle):
    for priority in (3, 4):
        opened.set_job_value("priority", priority)
        opened.open_facts(maya_facts)
        settle(opened)
        assert opened.job.priority == priority and opened.changes() == ["job.priority"]


def test_a_scene_left_as_it_was_has_nothing_to_bring_back(opened, maya_facts, settle, home):
    opened.set_job_value("priority", 3)
    opened.close()
    opened.undo_stack.undo()
    opened.close()
    assert not list((home / "state" / "scenes").iterdir())


def test_a_damaged_memory_is_passed_over(opened, maya_facts, settle, home):
    opened.set_job_value("priority", 3)
    opened.close()
    for path in (home / "state" / "scenes").iterdir():
        path.write_text('{"request": {}}')
    opened.open_facts(maya_facts)
    settle(opened)
    assert opened.job_value("priority") is None


def test_only_missing_frames_are_left_as_one_step(session, settle, qtbot, tmp_path):
    from farmsubmit.scenes.facts import FrameRange, Output, SceneFacts

    for frame in (1, 2):
        (tmp_path / f"a.{frame:04d}.exr").write_bytes(b"picture")
    output = Output("Write1", file=f"{tmp_path}/a.####.exr", frames=FrameRange(1, 4))
    session.open_facts(SceneFacts("nuke", str(tmp_path / "a.nk"), outputs=(output,)))
    settle(session)
    session.cut_to_missing()
    qtbot.waitUntil(lambda: session.undo_stack.count() == 1)
    assert str(session.rows[0].frames) == "3-4"
    settle(session)
    session.undo_stack.undo()
    assert str(session.rows[0].frames) == "1-4"


def test_where_no_frame_is_missing_the_dialog_says_so(session, settle, qtbot, tmp_path):
    from farmsubmit.scenes.facts import FrameRange, Output, SceneFacts

    (tmp_path / "a.0001.exr").write_bytes(b"picture")
    output = Output("Write1", file=f"{tmp_path}/a.####.exr", frames=FrameRange(1, 1))
    session.open_facts(SceneFacts("nuke", str(tmp_path / "a.nk"), outputs=(output,)))
    settle(session)
    session.cut_to_missing()
    qtbot.waitUntil(lambda: session.undo_stack.count() == 1)
    settle(session)
    assert session.reasons_against()[0].startswith("nothing is missing of")


def test_in_a_dcc_the_scene_in_memory_is_read_again(opened, maya_facts, settle):
    opened.set_job_value("priority", 3)
    opened.reader = lambda: replace(maya_facts, renderer="vray")
    opened.reload()
    settle(opened)
    assert opened.facts.renderer == "vray" and opened.job.priority == 3


def test_in_a_dcc_the_scene_is_read_in_the_thread_of_the_widgets_once_for_many_calls(
    opened, maya_facts, settle, qtbot, told
):
    def read():
        told.append(threading.get_ident())
        return maya_facts

    opened.reader = read
    thread = threading.Thread(target=lambda: [opened.scene_changed() for _ in range(5)])
    thread.start()
    thread.join()
    opened.scene_changed()
    qtbot.waitUntil(lambda: bool(told))
    settle(opened)
    assert told == [threading.get_ident()]


def test_a_dcc_that_cannot_tell_its_scene_says_why_and_what_is_open_stays(opened, told):
    def read():
        raise SceneError("the scene was never saved")

    opened.failed.connect(told.append)
    opened.reader = read
    request = opened.request
    opened.reload()
    assert told == ["the scene was never saved"] and opened.request is request


def test_who_hears_of_other_facts_finds_them_there(opened, maya_facts, settle, told):
    opened.facts_changed.connect(lambda: told.append(opened.facts.renderer))
    opened.show_scene(replace(maya_facts, renderer="vray"))
    settle(opened)
    assert told == ["vray"]


def test_a_mistake_of_a_dccs_reader_is_a_sentence_and_what_is_open_stays(opened, told, caplog):
    opened.failed.connect(told.append)
    opened.reader = lambda: {}["x"]
    request = opened.request
    opened.reload()
    assert "KeyError" in told[0] and "stays" in told[0] and opened.request is request
    assert "could not be read" in caplog.text


def test_a_reader_may_leave_all_as_it_is(opened):
    opened.reader = lambda: None
    opened.set_job_value("priority", 3)
    opened.reload()
    assert opened.job_value("priority") == 3 and opened.undo_stack.count() == 1


def test_a_dccs_callback_asks_the_follower_in_place_of_the_reader(opened, maya_facts, qtbot, told):
    opened.reader = lambda: told.append("asked a person")
    opened.follower = lambda: told.append("asked nobody")
    opened.scene_changed()
    qtbot.waitUntil(lambda: told == ["asked nobody"])


def test_another_scene_in_the_dcc_is_opened_without_what_was_changed_in_this_one(opened, maya_facts, tmp_path, settle):
    opened.set_job_value("priority", 3)
    opened.reader = lambda: replace(maya_facts, path=str(tmp_path / "other.ma"))
    opened.reload()
    settle(opened)
    assert opened.path == tmp_path / "other.ma" and opened.job_value("priority") != 3


def test_what_was_changed_goes_on_in_the_next_version_of_a_scene(opened, maya_facts, tmp_path, settle, qtbot, told):
    save_preset("final", {"chunk": 20})
    opened.use_preset("final")
    qtbot.waitUntil(lambda: opened.preset == "final")
    settle(opened)
    opened.set_job_value("priority", 3)
    opened.set_row_values([opened.rows[0].id], "frames", "1001-1010")
    settle(opened)
    task = next(iter(opened.job.subtasks[0].subtasks))
    opened.edit_element(task, "service", "BigIron")
    opened.message.connect(told.append)
    opened.show_scene(replace(maya_facts, path=maya_facts.path.replace("_v012", "_v013")))
    settle(opened)
    assert opened.path.name == "sq02_sh010_lighting_v013.ma" and opened.job.title == "sq02_sh010_lighting_v013"
    assert opened.job.priority == 3 and opened.preset == "final"
    assert str(opened.rows[0].frames) == "1001-1010" and opened.rows[0].chunk == 20
    assert next(iter(opened.job.subtasks[0].subtasks)).service == "BigIron"
    assert any("version before" in text for text in told)
    opened.undo_stack.undo()
    settle(opened)
    assert opened.job.priority != 3 and opened.preset == "final"


def test_edits_of_the_tree_that_go_with_the_scene_of_the_dcc_are_told(opened, maya_facts, tmp_path, settle, told):
    opened.edit_element(opened.job.subtasks[0], "service", "BigIron")
    opened.message.connect(told.append)
    opened.show_scene(replace(maya_facts, path=str(tmp_path / "other.ma")))
    settle(opened)
    assert len(told) == 1 and "in the tree of sq02_sh010_lighting_v012.ma is gone" in told[0]


def test_a_version_that_has_changes_of_its_own_keeps_those(opened, maya_facts, settle):
    later = replace(maya_facts, path=maya_facts.path.replace("_v012", "_v013"))
    opened.show_scene(later)
    settle(opened)
    opened.set_job_value("priority", 5)
    opened.show_scene(maya_facts)
    settle(opened)
    opened.set_job_value("priority", 7)
    opened.show_scene(later)
    settle(opened)
    assert opened.job.priority == 5


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("/s/sh010_v001.ma", "/s/sh010_v002.ma", True),
        ("/s/v001/sh010_v001.ma", "/s/v002/sh010_v002.ma", True),
        ("/s/sh010.0001.ma", "/s/sh010.0002.ma", True),
        ("/s/sh010.ma", "/s/sh010_v001.ma", False),
        ("/s/sh010_v001.ma", "/s/sh020_v001.ma", False),
        ("/s/sh010_v001.ma", "/s/sh010_v001.ma", False),
        ("/s/sh010_v001.ma", "/s/sh010_v002.mb", False),
        ("/s/env010.ma", "/s/env020.ma", False),
    ],
)
def test_versions_of_a_scene_are_alike_but_for_their_number(one, other, is_one):
    assert is_version_of(one, other) is is_one


# --- a copy of the scene that a DCC has written


@pytest.fixture
def copied(session, maya_facts, settle, tmp_path):
    """A session on a copy of the Maya scene, which has settings of its own beside it."""
    scene = Path(maya_facts.path)
    scene.with_name(scene.name + ".farmsubmit.toml").write_text('job_title = "{{ scene }} for {{ facts.path }}"\n')
    copy = scene.with_name("sq02_sh010_lighting_v012.farm-20261121-114500.ma")
    copy.write_text("//Maya ASCII 2026 scene\n")
    session.show_scene(as_copy(replace(maya_facts, path=str(copy)), scene))
    settle(session)
    return session


def test_a_copy_keeps_the_path_of_the_scene_for_people_and_is_what_the_job_renders(copied, maya_facts):
    assert (copied.path, copied.scene) == (Path(maya_facts.path), maya_facts.path)
    assert "farm-20261121" in copied.facts.path and "farm-20261121" in to_tcl(copied.job)
    assert copied.changes() == []


def test_settings_and_title_of_a_copy_are_those_of_the_scene(copied, maya_facts):
    assert copied.job.title == f"sq02_sh010_lighting_v012 for {maya_facts.path}"


def test_a_preset_leaves_a_copy_a_copy(copied, settle, qtbot):
    save_preset("final", {"priority": 9})
    copied.use_preset("final")
    qtbot.waitUntil(lambda: copied.preset == "final")
    settle(copied)
    assert copied.job.priority == 9 and copied.job.title.startswith("sq02_sh010_lighting_v012 for ")


def test_what_was_changed_in_a_copy_comes_back_with_the_scene(copied, maya_facts, settle):
    copied.set_job_value("priority", 3)
    copied.close()
    again = Session()
    again.open_facts(maya_facts)
    settle(again)
    assert again.job_value("priority") == 3 and again.option("scene_original") is None
    again.undo_stack.undo()
    again.close()


def test_a_scene_whose_file_lacks_changes_is_warned_of(session, maya_facts, settle):
    session.show_scene(as_saved(maya_facts))
    settle(session)
    assert any(problem.rule == "unsaved-scene" for problem in session.problems)


# --- once more


@pytest.mark.parametrize("way, url", [("submit", "folder:/jobs"), ("run_here", "local:")])
def test_again_goes_where_it_went_before(opened, monkeypatch, told, way, url):
    opened.set_engine("folder:/jobs")
    monkeypatch.setattr(opened, "_send", told.append)
    getattr(opened, way)()
    opened.try_again()
    assert told == [url, url]


def test_a_lock_on_an_attribute_that_is_no_setting_is_in_the_request(
    session, maya_facts, settle, tmp_path, monkeypatch
):
    (tmp_path / "settings.toml").write_text('[policy.job.service]\nlock = "Night"\n')
    monkeypatch.setenv("FARMSUBMIT_SITE", str(tmp_path))
    session.open_facts(maya_facts)
    settle(session)
    assert session.job_value("service") == session.job.service == "Night"
    assert not any(found.rule == "policy" for found in session.problems)
