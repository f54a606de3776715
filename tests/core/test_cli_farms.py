"""The commands engines and outbox."""

import json

import pytest

from farmsubmit import outbox
from farmsubmit.cli.main import main
from farmsubmit.submission import farms


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "job.alf"
    path.write_text("Job -title {plain} -subtasks {\n  Task {a} -cmds { RemoteCmd {true} -service {x} }\n}\n")
    return str(path)


@pytest.fixture
def waiting(script, tmp_path, capsys):
    """The URL of a folder that is not there yet, and a job that waits for it."""
    url = f"folder:{tmp_path}/later"
    assert main(["submit", script, "--engine", url]) == 3
    assert "is kept in the outbox as" in capsys.readouterr().err
    return tmp_path / "later"


def run(capsys, *words):
    code = main(list(words))
    return code, capsys.readouterr()


def test_what_waits_is_shown_with_its_reason(waiting, capsys):
    code, said = run(capsys, "outbox")
    assert code == 0
    assert "plain" in said.out and "waiting" in said.out and "is not there" in said.out


def test_it_is_sent_once_the_engine_answers(waiting, capsys):
    assert run(capsys, "outbox", "--send")[0] == 3
    waiting.mkdir()
    code, said = run(capsys, "outbox", "--send", "--json")
    assert code == 0 and json.loads(said.out)[0]["jid"]
    assert len(list(waiting.iterdir())) == 1
    assert run(capsys, "outbox")[1].out == "nothing waits to be sent\n"


def test_waiting_ends_when_nothing_waits(waiting, capsys, monkeypatch):
    waiting.mkdir()
    (letter,) = outbox.letters()
    outbox.change(letter, next_try=0.0)
    assert run(capsys, "outbox", "--wait")[0] == 0
    assert len(list(waiting.iterdir())) == 1


def test_one_is_taken_out_by_the_beginning_of_its_key(waiting, capsys):
    (letter,) = outbox.letters()
    assert run(capsys, "outbox", "--cancel", letter.key[:6])[0] == 0
    assert outbox.letters() == []


def test_a_key_that_is_not_there_takes_nothing_out(waiting, capsys):
    (letter,) = outbox.letters()
    code, said = run(capsys, "outbox", "--cancel", letter.key, "zz")
    assert code == 2 and "the outbox has no submission zz" in said.err
    assert outbox.letters() == [letter]


def test_the_same_job_is_refused_while_it_waits(waiting, script, capsys):
    code, said = run(capsys, "submit", script, "--engine", f"folder:{waiting}")
    assert code == 2 and "the same job waits in the outbox" in said.err


def test_engines_of_the_settings_are_told(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("FARMSUBMIT_ENGINES", f"folder:{tmp_path}")
    code, said = run(capsys, "engines", "--json")
    assert code == 0
    assert [(each["engine"], each["answers"]) for each in json.loads(said.out)] == [
        ("local:", True),
        (f"folder:{tmp_path}", True),
    ]


def test_an_engine_that_was_asked_for_and_is_not_there_is_exit_code_3(capsys):
    code, said = run(capsys, "engines", "nope:")
    assert code == 3 and "there is no engine nope:" in said.err


def test_an_engine_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(farms, "report_engine", lambda url: farms.time.sleep(0.5))
    assert farms.report_engines(["local:"], seconds=0.01)[0].reason == "no answer within 0.01 s"
