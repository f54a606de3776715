"""``farmsubmit check``: names of rules, JSON, one rule alone, and severities for this time."""

import json

import pytest

from farmsubmit.cli.main import main

JOB = "Job -title {night} -service x -subtasks { Task a -cmds { RemoteCmd {echo f.%04d.exr ~/a} } }"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that checks the job and gives (exit code, output, errors)."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_ENGINE", f"folder:{tmp_path}")

    def run(*options, text=JOB, name="bad.alf"):
        path = tmp_path / name
        path.write_text(text)
        code = main(["check", str(path), *options])
        return (code, *capsys.readouterr())

    return run


def test_problems_are_told_with_their_rules(run):
    code, out, _ = run()
    assert code == 1
    assert [line[-20:].partition("[")[2] for line in out.splitlines()[:2]] == ["bad-substitution]", "literal-tilde]"]
    assert out.splitlines()[-1] == "1 error, 1 warning"


def test_json_has_all_fields(run):
    first = json.loads(run("--json")[1])[0]
    assert list(first) == ["severity", "where", "text", "fix", "rule", "row", "field", "file"]
    assert (first["rule"], first["field"], first["where"]) == ("bad-substitution", "argv", "Task 'a'")


def test_one_rule_alone_and_several(run):
    code, out, _ = run("--only", "literal-tilde")
    assert (code, out.count("\n")) == (0, 2)
    assert run("--only", "literal-tilde", "--only", "bad-substitution")[1].count("\n") == 3


def test_a_severity_for_this_time(run):
    code, out, _ = run("--severity", "bad-substitution=note", "--severity", "literal-tilde=off")
    assert (code, out.splitlines()[-1]) == (0, "1 note")


def test_what_is_suppressed_is_told_with_the_reason(run, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_CHECK_SUPPRESS", "literal-tilde=home is shared")
    code, out, _ = run("--severity", "bad-substitution=off")
    assert code == 0
    assert out.startswith("suppressed warning: Task 'a'")
    assert "home is shared" in out
    assert out.endswith("nothing is wrong\n")


def test_the_engine_is_asked_as_a_submission_asks_it(run):
    options = ("--engine", "local:", "--afterjids", "99", "--only", "unknown-afterjid")
    assert "waits for job 99" in run(*options)[1]
    assert run("--engine", "lcal:")[2] == "farmsubmit: there is no engine lcal:; did you mean 'local'?\n"


def test_what_a_farm_minds_is_nothing_to_an_engine_on_this_machine(run):
    assert "literal-tilde" not in run("--engine", "local:")[1]


def test_an_engine_that_does_not_answer_is_a_note(run):
    code, out, err = run("--engine", "puli://127.0.0.1:1", "--only", "missing-title")
    assert (code, out) == (0, "nothing is wrong\n")
    assert err.startswith("note: the job was not compared with the blades and names of puli://127.0.0.1:1")


SCRIPT = """version 15.1 v1
Root {{
 first_frame {first}
 last_frame {last}
}}
Write {{
 file /show/out/a.####.exr
 name Write1
}}
"""


def test_a_scene_is_checked_with_its_request(run):
    code, out, _ = run("--set", "movie=no", text=SCRIPT.format(first=1, last=5), name="a.nk")
    assert (code, out) == (0, "nothing is wrong\n")
    code, out, _ = run("--set", "movie=no", text=SCRIPT.format(first=10, last=1), name="a.nk")
    assert code == 1
    assert [line.rpartition("[")[2] for line in out.splitlines()] == ["reversed-range]", "1 error"]


def test_a_job_that_cannot_be_built_is_a_problem_where_no_rule_says_why(run):
    code, out, _ = run(text=SCRIPT.format(first=-5, last=5), name="a.nk")
    assert code == 1
    assert out.splitlines()[0].endswith("[build]")
    assert "frame -5" in out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--only", "literal-tild"], "did you mean 'literal-tilde'"),
        (["--severity", "literal-tild=off"], "did you mean 'literal-tilde'"),
        (["--severity", "literal-tilde=wrning"], "did you mean 'warning'"),
        (["--severity", "literal-tilde"], "write for example"),
    ],
)
def test_bad_options_are_one_sentence(run, options, words):
    code, _, err = run(*options)
    assert code == 2
    assert words in err
    assert err.count("\n") == 1
