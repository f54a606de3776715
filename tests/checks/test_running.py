"""How rules are run: severity and suppression per show, rules that fail, rules of a studio, and where it stops."""

import json
from textwrap import dedent

import pytest

from farmsubmit.checks import Problem, Severity, check, rule, suppressed, suppression_metadata
from farmsubmit.checks.run import run_rules, run_suppressed
from farmsubmit.errors import PluginError
from farmsubmit.scenes.facts import NeededFile
from farmsubmit.settings import load_settings

STUDIO = """
    from farmsubmit.checks import rule, Severity

    @rule("too-urgent", severity=Severity.ERROR, description="A priority that only producers give.")
    def too_urgent(context):
        if context.job is not None and (context.job.priority or 0) > 500:
            yield context.problem(context.job.label, "priority above 500", "ask a producer", field="priority")

    @rule("stumbles")
    def stumbles(context):
        yield context.problem("a", "before")
        raise ValueError("two\\nlines")
"""


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """Return a function that writes a plug-in file into a folder on plugin_path."""
    monkeypatch.setenv("FARMSUBMIT_PLUGIN_PATH", str(tmp_path))

    def write(text):
        path = tmp_path / "studio_checks.py"
        path.write_text(dedent(text))
        return path

    return write


def told(problems):
    return [(problem.severity.value, problem.rule) for problem in problems]


def plant(kit):
    kit.scene(files=(NeededFile("/show/gone/a.tx", "wall"),))
    kit.command.argv.append("%04d")


def test_the_worst_problem_comes_first(kit):
    plant(kit)
    assert told(kit.problems()) == [("error", "bad-substitution"), ("warning", "missing-files")]


def test_a_problem_names_its_rule_and_all_its_fields(kit):
    plant(kit)
    (problem,) = kit.problems(only=["missing-files"])
    text = "the file /show/gone/a.tx is not there"
    assert str(problem) == f"warning: wall: {text} [missing-files]"
    assert problem.to_json() == {
        "severity": "warning",
        "where": "wall",
        "text": text,
        "fix": "",
        "rule": "missing-files",
        "row": "",
        "field": "",
        "file": "/show/gone/a.tx",
    }


def test_a_problem_is_one_line_whatever_it_names():
    assert str(Problem(Severity.NOTE, "Task 'a\nb'", "x\ty", "z")) == "note: Task 'a b': x y; z"


# --- severity and suppression


def test_a_show_says_how_bad_a_rule_is(kit):
    plant(kit)
    kit.settings["check_severity"] = {"missing-files": "error", "bad-substitution": "note"}
    assert told(kit.problems()) == [("error", "missing-files"), ("note", "bad-substitution")]


def test_a_rule_that_is_off_does_not_run(kit):
    plant(kit)
    kit.settings["check_severity"] = {"missing-files": "off"}
    assert told(kit.problems()) == [("error", "bad-substitution")]


def test_a_level_given_this_time_goes_over_that_of_the_show(kit):
    plant(kit)
    kit.settings["check_severity"] = {"missing-files": "off"}
    problems = kit.problems(levels={"missing-files": "note", "bad-substitution": "off"})
    assert told(problems) == [("note", "missing-files")]


def test_suppressed_problems_are_left_out_and_told_with_their_reason(kit):
    plant(kit)
    kit.settings["check_suppress"] = {"missing-files": "baked on the farm"}
    assert told(kit.problems()) == [("error", "bad-substitution")]
    assert [(found.rule, found.fix) for found in run_suppressed(kit.context())] == [
        ("missing-files", "baked on the farm")
    ]
    assert told(suppressed(kit.job, kit.facts, settings=kit.settings)) == [("warning", "missing-files")]
    assert suppressed(kit.job, kit.facts) == []


def test_suppression_without_a_reason_suppresses_nothing(kit):
    plant(kit)
    kit.settings["check_suppress"] = {"missing-files": " "}
    problems = kit.problems()
    assert ("warning", "missing-files") in told(problems)
    assert any("has no reason" in problem.text for problem in problems)
    assert suppression_metadata(kit.settings) == ""


@pytest.mark.parametrize("setting", ["check_severity", "check_suppress"])
def test_a_misspelt_rule_in_the_settings_is_told_with_the_nearest(kit, setting):
    kit.settings[setting] = {"mising-files": "note"}
    (problem,) = kit.problems()
    assert (problem.field, problem.fix) == (setting, "did you mean 'missing-files'?")


def test_a_severity_that_there_is_not_is_told_and_changes_nothing(kit):
    plant(kit)
    kit.settings["check_severity"] = {"missing-files": "bad"}
    assert ("warning", "missing-files") in told(kit.problems())
    assert ("warning", "check-settings") in told(kit.problems())


def test_the_reasons_travel_as_json():
    settings = {"check_suppress": {"b": " two ", "a": "one"}}
    assert json.loads(suppression_metadata(settings)) == {"farmsubmit_suppressed": {"a": "one", "b": "two"}}
    assert suppression_metadata({}) == suppression_metadata(None) == ""


def test_the_real_settings_are_understood(kit, monkeypatch):
    plant(kit)
    kit.settings = load_settings({"engine": "tractor://farm", "check_severity": "missing-files=off"})
    assert told(kit.problems()) == [("error", "bad-substitution")]


# --- rules of a studio


def test_a_rule_of_a_studio_is_found_like_the_shipped_ones(kit, studio):
    studio(STUDIO)
    kit.job.priority = 900
    (problem,) = kit.problems(only=["too-urgent"])
    assert str(problem) == "error: Job 'night': priority above 500; ask a producer [too-urgent]"


def test_a_rule_that_fails_is_a_note_and_stops_nothing(kit, studio):
    studio(STUDIO)
    kit.job.priority = 900
    problems = kit.problems()
    assert told(problems) == [("error", "too-urgent"), ("warning", "stumbles"), ("note", "stumbles")]
    assert "the rule stumbles failed: ValueError: two lines" in str(problems[-1])


def test_a_file_with_rules_that_does_not_load_is_told(kit, studio):
    path = studio("import gone\n" + dedent(STUDIO))
    (problem,) = kit.problems()
    assert problem.file == str(path)
    assert "its rules cannot be used" in problem.text


def test_a_broken_file_without_rules_is_nothing_to_checks(kit, studio):
    studio("import gone\nclass Comp: plugin_kind = 'task'\n")
    assert kit.problems() == []


def test_a_rule_of_a_studio_may_take_the_place_of_a_shipped_one(kit, studio):
    studio("from farmsubmit.checks import rule\n\n@rule('missing-files')\ndef none(context):\n    return iter(())\n")
    kit.scene(files=(NeededFile("/show/gone/a.tx", "wall"),))
    assert kit.problems() == []


def test_a_rule_may_make_its_problems_itself(kit):
    @rule("plain", severity=Severity.NOTE, description="Says one thing.")
    def plain(context):
        yield Problem(Severity.WARNING, "here", "this")

    assert [str(problem) for problem in plain(kit.context())] == ["warning: here: this"]


def test_a_rule_without_a_description_takes_that_of_its_function():
    @rule("plain")
    def plain(context):
        """Says nothing."""

    assert plain.info() == "plain\n  severity:    warning\n  description: Says nothing."


# --- how much, and until when


def test_an_unknown_rule_is_refused_with_the_nearest(kit):
    for how in ({"only": ["mising-files"]}, {"levels": {"mising-files": "off"}}):
        with pytest.raises(PluginError, match="did you mean 'missing-files'"):
            kit.problems(**how)


def test_all_problems_are_told_where_somebody_wants_them(kit):
    kit.scene(files=tuple(NeededFile(f"/show/gone/{number}.tx") for number in range(30)))
    assert len(kit.problems()) == 6
    assert len(kit.problems(most=None)) == 30


def test_a_cancelled_check_gives_what_it_found_until_then(kit):
    plant(kit)
    assert check(kit.job, kit.facts, cancelled=lambda: True) == []
    rules_to_run = iter(range(10))
    context = kit.context()
    context.cancelled = lambda: next(rules_to_run, None) is None
    assert told(run_rules(context)) == [("error", "bad-substitution")]
