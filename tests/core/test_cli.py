"""The command line, in a process of its own as a user runs it."""

import json
import subprocess
import sys

import pytest

NIGHT = """Job -title {night} -service {Linux || macOS} -tags {license-a} -subtasks {
  Task {comp} -cmds { RemoteCmd {echo comp} -service {nuke} } -subtasks {
    Task {f1} -cmds { RemoteCmd {echo f1} -service {prman} }
  }
}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs farmsubmit in an empty folder and gives (exit code, output, errors)."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def run(*args):
        argv = [sys.executable, "-m", "farmsubmit", *map(str, args)]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def night(tmp_path):
    path = tmp_path / "night.alf"
    path.write_text(NIGHT)
    return path


def test_help_and_version(run):
    code, out, _ = run("--help")
    assert code == 0
    assert "exit codes" in out
    assert run("--version")[1].startswith("farmsubmit 0.")


def test_preview_shows_the_tree(run, night):
    code, out, _ = run("preview", night)
    assert code == 0
    assert out.index("comp") < out.index("f1")


@pytest.mark.parametrize(
    ("form", "start"),
    [("tcl", "Job -title {night}"), ("json", '{"farmsubmit_job"'), ("dot", "digraph"), ("html", "<!")],
)
def test_preview_in_every_form(run, night, form, start):
    code, out, _ = run("preview", night, "--format", form)
    assert code == 0
    assert out.lower().startswith(start.lower())


def test_options_change_a_finished_job(run, night):
    options = [
        "--title",
        "late",
        "--priority",
        7,
        "--service",
        "rack",
        "--tags",
        "nuke",
        "--paused",
        "--afterjids",
        4,
        5,
    ]
    _, out, _ = run("preview", night, "--format", "tcl", *options, "--dirmap", "X:/=/mnt@NFS", "--after", "6 23 13:45")
    for words in (
        "-title {late}",
        "-priority {7.0}",
        "-service {(Linux || macOS) && rack}",
        "-tags {{license-a} {nuke}}",
    ):
        assert words in out
    for words in ("-paused 1", "-afterjids {4 5}", "{{X:/} {/mnt} NFS}", "-after {6 23 13:45}"):
        assert words in out


def test_submit_to_a_folder_leaves_one_script(run, night, tmp_path):
    spool = tmp_path / "spool"
    spool.mkdir()
    code, out, _ = run("submit", night, "--engine", f"folder:{spool}", "--json")
    ticket = json.loads(out)
    assert code == 0
    assert [str(path) for path in spool.iterdir()] == [ticket["link"]]
    assert "Task {f1}" in (spool / f"{ticket['jid']}.alf").read_text()


def test_a_name_that_the_locale_cannot_say_is_a_sentence_wherever_it_is_used(run, night, tmp_path, monkeypatch):
    night.write_text(NIGHT.replace("night", "n\u00fcit"), "utf-8")
    for name, value in {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}.items():
        monkeypatch.setenv(name, value)
    code, _, err = run("submit", night, "--engine", f"folder:{tmp_path}")
    assert code == 2
    assert "n\\xfcit.alf" in err and "start farmsubmit with PYTHONUTF8=1" in err


def test_the_same_job_twice_in_a_second_gets_two_names(run, night, tmp_path):
    spool = tmp_path / "spool"
    spool.mkdir()
    for _ in range(2):
        run("submit", night, "--engine", f"folder:{spool}")
    assert len(list(spool.iterdir())) == 2


def test_a_dry_run_sends_nothing_and_out_keeps_a_copy(run, night, tmp_path):
    spool, copy = tmp_path / "spool", tmp_path / "copy.json"
    spool.mkdir()
    code, out, _ = run("submit", night, "--engine", f"folder:{spool}", "--dry-run", "--out", copy)
    assert code == 0
    assert "nothing was sent" in out
    assert list(spool.iterdir()) == []
    assert json.loads(copy.read_text())["job"]["title"] == "night"


def test_convert_there_and_back(run, night, tmp_path):
    middle, end = tmp_path / "a.json", tmp_path / "b.alf"
    assert run("convert", night, middle)[0] == 0
    assert run("convert", middle, end)[0] == 0
    assert run("preview", end, "--format", "tcl")[1] == run("preview", night, "--format", "tcl")[1]


def test_check_says_what_is_wrong_and_fails(run, tmp_path):
    path = tmp_path / "bad.alf"
    path.write_text("Job -service x -subtasks { Task a -cmds { RemoteCmd {echo f.%04d.exr} } }")
    code, out, _ = run("check", path)
    assert code == 1
    assert "%%04d" in out
    assert json.loads(run("check", path, "--json")[1])[0]["severity"] == "error"
    code, _, err = run("submit", path, "--engine", f"folder:{tmp_path}")
    assert code == 1
    assert err.count("%%04d") == 1


def test_service_says_which_blades_match_and_why_not(run, tmp_path):
    blades = tmp_path / "blades.json"
    blades.write_text('[{"name": "a", "provides": ["Linux"]}, {"name": "b", "metrics": {"mem": 4}}]')
    code, out, _ = run("service", "Linux || @.mem > 16", "--blade", blades)
    assert code == 0
    assert "+ a" in out
    assert "- b" in out
    assert run("service", "Windows", "--blade", blades)[0] == 1


def test_dirmap_says_where_a_path_goes(run):
    maps = ["--dirmap", "X:/=//fileserver/projects@UNC", "--dirmap", "X:/=/fileserver/projects@NFS"]
    assert run("dirmap", "x:\\proj1\\a.ma", *maps, "--zone", "NFS")[1] == "/fileserver/projects/proj1/a.ma\n"
    assert len(json.loads(run("dirmap", "X:/a", *maps, "--json")[1])) == 2


def test_where_names_the_folders(run, tmp_path):
    places = json.loads(run("where", "--json")[1])
    assert places["state"] == str(tmp_path / "home" / "state")
    assert "local:" in places["engines"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_is_printed(run, shell):
    code, out, _ = run("completion", shell)
    assert code == 0
    assert "farmsubmit" in out


BAD = {
    "an unclosed brace": (
        ["check", "open.alf"],
        "by its indentation, line 2 misses its",
    ),
    "an unknown option": (["check", "option.alf"], "did you mean '-priority'"),
    "a missing job": (["check", "opne.alf"], "did you mean 'open.alf'"),
    "a missing scene": (["inspect", "gone.blend"], "gone.blend"),
    "a scene that is a folder": (["inspect", "folder.blend"], "folder"),
    "a truncated scene": (["inspect", "short.blend"], "short.blend"),
    "an unfinished frame set": (["submit", "short.blend", "--frames", "1-"], "1-"),
    "an unfinished service": (["submit", "good.alf", "--service", "(a &&"], "column 6"),
    "a dirmap without a zone": (["submit", "good.alf", "--dirmap", "X:/=/mnt"], "the zone is missing"),
    "a time that is none": (["submit", "good.alf", "--after", "noon"], "'noon'"),
    "a setting that is unknown": (["submit", "good.alf", "--set", "moive=no"], "did you mean 'movie'"),
    "an engine that is unknown": (["submit", "good.alf", "--engine", "loacl:"], "did you mean 'local'"),
    "an engine with no way to it": (["submit", "good.alf", "--engine", "tractor://127.0.0.1:9"], "no way to send"),
    "frames for a finished job": (["submit", "good.alf", "--frames", "1-5"], "--frames is for scenes"),
    "an unknown command": (["sumbit", "good.alf"], "did you mean 'submit'"),
    "a job of another version": (["check", "newer.json"], "version 9"),
    "no job at all": (["convert", "good.alf", "out.xyz"], "out.xyz"),
    "a blade file that is no JSON": (["service", "a", "--blade", "good.alf"], "not JSON"),
    "a job file that is no text": (["check", "noise.alf"], "noise.alf"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence_and_writes_nothing(run, tmp_path, case):
    work = tmp_path / "work"
    (work / "open.alf").write_text("Job -title {x} -subtasks {\n  Task {a} -subtasks {\n    Task {b}\n}\n")
    (work / "option.alf").write_text("Job -title {x} -priorty 5")
    (work / "good.alf").write_text(NIGHT)
    (work / "newer.json").write_text('{"farmsubmit_job": 9}')
    (work / "short.blend").write_bytes(b"BLENDER-v304")
    (work / "noise.alf").write_bytes(bytes(range(256)))
    (work / "folder.blend").mkdir()
    before = sorted(work.iterdir())
    args, words = BAD[case]
    code, out, err = run(*args)
    assert code == 2
    assert words in err
    assert err.count("farmsubmit: ") == 1
    assert not out
    assert sorted(work.iterdir()) == before


def test_an_engine_that_does_not_answer_is_exit_code_3(run, night):
    code, _, err = run("submit", night, "--engine", "folder:/nowhere/at/all")
    assert code == 3
    assert "is not there" in err


def test_a_script_for_tractor_runs_unchanged(run, tmp_path, monkeypatch):
    script = tmp_path / "make.py"
    script.write_text(
        "import sys\nimport tractor.api.author as author\n"
        "author.setEngineClientParam(hostname='test-engine', port=8000, user='donovan', debug=True)\n"
        "job = author.Job(title=sys.argv[1], priority=100, service='PixarRender')\n"
        "job.newTask(title='t', argv=['/usr/bin/prman', 'file.rib'], service='pixarRender')\n"
        "print(job.spool(block=True, owner='cher'))\nauthor.closeEngineClient()\n"
    )
    code, out, _ = run("exec", "--engine", f"folder:{tmp_path}", script, "from a script")
    assert code == 0
    assert "-title {from a script}" in (tmp_path / f"{out.strip()}.alf").read_text()
    code, _, err = run("exec", script, "x")
    assert code == 2
    assert f"{script}, line 6: there is no way to send a" in err


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("x = 1\nfoo()\n", 1, "line 2: NameError"),
        ("print 'a'\n", 1, "line 1"),
        ("import sys; sys.exit(7)", 7, ""),
        ("import tractor.api.author as a\nj = a.Job()\nj.atmost = 'three'\n", 2, "line 3: Job: atmost = 'three'"),
    ],
)
def test_an_error_of_a_script_is_told_with_its_line(run, tmp_path, text, code, words):
    script = tmp_path / "s.py"
    script.write_text(text)
    got, _, err = run("exec", script)
    assert got == code
    assert words in err
