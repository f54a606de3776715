"""Policy: locks, limits and choices of sites and shows, for whom they count, and what a request has against them."""

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from farmsubmit.author.options import JOB
from farmsubmit.errors import SettingsError
from farmsubmit.request import Row, request_for
from farmsubmit.scenes.facts import Camera, SceneFacts
from farmsubmit.settings import Context, Rule, load_settings, values
from farmsubmit.settings.groups import unix_groups
from farmsubmit.settings.layers import settings_file
from farmsubmit.settings.policyfile import JOB_FIELDS, ROW_FIELDS


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("FARMSUBMIT_", "JOBTRONAUT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def sites(folder, monkeypatch):
    """Return a function that writes the files of a site of several folders, the first of which counts most."""

    def sites(*texts):
        for number, text in enumerate(texts):
            (folder / f"site{number}").mkdir(exist_ok=True)
            (folder / f"site{number}" / "settings.toml").write_text(text)
        folders = [folder / f"site{number}" for number in range(len(texts))]
        monkeypatch.setenv("FARMSUBMIT_SITE", os.pathsep.join(map(str, folders)))
        return [f"site: {each / 'settings.toml'}" for each in folders]

    return sites


@pytest.fixture
def show(folder, monkeypatch):
    """Return a function that writes the file of the show and gives its origin."""

    def show(text):
        (folder / "show").mkdir(exist_ok=True)
        (folder / "show" / "farmsubmit.toml").write_text(text)
        monkeypatch.setenv("FARMSUBMIT_SHOW", str(folder / "show"))
        return f"show: {folder / 'show' / 'farmsubmit.toml'}"

    return show


def user(text):
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(text)
    return f"user: {settings_file()}"


# --- locks


def test_a_locked_value_stays_and_what_was_wanted_is_told(sites, show, monkeypatch):
    (site,) = sites('[policy.chunk]\nlock = 8\nreason = "small chunks fill the farm"\n')
    own = user("chunk = 1\n")
    there = show("chunk = 8\n")
    monkeypatch.setenv("FARMSUBMIT_CHUNK", "2")
    settings = load_settings()
    assert (settings["chunk"], settings.origin("chunk")) == (8, site)
    assert [(each.wanted, each.origin) for each in settings.conflicts] == [(1, own), (2, "FARMSUBMIT_CHUNK")]
    told = f"chunk = 1 of {own} does not count, it is locked at 8 by {site}: small chunks fill the farm"
    assert str(settings.conflicts[0]) == told
    assert there not in str(settings.conflicts)


def test_lock_true_keeps_what_the_layers_up_to_it_give(sites, show):
    sites("chunk = 3\n")
    there = show(
        "order = 'binary'\n[dcc.maya]\norder = 'reverse'\n[policy]\nchunk = {lock = true}\norder.lock = true\n"
    )
    user("chunk = 1\norder = 'forward'\n")
    settings = load_settings(dcc="maya")
    assert (settings["chunk"], settings["order"]) == (3, "reverse")
    assert [settings.policy.rule(name).value for name in ("chunk", "order")] == [3, "reverse"]
    assert (settings.origin("order"), len(settings.conflicts)) == (there, 2)


def test_a_locked_default_has_no_other_origin(sites):
    sites("[policy.chunk]\nlock = true\n")
    assert load_settings().origin("chunk") == "default"
    assert load_settings().policy.rule("chunk").locked


def test_this_time_against_a_lock_is_an_error_with_the_reason(sites):
    sites('[policy.chunk]\nlock = 8\nreason = "small chunks fill the farm"\n')
    with pytest.raises(SettingsError, match=r"chunk is locked at 8 by site: .*; small chunks fill the farm"):
        load_settings({"chunk": 1})
    assert load_settings({"chunk": "8"})["chunk"] == 8


def test_of_two_folders_of_a_site_the_lock_of_the_earlier_wins_and_that_is_told(sites):
    first, second = sites("chunk = 4\n[policy.chunk]\nlock = true\n", "[policy.chunk]\nlock = 8\n")
    settings = load_settings()
    assert (settings["chunk"], settings.origin("chunk")) == (4, first)
    assert [(each.wanted, each.origin, each.value) for each in settings.conflicts] == [(8, second, 4)]
    assert settings.policy.rule("chunk").value == 4


def test_a_show_cannot_lock_what_a_site_locks(sites, show):
    (site,) = sites("[policy.chunk]\nlock = 4\n")
    there = show("[policy.chunk]\nlock = 8\n")
    settings = load_settings()
    assert (settings["chunk"], settings.origin("chunk")) == (4, site)
    assert [(each.wanted, each.origin) for each in settings.conflicts] == [(8, there)]


def test_in_one_file_the_first_lock_that_fits_wins_and_its_own_value_is_no_conflict(sites):
    text = "[[policy.chunk]]\nlock = 3\nwhen = {dcc = 'maya'}\n[[policy.chunk]]\nlock = 8\n"
    sites(f"chunk = 1\n{text}")
    assert load_settings(dcc="maya")["chunk"] == 3
    assert load_settings(dcc="nuke")["chunk"] == 8
    assert load_settings(dcc="maya").conflicts == []


def test_a_lock_may_stand_in_the_configuration_file(folder, monkeypatch):
    (folder / "studio.toml").write_text("CHUNK = 8\n[policy.chunk]\nlock = true\n")
    monkeypatch.setenv("FARMSUBMIT_CONFIGURATION_PATH", str(folder / "studio.toml"))
    user("chunk = 1\n")
    assert load_settings()["chunk"] == 8


def test_a_table_that_is_locked_takes_no_entry_from_above(sites):
    sites('[environment_set]\nA = "1"\n[policy.environment_set]\nlock = true\n')
    user('environment_set = {B = "2"}\n')
    settings = load_settings()
    assert settings["environment_set"] == {"A": "1"}
    assert [each.wanted for each in settings.conflicts] == [{"B": "2"}]


def test_a_lock_is_explained(sites):
    (site,) = sites('[policy.chunk]\nlock = 8\nreason = "the farm is small"\n')
    own = user("chunk = 1\n")
    lines = load_settings().explain("chunk")[1:]
    assert lines[1:3] == [f"  {site}: 8  (locked)", f"  {own}: 1  (does not count)"]
    assert lines[3] == f"chunk is 8, from {site}, locked: the farm is small"


# --- conditions


@pytest.mark.parametrize(
    ("when", "context", "fits"),
    [
        ("{dcc = ['maya', 'nuke']}", {"dcc": "nuke"}, True),
        ("{dcc = 'maya'}", {"dcc": "katana"}, False),
        ("{dcc = 'maya'}", {}, False),
        ("{task = ['MayaRender']}", {"task": "MayaRender"}, True),
        ("{task = ['MayaRender']}", {}, False),
        ("{group = ['artists', 'td']}", {"groups": ["staff", "td"]}, True),
        ("{group = 'artists'}", {"groups": ["staff"]}, False),
        ("{dcc = 'maya', group = 'artists'}", {"dcc": "maya", "groups": ["artists"]}, True),
        ("{dcc = 'maya', group = 'artists'}", {"dcc": "nuke", "groups": ["artists"]}, False),
        ("{}", {}, True),
    ],
)
def test_a_policy_counts_where_all_its_conditions_hold(sites, when, context, fits):
    sites(f"[policy.chunk]\nlock = 8\nwhen = {when}\n")
    settings = load_settings(**{"groups": [], **context})
    assert settings["chunk"] == (8 if fits else 5)
    assert settings.policy.rule("chunk").locked is fits


def test_a_rule_can_be_asked_for_in_another_context(sites):
    sites("chunk = 4\n[policy.chunk]\nlock = true\nwhen = {task = 'MayaRender'}\n")
    user("chunk = 9\n")
    settings = load_settings()
    rule = settings.policy.rule("chunk", settings.policy.context._replace(task="MayaRender"))
    assert (settings["chunk"], rule.locked, rule.value) == (9, True, 4)


def test_the_groups_are_those_of_the_system_else_those_of_the_setting(sites, monkeypatch):
    sites("user_groups = ['artists']\n[policy.chunk]\nlock = 8\nwhen = {group = 'artists'}\n")
    monkeypatch.setattr(values, "unix_groups", lambda: ("staff",))
    assert load_settings()["chunk"] == 5
    monkeypatch.setattr(values, "unix_groups", tuple)
    assert load_settings()["chunk"] == 8
    monkeypatch.setenv("FARMSUBMIT_USER_GROUPS", "staff")
    assert load_settings()["chunk"] == 5


def test_groups_are_looked_up_only_where_a_policy_asks(sites, monkeypatch):
    def never():
        raise AssertionError

    monkeypatch.setattr(values, "unix_groups", never)
    sites("[policy.chunk]\nlock = 8\nwhen = {dcc = 'maya'}\n")
    assert load_settings(dcc="maya")["chunk"] == 8


def test_the_groups_of_this_process_have_names():
    assert all(isinstance(name, str) and name for name in unix_groups())


# --- rules


def test_the_rule_of_a_field_without_policy_asks_nothing():
    assert load_settings().policy.rule("job.priority") == Rule()


def test_policies_of_site_and_show_add_up(sites, show):
    (site,) = sites(
        "[policy.priority]\nmin = 1\nmax = 90\nreason = 'the farm'\n[policy.tier]\nchoices = ['a', 'b', 'c']\n"
    )
    show("[policy.priority]\nmax = 50\nrequire = true\n[policy.tier]\nchoices = ['c', 'b', 'x']\nhide = true\n")
    policy = load_settings().policy
    expected = Rule(required=True, minimum=1, maximum=50, reason="the farm", origin=site)
    assert policy.rule("priority") == expected
    assert policy.rule("tier") == Rule(hidden=True, choices=("b", "c"), origin=site)


@pytest.mark.parametrize("field", ['"job.priority"', "job.priority", "priority"])
def test_the_priority_of_a_job_is_the_setting_under_another_name(sites, field):
    sites(f"[policy.{field}]\nlock = 50\n")
    settings = load_settings()
    assert settings["priority"] == 50
    assert settings.policy.rule("job.priority") == settings.policy.rule("priority")
    assert settings.policy.rule("job.priority").value == 50


def test_a_field_that_is_no_setting_can_be_locked(sites):
    sites("[policy.job.title]\nlock = 'fixed'\n[policy.row.camera]\nlock = true\n")
    policy = load_settings().policy
    assert (policy.rule("job.title").value, policy.rule("row.camera").locked) == ("fixed", True)
    assert [str(each.text) for each in policy.problems({"job.title": "mine", "row.camera": "left"})] == [
        "job.title = mine is locked at fixed"
    ]


# --- problems


@pytest.mark.parametrize(
    ("text", "field", "value", "problem"),
    [
        ("lock = 50", "job.priority", 90, "job.priority = 90 is locked at 50"),
        ("lock = 50", "job.priority", 50, ""),
        ("lock = 50", "job.priority", None, "job.priority = nothing is locked at 50"),
        ("lock = true", "job.priority", 90, "job.priority = 90 is locked at nothing"),
        ("lock = true", "job.priority", None, ""),
        ("max = 80", "job.priority", 80, ""),
        ("max = 80", "job.priority", 80.5, "job.priority = 80.5 is above 80"),
        ("min = 10", "priority", 9, "priority = 9 is below 10"),
        ("min = 10", "job.priority", None, ""),
        ("require = true", "job.priority", None, "job.priority is required"),
        ("require = true", "job.priority", 0, ""),
        ("choices = [10, 50]", "job.priority", 50.0, ""),
        ("choices = [10, 50]", "job.priority", 30, "job.priority = 30 is not one of 10, 50"),
    ],
)
def test_what_a_policy_has_against_a_value(sites, text, field, value, problem):
    (site,) = sites(f"[policy.priority]\n{text}\nreason = 'so'\n")
    found = load_settings().policy.problems({field: value})
    assert [(each.field, each.text, each.reason, each.origin) for each in found] == (
        [(field, problem, "so", site)] if problem else []
    )


def test_each_item_of_a_list_must_be_one_of_the_choices(sites):
    sites("[policy.projects]\nchoices = ['shots', 'layout']\n")
    found = load_settings().policy.problems({"job.projects": ["shots", "layuot"]})
    assert [each.text for each in found] == [
        "job.projects = layuot is not one of shots, layout; did you mean 'layout'?"
    ]


@pytest.mark.parametrize("values", [{"job.title": "a"}, {"job.title": "a", "job.tier": ""}])
def test_a_required_field_is_missing_also_where_it_is_not_given(sites, values):
    sites("[policy.job.tier]\nrequire = true\n")
    found = load_settings().policy.problems(values)
    assert [each.field for each in found] == ["job.tier"]


def test_fields_of_a_group_that_is_not_given_are_not_looked_at(sites):
    sites("[policy.job.tier]\nrequire = true\n[policy.row.output]\nrequire = true\n")
    assert [each.field for each in load_settings().policy.problems({"row.chunk": 3})] == ["row.output"]


def test_of_two_locks_only_the_first_is_asked_for(sites, show):
    sites("[policy.priority]\nlock = 4\n")
    show("[[policy.priority]]\nlock = 5\n[[policy.priority]]\nlock = 6\nmax = 3\n")
    policy = load_settings().policy
    assert [each.text for each in policy.problems({"job.priority": 4})] == ["job.priority = 4 is above 3"]
    assert [each.text for each in policy.problems({"job.priority": 5})] == [
        "job.priority = 5 is locked at 4",
        "job.priority = 5 is above 3",
    ]


def test_the_rows_of_a_scene_are_the_task_that_renders_for_its_dcc(sites):
    sites("[policy.tier]\nlock = 'rush'\nwhen = {task = 'MayaRender'}\n")
    settings = load_settings(scene="/show/shot.ma")
    assert (settings["tier"], load_settings(scene="/show/comp.nk")["tier"]) == ("rush", "")
    assert request_for(SceneFacts("maya", "/show/shot.ma"), settings).job["tier"] == "rush"
    assert load_settings(dcc="maya", task="MayaExport")["tier"] == ""


def test_a_problem_depends_on_the_context(sites):
    sites("[policy.row.chunk]\nmax = 5\nwhen = {task = 'MayaRender'}\n")
    policy = load_settings().policy
    assert policy.problems({"row.chunk": 9}) == []
    assert len(policy.problems({"row.chunk": 9}, Context(task="MayaRender"))) == 1


# --- mistakes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[policy.chunck]\nlock = true", "no field 'chunck' for a policy; did you mean 'chunk'"),
        ("[policy.job.priorty]\nlock = 1", "no field 'job.priorty' for a policy; did you mean 'job.priority'"),
        ('[policy."row.chunks"]\nlock = 1', "did you mean 'row.chunk'"),
        ("[policy.job]\nlock = true", "no field 'job.lock'"),
        ("[policy.chunk]\nlok = true", "the policy of chunk has no 'lok'; did you mean 'lock'"),
        ("[policy.chunk]\nlock = 0", "chunk = 0 is not a whole number of at least 1"),
        ("[policy.job.tier]\nlock = 3", "tier = 3 is not a string"),
        ("[policy.chunk]\nmax = 'big'", "max = 'big' is not a number"),
        ("[policy.chunk]\nmax = true", "max = True is not a number"),
        ("[policy.chunk]\nmin = 5\nmax = 3", "min = 5 is above max = 3"),
        ("[policy.chunk]\nmax = nan", "max = nan is not a number"),
        ("[policy.tier]\nmax = 3", "tier is no number, so it has no max; write choices, or lock"),
        ("[policy.chunk]\nchoices = 3", "choices = 3 is not a list"),
        ("[policy.chunk]\nchoices = []", "leaves nothing to choose from"),
        ("[policy.order]\nchoices = ['backwards']", "order = 'backwards' is not forward"),
        ("[policy.chunk]\nhide = 'yes'", "hide = 'yes' is not true or false"),
        ("[policy.chunk]\nhide = true\nreason = 3", "reason = 3 is not text"),
        ("[policy.chunk]\nreason = 'because'", "the policy of chunk asks nothing"),
        ("[policy.chunk]\nlock = 3\nwhen = {dc = 'maya'}", "there is no condition 'dc'; did you mean 'dcc'"),
        ("[policy.chunk]\nlock = 3\nwhen = {dcc = 'mya'}", "names another than blender, katana, maya"),
        ("[policy.chunk]\nlock = 3\nwhen = {group = 3}", "group = 3 is not a list of names"),
        ("[policy.chunk]\nlock = 3\nwhen = 'maya'", "when = 'maya' is not a table"),
        ("[policy.missing_only]\nlock = false", "lock = false could mean no lock"),
        ("[policy.row.movie]\nlock = false", "or a lock at false; write choices = [false]"),
        ("[policy]\nchunk = 3", "the policy of chunk is not a table"),
        ("policy = 3", "policy is not a table"),
    ],
)
def test_a_mistake_in_a_policy_is_told_with_its_file(sites, text, words):
    sites(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert words in str(caught.value)
    assert "site0/settings.toml" in str(caught.value)


def test_a_mistake_in_a_policy_names_the_line(sites):
    sites("chunk = 3\n\n[policy.job.tier]\nlock = 3\n")
    with pytest.raises(SettingsError, match=r"settings\.toml, line 3: "):
        load_settings()


def test_lock_false_is_no_lock(sites):
    sites("[policy.chunk]\nlock = false\nmax = 9\n")
    assert load_settings({"chunk": 2})["chunk"] == 2


def test_the_fields_of_a_row_that_a_policy_may_name_are_all_that_it_has():
    assert sorted(ROW_FIELDS) == sorted(field.name for field in fields(Row))


def test_the_attributes_of_a_job_that_a_policy_may_name_are_all_that_it_has():
    blocks = {"init", "cleanup", "postscript", "dirmaps", "subtasks"}
    assert sorted(JOB_FIELDS) == sorted(option.attr for option in JOB if option.attr not in blocks)


@pytest.mark.parametrize("page", ["policy.md", "settings.md"])
def test_the_files_in_the_docs_are_right(sites, page):
    text = Path(__file__, "../../../docs", page).resolve().read_text("utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    sites(example)
    settings = load_settings(dcc="maya", groups=["artists"])
    assert settings["chunk"] == 1
    assert bool(settings.policy.fields) is (page == "policy.md")


def test_a_lock_at_a_value_is_in_the_request_also_of_what_is_no_setting(sites, folder):
    sites('[policy.job.service]\nlock = "Night"\n[policy.job.comment]\nlock = true\n[policy.job.metadata]\nhide = true')
    facts = SceneFacts("maya", str(folder / "a.ma"), cameras=(Camera("cam"),))
    assert request_for(facts, load_settings()).job["service"] == "Night"
    assert not {"comment", "metadata"} & set(request_for(facts, load_settings()).job)


def test_such_a_lock_counts_where_its_conditions_hold(sites, folder):
    sites('[policy.job.service]\nlock = "Night"\nwhen = {task = ["MayaRender"]}')
    jobs = [request_for(SceneFacts(dcc, str(folder / "a")), load_settings()).job for dcc in ("maya", "nuke")]
    assert [job.get("service") for job in jobs] == ["Night", None]
