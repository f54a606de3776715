"""The one path to a farm: its steps in their order, what is kept of it, and what stops it."""

import json
from dataclasses import replace

import pytest

from farmsubmit import history, load_settings, submission
from farmsubmit.author.elements import Job
from farmsubmit.engines.base import Dropped, Engine, JobStatus, Ticket, Translation
from farmsubmit.errors import AuthorError, ChecksFailed, FarmsubmitError, SceneError, SpoolError
from farmsubmit.hooks import HookError, HookRefused
from farmsubmit.request import SubmitRequest, request_for
from farmsubmit.scenes.facts import Camera, FrameRange, Output, SceneFacts
from farmsubmit.settings import SETTINGS
from farmsubmit.submission import Submission, submit, submit_chain, submit_request, way
from farmsubmit.submission.again import again, scene_news, standing
from farmsubmit.tasks.build import Built, build_request


class Farm(Engine):
    """An engine that keeps what it is sent."""

    scheme = "farm"

    def __init__(self):
        super().__init__("//bob:secret@engine")
        self.sent = []

    def translate(self, job):
        return Translation(job, (Dropped("Job", "tier", "there are none"),))

    def spool(self, translation, info, block=False):
        if translation.payload.comment == "refuse me":
            raise SpoolError(f"{self.url} refuses")
        self.sent.append((translation.payload, info.owner))
        return Ticket(str(len(self.sent)), self.url, "http://engine/1", translation.dropped)

    def jobs(self):
        return [JobStatus(str(number), "t", "active") for number in range(1, len(self.sent) + 1)]


@pytest.fixture(autouse=True)
def farm(tmp_path, monkeypatch):
    engine = Farm()
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")
    monkeypatch.setattr(way, "engine_for", lambda url: engine)
    monkeypatch.setattr("farmsubmit.submission.again.engine_for", lambda url: engine)
    return engine


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "shots" / "light.blend"
    path.parent.mkdir()
    path.write_bytes(b"BLENDER scene")
    return path


@pytest.fixture
def request_of(scene):
    """Return a function that makes the request for the scene, with settings of this time."""

    def make(job=(), options=(), **settings):
        facts = SceneFacts(
            dcc="blender",
            path=str(scene),
            fps=24.0,
            frames=FrameRange(1, 4),
            cameras=(Camera("cam"),),
            outputs=(Output("Composite", "images", "/shows/out/b.####.png", "PNG"),),
        )
        return request_for(facts, load_settings(settings), chunk=2, job=dict(job), options=dict(options))

    return make


def job(**attributes):
    made = Job(title="night", service="linux", **attributes)
    made.newTask(title="t", argv=["/bin/true"], service="linux")
    return made


def set_hook(monkeypatch, stage, function):
    """Make a function the hook of a stage, as a configuration file does."""
    monkeypatch.setattr(way, "load_settings", lambda **given: load_settings({stage: function}))


def test_a_request_is_built_sent_and_kept(farm, request_of, scene):
    request = request_of({"priority": 7.0})
    sent = submit_request(request, owner="ann")
    assert farm.sent == [(sent.built.job, "ann")]
    assert sent.built.job == build_request(request).job
    entry = history.entry(sent.history_number)
    assert (entry.title, entry.scene, entry.jid, entry.owner) == ("light", str(scene), "1", "ann")
    assert entry.dropped == ("tier of Job: there are none",)
    assert SubmitRequest.from_json(entry.request()) == request
    assert entry.job() == sent.built.job


def test_a_request_of_which_nothing_is_missing_is_refused_and_leaves_no_trace(farm, request_of):
    request = request_of(options={"nothing_missing": True})
    off = replace(request, rows=tuple(replace(row, on=False) for row in request.rows))
    with pytest.raises(SceneError, match="nothing is missing of"):
        submit_request(off)
    assert (farm.sent, history.entries()) == ([], [])


def test_the_digest_is_that_of_the_scene_and_tells_when_it_changes(request_of, scene):
    entry = history.entry(submit_request(request_of()).history_number)
    assert scene_news(entry) == ""
    scene.write_bytes(b"another")
    assert scene_news(entry) == f"{scene} has changed since"
    scene.unlink()
    assert scene_news(entry) == f"{scene} is not there any more"


def test_a_password_in_the_url_of_an_engine_is_kept_nowhere(request_of, tmp_path):
    submit_request(replace(request_of(scene_copy="yes"), engine="farm://bob:secret@engine"))
    with pytest.raises(SpoolError):
        submit(job(comment="refuse me"))
    assert history.entry(1).engine == "farm://bob@engine"
    assert history.entry(2).reason == "farm://bob@engine refuses"
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in written if b"secret" in path.read_bytes()] == []


def test_a_finished_job_is_kept_with_its_argument_files(tmp_path):
    path = str(tmp_path / "arguments" / "a.json")
    assert submit(Built(job(), {path: "{}"})).jid == "1"
    assert history.entry(1).arguments() == {path: "{}"}
    assert history.entry(1).request() is None


def test_what_the_author_api_spools_is_kept_too():
    assert job().spool(owner="cher") == 1
    assert history.entry(1).owner == "cher"


@pytest.mark.parametrize(
    ("made", "error", "outcome", "reason"),
    [
        (lambda: Job(title="empty"), ChecksFailed, "refused", "not sent: Job 'empty': it has no tasks"),
        (lambda: job(comment="refuse me"), SpoolError, "failed", "farm://bob@engine refuses"),
    ],
)
def test_what_is_refused_or_fails_is_kept_with_the_reason(made, error, outcome, reason):
    with pytest.raises(error):
        submit(made())
    entry = history.entry(1)
    assert (entry.outcome, entry.jid) == (outcome, "")
    assert entry.reason.startswith(reason)


def test_a_request_that_cannot_be_built_is_kept_without_a_job(request_of):
    request = request_of()
    with pytest.raises(SceneError):
        submit_request(replace(request, facts=replace(request.facts, dcc="houdini")))
    assert history.entry(1).script() is None
    assert history.entry(1).request()["facts"]["dcc"] == "houdini"


def test_a_history_that_cannot_be_written_is_a_note_and_the_job_is_sent(farm, tmp_path, request_of):
    (tmp_path / "home" / "data").parent.mkdir(exist_ok=True)
    (tmp_path / "home" / "data").write_text("a file where the folder should be")
    sent = submit_request(request_of())
    assert len(farm.sent) == 1
    assert sent.history_number is None
    assert sent.notes[-1].startswith(f"it is not in the history: {tmp_path / 'home' / 'data' / 'history'} cannot be")


def test_a_request_that_json_cannot_hold_still_gets_its_own_error(request_of):
    with pytest.raises(AuthorError, match="priority"):
        submit_request(replace(request_of(), job={"priority": "high"}))


def test_a_caller_who_gets_only_a_ticket_is_told_on_standard_error(tmp_path, capsys):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "data").write_text("")
    submit(job())
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2].partition(": ")[0] for line in told] == [
        "it is sent without being kept first",
        "it is not in the history",
    ]


def test_what_a_hook_did_is_told_to_a_caller_who_gets_only_a_ticket(monkeypatch, capsys):
    set_hook(monkeypatch, "hook_before_send", lambda given: {"attributes": {"priority": 5}})
    submit(Built(job(), {}, ("built with love",)))
    assert capsys.readouterr().err.endswith(" added job.priority 5\n")
    assert history.entry(1).notes[0] == "built with love"


def test_old_submissions_go_as_the_settings_say(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HISTORY_MEGABYTES", "1")
    for _ in range(13):
        submit(job(comment="x" * 200_000))
    assert [entry.number for entry in history.entries()] == list(range(13, 3, -1))


# --- hooks


def test_the_hook_before_build_changes_the_request_and_that_is_told(request_of):
    def raise_priority(request):
        request["job"]["priority"] = 10
        request["rows"][0]["chunk"] = 4

    sent = submit_request(request_of({"priority": 50.0}, hook_before_build=raise_priority))
    assert sent.built.job.priority == 10
    assert len(sent.built.job.subtasks) == 1
    name = "test_the_hook_before_build_changes_the_request_and_that_is_told.<locals>.raise_priority"
    assert f"hook {name} changed job.priority 50 → 10" in sent.notes
    assert history.entry(1).request()["job"] == {"priority": 10.0}


def test_a_hook_may_give_back_attributes_of_the_job_and_null_takes_one_away(monkeypatch):
    set_hook(monkeypatch, "hook_before_send", lambda given: {"attributes": {"priority": 5, "comment": None}})
    submit(job(priority=9, comment="x"))
    assert (history.entry(1).job().priority, history.entry(1).job().comment) == (5.0, None)
    assert [note.partition("> ")[2] for note in history.entry(1).notes] == [
        "changed job.priority 9 → 5",
        "removed job.comment 'x'",
    ]


def test_a_hook_may_change_the_tree(monkeypatch, farm):
    def rename(given):
        given["job"]["nodes"][0]["title"] = "renamed"

    set_hook(monkeypatch, "hook_before_send", rename)
    mine = job()
    submit(mine)
    assert farm.sent[0][0].subtasks[0].title == "renamed"
    assert mine.subtasks[0].title == "t"


def test_the_hook_before_sending_sees_the_request_too(request_of):
    seen = []
    request = request_of(hook_before_send=seen.append)
    submit_request(request)
    assert seen[0]["request"] == request.to_json()


def test_a_job_that_a_hook_broke_is_checked_again(monkeypatch, farm):
    set_hook(monkeypatch, "hook_before_send", lambda given: {"attributes": {"service": "(a &&"}})
    with pytest.raises(ChecksFailed):
        submit(job())
    assert farm.sent == []


@pytest.mark.parametrize("send", [submit, lambda made: made.spool(), lambda made: submit_chain([made])])
def test_no_job_gets_past_the_hook_before_sending(monkeypatch, farm, send):
    def refuse(given):
        raise HookRefused("no project")

    set_hook(monkeypatch, "hook_before_send", refuse)
    with pytest.raises(HookRefused, match="refused: no project"):
        send(job())
    assert farm.sent == []
    assert (history.entry(1).outcome, history.entry(1).reason[-10:]) == ("refused", "no project")


@pytest.mark.parametrize(
    ("stage", "given", "words"),
    [
        ("hook_before_send", {"atributes": {}}, "gave back 'atributes', which is not known; did you mean 'attributes'"),
        ("hook_before_send", {"attributes": {"prority": 5}}, "a job that cannot be used: .*'prority'; did you mean"),
        ("hook_before_send", {"attributes": 5}, "attributes that are no object"),
        ("hook_before_send", {"job": 5}, "a job that cannot be used: this is no farmsubmit job"),
        ("hook_before_build", {"rows": []}, "a request that cannot be used: request: "),
    ],
)
def test_what_a_hook_gives_back_is_read_strictly(request_of, farm, stage, given, words):
    with pytest.raises(HookError, match=words):
        submit_request(request_of(**{stage: lambda document: given}))
    assert farm.sent == []


def test_a_request_file_brings_no_hook(request_of):
    document = request_of(hook_before_build=lambda given: {"refuse": "no"}).to_json()
    assert "hook" not in json.dumps(document)
    submit_request(SubmitRequest.from_json(document))
    document["settings"]["hook_before_build"] = "os:abort"
    with pytest.raises(FarmsubmitError, match="hook_before_build"):
        SubmitRequest.from_json(document)


# --- the scene copy


def test_the_job_renders_the_copy_under_the_title_of_the_scene(request_of, scene):
    sent = submit_request(request_of(scene_copy="yes"))
    copy = next(scene.parent.glob("light.farm-*.blend"))
    assert sent.built.job.title == "light"
    assert any(str(copy) in word for word in sent.built.job.subtasks[0].cmds[0].argv)
    entry = history.entry(1)
    assert (entry.scene, entry.scene_copy) == (str(scene), str(copy))
    assert json.loads(copy.with_name(copy.name + ".request.json").read_text()) == entry.request()
    assert entry.request()["options"]["scene_sha256"] == entry.scene_sha256


def test_work_may_go_on_and_the_copy_is_sent_again(request_of, scene):
    submit_request(request_of(scene_copy="yes"))
    scene.write_bytes(b"BLENDER work goes on")
    entry = history.entry(1)
    assert scene_news(entry).startswith(f"{scene} has changed since; {entry.scene_copy} is as it was")
    sent = submit_request(again(entry))
    assert history.entry(sent.history_number).scene_copy == entry.scene_copy
    assert len(list(scene.parent.glob("*.blend"))) == 2


def test_a_copy_that_cannot_be_made_stops_the_submission(request_of, farm, scene):
    request = request_of(scene_copy="yes")
    scene.unlink()
    with pytest.raises(SceneError, match="cannot be copied"):
        submit_request(request)
    assert farm.sent == []
    assert history.entry(1).outcome == "failed"


@pytest.mark.skipif("scene_copy_folder" not in SETTINGS, reason="the setting is not in the table yet")
def test_copies_may_stand_in_a_folder_of_their_own(request_of, tmp_path):
    submit_request(request_of(scene_copy="yes", scene_copy_folder=str(tmp_path / "copies")))
    assert len(list((tmp_path / "copies").glob("light.farm-*.blend"))) == 1


def test_frames_that_are_named_after_the_scene_are_told(request_of):
    request = request_of(scene_copy="yes")
    named = replace(request, rows=(replace(request.rows[0], output="/shows/light.####.png"),))
    assert any("light.####.png holds the name" in note for note in submit_request(named).notes)


def test_a_job_can_be_changed_as_soon_as_it_is_built_before_anything_is_checked(request_of, farm):
    def change(job):
        job.title = "mine"
        return ["changed"]

    steps = Submission(
        request_of(hook_before_send=lambda given: {"attributes": {"comment": "hooked"}}), on_built=change
    )
    steps.prepare()
    assert "changed" in steps.send().notes
    assert [(job.title, job.comment) for job, _ in farm.sent] == [("mine", "hooked")]


# --- a trial, sending again, and how it stands


def test_a_trial_runs_the_hooks_and_writes_nothing(request_of, scene, farm, tmp_path):
    request = request_of(scene_copy="yes", hook_before_send=lambda given: {"attributes": {"priority": 3}})
    trial = Submission(request, is_trial=True)
    trial.prepare()
    assert trial.built.job.priority == 3
    assert "a copy of the scene would be sent" in trial.notes
    assert [path.name for path in scene.parent.iterdir()] == ["light.blend"]
    assert not (tmp_path / "home" / "data").exists()
    with pytest.raises(ValueError, match="never sent"):
        trial.send()


def test_the_same_request_again_gives_the_same_job(request_of):
    first = submit_request(request_of())
    assert submit_request(again(history.entry(1))).built.job == first.built.job


def test_a_job_without_a_request_is_sent_again_with_its_files(tmp_path):
    path = tmp_path / "a.json"
    submit(Built(job(), {str(path): "{}"}))
    path.unlink()
    submit(again(history.entry(1)))
    assert path.read_text() == "{}"


def test_where_nothing_was_built_there_is_nothing_to_send_again():
    history.keep(history.Entry(1.0, outcome="failed", reason="no such scene"))
    with pytest.raises(FarmsubmitError, match="1 ended before there was a job; no such scene"):
        again(history.entry(1))


def test_engines_tell_how_jobs_stand_and_one_that_hangs_is_not_waited_for(farm, monkeypatch):
    import threading

    submit(job())
    found = history.entries()
    assert standing(found, 30) == {1: "active"}
    gate = threading.Event()
    monkeypatch.setattr(farm, "jobs", gate.wait)
    assert standing(found, 0.01) == {}
    gate.set()


def test_the_jobs_of_a_chain_are_kept_as_they_were_sent(farm, monkeypatch):
    monkeypatch.setattr(farm, "capabilities", replace(farm.capabilities, actions=frozenset({"delete"})))
    submit_chain((job(), job()))
    assert [history.entry(number).job().afterjids for number in (1, 2)] == [[], [1]]


def test_the_steps_can_be_taken_one_by_one(request_of, farm):
    steps = Submission(request_of())
    steps.prepare()
    assert farm.sent == []
    assert steps.translation.dropped
    assert steps.send().ticket.jid == "1"


def test_the_public_names_are_there():
    assert all(callable(getattr(submission, name)) for name in submission.__all__)
