"""The dry run of Maya's commands, by a Render that refuses every option that its help does not print."""

from __future__ import annotations

import json
import os
import sys

import pytest

from farmsubmit.checks import Context
from farmsubmit.cli.main import main
from farmsubmit.install import mayatest
from farmsubmit.install.mayatest import try_commands
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import build_task

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake Render is a script with #!")

# What Render prints of its options, with how many values each takes.
COMMON = {"-r": 1, "-proj": 1, "-test": 0}
IMAGES = {"-rd": 1, "-s": 1, "-e": 1, "-b": 1, "-cam": 1, "-rl": 1}
NAMED = {"-im": 1, "-pad": 1, "-x": 1, "-y": 1, **IMAGES}
OPTIONS = {
    "file": NAMED,
    "sw": {**NAMED, "-n": 1},
    "arnold": {**NAMED, "-ai:lve": 1, "-ai:alf": 1, "-ai:threads": 1, "-ai:device": 1},
    "renderman": {**IMAGES, "-res": 2, "-t": 1, "-jobid": 1},
}
FAKE = f"""#!{sys.executable} -SI
import json, sys
words, common, options = sys.argv[1:], {COMMON!r}, {OPTIONS!r}
with open(__file__ + ".log", "a") as log:
    print(json.dumps(words), file=log)
renderer = words[words.index("-r") + 1]
known = {{**common, **options.get(renderer, {{}})}}
while words and words[0].startswith("-"):
    if words[0] not in known:
        sys.exit("Error: unknown option " + words[0])
    del words[: 1 + known[words[0]]]
if len(words) != 1:
    sys.exit("Usage: Render [options] filename")
print('MEL: if (catch(`file -o "a"`)) error "cannot open";')
"""


@pytest.fixture
def render(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    path = tmp_path / "bin" / "Render"
    path.parent.mkdir()
    path.write_text(FAKE)
    path.chmod(0o755)
    return path


def tried(render, settings=(), **arguments):
    made = load_settings({"inherit_environment": False, **dict(settings)})
    built = build_task("MayaRender", {"scene": "/s/a b.ma", "frames": "1", **arguments}, settings=made)
    context = Context(built.job)
    return try_commands(built.job, context.tree.commands, render, "NFS")


def asked(render):
    return [json.loads(line) for line in (render.parent / "Render.log").read_text().splitlines()]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"renderer": "arnold", "threads": 4, "arnold_device": "gpu", "image": "b", "padding": 4, "camera": "c"},
        {"renderer": "renderman", "threads": 4, "renderman_jobid": "7", "resolution": "10x20", "layer": "l"},
        {"renderer": "sw", "threads": 4, "resolution": "10x20", "project": "/s", "folder": "/o"},
    ],
)
def test_render_knows_every_option_that_is_written(render, arguments):
    (one,) = tried(render, **arguments)
    assert one.problem == ""
    assert asked(render)[0][0] == "-test"
    assert asked(render)[0][-1] == "/s/a b.ma"


def test_what_render_does_not_know_is_told(render):
    (one,) = tried(render, additional_command_flags="-nonsense")
    assert one.problem == "Error: unknown option -nonsense"
    assert one.where == "Task 'MayaRender 1'"


def test_commands_that_differ_in_frames_only_are_asked_about_once(render):
    assert len(tried(render, frames="1-100", chunk=1)) == 1
    assert len(asked(render)) == 1


def test_the_program_of_the_job_is_never_started(render, tmp_path):
    evil = tmp_path / "evil" / "Render"
    settings = {"executables": {"maya_render": str(evil)}, "package_prefix": {"maya": "rez-env maya --"}}
    (one,) = tried(render, settings)
    assert one.problem == ""
    assert not evil.parent.exists()


def test_a_render_that_hangs_or_fails_is_told(render, monkeypatch):
    monkeypatch.setattr(mayatest, "_SECONDS", 0.05)
    render.write_text("#!/bin/sh\nexec sleep 5\n")
    assert "did not answer within" in tried(render)[0].problem
    monkeypatch.setattr(mayatest, "_SECONDS", 10.0)
    render.write_text("#!/bin/sh\nexit 7\n")
    assert tried(render)[0].problem == "Render ended with exit code 7"


CHECK = ("check", "--task", "MayaRender", "--dry-run-maya", "--args", "scene:/s/a.ma", "frames:1")


def test_the_check_asks_render_where_there_is_one(render, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(render.parent))
    monkeypatch.delenv("MAYA_LOCATION", raising=False)
    main(CHECK)
    assert f"note: {render}: it knows all options of the job's Maya commands (1 asked about)" in capsys.readouterr().out
    assert main([*CHECK, "additional_command_flags:-nonsense"]) == 1
    assert "unknown option -nonsense [maya-dry-run]" in capsys.readouterr().out


def test_the_check_says_where_there_is_no_maya(render, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(render.parent / "nothing"))
    monkeypatch.delenv("MAYA_LOCATION", raising=False)
    main(CHECK)
    assert "there is no Maya on this machine to ask" in capsys.readouterr().out
