"""The commands that look back: history, diff, resubmit."""

import argparse
import json

import pytest

from farmsubmit import Job, history, load_settings, submit, to_tcl
from farmsubmit.cli import history as commands
from farmsubmit.cli.main import main
from farmsubmit.errors import ChecksFailed, FarmsubmitError
from farmsubmit.request import request_for
from farmsubmit.scenes.facts import Camera, FrameRange, Output, SceneFacts
from farmsubmit.submission import submit_request


@pytest.fixture
def spool(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spool").mkdir()
    return f"folder:{tmp_path / 'spool'}"


@pytest.fixture
def run(spool, capsys):
    """Return a function that runs one of the commands and gives (exit code, output)."""
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers())

    def run(*words):
        args = parser.parse_args([str(word) for word in words])
        code = args.run(args)
        return code, capsys.readouterr().out

    return run


def job(title="night", **attributes):
    made = Job(title=title, service="linux", **attributes)
    made.newTask(title="t", argv=["/bin/true"], service="linux")
    return made


def request(tmp_path, options=None, **job):
    scene = tmp_path / "light.blend"
    scene.write_bytes(b"BLENDER")
    output = Output("Composite", "images", "/shows/b.####.png", "PNG")
    facts = SceneFacts("blender", str(scene), frames=FrameRange(1, 4), cameras=(Camera("c"),), outputs=(output,))
    return request_for(facts, load_settings(), chunk=2, job=job, options=options or {})


def test_the_list_is_a_table_with_the_newest_first(run, spool, tmp_path):
    submit(job(), spool)
    submit_request(request(tmp_path), spool)
    with pytest.raises(ChecksFailed):
        submit(Job(title="empty"), spool)
    code, out = run("history")
    rows = [line.split() for line in out.splitlines()]
    assert code == 0
    assert [row[0] for row in rows] == ["number", "3", "2", "1"]
    assert [row[-1] for row in rows[1:]] == ["refused", "sent", "sent"]
    assert [row[3] for row in rows[1:]] == ["empty", "light.blend", "night"]


def test_the_list_of_one_scene_and_of_the_last_few(run, spool, tmp_path):
    submit(job(), spool)
    submit_request(request(tmp_path), spool)
    submit(job(), spool)
    assert [each["number"] for each in json.loads(run("history", "--scene", "light.blend", "--json")[1])] == [2]
    assert [each["number"] for each in json.loads(run("history", "-n", "1", "--json")[1])] == [3]
    with pytest.raises(FarmsubmitError, match="-n 0 shows nothing"):
        run("history", "-n", 0)


def test_an_empty_history_says_so(run):
    assert run("history") == (0, "nothing was submitted yet\n")
    assert run("history", "--json")[1] == "[]\n"
    assert "nothing of a.ma" in run("history", "--scene", "a.ma")[1]


def test_a_history_that_cannot_be_read_is_not_an_empty_one(spool, tmp_path, capsys):
    (tmp_path / "home" / "data").mkdir(parents=True)
    # No folder, so that it cannot be read by the superuser either.
    (tmp_path / "home" / "data" / "history").write_text("")
    assert [main(["history"]), main(["history", "show", "1"])] == [2, 2]
    out, err = capsys.readouterr()
    assert (out, err.count("history cannot be read: Not a directory")) == ("", 2)


def test_titles_cannot_speak_to_the_terminal(run, spool):
    submit(job("a\x1b[31m"), spool)
    assert "a\\x1b[31m" in run("history")[1]
    assert "\x1b" not in run("history", "show", 1)[1]


def test_one_submission_is_shown_with_its_tree(run, spool, tmp_path):
    submit_request(request(tmp_path), spool, owner="ann")
    (tmp_path / "light.blend").write_bytes(b"changed")
    _, out = run("history", "show", 1)
    for words in (
        "submission 1: sent",
        " for ann on ",
        "light.blend has changed since",
        "engine   folder:",
        "light 1-2",
    ):
        assert words in out


def test_why_it_was_refused_is_shown(run, spool):
    with pytest.raises(ChecksFailed):
        submit(Job(title="empty"), spool)
    assert "why      not sent: Job 'empty': it has no tasks" in run("history", "show", 1)[1]


def test_the_request_and_the_script_alone(run, spool, tmp_path):
    sent = submit_request(request(tmp_path), spool)
    assert json.loads(run("history", "show", 1, "--request")[1])["request_version"] == 1
    assert run("history", "show", 1, "--script")[1] == to_tcl(sent.built.job) + "\n"
    submit(job(), spool)
    with pytest.raises(FarmsubmitError, match="submission 2 was no request"):
        run("history", "show", 2, "--request")


def test_two_submissions_differ_by_request_and_by_job(run, spool, tmp_path):
    submit_request(request(tmp_path, priority=5.0), spool)
    submit_request(request(tmp_path, priority=7.0, comment="x"), spool)
    code, out = run("diff", 1, 2)
    assert code == 1
    assert out.splitlines() == [
        "the request:",
        "  changed job.priority 5 → 7",
        "  added job.comment 'x'",
        "the job:",
        "  changed job.priority 5 → 7",
        "  added job.comment 'x'",
    ]


def test_the_same_request_at_another_time_is_the_same(run, spool, tmp_path, monkeypatch):
    first = request(tmp_path)
    first.options["moment"] = "2026-11-21T11:45:00"
    submit_request(first, spool)
    submit_request(request(tmp_path), spool)
    assert run("diff", 1, 2) == (0, "they are the same\n")
    assert json.loads(run("diff", 1, 2, "--json")[1]) == {"same": True, "scene": [], "request": [], "job": []}


def test_a_scene_that_was_saved_meanwhile_is_a_difference(run, spool, tmp_path):
    first = request(tmp_path)
    submit_request(first, spool)
    (tmp_path / "light.blend").write_bytes(b"changed")
    submit_request(first, spool)
    assert run("diff", 1, 2) == (1, "the scene:\n  it has another content\n")


def test_files_and_numbers_can_be_compared(run, spool, tmp_path):
    submit(job(), spool)
    (tmp_path / "7.alf").write_text(to_tcl(job(priority=3)))
    (tmp_path / "request.json").write_text(json.dumps(request(tmp_path, title="night").to_json()))
    assert run("diff", 1, "7.alf") == (1, "the job:\n  added job.priority 3\n")
    assert run("diff", "request.json", "request.json") == (0, "they are the same\n")
    assert "added task 't'" in run("diff", "request.json", 1)[1]


def test_what_has_nothing_in_common_cannot_be_compared(run, spool, tmp_path):
    submit(job(), spool)
    history.keep(history.Entry(1.0, outcome=history.FAILED), request(tmp_path).to_json())
    with pytest.raises(FarmsubmitError, match="1 and 2 have nothing in common"):
        run("diff", 1, 2)


def test_many_differences_are_cut(run, spool, tmp_path):
    many = job()
    for number in range(30):
        many.newTask(title=f"more {number}", argv=["a"], service="linux")
    submit(job(), spool)
    submit(many, spool)
    lines = run("diff", 1, 2, "--most", 3)[1].splitlines()
    assert (len(lines), lines[-1]) == (5, "  … and 27 more")


def scripts(tmp_path):
    return [path.read_text() for path in sorted((tmp_path / "spool").iterdir())]


def test_a_submission_is_sent_again_to_where_it_went(run, spool, tmp_path):
    submit_request(request(tmp_path), spool)
    submit(job(), spool)
    assert run("resubmit", 1)[0] == run("resubmit", 2)[0] == 0
    assert len(set(scripts(tmp_path))) == 2
    assert len(scripts(tmp_path)) == 4
    assert [entry.number for entry in history.entries()] == [4, 3, 2, 1]


def test_it_may_go_elsewhere_or_only_be_shown(run, spool, tmp_path):
    submit(job(), spool)
    (tmp_path / "other").mkdir()
    ticket = json.loads(run("resubmit", 1, "--engine", f"folder:{tmp_path / 'other'}", "--json")[1])
    assert ticket["history"] == 2
    assert ticket["link"].startswith(str(tmp_path / "other"))
    assert "nothing was sent" in run("resubmit", 1, "--dry-run")[1]
    assert len(history.entries()) == 2


def test_previews_that_wait_for_a_word_on_the_rest_are_two_submissions(spool, tmp_path, capsys):
    made = request(tmp_path, options={"preview_first": "every-2", "preview_rest": "paused"})
    (tmp_path / "request.json").write_text(json.dumps(made.to_json()))
    assert main(["submit", "request.json", "--engine", spool, "--json"]) == 0
    assert [ticket["history"] for ticket in json.loads(capsys.readouterr().out)] == [1, 2]
    rest, previews = (history.entry(number).job() for number in (1, 2))
    assert (rest.paused, previews.paused) == (True, None)
    assert main(["submit", "request.json", "--engine", spool, "--dry-run", "--out", "job.alf"]) == 0
    assert sorted(path.name for path in tmp_path.glob("job*.alf")) == ["job-2.alf", "job.alf"]


def test_a_scene_that_changed_is_told_before_it_is_sent_again(run, spool, tmp_path, capsys):
    submit_request(request(tmp_path), spool)
    (tmp_path / "light.blend").write_bytes(b"BLENDER and more")
    args = argparse.ArgumentParser()
    commands.add_commands(args.add_subparsers())
    parsed = args.parse_args(["resubmit", "1"])
    assert parsed.run(parsed) == 0
    assert f"note: {tmp_path / 'light.blend'} has changed since" in capsys.readouterr().err


def test_a_scene_that_is_gone_is_not_sent_again(run, spool, tmp_path):
    submit_request(request(tmp_path), spool)
    (tmp_path / "light.blend").unlink()
    with pytest.raises(ChecksFailed, match="the scene is not in its folder"):
        run("resubmit", 1)
