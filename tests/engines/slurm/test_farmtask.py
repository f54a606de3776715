"""The wrapper that runs a task on a node, without any Slurm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from farmsubmit import files

WRAPPER = str(files.shipped("wrappers", "farmtask.py"))
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Slurm's nodes are not Windows")


class Node:
    """A job's folder, and the wrapper run as the batch script would."""

    def __init__(self, folder):
        self.folder = folder
        self.job = {"jid": 7, "cwd": str(folder), "zone": "NFS", "project": "default"}
        for name in ("tables", "journals", "logs"):
            (folder / name).mkdir()

    def write(self, row):
        (self.folder / "tables" / "env.json").write_text('{"A": "1"}')
        (self.folder / "job.json").write_text(json.dumps(self.job))
        (self.folder / "tables" / "0-0.json").write_text(json.dumps({"3": row}))

    def start(self, *commands, cleanup=(), row=None, **env):
        self.write(row or {"tid": 1, "cmds": list(commands), "cleanup": list(cleanup)})
        environment = {"PATH": os.environ["PATH"], "SLURM_ARRAY_TASK_ID": "3", "SLURMD_NODENAME": "n1", **env}
        argv = [sys.executable, "-S", "-E", WRAPPER, str(self.folder), "0-0"]
        return subprocess.Popen(argv, env=environment, stderr=subprocess.PIPE, text=True)

    def run(self, *commands, **options):
        process = self.start(*commands, **options)
        errors = process.communicate(timeout=60)[1]
        assert errors == ""
        return process.returncode

    def log(self, tid=1):
        return (self.folder / "logs" / f"{tid}.log").read_text()

    def output(self):
        return [line for line in self.log().splitlines() if not line.startswith("#")]

    def events(self, tid=1):
        path = self.folder / "journals" / f"{tid}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]

    def end(self):
        return self.events()[-1]

    def note(self, tid, **event):
        (self.folder / "journals" / f"{tid}.jsonl").write_text(json.dumps(event) + "\n")


@pytest.fixture
def node(tmp_path):
    return Node(tmp_path)


def command(*argv, **options):
    return {"cid": 5, "argv": list(argv), **options}


def shell(text, **options):
    return command("sh", "-c", text, **options)


def test_commands_run_in_order_and_the_journal_says_how_it_went(node):
    assert node.run(shell("echo one"), shell("echo two")) == 0
    assert node.output() == ["one", "two"]
    start, end = node.events()
    assert (start["event"], start["host"], end["state"], end["code"]) == ("start", "n1", "done", 0)


def test_the_first_failure_ends_the_commands_but_not_the_cleanup(node):
    assert node.run(shell("exit 3"), shell("echo never"), cleanup=[shell("exit 1"), shell("echo cleanup")]) == 3
    assert node.output() == ["cleanup"]
    assert (node.end()["state"], node.end()["reason"]) == ("error", "exit code 3")


@pytest.mark.parametrize(
    ("argv", "code", "reason"),
    [
        (["no-such-program"], 127, "cannot start 'no-such-program': not found on PATH"),
        (["/no/such/program"], 127, "cannot start '/no/such/program': there is no such file"),
        (["/"], 126, "cannot start '/': Permission denied"),
    ],
)
def test_a_program_that_does_not_start_is_told(node, argv, code, reason):
    assert node.run(command(*argv)) == code
    assert node.end()["reason"] == reason


def test_a_program_that_dies_by_a_signal_is_a_failure_for_slurm(node):
    assert node.run(shell("kill -SEGV $$")) == 128 + signal.SIGSEGV
    assert node.end()["reason"] == "ended by signal 11"


def test_words_take_what_only_the_node_knows(node):
    node.note(2, event="start", host="n9")
    words = [
        "echo",
        "a",
        ["on-", ["hosts", 2]],
        [["hosts", 1]],
        ["r", ["recover", ""]],
        [["map", {"": "/a", "NFS": "/b"}]],
    ]
    assert node.run(command("echo", words=words), SLURM_RESTART_COUNT="2") == 0
    assert node.output() == ["a on-n9 n1 r1 /b"]


def test_host_options_become_words_of_their_own(node):
    words = ["printf", "%s,", [["hostoptions", 1]]]
    node.run(command("printf", words=words))
    assert node.log().splitlines()[1].startswith("-h,n1,")


def test_a_word_that_cannot_be_read_fails_the_task_with_the_reason(node):
    assert node.run(command("echo", words=["echo", [["problem", "a lone percent sign"]]])) == 126
    assert node.end()["reason"] == "a lone percent sign"


def test_the_environment_is_the_job_s_unless_the_command_has_one(node):
    node.run(shell("echo $A $B $TR_ENV_JID $TR_ENV_TID $TR_ENV_CID"), shell("echo [$A] $B", env={"B": "2"}))
    assert node.output() == ["1 7 1 5", "[] 2"]


def test_a_message_goes_to_standard_input(node):
    node.run(command("cat", msg="hello\n"), command("cat"))
    assert node.output() == ["hello"]


@pytest.mark.parametrize("line", ["TR_PROGRESS 40%", "ALF_PROGRESS  40 %", "R90000 40%", "  40% done - 3 rays/pixel"])
def test_progress_is_read_from_the_output(node, line):
    node.run(command("echo", line))
    assert [event["percent"] for event in node.events() if event["event"] == "progress"] == [40]


def test_a_program_may_choose_its_exit_status(node):
    assert node.run(shell("echo TR_EXIT_STATUS 4")) == 4
    assert node.run(shell("echo TR_EXIT_STATUS 0; exit 1")) == 0


def test_exit_codes_to_retry_start_a_command_again_three_times(node):
    assert node.run(shell("echo x; exit 5", retryrc=[5])) == 5
    assert node.output() == ["x"] * 4
    assert node.end()["reason"] == "exit code 5, after 3 automatic retries"


@pytest.mark.parametrize(
    ("text", "limits", "reason"),
    [
        ("exec sleep 60", {"maxrunsecs": 0.2}, "longer than its maxrunsecs of 0.2"),
        ("exit 0", {"minrunsecs": 30}, "sooner than its minrunsecs of 30"),
    ],
)
def test_a_command_that_runs_too_long_or_too_short_fails(node, text, limits, reason):
    assert node.run(shell(text, **limits)) != 0
    assert reason in node.end()["reason"]


def test_a_task_that_slurm_ends_kills_its_processes_and_cleans_up(node):
    process = node.start(shell("echo began; exec sleep 60"), cleanup=[shell("echo cleanup")])
    end = time.monotonic() + 30
    while not (node.folder / "logs" / "1.log").exists() or "began" not in node.output():
        assert time.monotonic() < end
        time.sleep(0.02)
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert node.output() == ["began", "cleanup"]
    assert node.end()["reason"].startswith("killed")


def test_a_skipped_task_does_not_run(node):
    node.note(1, event="skip")
    assert node.run(shell("echo never")) == 0
    assert not (node.folder / "logs" / "1.log").exists()


def test_the_built_in_command_deletes_files_only(node):
    (node.folder / "a").touch()
    assert node.run(command("TractorBuiltIn", "File", "delete", "a", "gone")) == 0
    assert not (node.folder / "a").exists()
    assert node.run(command("TractorBuiltIn", "File", "delete", "logs")) == 1


@pytest.mark.parametrize(
    ("state", "mark", "ran"),
    [("done", "", ["done", "always", "clean"]), ("error", "", ["error", "always"]), ("done", "killed", ["clean"])],
)
def test_postscripts_run_by_outcome_and_a_job_in_error_is_not_cleaned(node, state, mark, ran):
    node.note(1, event="end", state=state)
    if mark:
        (node.folder / mark).touch()
    after = [shell(f"echo {when}", when=when) for when in ("done", "error", "always")]
    row = {"tid": 0, "tids": [1], "postscript": after, "cleanup": [shell("echo clean")]}
    assert node.run(row=row) == 0
    assert [line for line in node.log(0).splitlines() if not line.startswith("#")] == ran


def test_it_is_python_of_3_6():
    import ast

    ast.parse(Path(WRAPPER).read_text("utf-8"), feature_version=(3, 6))
