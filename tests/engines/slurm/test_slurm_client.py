"""What the engine makes of what Slurm's programs say, shown by stand-ins for these programs."""

from __future__ import annotations

import json
import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.author import Job
from farmsubmit.engines import batch
from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.batch.journals import Journals, Noted
from farmsubmit.engines.slurm import SlurmEngine
from farmsubmit.engines.slurm.client import Client
from farmsubmit.engines.slurm.elements import read_accounting
from farmsubmit.engines.slurm.submission import ranges
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")
CONFIG = "MaxArraySize            = 4\nMaxJobCount             = 10000\n"


class StandIns:
    """Programs that note their words and say what they were told to."""

    def __init__(self, folder):
        self.folder = folder
        self.say("scontrol", 'case "$*" in "show config") cat "$0.config";; esac')
        (folder / "scontrol.config").write_text(CONFIG)
        self.say("sbatch", 'n=$(cat "$0.calls" | wc -l); echo $((n + 10))')
        for name in ("squeue", "scancel"):
            self.say(name, "exit 0")
        self.say("sacct", 'echo "Slurm accounting storage is disabled" >&2; exit 1')

    def say(self, name, text):
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "$@" >> "$0.calls"\n{text}\n')
        path.chmod(0o755)

    def calls(self, name):
        path = self.folder / f"{name}.calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def programs(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    return StandIns(tmp_path / "bin")


@pytest.fixture
def engine(programs, tmp_path):
    return SlurmEngine(f"?folder={tmp_path}/jobs")


def frames(count):
    job = Job(title="frames")
    parent = job.newTask(title="movie", argv=["true"])
    for frame in range(count):
        parent.newTask(title=str(frame), argv=["true"])
    return job


def spool(engine, job, key="k1"):
    return engine.spool(engine.translate(job), SpoolInfo("me", "here", spoolcwd="/", key=key)).jid


def finish(engine, jid, tids, state="done"):
    for tid in tids:
        line = json.dumps({"event": "end", "time": 2.0, "state": state, "code": 0 if state == "done" else 3})
        (engine._location.folder / jid / "journals" / f"{tid}.jsonl").write_text(line + "\n")


# --- sending


def test_a_step_is_cut_into_arrays_as_large_as_slurm_allows(engine, programs):
    spool(engine, frames(6))
    arrays = [word for call in programs.calls("sbatch") for word in call.split() if word.startswith("--array")]
    assert arrays == ["--array=0-3", "--array=0-1", "--array=0"]
    assert "--dependency=afterok:11:12" in programs.calls("sbatch")[2]


def test_all_arrays_are_sent_on_hold_and_released_together(engine, programs):
    spool(engine, frames(2))
    assert all("--hold" in call for call in programs.calls("sbatch"))
    assert programs.calls("scontrol")[-1] == "release 11,12"


def test_the_key_stands_in_the_comment_and_finds_the_job(engine, programs):
    jid = spool(engine, frames(1), key="abc-1")
    assert f"--comment=farmsubmit {jid} abc-1" in programs.calls("sbatch")[0]
    assert (engine.find("abc-1"), engine.find("other")) == (jid, None)


def test_tasks_get_nothing_of_the_submitter_s_environment(engine, programs, monkeypatch):
    monkeypatch.setenv("SECRET", "s3cret")
    programs.say("sbatch", 'env > "$0.env"; echo 1')
    spool(engine, frames(1))
    assert "s3cret" not in (programs.folder / "sbatch.env").read_text()


def test_what_was_submitted_is_taken_back_where_a_later_array_is_refused(engine, programs):
    refuse = 'echo "sbatch: error: Batch job submission failed: Invalid feature specification" >&2; exit 1'
    programs.say("sbatch", f'test $(cat "$0.calls" | wc -l) = 1 && {{ echo 11; exit; }}; {refuse}')
    with pytest.raises(SpoolError, match="Invalid feature specification; the service asks for a feature"):
        spool(engine, frames(1))
    assert programs.calls("scancel") == ["11"]
    assert engine.jobs() == [] and not any(engine._location.folder.iterdir())


def test_an_answer_that_is_lost_is_said_so_and_the_job_taken_back(engine, programs):
    engine._client = Client(seconds=0.3)
    programs.say("sbatch", "exec sleep 20")
    programs.say("squeue", 'echo "77|farmsubmit 1 k1"; echo "78|of somebody else"')
    with pytest.raises(AnswerLost, match=r"did not answer sbatch within 0\.3 s"):
        spool(engine, frames(1))
    assert programs.calls("scancel")[-1] == "77"


def test_a_job_that_waits_for_an_unknown_one_is_refused(engine):
    job = frames(1)
    job.afterjids = [9]
    with pytest.raises(SpoolError, match="waits for another: there is no job 9"):
        spool(engine, job)


# --- asking


def test_a_machine_without_slurm_is_told(engine, programs, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EngineUnreachable, match="scontrol is not on this machine"):
        engine.answer()
    assert engine.translate(frames(1)).dropped == ()


def test_a_controller_that_is_down_is_unreachable(engine, programs):
    text = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"
    programs.say("scontrol", f'echo "{text}" >&2; exit 1')
    with pytest.raises(EngineUnreachable, match="Unable to contact"):
        engine.known()


def test_journals_say_how_tasks_stand_where_slurm_has_forgotten_them(engine, programs):
    jid = spool(engine, frames(2))
    finish(engine, jid, [1, 2, 3])
    programs.say("squeue", 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1')
    assert (engine.status(jid).state, engine.status(jid).stopped) == ("done", 2.0)


@pytest.mark.parametrize(
    ("line", "state", "reason"),
    [
        ("11_0|PENDING|Resources|", "ready", "Resources"),
        ("11_0|PENDING|Dependency|", "ready", "Dependency"),
        ("11_0|RUNNING|None|n1", "active", ""),
        ("11_0|TIMEOUT|TimeLimit|n1", "error", "Slurm: TIMEOUT on n1 (TimeLimit), see slurm.out"),
        ("11_0|NODE_FAIL|None|n1", "error", "Slurm: NODE_FAIL on n1, see slurm.out"),
        ("11_0|CANCELLED|None|", "error", "cancelled in Slurm before it began"),
        ("11_0|CANCELLED|None|n1", "error", "Slurm: CANCELLED on n1, see slurm.out"),
        ("11_0|COMPLETED|None|n1", "done", ""),
    ],
)
def test_slurm_says_what_the_journal_does_not(engine, programs, line, state, reason):
    jid = spool(engine, frames(1))
    programs.say("squeue", f'echo "{line}"')
    task = engine.tasks(jid)[1]
    assert (task.state, task.reason) == (state, reason)


def test_slurm_is_asked_once_for_all_jobs(engine, programs):
    jids = [spool(engine, frames(1), key=name) for name in ("k1", "k2", "k3")]
    finish(engine, jids[1], [1, 2])
    (engine._location.folder / jids[2] / "tree.json").write_text("{")
    before = len(programs.calls("squeue"))
    assert [(job.jid, job.state) for job in engine.jobs()] == [(jids[0], "error"), (jids[1], "done")]
    assert len(programs.calls("squeue")) - before == len(programs.calls("sacct")) == 1


def test_a_journal_that_had_ended_is_read_again_where_it_was_changed(engine, programs):
    jid = spool(engine, frames(1))
    finish(engine, jid, [2])
    assert engine.tasks(jid)[1].state == "done"
    with (engine._location.folder / jid / "journals" / "2.jsonl").open("a") as stream:
        stream.write('{"event": "start", "time": 9.0, "host": "n3"}\n')
    programs.say("squeue", 'echo "11_0|RUNNING|None|n3"')
    assert [(task.state, task.blade) for task in engine.tasks(jid)[1:]] == [("active", "n3")]


def test_a_journal_that_had_ended_is_not_read_again(tmp_path, monkeypatch):
    (tmp_path / "journals").mkdir()
    (tmp_path / "journals" / "1.jsonl").write_text('{"event": "end", "state": "done", "code": 0}\n')
    journals = Journals()
    noted = journals.read(tmp_path, 1, "11_0")
    monkeypatch.setattr(batch.journals, "read_journal", lambda folder, tid: Noted("read again"))
    assert (journals.read(tmp_path, 1, "11_0"), noted.state) == (noted, "done")
    assert journals.read(tmp_path, 1, "12_0").state == "read again"


def test_a_task_that_ends_while_it_is_looked_at_is_told_by_its_journal(engine, programs):
    jid = spool(engine, frames(1))
    path = engine._location.folder / jid / "journals" / "2.jsonl"
    event = '{"event": "end", "state": "error", "code": 3, "reason": "exit code 3"}'
    programs.say("squeue", f"echo '{event}' > {path}; echo '11_0|FAILED|NonZeroExitCode|n1'")
    task = engine.tasks(jid)[1]
    assert (task.exit_code, task.reason) == (3, "exit code 3")


@pytest.mark.parametrize(
    ("line", "state", "code", "reason"),
    [
        ("11_0|OUT_OF_MEMORY|0:125|n2|10|20", "error", None, "Slurm: OUT_OF_MEMORY on n2, see slurm.out"),
        ("11_0|TIMEOUT|0:0|n2|10|20", "error", None, "Slurm: TIMEOUT on n2, see slurm.out"),
        ("11_0|FAILED|127:0|n2|10|20", "error", 127, "Slurm: FAILED on n2, see slurm.out"),
        ("11_[0-3%2]|CANCELLED by 7|0:0|None assigned|None|20", "error", None, "cancelled in Slurm before it began"),
        # The accounting has not heard of the end, or never will.
        ("11_0|RUNNING|0:0|n2|10|Unknown", "error", None, "cancelled in Slurm before it began"),
        ("11_0|RUNNING|0:0", "error", None, "cancelled in Slurm before it began"),
        ("", "error", None, "cancelled in Slurm before it began"),
    ],
)
def test_the_accounting_knows_what_slurm_has_forgotten(engine, programs, line, state, code, reason):
    jid = spool(engine, frames(1))
    programs.say("sacct", f'echo "{line}"')
    task = engine.tasks(jid)[1]
    assert (task.state, task.exit_code, task.reason) == (state, code, reason)
    assert engine.tasks(jid)[0].state == "blocked"


def test_a_task_that_began_and_that_nobody_knows_is_in_error(engine, programs):
    jid = spool(engine, frames(1))
    path = engine._location.folder / jid / "journals" / "2.jsonl"
    path.write_text('{"event": "start", "time": 5.0, "host": "n1"}\n')
    programs.say("sacct", 'echo "11_0|RUNNING|0:0|n1|5|Unknown"')
    task = engine.tasks(jid)[1]
    assert (task.state, task.started, task.reason[:22]) == ("error", 5.0, "Slurm has forgotten it")


def test_the_accounting_adds_the_end_of_what_slurm_still_has(engine, programs):
    jid = spool(engine, frames(1))
    programs.say("squeue", 'echo "11_0|FAILED|NonZeroExitCode|n1"')
    programs.say("sacct", 'echo "11_0|FAILED|127:0|n1|10|20"; echo "$SLURM_TIME_FORMAT" > "$0.form"')
    task = engine.tasks(jid)[1]
    assert (task.exit_code, task.started, task.stopped) == (127, 10.0, 20.0)
    assert task.reason == "Slurm: FAILED on n1 (NonZeroExitCode), see slurm.out"
    assert (programs.folder / "sacct.form").read_text() == "%s\n"


def test_an_accounting_that_does_not_answer_is_not_asked_at_each_look(engine, programs):
    jid = spool(engine, frames(1))
    assert [engine.status(jid).state for _ in range(3)] == ["error"] * 3
    assert len(programs.calls("sacct")) == 1


@given(st.sets(st.integers(0, 60)), st.integers(0, 9))
def test_the_elements_of_a_line_are_those_that_it_was_written_for(indices, throttle):
    names = f"7_[{ranges(indices)}{f'%{throttle}' if throttle else ''}]"
    assert read_accounting(f"{names}|CANCELLED|0:0||").keys() == {f"7_{at}" for at in indices}


# --- accounts


CHARGED = CONFIG + "ClusterName             = farm\nAccountingStorageType   = accounting_storage/slurmdbd\n"


@pytest.fixture
def accounts(programs):
    (programs.folder / "scontrol.config").write_text(CHARGED)
    programs.say("sacctmgr", 'echo "farm|show1"; echo "farm|show2"; echo "other|show3"')
    return programs


@pytest.mark.parametrize(
    ("projects", "account", "dropped"),
    [
        (["SHOW1"], ["show1"], ""),
        (["show3", "show2"], ["show2"], "a Slurm job has one account: it is show2"),
        (["show3"], [], "no account of yours in Slurm is called show3"),
        ([], [], ""),
    ],
)
def test_the_first_project_that_is_an_account_pays(engine, accounts, projects, account, dropped):
    job = frames(1)
    job.projects = projects
    told = engine.translate(job).dropped
    assert [each.reason[: len(dropped)] for each in told] == ([dropped] if dropped else [])
    spool(engine, job)
    words = accounts.calls("sbatch")[0].split()
    assert [word for word in words if word.startswith("--account")] == [f"--account={name}" for name in account]


def test_an_account_in_the_url_goes_before_projects(accounts, tmp_path):
    engine = SlurmEngine(f"?folder={tmp_path}/jobs&account=show2")
    job = frames(1)
    job.projects = ["show1"]
    spool(engine, job)
    assert "--account=show2 " in accounts.calls("sbatch")[0]
    assert engine.known().projects is None


def test_accounts_are_the_projects_that_are_known(engine, accounts):
    assert engine.known().projects == {"show1", "show2"}
    assert engine.known().any_case
    accounts.say("sacctmgr", "exit 1")
    assert engine.known().projects is None


def test_a_retry_sends_the_failed_rows_only_and_what_waits_for_them(engine, programs):
    jid = spool(engine, frames(3))
    finish(engine, jid, [2, 4])
    finish(engine, jid, [3], "error")
    programs.say("squeue", 'echo "12_0|CANCELLED|DependencyNeverSatisfied|"')
    engine.control(jid, "retry")
    again = programs.calls("sbatch")[2:]
    assert "--array=1 " in again[0] and "--dependency" not in again[0]
    assert "--array=0 " in again[1] and "--dependency=afterok:13 " in again[1]
    programs.say("squeue", 'echo "13_1|PENDING|Resources|"; echo "14_0|PENDING|Dependency|"')
    assert [task.state for task in engine.tasks(jid)] == ["blocked", "done", "ready", "done"]


def test_what_waits_for_another_failed_task_is_not_sent_again(engine, programs):
    jid = spool(engine, frames(2))
    finish(engine, jid, [2, 3], "error")
    programs.say("squeue", 'echo "12_0|CANCELLED|DependencyNeverSatisfied|"')
    engine.control(jid, "retry", [2])
    assert ["--array=0 " in call for call in programs.calls("sbatch")[2:]] == [True]
    assert [task.state for task in engine.tasks(jid)][::2] == ["blocked", "error"]


def test_a_skip_sends_what_slurm_is_about_to_give_up(engine, programs):
    jid = spool(engine, frames(1))
    finish(engine, jid, [2], "error")
    programs.say("squeue", 'echo "12_0|PENDING|Dependency|"')
    engine.control(jid, "skip", [2])
    assert programs.calls("scancel") == ["12_0"]
    assert "--dependency" not in programs.calls("sbatch")[2]


def test_a_job_behind_one_with_errors_is_refused(engine, programs):
    jid = spool(engine, frames(2))
    finish(engine, jid, [2], "error")
    programs.say("squeue", 'echo "11_1|RUNNING|None|n1"')
    job = frames(1)
    job.afterjids = [int(jid)]
    with pytest.raises(SpoolError, match="which is active, with tasks in error; retry that first"):
        spool(engine, job, key="k2")


def test_a_retry_of_a_job_without_errors_is_refused(engine, programs):
    jid = spool(engine, frames(1))
    with pytest.raises(EngineError, match="no task of job 1 is in error"):
        finish(engine, jid, [1, 2]) or engine.control(jid, "retry")


def test_a_job_is_not_changed_while_its_last_commands_run(engine, programs):
    job = frames(1)
    job.newPostscript(argv=["true"])
    jid = spool(engine, job)
    finish(engine, jid, [2], "error")
    programs.say("squeue", 'echo "12_0|CANCELLED|DependencyNeverSatisfied|"; echo "13_0|RUNNING|None|n1"')
    for action in ("retry", "skip"):
        with pytest.raises(EngineError, match="is running its last commands"):
            engine.control(jid, action, [2])


def test_a_retry_that_slurm_refuses_changes_nothing(engine, programs):
    jid = spool(engine, frames(1))
    finish(engine, jid, [2], "error")
    programs.say("sbatch", 'echo "sbatch: error: no" >&2; exit 1')
    before = engine.tasks(jid)
    with pytest.raises(SpoolError, match="refused"):
        engine.control(jid, "retry")
    assert engine.tasks(jid) == before


def test_logs_come_in_script_order_with_the_job_s_own_last(engine):
    jid = spool(engine, frames(1))
    for tid in (0, 1, 2):
        (engine._location.folder / jid / "logs" / f"{tid}.log").write_text(f"log of {tid}\n")
    assert engine.log(jid) == "log of 1\nlog of 2\nlog of 0\n"
    assert engine.log(jid, 2) == "log of 2\n"


@pytest.mark.parametrize("call", ["log", "commands"])
def test_a_task_that_is_not_there_is_named(engine, call):
    jid = spool(engine, frames(1))
    with pytest.raises(EngineError, match="has no task 9; it has 1 to 2"):
        getattr(engine, call)(jid, 9)


@pytest.mark.parametrize(
    ("words", "problem"),
    [(["stop"], "no action 'stop'"), (["priority"], "needs a number"), (["pause", [1]], "takes a whole job")],
)
def test_what_makes_no_sense_is_refused(engine, words, problem):
    with pytest.raises(EngineError, match=problem):
        engine.control("1", *words)


def test_a_damaged_file_is_named(engine):
    jid = spool(engine, frames(1))
    (engine._location.folder / jid / "tree.json").write_text("{")
    with pytest.raises(EngineError, match=r"tree\.json is damaged"):
        engine.status(jid)
