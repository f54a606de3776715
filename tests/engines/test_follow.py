"""Waiting for a job on the command line, on a terminal and in a log, in real processes."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time

import pytest

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Return a function that writes a job script of one command line a task and returns its path."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "2")

    def script(*lines):
        path = tmp_path / "job.alf"
        tasks = [f"Task {{t{number}}} -cmds {{RemoteCmd {{{line}}}}}" for number, line in enumerate(lines, 1)]
        path.write_text("Job -title {followed} -service x -subtasks {\n" + "\n".join(tasks) + "\n}\n")
        return path

    return script


def command(*words):
    return [sys.executable, "-m", "farmsubmit", *map(str, words)]


def run(*words):
    return subprocess.run(command(*words), capture_output=True, text=True, timeout=60, check=False)


def on_a_terminal(words, until=b"", send=None):
    """Run on a terminal of its own and return (exit code, output); ``send`` is a signal to send after ``until``."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    child = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True)
    os.close(slave)
    output, end = b"", time.monotonic() + 60
    while time.monotonic() < end and select.select([master], [], [], 60)[0]:
        try:
            output += os.read(master, 65536)
        except OSError:
            break
        if send is not None and until in output:
            child.send_signal(send)
            send = None
    os.close(master)
    return child.wait(timeout=30), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output.decode())


def test_a_terminal_gets_a_bar(script):
    code, text = on_a_terminal(command("submit", script("sleep 0.5", "true", "true")))
    assert code == 0
    assert "3/3" in text
    assert "job 1 is done" in text
    assert "Traceback" not in text


def test_ctrl_c_stops_the_job_and_says_so(script):
    words = command("submit", script("sleep 60"))
    code, text = on_a_terminal(words, until=b"1 active", send=signal.SIGINT)
    assert code == 1
    assert "job 1 is killed" in text
    assert json.loads(run("jobs", "--json").stdout)[0]["state"] == "killed"


def test_a_failed_job_is_told_with_its_reason_and_the_end_of_its_log(script):
    done = run("submit", script("true", "ls /no/such/file"))
    assert done.returncode == 1
    assert "job 1 is in error" in done.stdout
    assert "failed: t2" in done.stdout
    assert "/no/such/file" in done.stdout
    assert "farmsubmit log 1:2" in done.stdout


def test_a_failed_task_is_retried_and_skipped_from_the_command_line(script, tmp_path):
    gate = tmp_path / "gate"
    run("submit", script(f"ls {gate}", "ls /no/such/file"))
    gate.touch()
    assert run("jobs", "1", "--do", "retry", "--task", "1", "--wait").returncode == 1
    assert run("jobs", "1", "--do", "skip", "--task", "2", "--wait").returncode == 0
    tasks = json.loads(run("jobs", "1", "--json").stdout)["tasks"]
    assert [task["state"] for task in tasks] == ["done", "skipped"]


def test_a_ticket_as_json_says_how_it_ended(script):
    ticket = json.loads(run("submit", script("true"), "--json").stdout)
    assert (ticket["jid"], ticket["engine"], ticket["sent"], ticket["state"]) == ("1", "local:", True, "done")


def test_a_paused_job_is_not_waited_for(script):
    assert run("submit", script("true"), "--paused").returncode == 0
    assert "paused" in run("jobs").stdout
    assert run("jobs", "1", "--do", "resume", "--wait").returncode == 0


@pytest.mark.parametrize(
    "words", [("log", "9"), ("log", "1:x"), ("jobs", "9"), ("jobs", "--do", "kill"), ("jobs", "x", "--do", "kil")]
)
def test_what_is_not_there_gets_one_sentence(script, words):
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
