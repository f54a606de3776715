"""The HTTP side of the Tractor engine, against a stand-in that has only what public documents have."""

import runpy
import stat
from pathlib import Path

import pytest

import farmsubmit.engines.tractor as tractor
from farmsubmit import files
from farmsubmit.author import setEngineClientParam
from farmsubmit.engines.base import DONE, READY
from farmsubmit.engines.tractor import rows
from farmsubmit.engines.tractor.requesttable import PUBLIC, RequestTable, read_request
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SettingsError, SpoolError

SITE = runpy.run_path(str(Path(__file__).with_name("standin.py")))["SITE"]


def test_a_job_is_taken_and_found_by_its_key(site, standin, job):
    ticket = site.spool(job)
    assert standin.jobs[int(ticket.jid)]["title"] == "shot"
    assert site.engine().find("k1") == ticket.jid
    assert site.engine().find("k2") is None
    assert ticket.link == f"http://{standin.address}/tv/#jid={ticket.jid}"


def test_the_job_that_was_given_keeps_its_metadata(site, job):
    job.metadata = "mine"
    site.spool(job)
    assert job.metadata == "mine"


def test_public_requests_work_without_anything_written_down(site, standin):
    site.write({})
    engine = site.engine()
    assert engine.answer() == "Tractor"
    assert engine.known().tags == {"nuke", "arnold"}
    assert next((blade.name, blade.provides) for blade in engine.blades()) == ("Linux64", ("PixarRender", "Linux"))
    engine.eject_all("rack-1")
    engine.set_nimby("rack-1/10.0.0.1", True)


def test_the_expensive_question_for_limits_is_asked_once(site, standin):
    for _ in range(3):
        site.engine().known()
    assert sum("q=limits" in path for path in standin.asked) == 1


def test_what_no_document_shows_is_refused_in_one_sentence(site, job):
    site.write({})
    engine = site.engine()
    with pytest.raises(EngineError, match="no public document shows Tractor's request for delete; write it down as"):
        engine.control("1", "delete")
    with pytest.raises(
        SpoolError, match=r"no way to send a job to Tractor from here: tractor_http has no request spool"
    ):
        site.spool(job)
    assert engine.capabilities.actions == {"kill"} and not engine.capabilities.finds


def test_controls_reach_the_job(site, standin, job):
    jid = site.spool(job).jid
    engine = site.engine()
    for action, tids, value in (("kill", (), None), ("retry", (3, 4), None), ("skip", (), None), ("priority", (), 7.5)):
        engine.control(jid, action, tids, value)
    kept = standin.jobs[int(jid)]
    assert (kept["paused"], kept["retried"], kept["skipped"], kept["priority"]) == (True, "4", "error", 7.5)
    engine.control(jid, "delete")
    assert standin.jobs == {}


def test_what_the_engine_says_against_a_control_is_told(site):
    with pytest.raises(EngineError, match="refuses it with rc 1: no such job"):
        site.engine().control("77", "delete")


def test_jobs_tasks_commands_and_logs_are_told(site, job):
    jid = site.spool(job).jid
    engine = site.engine()
    (status,) = engine.jobs()
    assert (status.jid, status.title, status.state, status.counts, status.owner) == (
        jid,
        "shot",
        READY,
        {READY: 1},
        "bob",
    )
    assert [(task.tid, task.progress) for task in engine.tasks(jid)] == [(1, 40), (2, 100)]
    assert engine.commands(jid, 1) == [["prman", "a.rib"], ["rm", "a b"]]
    assert engine.log(jid, 2) == f"log of {jid}/2\n"
    assert engine.log(jid) == f"log of {jid}/1\nlog of {jid}/2\n"


def test_a_job_that_is_not_there_is_told(site):
    with pytest.raises(EngineError, match="Tractor has no job 5"):
        site.engine().status("5")
    with pytest.raises(EngineError, match="Tractor has no job 'x or 1=1'"):
        site.engine().status("x or 1=1")


def test_a_session_is_used_again_by_the_next_process_and_private(site, standin, job):
    site.spool(job)
    site.engine().jobs()
    assert sum("q=login" in path for path in standin.asked) == 1
    (kept,) = (files.state_dir() / "tractor").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_a_session_file_that_others_can_read_does_not_count(site, standin, job):
    site.spool(job)
    next((files.state_dir() / "tractor").iterdir()).chmod(0o644)
    site.engine().jobs()
    assert sum("q=login" in path for path in standin.asked) == 2


def test_a_session_that_the_engine_has_forgotten_is_renewed_once(site, standin, job):
    site.spool(job, key="one")
    standin.faults[:] = ["session"]
    site.spool(job, key="two")
    assert standin.keys() == ["one", "two"]


def test_a_script_that_the_engine_cannot_read_is_refused_with_its_words(site, standin, job, monkeypatch):
    monkeypatch.setattr(tractor.TractorEngine, "translate", lambda self, job: tractor.Translation(job))
    monkeypatch.setattr("farmsubmit.engines.tractor.spooling.to_tcl", lambda job: "Job {")
    with pytest.raises(SpoolError, match="refuses it with rc 1: ingress: "):
        site.spool(job, block=True)


def test_block_waits_until_the_job_can_be_seen(site, standin, job):
    assert site.spool(job, block=True).jid
    assert any("where=jid" in path for path in standin.asked)


def test_a_job_that_never_shows_is_told_to_who_waits(site, standin, job, monkeypatch):
    monkeypatch.setattr(tractor, "BLOCKING", 0.0)
    monkeypatch.setattr("farmsubmit.engines.tractor.asking.Asker.jobs", lambda *args: [])
    with pytest.raises(SpoolError, match=r"took the job as .*, and does not show it"):
        site.spool(job, block=True)


@pytest.mark.parametrize("fault", ["hang", "500", "half", "lost", "500 after", "garbage"])
def test_an_answer_that_does_not_come_means_that_the_job_may_be_there(site, standin, job, fault, hanging):
    site.engine().jobs()
    hanging(fault)
    standin.faults[:] = [fault]
    with pytest.raises(AnswerLost):
        site.spool(job)
    assert len(standin.jobs) == (fault in ("half", "lost", "500 after"))


@pytest.mark.parametrize("fault", ["hang", "500", "half", "lost", "garbage"])
def test_a_search_that_is_not_answered_never_says_that_there_is_no_job(site, standin, job, fault, hanging):
    site.spool(job)
    hanging(fault)
    standin.faults[:] = [fault]
    with pytest.raises(EngineUnreachable):
        site.engine().find("k1")


def test_an_engine_that_is_down_has_not_got_the_job(site, standin, job):
    standin.down()
    try:
        with pytest.raises(EngineUnreachable) as told:
            site.spool(job)
    finally:
        standin.up()
    assert not isinstance(told.value, AnswerLost)


def test_a_job_whose_id_is_not_told_is_looked_for(site, standin, job, monkeypatch):
    real = standin.site_spool
    standin.site_spool = lambda query, body: (real(query, body)[0], {"rc": 0})
    assert site.spool(job).jid == str(next(iter(standin.jobs)))


def test_a_job_whose_id_is_not_told_and_that_cannot_be_looked_for_may_be_there(site, standin, job):
    real = standin.site_spool
    standin.site_spool = lambda query, body: (real(query, body)[0], {"rc": 0})
    standin.faults[:] = ["", "500"]
    with pytest.raises(AnswerLost, match=r"did not tell its id, and .* answers with status 500"):
        site.spool(job)


def test_rows_without_metadata_never_tell_that_a_job_is_there(site, standin, job):
    site.spool(job)
    next(iter(standin.jobs.values())).pop("metadata")
    standin.site_jobs = lambda query, body: (200, list(standin.jobs.values()))
    with pytest.raises(EngineError, match="hold no metadata"):
        site.engine().find("other")


def test_a_request_that_does_not_mind_the_clause_gives_no_job_of_others(site, standin, job):
    site.spool(job)
    standin.site_jobs = lambda query, body: (200, list(standin.jobs.values()))
    assert site.engine().find("other") is None


def test_a_password_goes_only_as_the_site_has_it(site, standin, job, monkeypatch, capsys):
    standin.password = "s3cret"
    monkeypatch.setenv("TRACTOR_PASSWORD", "s3cret")
    monkeypatch.setenv("TRACTOR_DEBUG", "1")
    with pytest.raises(SettingsError, match="no public document shows how a password is sent"):
        site.spool(job)
    site.write({**SITE, "password": "{challenge}|{password}"})
    assert site.spool(job).jid
    shown = capsys.readouterr().err
    assert "q=login" in shown and "s3cret" not in shown and b"s3cret".hex() not in shown


def test_a_login_that_is_refused_is_told_without_the_password(site, standin, job, monkeypatch):
    standin.password = "s3cret"
    site.write({**SITE, "password": "{challenge}|{password}"})
    monkeypatch.setenv("TRACTOR_PASSWORD", "wr0ng")
    with pytest.raises(SpoolError, match=r"does not let bob in: .*password required") as told:
        site.spool(job)
    assert "wr0ng" not in str(told.value)


def test_debug_shows_requests_without_the_session(site, standin, capsys):
    setEngineClientParam(debug=True)
    site.engine().jobs()
    shown = capsys.readouterr().err
    assert "/site/jobs?where=" in shown and not any(tsid in shown for tsid in standin.sessions)


@pytest.mark.parametrize("name", list(PUBLIC))
def test_every_public_request_is_one_that_the_stand_in_knows(standin, name):
    filled = {"user": "bob", "jid": "1", "blade": "b", "value": "1", "tsid": "t"}
    path, query = read_request(name, PUBLIC[name]).filled(filled)
    status, _ = standin.answer(path, dict(query), b"")
    assert status in (200, 403)


@pytest.mark.parametrize(
    ("requests", "why"),
    [
        ({"spol": "POST /a"}, "there is no request 'spol'; did you mean 'spool'"),
        ({"delete": "http://evil/"}, "delete is no request"),
        ({"delete": "GET //evil host"}, "delete is no request"),
        ({"delete": "GET /a?j={job}"}, r"delete has no field \{job\}"),
        ({"spool": "GET /a"}, "spool makes a job, so it is a POST"),
    ],
)
def test_a_request_that_is_wrong_is_refused_with_its_place(requests, why):
    with pytest.raises(SettingsError, match=why):
        RequestTable(requests)


def test_values_are_quoted_and_empty_parameters_left_out():
    request = read_request("delete", "GET /jobs/{jid}?q=x&u={user}&t={tsid}")
    assert request.filled({"jid": "a/../b", "user": "", "tsid": "1&2"}) == (
        "/jobs/a%2F..%2Fb",
        [("q", "x"), ("t", "1&2")],
    )


def test_a_site_may_have_the_script_in_a_form(site, standin, job):
    site.write({**SITE, "spool": "POST /site/spool?script={script}&tsid={tsid}"})
    site.spool(job)
    assert standin.asked[-1] == "/site/spool" and standin.keys() == ["k1"]


def test_times_and_states_are_read_tolerantly():
    assert rows.seconds("2014-02-17 08:16:53-08") == rows.seconds("2014-02-17T16:16:53+00:00") == 1392653813.0
    assert rows.seconds("") is rows.seconds("soon") is rows.seconds(0) is None
    assert rows.job_status({"jid": 3, "numdone": 2, "numtasks": 2}).state == DONE
    with pytest.raises(EngineError, match="tells no tid and state: it has title"):
        rows.task_status({"title": "x"})
