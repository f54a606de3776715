"""What a real accounting tells of jobs that Slurm's controller has forgotten and whose journals are gone."""

from __future__ import annotations

import json
import shutil
from typing import NamedTuple

import pytest

from farmsubmit.author import Job
from farmsubmit.cli.main import main
from farmsubmit.engines.base import JobStatus, TaskStatus
from farmsubmit.engines.slurm import SlurmEngine
from farmsubmit.errors import SpoolError

pytestmark = pytest.mark.slurm
TRUE, LONG = ["true"], ["sleep", "60"]
COMMANDS = {
    "mixed": [TRUE, ["sh", "-c", "exit 7"], TRUE],
    "held": [TRUE, TRUE],
    "cancelled": [LONG],
    "died": [["sh", "-c", "kill -KILL $PPID"]],
    "requeued": [["sh", "-c", "test %r = 1 || exec sleep 60"]],
    "lost": [LONG],
}


class Over(NamedTuple):
    jid: str
    status: JobStatus
    tasks: list[TaskStatus]


def job_of(title):
    job = Job(title=title, paused=title == "held", projects=["Show1"] if title == "mixed" else [])
    parent = job.newTask(title="all", argv=TRUE)
    for argv in COMMANDS[title]:
        # Only what is to lose its node stands on the second one.
        parent.newTask(title="frame", argv=argv, service="slow" if title == "lost" else "fast")
    return job


@pytest.fixture(scope="module")
def over(accounted):
    """Jobs that came to all these ends, by title, when only the accounting knows of them."""
    ask, wait = accounted.daemons.ask, accounted.wait
    for words in (["account", "show1", "Description=x", "Organization=x"], ["user", "root", "Account=show1"]):
        accounted.daemons.accounting.manage(accounted.daemons, "add", *words)
    jids = {title: accounted.spool(job_of(title)) for title in COMMANDS}
    frames, parents = ({title: arrays(accounted, jid)[at] for title, jid in jids.items()} for at in (0, 1))
    for title in ("cancelled", "requeued", "lost"):
        wait(lambda title=title: accounted.engine.tasks(jids[title])[1].started)
    ask("scancel", frames["held"], parents["held"], frames["cancelled"])
    ask("scontrol", "update", f"JobId={frames['lost']}", "Requeue=0")
    ask("scontrol", "update", "NodeName=n2", "State=DOWN", "Reason=test")
    ask("scontrol", "requeue", f"{frames['requeued']}_0")
    # Slurm would wait two minutes before it starts it again, and a node takes nothing back within the same second.
    wait(lambda: ask("squeue", "-h", "-j", frames["requeued"], "-o", "%r") == "BeginTime")
    ask("scontrol", "update", f"JobId={frames['requeued']}", "StartTime=now+1")
    wait(lambda: not ask("squeue", "-h") + ask("sacct", "-n", "-X", "--state=PENDING,RUNNING", "--starttime=now-1hour"))
    accounted.daemons.forget_jobs()
    for jid in jids.values():
        shutil.rmtree(accounted.folder / "jobs" / jid / "journals")
    told = {status.jid: status for status in accounted.engine.jobs()}
    return {title: Over(jid, told[jid], accounted.engine.tasks(jid)) for title, jid in jids.items()}


def arrays(cluster, jid):
    return [array[0] for array in json.loads((cluster.folder / "jobs" / jid / "submitted.json").read_text())]


@pytest.mark.parametrize(
    ("title", "state", "code", "blade", "reason"),
    [
        ("mixed", "done", 0, "n1", ""),
        ("held", "error", None, "", "cancelled in Slurm before it began"),
        ("cancelled", "error", None, "n1", "Slurm: CANCELLED on n1 (by user 0), see slurm.out"),
        ("died", "error", -9, "n1", "Slurm: FAILED on n1, see slurm.out"),
        ("requeued", "done", 0, "n1", ""),
        ("lost", "error", None, "n2", "Slurm: NODE_FAIL on n2, see slurm.out"),
    ],
)
def test_the_accounting_tells_how_a_forgotten_task_ended(over, title, state, code, blade, reason):
    task = over[title].tasks[1]
    assert (task.state, task.exit_code, task.blade, task.reason) == (state, code, blade, reason)


def test_the_accounting_tells_elements_of_an_array_apart(over):
    tasks = over["mixed"].tasks
    assert [(task.state, task.exit_code) for task in tasks[1:]] == [("done", 0), ("error", 7), ("done", 0)]
    assert [task.state for task in over["held"].tasks] == ["blocked", "error", "error"]


def test_the_accounting_tells_when_a_job_ran(over):
    status, task = over["cancelled"].status, over["cancelled"].tasks[1]
    assert (status.started, status.stopped) == (task.started, task.stopped)
    assert status.spooled - 1 <= task.started <= task.stopped <= status.spooled + 60
    assert over["held"].status.started is None


def test_a_forgotten_job_is_as_its_tasks_are(over):
    states = {title: job.status.state for title, job in over.items()}
    assert [title for title, state in states.items() if state == "done"] == ["requeued"]
    assert set(states.values()) == {"done", "error"}


def test_the_command_line_shows_what_the_accounting_tells(accounted, over, capsys):
    assert main(["job", over["mixed"].jid, "--engine", accounted.engine.url]) == 0
    assert "Slurm: FAILED on n1" in capsys.readouterr().out


# --- accounts


def job_for(project):
    job = Job(title="t", projects=[project])
    job.newTask(title="t", argv=TRUE)
    return job


def test_a_project_that_is_an_account_pays(accounted, over):
    ids = ",".join(arrays(accounted, over["mixed"].jid))
    assert set(accounted.daemons.ask("sacct", "-n", "-X", "-P", "-j", ids, "-o", "Account").split()) == {"show1"}
    assert accounted.engine.known().projects == {"root", "show1"}


def test_a_project_that_is_no_account_is_told(accounted, over):
    dropped = accounted.engine.translate(job_for("show2")).dropped
    assert [each.reason for each in dropped] == [
        "no account of yours in Slurm is called show2: the default one is used"
    ]


def test_an_account_that_slurm_refuses_is_told(accounted, over):
    engine = SlurmEngine(f"{accounted.url}&account=show2")
    before = sorted((accounted.folder / "jobs").iterdir())
    with pytest.raises(SpoolError, match=r"Invalid account.*name an account of yours as the job's project"):
        accounted.spool(job_for("show1"), engine=engine)
    assert sorted((accounted.folder / "jobs").iterdir()) == before
