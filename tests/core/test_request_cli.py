"""Requests on the command line: written, shown, changed, previewed and sent, the same job each way."""

import argparse
import json
import os
import subprocess
import sys

import pytest

from farmsubmit.cli import main as command_line
from farmsubmit.cli import request as request_commands
from farmsubmit.errors import FarmsubmitError

SCRIPT = """version 13.2 v4
Root { first_frame 1001 last_frame 1010 fps 25 }
Write { file /farm/a.####.exr name Write1 }
Read { file /farm/a.####.exr name Read1 }
Write { file /farm/b.####.png name Write2 }
Write { file /farm/c.####.exr name Write3 disable true }
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs farmsubmit in an empty folder and gives (exit code, output, errors)."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "comp.nk").write_text(SCRIPT)

    parser = argparse.ArgumentParser()
    request_commands.add_commands(parser.add_subparsers())

    def run(*args):
        words = [str(word) for word in args]
        try:
            made = parser.parse_args(words) if words[0] == "request" else None
            code = command_line.main(words) if made is None else made.run(made)
        except FarmsubmitError as error:
            code = command_line._tell(error)
        # What --set gives to programs that are started belongs to one command only.
        os.environ.clear()
        os.environ.update(before)
        return (code, *capsys.readouterr())

    before = dict(os.environ)
    return run


@pytest.fixture
def scene(tmp_path):
    return tmp_path / "comp.nk"


def tcl(run, *args):
    code, out, err = run("preview", "--format", "tcl", *args)
    assert code == 0, err
    return out


def test_the_rows_of_a_scene_are_shown(run, scene):
    code, out, _ = run("request", scene, "--chunk", 4, "--priority", 7)
    assert code == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["priority", "7"] in lines
    assert ["Write1", "yes", "1001-1010", "4", "/farm/a.####.exr"] in lines
    assert ["Write2", "yes", "1001-1010", "4", "Write1", "/farm/b.####.png"] in lines
    assert ["Write3", "no", "1001-1010", "5", "Write1", "/farm/c.####.exr"] in lines


OPTIONS = [
    (),
    ("--frames", "1001-1004", "--chunk", 2, "--order", "reverse"),
    ("--rows", "Write3", "Write1", "--row", "Write1:frames=1,2,chunk=1,priority=5"),
    ("--title", "night", "--service", "rack", "--tags", "a", "--dirmap", "/farm=X:/@UNC", "--env", "A:1", "--local"),
    ("--preview-first", "first-middle-last", "--views", "main"),
    ("--set", "nuke=/opt/nuke 15/nuke", "--set", "task_title={{ row.node }} {{ frames }}"),
]


@pytest.mark.parametrize("options", OPTIONS)
def test_a_request_file_gives_the_job_of_its_scene_byte_for_byte(run, scene, options):
    there = tcl(run, scene, *options)
    run("request", scene, *options, "--out", "r.json")
    assert tcl(run, "r.json") == there


def test_options_lay_over_a_request_file(run, scene):
    run("request", scene, "--title", "night", "--tags", "a", "--out", "r.json")
    options = ("--rows", "Write1", "--chunk", 3, "--priority", 9, "--set", "nuke=/other/nuke")
    out = tcl(run, "r.json", *options)
    assert out.count("RemoteCmd") == 4
    for words in ("-title {night}", "-tags {{a}}", "-priority {9.0}", "{%D(/other/nuke)}"):
        assert words in out


def test_a_request_is_changed_into_another(run, scene):
    run("request", scene, "--out", "r.json")
    code, out, _ = run("request", "r.json", "--row", "Write2:after=,on=no", "--json")
    rows = {row["id"]: row for row in json.loads(out)["rows"]}
    assert code == 0
    assert (rows["Write2"]["on"], rows["Write2"]["after"], rows["Write1"]["on"]) == (False, [], True)


def test_a_request_is_sent_where_it_says(run, scene, tmp_path):
    spool = tmp_path / "spool"
    spool.mkdir()
    run("request", scene, "--engine", f"folder:{spool}", "--out", "r.json")
    code, _, err = run("submit", "r.json", "--no-wait")
    assert code == 0, err
    (script,) = spool.glob("*.alf")
    assert script.read_text().rstrip() == tcl(run, "r.json").rstrip()


def test_previews_that_wait_are_two_jobs(run, scene):
    options = ("--rows", "Write1", "--preview-first", "every-5", "--preview-rest", "paused")
    out = tcl(run, scene, *options)
    assert out.count("Job -title") == 2
    assert "-paused 1" in out
    assert run("check", scene, *options)[0] == 0


def test_only_missing_frames_and_why(run, scene, tmp_path):
    (tmp_path / "a.1001.exr").write_bytes(b"x")
    scene.write_text(SCRIPT.replace("/farm/a", f"{tmp_path}/a"))
    code, out, err = run("request", scene, "--rows", "Write1", "--missing-only")
    assert code == 0
    assert "1002-1010" in out
    assert "note: Write1: 9 of 10 frames are missing" in err


@pytest.fixture
def complete(scene, tmp_path):
    """Return the words that name a scene of which no frame is missing."""
    for frame in range(1001, 1011):
        (tmp_path / f"a.{frame}.exr").write_bytes(b"x")
    scene.write_text(SCRIPT.replace("/farm/a", f"{tmp_path}/a"))
    return (scene, "--rows", "Write1", "--missing-only")


def test_where_nothing_is_missing_nothing_is_sent_and_that_is_no_mistake(run, complete, tmp_path):
    told = "nothing is missing: nothing was sent\n"
    assert run("submit", *complete, "--engine", f"folder:{tmp_path / 'spool'}") == (0, told, "")
    assert run("history")[1] == "nothing was submitted yet\n"
    assert not (tmp_path / "spool").exists()
    code, out, _ = run("submit", *complete, "--engine", "folder:/spool", "--json")
    expected = {"engine": "folder:/spool", "sent": False, "reason": "nothing is missing", "dropped": []}
    assert (code, json.loads(out)) == (0, expected)


def test_where_nothing_is_missing_there_is_nothing_to_check_or_to_show(run, complete):
    assert run("check", *complete) == (0, "nothing is missing: there is no job to check\n", "")
    assert run("check", *complete, "--json") == (0, "[]\n", "")
    assert run("preview", *complete) == (0, "", "nothing is missing: there is no job to show\n")


def test_a_kept_request_of_which_nothing_was_missing_says_when_that_was(run, complete, tmp_path):
    run("request", *complete, "--out", "r.json")
    assert run("submit", "r.json")[:2] == (0, "nothing was missing when this request was made: nothing was sent\n")
    (tmp_path / "a.1004.exr").unlink()
    assert run("submit", "r.json", "--missing-only")[0] == 2
    assert "1001-1010" in tcl(run, "r.json", "--row", "Write1:on=yes,chunk=10")


def test_no_row_to_look_at_is_a_mistake_all_the_same(run, complete):
    code, _, err = run("submit", *complete, "--row", "Write1:on=no")
    assert (code, "no row of" in err) == (2, True)


BAD = {
    "a row that is not there": (["request", "comp.nk", "--rows", "Wriet1"], "did you mean 'Write1'"),
    "an edit that is none": (["request", "comp.nk", "--row", "Write1:chnk=1"], "did you mean 'chunk'"),
    "a variable without a value": (["request", "comp.nk", "--var", "shot"], "--var 'shot' is not NAME=VALUE"),
    "a camera of a script": (["request", "comp.nk", "--cameras", "cam"], "no camera 'cam'"),
    "a preview that is none": (["request", "comp.nk", "--preview-first", "frist"], "no choice of previews"),
    "a file that is no request": (["request", "job.json"], "job.json is no request"),
    "another ending": (["request", "comp.nk", "--out", "r.txt"], "end it in .json"),
    "a newer request": (["submit", "newer.json"], "version 9 is newer than 1"),
    "a damaged request": (["submit", "damaged.json"], "request: rows is missing"),
    "rows of a finished job": (["submit", "job.alf", "--rows", "a"], "--rows is for scenes"),
    "nothing that is on": (["submit", "comp.nk", "--row", "Write1:on=no", "--row", "Write2:on=no"], "no row of"),
    "a circle": (["preview", "comp.nk", "--row", "Write1:after=Write2"], "in a circle: Write1, Write2"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence(run, tmp_path, case):
    (tmp_path / "job.alf").write_text("Job -title {x}")
    (tmp_path / "job.json").write_text('{"farmsubmit_job": 1}')
    (tmp_path / "newer.json").write_text('{"request_version": 9}')
    facts = {"facts_version": 1, "dcc": "nuke", "path": "/a.nk"}
    (tmp_path / "damaged.json").write_text(json.dumps({"request_version": 1, "facts": facts}))
    args, words = BAD[case]
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("farmsubmit: ") == 1


def test_a_path_that_the_locale_cannot_say_tells_what_helps(run, scene, tmp_path):
    run("request", scene.rename(tmp_path / "c\u00fc.nk"), "--out", "r.json")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    argv = [sys.executable, "-m", "farmsubmit", "preview", "r.json"]
    done = subprocess.run(argv, env={**os.environ, **ascii_only}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "start farmsubmit with PYTHONUTF8=1, or with LC_ALL=C.UTF-8" in done.stderr


def test_a_preset_shapes_the_request_of_a_scene_and_none_that_is_finished(run, scene):
    run("settings", "chunk=3", "--save-preset", "draft")
    made = run("request", scene, "--preset", "draft", "--out", "r.json", "--json")
    assert json.loads(made[1])["rows"][0]["chunk"] == 3
    code, _, err = run("preview", "r.json", "--preset", "draft")
    assert (code, "give --preset where it is made" in err) == (2, True)
