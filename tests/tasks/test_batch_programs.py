"""Where programs are on the farm: per zone, per version, and behind a package manager."""

from __future__ import annotations

from functools import partial

import pytest

from farmsubmit.checks import check
from farmsubmit.errors import FarmsubmitError, SettingsError, TemplateError
from farmsubmit.formats.alf import from_tcl, to_tcl
from farmsubmit.lang.dirmap import map_path
from farmsubmit.lang.substitution import Context, expand_argv
from farmsubmit.request import request_for
from farmsubmit.scenes.facts import FrameRange, Output, SceneFacts
from farmsubmit.settings import load_settings
from farmsubmit.settings.save import save_layer
from farmsubmit.tasks.build import build_request, build_task

FACTS = SceneFacts(
    "nuke",
    "/s/a.nk",
    version="15.1",
    frames=FrameRange(1, 4),
    outputs=(Output("Write1", file="/o/b.####.png", frames=FrameRange(1, 4)),),
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))


def loaded(**values):
    return load_settings({"inherit_environment": False, "movie": "no", **values})


def of_scene(facts=FACTS, **values):
    return build_request(request_for(facts, loaded(**values))).job


def of_task(task="MayaRender", arguments=(), **values):
    return build_task(task, {"scene": "/s/a.x", "frames": "1", **dict(arguments)}, settings=loaded(**values)).job


def commands(job):
    left, found = list(job.subtasks), []
    while left:
        element = left.pop(0)
        found += element.cmds
        left[:0] = element.subtasks
    return found


def launched(job, zone):
    """Return the words of the first command as a blade of a zone gets them."""
    context = Context(map_path=partial(map_path, maps=list(job.dirmaps), zone=zone), jid=1, tid=2, cid=3)
    return expand_argv(commands(job)[0].argv, context)


ZONES = {
    "maya_render@UNC": "C:/Program Files/Autodesk/Maya2025/bin/Render.exe",
    "maya_render@NFS": "/usr/autodesk/maya2025/bin/Render",
}


@pytest.mark.parametrize(
    ("zone", "program"), [("UNC", ZONES["maya_render@UNC"]), ("NFS", ZONES["maya_render@NFS"]), ("other", "Render")]
)
def test_each_zone_starts_its_own_program(zone, program):
    job = of_task(executables=ZONES)
    assert launched(job, zone)[0] == program
    assert launched(from_tcl(to_tcl(job)), zone)[0] == program


def test_the_maps_of_programs_come_before_those_of_paths():
    values = {"executables": {"nuke": "/sw/nuke", "nuke@UNC": "C:/nuke.exe"}, "dirmaps": ["/sw=S:/sw@UNC"]}
    job = of_scene(**values)
    assert launched(job, "UNC")[0] == "C:/nuke.exe"
    assert [dirmap.src for dirmap in job.dirmaps] == ["/sw/nuke", "/sw"]
    assert "overlapping-dirmaps" not in [problem.rule for problem in check(job)]


def test_only_programs_that_the_job_starts_have_maps():
    assert not of_task("NukeRender", executables=ZONES).dirmaps


def test_the_version_of_the_scene_chooses_the_program():
    job = of_scene(executables={"nuke": "/sw/Nuke{{ facts.version }}/nuke"})
    assert commands(job)[0].argv[0] == "%D(/sw/Nuke15.1/nuke)"


def test_a_template_that_needs_a_scene_is_refused_for_a_task_without_one():
    with pytest.raises(FarmsubmitError, match="executables, maya_render: facts is not known here"):
        of_task(executables={"maya_render": "/m{{ facts.version }}/Render"})


@pytest.mark.parametrize(("text", "kind"), [("{{ facts.versoin }}", TemplateError), ("{{ ' ' }}", FarmsubmitError)])
def test_a_template_that_gives_no_program_is_refused(text, kind):
    with pytest.raises(kind, match="executables, nuke"):
        of_scene(executables={"nuke": text})


def test_a_prefix_stands_before_its_dccs_programs_only():
    prefix = {"nuke": ["rez-env", "nuke-{{ facts.version }}", "--"]}
    render, movie = reversed(commands(of_scene(package_prefix=prefix, movie="yes")))
    assert render.argv[:4] == ["rez-env", "nuke-15.1", "--", "nuke"]
    assert movie.argv[0] != "rez-env"
    assert movie.argv[movie.argv.index("--") + 1] == "ffmpeg"


def test_a_dccs_prefix_is_for_all_its_programs_and_a_programs_own_goes_over_it():
    prefix = {"maya": "rez-env maya --", "mayapy": ["rez-env", "mayapy", "--"]}
    assert commands(of_task(package_prefix=prefix))[0].argv[:4] == ["rez-env", "maya", "--", "Render"]
    export = {"exported": "/e/a.#.ass"}
    python = of_task("MayaExportAss", export, package_prefix=prefix, maya_script_wrapper="/w/a.py")
    assert commands(python)[0].argv[:4] == ["rez-env", "mayapy", "--", "mayapy"]


def test_added_flags_stand_behind_the_program_not_behind_the_prefix():
    job = of_task(arguments={"additional_command_flags": "-verb"}, package_prefix={"maya": "rez-env maya --"})
    assert commands(job)[0].argv[:5] == ["rez-env", "maya", "--", "Render", "-verb"]


def test_a_prefix_and_the_words_of_a_command_go_together():
    job = of_scene(package_prefix={"nuke": "rez-env nuke --"}, nuke_command=["nice", "@default"])
    assert commands(job)[0].argv[:5] == ["nice", "rez-env", "nuke", "--", "nuke"]


def test_a_word_of_a_prefix_that_gives_nothing_is_left_out():
    job = of_scene(package_prefix={"nuke": ["run", "{{ '' }}", "%D(/sw/x)"]})
    assert commands(job)[0].argv[:3] == ["run", "%D(/sw/x)", "nuke"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("executables", {"mayaa": "/m"}),
        ("executables", {"maya@": "/m"}),
        ("executables", {"maya@a b": "/m"}),
        ("executables", {"maya": 7}),
        ("package_prefix", {"houdini": "rez"}),
        ("package_prefix", {"maya": [7]}),
    ],
)
def test_a_table_with_something_unknown_is_refused(name, value):
    with pytest.raises(SettingsError, match="maya_render"):
        load_settings({name: value})


def test_the_tables_are_said_in_files_and_in_text_alike(tmp_path, monkeypatch):
    tables = {"executables": {"nuke@UNC": "C:/n.exe"}, "package_prefix": {"nuke": ["rez-env", "n", "--"]}}
    save_layer(tmp_path / "config" / "settings.toml", tables)
    from_file = load_settings()
    monkeypatch.setenv("FARMSUBMIT_PACKAGE_PREFIX", "nuke=rez-env n --,maya=m")
    assert {name: from_file[name] for name in tables} == tables
    assert load_settings()["package_prefix"] == {"nuke": ["rez-env", "n", "--"], "maya": ["m"]}


def test_an_entry_of_empty_text_takes_the_one_below_away(tmp_path):
    save_layer(tmp_path / "config" / "settings.toml", {"package_prefix": {"nuke": ["rez-env"]}})
    assert load_settings({"package_prefix": {"nuke": []}})["package_prefix"] == {}
