"""Each shipped rule: one mistake planted in a sound submission is found by its rule, and by no other."""

import os
from datetime import datetime, timedelta, timezone

import pytest

from farmsubmit import author, load_settings
from farmsubmit.checks import Context, Severity
from farmsubmit.plugins import load_catalogue
from farmsubmit.request import request_for
from farmsubmit.scenes.facts import Camera, Code, FrameRange, Layer, NeededFile, Output, Reference, Unresolved
from farmsubmit.settings import Settings
from farmsubmit.settings.policyfile import Entry
from farmsubmit.settings.values import Conflict


def real_settings(kit):
    kit.settings = Settings()
    kit.settings.put({"engine": "tractor://farm"}, "test")
    return kit.settings


def plant_policy(kit):
    only_for = (("dcc", ("maya",)), ("task", ("MayaRender",)))
    limit = Entry("priority", "site: /site", maximum=100, reason="quota", when=only_for)
    real_settings(kit).policy.add([limit])
    kit.job.priority = 900


def plant_conflict(kit):
    conflict = Conflict("chunk", 50, "user", 5, "site", "short jobs")
    real_settings(kit).conflicts.append(conflict)


def plant_cycle(kit):
    kit.job.subtasks[0].subtasks.append(kit.job.subtasks[0])


def plant_iterations(kit):
    for number in range(4):
        kit.job.newTask(title=str(number), argv=["a"])
    kit.settings["engine"] = "slurm:"
    kit.know(limits={"array": 4})


def plant_map(kit, *maps):
    for text in maps:
        kit.job.newDirMap(*text)


def plant_code(kit):
    kit.scene(code=(Code("ui", "script node, MEL, interface configuration"), Code("go", "script node, MEL, on render")))


def plant_long_command(kit):
    kit.know(limits={"command": 30})
    kit.command.argv.append("x" * 10)


def plant_puli(kit):
    kit.settings["engine"] = "puli://server"
    kit.job.subtasks[0].title = "bücher"


def plant_render_option(kit):
    kit.scene(renderer="arnold", layers=(Layer("beauty"), Layer("fx", renderer="vray")))
    kit.rows(kit.row(layer="beauty"), kit.row(id="fx", layer="fx", output="/show/out/fx.####.exr"), threads=8)


def outputs(*files, **values):
    return tuple(Output(f"Write{number}", file=file, **values) for number, file in enumerate(files))


def nuke(kit, **changes):
    kit.scene(**{"dcc": "nuke", "path": "/show/comp.nk", "cameras": (), **changes})


MISTAKES = {
    "job-tree": plant_cycle,
    "empty-job": lambda kit: kit.job.subtasks.clear(),
    "nothing-runs": lambda kit: kit.job.subtasks[0].cmds.clear(),
    "missing-title": lambda kit: kit.job.newTask(id="a"),
    "missing-program": lambda kit: kit.job.subtasks[0].newCommand(service="Linux"),
    "unknown-instance": lambda kit: kit.job.addChild(author.Instance(title="rendr")),
    "unknown-reference": lambda kit: kit.job.subtasks[0].newCommand(argv=["a"], refersto="rendr"),
    "doubled-id": lambda kit: kit.job.newTask(title="two", id="render"),
    "bad-id": lambda kit: kit.job.newTask(title="two", id="a-b"),
    "huge-job": lambda kit: kit.know(limits={"tasks": 0}),
    "bad-service": lambda kit: setattr(kit.command, "service", "(a &&"),
    "ambiguous-service": lambda kit: setattr(kit.command, "service", "Linux,MayaRender || Linux"),
    "no-service": lambda kit: (setattr(kit.job, "service", None), setattr(kit.command, "service", None)),
    "unmatched-service": lambda kit: setattr(kit.command, "service", "NukeRender"),
    "bad-substitution": lambda kit: kit.command.argv.append("a.%04d.exr"),
    "literal-tilde": lambda kit: kit.command.argv.append("~/shot.ma"),
    "literal-variable": lambda kit: kit.command.argv.append("$SHOW/shot.ma"),
    "step-not-taken": lambda kit: setattr(kit.command, "argv", ["/opt/katana", "--batch", "-t", "1-10x2"]),
    "unknown-tier": lambda kit: setattr(kit.job, "tier", "rusch"),
    "unknown-project": lambda kit: kit.job.projects.append("shw"),
    "unknown-tag": lambda kit: kit.command.tags.append("nuke"),
    "unknown-afterjid": lambda kit: kit.job.afterjids.append(13),
    "after": lambda kit: setattr(kit.job, "after", kit.now - timedelta(days=1)),
    "long-command": plant_long_command,
    "slurm-array": plant_iterations,
    "puli-ascii": plant_puli,
    "local-output": lambda kit: kit.scene(outputs=outputs("C:/temp/a.####.exr")),
    "unmapped-output": lambda kit: (
        plant_map(kit, ("/show", "X:/show", "UNC")),
        kit.scene(outputs=outputs("/work/a.####.exr")),
    ),
    "unmapped-path": lambda kit: (
        plant_map(kit, ("/show", "X:/show", "UNC")),
        kit.command.argv.append("%D(/lib/a.tx)"),
    ),
    "overlapping-dirmaps": lambda kit: plant_map(kit, ("/show", "X:/show", "UNC"), ("/show/a", "Y:/a", "UNC")),
    "path-length": lambda kit: kit.scene(outputs=outputs(f"/show/{'d' * 256}/a.####.exr")),
    "overwrite": lambda kit: kit.scene(outputs=outputs(os.__file__)),
    "same-output": lambda kit: nuke(kit, outputs=outputs("/show/a.####.exr", "/show/a.####.exr")),
    "unresolved-output": lambda kit: nuke(kit, outputs=outputs("[python {x}]", resolved=False)),
    "missing-files": lambda kit: kit.scene(files=(NeededFile("/show/gone/a.tx", "wall"),)),
    "no-camera": lambda kit: kit.scene(cameras=(Camera("persp", renderable=False),)),
    "unsaved-scene": lambda kit: kit.rows(kit.row(), unsaved=True),
    "education-licence": lambda kit: nuke(kit, path="/show/comp.nknc"),
    "script-code": plant_code,
    "scene-warning": lambda kit: kit.scene(warnings=("the file is cut off",)),
    "empty-range": lambda kit: kit.rows(kit.row(""), kit.row(id="b", output="/show/b.####.exr")),
    "reversed-range": lambda kit: kit.scene(frames=FrameRange(10, 1)),
    "bad-step": lambda kit: kit.scene(frames=FrameRange(1, 10, 0)),
    "unresolved-range": lambda kit: nuke(kit, unresolved=(Unresolved("Root", "last_frame", "{frame+1}"),)),
    "render-option": plant_render_option,
    "policy": plant_policy,
    "locked-setting": plant_conflict,
}


def rules(problems):
    return [problem.rule for problem in problems]


def test_a_sound_submission_has_no_problem(kit):
    assert kit.problems() == []


def test_every_shipped_rule_has_its_mistake_here():
    assert sorted(MISTAKES) == [found.name for found in load_catalogue([]).all("check")]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_found_by_its_rule_alone(kit, name):
    MISTAKES[name](kit)
    assert rules(kit.problems()) == [name], [str(problem) for problem in kit.problems()]


@pytest.mark.parametrize("found", load_catalogue([]).all("check"), ids=lambda found: found.name)
def test_every_rule_says_nothing_where_nothing_is_known(found):
    assert list(found.value(Context())) == []


@pytest.mark.parametrize("found", load_catalogue([]).all("check"), ids=lambda found: found.name)
def test_every_rule_tells_what_it_is(found):
    assert found.value.description.endswith(".")
    assert found.value.info(short=True) == found.name
    assert found.value.severity.value in found.value.info()


# --- services


def test_the_nearest_blade_and_spelling_are_told(kit):
    kit.command.service = "MayaRendr"
    (problem,) = kit.problems()
    assert "the nearest, rack-1: does not provide 'MayaRendr'" in problem.text
    assert problem.fix == "did you mean 'MayaRender'?"


def test_the_service_of_the_job_counts_for_each_command(kit):
    kit.job.service = "macOS"
    assert rules(kit.problems()) == ["unmatched-service"]


def test_a_farm_without_blades_matches_nothing(kit):
    kit.know(blades=[])
    assert "no blade at all" in kit.problems()[0].text


def test_a_local_command_needs_neither_service_nor_blade(kit):
    kit.job.service = None
    kit.job.subtasks[0].cmds[:] = [author.Command(local=True, argv=["a"])]
    assert kit.problems() == []


@pytest.mark.parametrize("scheme", ["local", "slurm", "drqueue", "puli"])
def test_only_tractor_needs_a_service(kit, scheme):
    MISTAKES["no-service"](kit)
    kit.know(scheme=scheme)
    assert kit.problems() == []


# --- names that the engine knows


def test_capitals_of_a_name_matter_unless_the_engine_says_that_they_do_not(kit):
    kit.job.projects, kit.job.tags = ["SHOW"], ["Maya"]
    assert rules(kit.problems()) == ["unknown-project", "unknown-tag"]
    kit.know(any_case=True)
    assert kit.problems() == []
    kit.job.projects = ["SHW"]
    assert [(found.rule, found.fix) for found in kit.problems()] == [("unknown-project", "did you mean 'show'?")]


# --- what engines take


def test_a_job_for_drqueue_may_have_long_commands_and_any_title(kit):
    kit.settings["engine"] = "drqueue://master"
    kit.job.title = "sh010/comp " + "x" * 200
    kit.command.argv.append("x" * 2000)
    assert kit.problems() == []


def test_an_array_is_never_longer_than_what_is_sent_as_one(kit):
    kit.settings["engine"] = "slurm:"
    kit.know(limits={"array": 5000})
    for number in range(1000):
        kit.job.newTask(title=str(number), argv=["a"])
    assert rules(kit.problems()) == ["slurm-array"]
    del kit.job.subtasks[0]
    assert kit.problems() == []


def test_puli_is_told_free_text_in_any_characters_and_nothing_else(kit):
    kit.settings["engine"] = "puli://server"
    kit.job.comment, kit.job.metadata, kit.job.envkey = "ü", "ü", ["maya-ü"]
    assert kit.problems() == []
    kit.job.envkey, kit.command.msg = ["setenv A=ü"], "x" * 500 + "ü"
    assert [found.field for found in kit.problems()] == ["envkey", "msg"]
    assert len(kit.problems()[1].text) < 150


# --- words of commands


@pytest.mark.parametrize("word", ["$FILE.exr", "a$b", "img.$F4.exr", "print $HOME/x now", "price: 5$"])
def test_a_dollar_that_is_no_folder_is_left_alone(kit, word):
    kit.command.argv.append(word)
    assert kit.problems() == []


@pytest.mark.parametrize("word", ["${SHOW}/a", "%D($SHOW/a)", "--out=$SHOW/a", "/a/$SHOW"])
def test_a_variable_that_is_a_folder_is_found_wherever_it_stands(kit, word):
    kit.command.argv.append(word)
    assert "literal-variable" in rules(kit.problems())


def test_a_variable_of_the_job_is_known(kit):
    kit.job.newAssign("SHOW", "/show")
    kit.command.argv.append("$SHOW/a.ma")
    assert kit.problems() == []


def test_a_tilde_inside_a_mapped_path_is_found(kit):
    kit.command.argv.append("%D(~/a.ma)")
    assert rules(kit.problems()) == ["literal-tilde"]


def test_katana_frames_without_a_step_are_fine(kit):
    kit.command.argv[:] = ["katana", "--batch", "-t=1-5,8"]
    assert kit.problems() == []


def test_a_row_with_a_step_is_a_note_for_katana(kit):
    kit.scene(dcc="katana", cameras=())
    kit.rows(kit.row("1-9x2"))
    assert [(found.rule, found.severity, found.row) for found in kit.problems()] == [
        ("step-not-taken", Severity.NOTE, "beauty")
    ]


# --- times


@pytest.mark.parametrize("after", ["12:00", "11 22 8:00", "12 31 23:59", timedelta(days=300)])
def test_a_time_to_come_is_fine(kit, after):
    kit.job.after = kit.now + after if isinstance(after, timedelta) else after
    assert kit.problems() == []


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("11:59", "tomorrow"),
        ("6 23 13:45", "next year"),
        ("2 30 10:00", "no such day in 2026"),
        (timedelta(minutes=-1), "is past"),
        (timedelta(days=400), "without its year"),
    ],
)
def test_a_time_that_is_past_or_unclear_is_told(kit, after, words):
    kit.job.after = kit.now + after if isinstance(after, timedelta) else after
    (problem,) = kit.problems()
    assert words in problem.text


def test_a_time_with_a_zone_is_compared_in_it(kit):
    kit.now = None
    kit.job.after = datetime.now(timezone.utc) + timedelta(hours=1)
    assert kit.problems() == []


# --- paths


def test_an_output_outside_all_maps_is_told_once_and_not_again_for_what_commands_do_with_it(kit):
    plant_map(kit, ("/show", "X:/show", "UNC"))
    kit.scene(outputs=outputs("/work/a.####.exr"))
    kit.command.argv += ["%D(/work)", "%D(/work/a.mp4)"]
    assert rules(kit.problems()) == ["unmapped-output"]
    kit.command.argv.append("%D(/lib/a.tx)")
    assert rules(kit.problems()) == ["unmapped-output", "unmapped-path"]


def test_a_path_where_a_map_leads_needs_no_map(kit):
    plant_map(kit, ("X:/show", "/show", "NFS"))
    assert kit.problems() == []


def test_paths_of_this_machine_are_right_in_its_own_zone(kit):
    plant_map(kit, ("X:/lib", "/lib", "NFS"), ("/show", "X:/show", "UNC"))
    assert [found.where for found in kit.problems()] == ["zone NFS"]
    kit.settings["zone"] = "NFS"
    assert kit.problems() == []


def test_unmapped_paths_are_counted_once_for_each_zone(kit):
    plant_map(kit, ("/show", "X:/show", "UNC"), ("/show", "Y:/show", "OTHER"))
    kit.command.argv += [f"%D(/lib/{number})" for number in range(50)]
    found = kit.problems()
    assert [(each.where, "50 paths" in each.text) for each in found] == [("zone UNC", True), ("zone OTHER", True)]


@pytest.mark.parametrize(("second", "fix"), [("/show/a", "put the deeper one first"), ("/show/", "leave one out")])
def test_the_fix_of_a_map_that_is_never_used_is_told(kit, second, fix):
    plant_map(kit, ("/show", "X:/show", "UNC"), (second, "Y:/a", "UNC"))
    assert [problem.fix for problem in kit.problems()] == [fix]


def test_the_deeper_map_first_is_right(kit):
    plant_map(kit, ("/show/a", "Y:/a", "UNC"), ("/show", "X:/show", "UNC"))
    assert kit.problems() == []


def test_a_path_that_only_its_map_makes_too_long_is_found(kit):
    plant_map(kit, ("/show", "//server/a-rather-long-name-of-a-share", "UNC"))
    kit.scene(outputs=outputs("/show" + 9 * ("/" + 24 * "d") + "/a.exr"))
    (problem,) = kit.problems()
    assert problem.rule == "path-length"
    assert "in zone UNC" in problem.text


def test_paths_below_one_long_folder_are_told_once_with_their_number(kit):
    long, other = f"/show/{'d' * 256}", f"/show/{'e' * 256}"
    kit.command.argv += [f"%D({long}/{number % 3}/{number}.exr)" for number in range(7)] + [f"%D({other}/a.exr)"]
    first, second = [found.text for found in kit.problems()]
    assert first.endswith(f"/0.exr (7 such paths below {long})")
    assert second.endswith("/a.exr")


def test_long_names_in_one_folder_and_names_of_many_bytes_are_told(kit):
    kit.scene(outputs=(*outputs(f"/o/{'a' * 256}"), *outputs(f"/o/{'b' * 256}"), *outputs(f"/p/{chr(0x4E00) * 90}")))
    assert [found.text.rpartition(" (")[2] for found in kit.problems()][:1] == ["2 such paths below /o)"]
    assert "a name of 270 bytes" in kit.problems()[1].text


@pytest.mark.parametrize("file", ["C:\\out\\a.####.exr", "~/a.####.exr", "/tmp/a.####.exr"])
def test_an_output_on_one_machine_is_found_unless_the_job_stays_there(kit, file):
    kit.scene(outputs=outputs(file))
    assert rules(kit.problems()) == ["local-output"]
    kit.settings["engine"] = "local:"
    assert kit.problems() == []


def test_a_map_takes_a_local_output_elsewhere(kit):
    plant_map(kit, ("C:/show", "/show", "NFS"), ("/show", "/show", "NFS"))
    kit.scene(outputs=outputs("C:/show/a.####.exr"))
    assert kit.problems() == []


# --- images


def test_two_spellings_of_one_name_are_the_same_files(kit):
    kit.rows(kit.row(output="X:/out/a.####.exr"), kit.row(id="b", output="X:\\out\\a.%04d.exr"))
    assert [(found.rule, found.row) for found in kit.problems()] == [("same-output", "b")]


@pytest.fixture
def rendered(tmp_path, monkeypatch):
    """Return a pattern of which two frames are there, and one is empty."""
    monkeypatch.setattr("farmsubmit.checks.rules.paths._is_local", lambda context, path: False)
    for frame, text in ((1, "x"), (2, "x"), (3, "")):
        (tmp_path / f"a.{frame:04d}.exr").write_text(text)
    return f"{tmp_path.as_posix()}/a.####.exr"


def test_frames_that_hold_anything_are_counted(kit, rendered):
    kit.rows(kit.row("1-10", output=rendered))
    (problem,) = kit.problems()
    assert problem.text.startswith("2 of 10 frames")
    assert problem.file == rendered


def test_frames_of_each_view_are_counted(kit, rendered):
    nuke(kit, outputs=outputs("/show/%V.####.exr", views=("a", "b")))
    kit.rows(kit.row("1-10", node="Write0", output=rendered.replace("a.####", "%V.####")))
    assert [problem.file for problem in kit.problems(only=["overwrite"])] == [rendered]


def test_missing_frames_only_write_over_nothing(kit, rendered):
    kit.rows(kit.row("1-10", output=rendered), missing_only=True)
    assert kit.problems() == []


def test_rows_that_share_files_are_an_error_and_those_that_do_not_are_fine(kit):
    kit.rows(kit.row("1-10"), kit.row("8-20", id="again"))
    (problem,) = kit.problems()
    assert (problem.severity, problem.row) == (Severity.ERROR, "again")
    assert problem.text.startswith("it writes 3 frames that Row 'beauty' writes too")
    kit.rows(kit.row("1-10"), kit.row("11-20", id="again"), kit.row("1-10", id="off", on=False))
    assert kit.problems() == []


def test_a_pattern_with_a_token_may_be_many_files(kit):
    kit.rows(kit.row(output="/show/<RenderLayer>.####.exr"), kit.row(id="b", output="/show/<RenderLayer>.####.exr"))
    assert kit.problems() == []


def test_a_row_that_names_the_file_settles_what_only_the_dcc_knows(kit):
    nuke(kit, outputs=outputs("[python {x}]", resolved=False))
    kit.rows(kit.row(node="Write0"))
    assert kit.problems() == []


# --- scene


def test_a_reference_that_is_not_there_is_missing_unless_it_is_switched_off(kit):
    kit.scene(references=(Reference("/show/gone/a.ma", "A"), Reference("/show/gone/b.ma", "B", loaded=False)))
    assert [found.where for found in kit.problems()] == ["A"]


def test_a_camera_may_come_from_a_reference_or_from_the_row(kit):
    kit.scene(cameras=(), references=(Reference("/show/gone/a.ma", loaded=False),))
    assert [found.severity for found in kit.problems()] == [Severity.WARNING]
    kit.rows(kit.row(camera="A:shotCam"))
    assert kit.problems() == []


def test_a_scene_that_is_gone_from_its_folder_is_missing(kit, tmp_path):
    kit.scene(path=str(tmp_path / "shot#2.ma"))
    assert [(found.rule, found.severity) for found in kit.problems()] == [("missing-files", Severity.ERROR)]
    (tmp_path / "shot#2.ma").touch()
    assert kit.problems() == []


def test_a_scene_that_was_never_saved_is_an_error(kit):
    kit.scene(path="")
    assert [(found.rule, found.severity) for found in kit.problems()] == [("unsaved-scene", Severity.ERROR)]


def test_what_a_rule_tells_is_not_told_again_as_the_readers_word(kit):
    kit.scene(warnings=("the scene was saved with a licence for student",))
    assert rules(kit.problems()) == ["education-licence"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("image wall is missing: /a.png", False),
        ("library asset.blend is missing: /asset.blend", False),
        ("the scene has no camera", False),
        ("the scene has never been saved", False),
        ("Write1 is limited to a range that is not wholly stored; what is missing is 1", True),
    ],
)
def test_a_readers_word_is_told_where_no_rule_tells_it(kit, text, told):
    kit.scene(warnings=(text,))
    assert bool(kit.problems()) is told


def test_a_library_that_blender_did_not_find_is_a_missing_file(kit):
    kit.scene(dcc="blender", references=(Reference("/show/gone/a.blend", "a.blend", loaded=False),))
    assert [(found.rule, found.where) for found in kit.problems()] == [("missing-files", "a.blend")]


# --- frames


def test_a_step_of_nothing_is_found_with_a_request_too(kit):
    kit.scene(dcc="blender", frames=FrameRange(1, 10, 0))
    kit.request = request_for(kit.facts, load_settings({"movie": "no"}))
    assert [found.rule for found in kit.problems(only=["bad-step", "empty-range"])] == ["bad-step"]


def test_a_scene_whose_range_runs_backwards_is_told_once_with_a_request_too(kit):
    kit.scene(frames=FrameRange(10, 1))
    kit.rows(kit.row(""))
    assert rules(kit.problems()) == ["reversed-range"]


def test_rows_that_have_frames_make_the_ranges_of_the_scene_nobodys_concern(kit):
    kit.scene(frames=FrameRange(10, 1, 0))
    kit.rows(kit.row())
    assert kit.problems() == []


def test_a_row_that_counts_down_is_a_note(kit):
    kit.rows(kit.row("10-1"))
    assert [(found.rule, found.severity) for found in kit.problems()] == [("reversed-range", Severity.NOTE)]


def test_a_row_whose_frames_are_all_there_already_is_not_empty(kit):
    kit.rows(kit.row("", movie_frames=kit.row().frames), missing_only=True)
    assert kit.problems() == []


# --- policy


def test_a_policy_is_told_with_its_reason_and_where_it_stands(kit):
    plant_policy(kit)
    (problem,) = kit.problems()
    assert str(problem) == ("error: Job: job.priority = 900 is above 100; quota (site: /site) [policy]")


def test_a_locked_attribute_of_the_job_is_missed_in_a_request_that_does_not_give_it(kit):
    real_settings(kit).policy.add([Entry("priority", "site: /site", locks=True, value=50)])
    assert kit.problems() == []
    kit.rows(kit.row())
    assert [problem.text for problem in kit.problems()] == ["job.priority = nothing is locked at 50"]


def test_a_policy_for_rows_and_one_for_another_dcc(kit):
    rows = Entry("row.service", "show: /show", choices=("MayaRender",))
    other = Entry("row.title", "show: /show", require=True, when=(("dcc", ("nuke",)),))
    real_settings(kit).policy.add([rows, other])
    kit.rows(kit.row(service="NukeRender"), kit.row(id="b", output="/show/b.####.exr", service="MayaRender"))
    assert [(found.row, found.field) for found in kit.problems()] == [("beauty", "row.service")]


def test_a_policy_for_a_setting_is_checked_too(kit):
    real_settings(kit).policy.add([Entry("engine", "site: /site", choices=("local:",))])
    assert [found.where for found in kit.problems()] == ["setting engine"]


def test_a_file_that_this_very_job_writes_is_not_missing(kit):
    kit.scene(files=(NeededFile("/show/out/beauty.####.exr", "Read1"),))
    assert "missing-files" not in [problem.rule for problem in kit.problems()]
    kit.rows(kit.row("1-10", output="/show/out/other.####.exr"))
    assert "missing-files" in [problem.rule for problem in kit.problems()]
