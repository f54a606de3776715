"""setenv items, and which variables of the environment go with a job."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import FarmsubmitError, SettingsError
from farmsubmit.lang.envkey import parse_setenv, setenv_items, unsayable
from farmsubmit.settings import SETTINGS, load_settings
from farmsubmit.tasks.environment import captured

NAMES = st.text(string.ascii_letters + "_", min_size=1)
VALUES = st.text().filter(lambda value: not unsayable("A", value))


# --- setenv


def test_one_item_sets_all_variables_in_their_order():
    assert setenv_items({"B": "1", "A": "x=y", "EMPTY": "", "N": 3}) == ["setenv B=1 A=x=y EMPTY= N=3"]
    assert setenv_items({}) == []


@given(st.dictionaries(NAMES, VALUES, min_size=1))
def test_what_is_written_is_read_back(values):
    (item,) = setenv_items(values)
    assert parse_setenv(item) == values


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("A", "s3cret x", "'A' cannot be sent: its value holds a blank"),
        ("A", "s3cret\u00a0x", "holds a blank"),
        ("A", "s3cret\0x", "holds a blank"),
        ("A", "s3cret\nx", "more than one line"),
        ("A B", "s3cret", "its name has other characters"),
        ("", "s3cret", "its name has other characters"),
        ("A", None, "its value is no text"),
        ("A", True, "its value is no text"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name_without_its_value(name, value, words):
    with pytest.raises(ValueError, match=words) as caught:
        setenv_items({name: value})
    assert isinstance(caught.value, FarmsubmitError)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("item", ["", "maya-2024", "setenv", "setenv A", "setenv =1", "setenv A=1 b c=2"])
def test_an_item_that_sets_nothing_is_refused(item):
    with pytest.raises(FarmsubmitError, match="setenv"):
        parse_setenv(item)


@given(st.text())
def test_any_text_is_variables_or_a_clear_error(text):
    try:
        assert parse_setenv(text)
    except FarmsubmitError as error:
        assert str(error)


# --- what is captured


@pytest.fixture
def capture(tmp_path, monkeypatch):
    """Return a function that captures from given variables, with given settings."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    for name in (*SETTINGS, "configuration_path"):
        monkeypatch.delenv(f"FARMSUBMIT_{name.upper()}", raising=False)
    monkeypatch.delenv("JOBTRONAUT_CONFIGURATION_PATH", raising=False)

    def capture(variables, **settings):
        return captured(load_settings({"environment_resolver": lambda: variables, **settings}))

    return capture


def test_the_variables_of_a_pipeline_go_and_the_rest_stays_with_its_reason(capture):
    pipeline = {"OCIO": "/c.ocio", "MAYA_MODULE_PATH": "/m", "foundry_LICENSE": "4101@lic", "PROJECT_ROOT": "/p"}
    found = capture({**pipeline, "HOME": "/home/bob", "LS_COLORS": "x"})
    assert found.values == pipeline
    assert found.left_out == dict.fromkeys(["HOME", "LS_COLORS"], "environment_allow does not name it")
    assert found.items == ["setenv " + " ".join(f"{name}={value}" for name, value in pipeline.items())]
    assert found.size == len(found.items[0])


SECRETS = {
    "MAYA_PASSWORD": "x",
    "show_passwd": "x",
    "NUKE_CLIENT_SECRET": "x",
    "REZ_TOKEN": "x",
    "SHOT_CREDENTIALS": "x",
    "KATANA_API_KEY": "x",
    "KATANA_APIKEY": "x",
    "JOB_PRIVATE_KEY": "x",
    "JOB_ACCESS_KEY_ID": "x",
    "JOB_AUTH": "x",
    "AUTH_HEADER": "x",
    "SSH_SHOW": "x",
    "AWS_SHOW": "x",
    "TRACTOR_PASSWORD": "x",
    "SHOW_DB": "postgres://bob:hunter2@db/show",
    "SHOW_PROXY": "http://:hunter2@proxy",
    "SHOW_PEM": "-----BEGIN RSA PRIVATE KEY-----x",
    "SHOW_JWT": "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abc",
    "SHOW_GIT": "ghp_0123456789abcdefghij0123",
}


@pytest.mark.parametrize("allow", [["@pipeline"], ["*"], ["S*", "?*"]])
def test_no_pattern_brings_a_secret_along(capture, allow):
    found = capture(SECRETS, environment_allow=allow)
    assert found.values == {}
    assert set(found.left_out) == set(SECRETS)
    assert "hunter2" not in str(found)


@pytest.mark.parametrize("name", [name for name, value in SECRETS.items() if "BEGIN" not in value])
def test_only_its_exact_name_brings_a_secret_along(capture, name):
    assert capture(SECRETS, environment_allow=[name]).values == {name: SECRETS[name]}


@pytest.mark.parametrize("name", ["AUTHOR", "SHOW_AUTHORITY", "MONKEY", "SHOW_URL", "SEQ_MAIL"])
def test_what_only_looks_a_little_like_a_secret_goes(capture, name):
    value = "https://wiki.studio/show:1@2"
    assert capture({name: value}, environment_allow=["*"]).values == {name: value}


def test_deny_wins_over_allow_even_by_exact_name(capture):
    variables = {"MAYA_A": "1", "MAYA_B": "2", "OCIO": "3"}
    found = capture(variables, environment_allow=["@pipeline", "MAYA_A"], environment_deny=["maya_*"])
    assert found.values == {"OCIO": "3"}
    assert found.left_out["MAYA_A"] == "environment_deny names it"


@pytest.mark.parametrize("name", ["DISPLAY", "XDG_RUNTIME_DIR", "TMPDIR", "TEMP", "NUKE_TEMP_DIR", "TR_ENV_JID", "PWD"])
def test_what_belongs_to_this_session_never_goes(capture, name):
    found = capture({name: "/x"}, environment_allow=["*", name])
    assert found.left_out == {name: "it belongs to this session"}


def test_what_setenv_cannot_say_is_left_out_with_its_reason(capture):
    found = capture({"SHOW": "a b", "SHOT": "a\nb", "SEQ": "", "BASH_FUNC_x%%": "()"}, environment_allow=["*"])
    assert found.values == {"SEQ": ""}
    assert found.left_out["SHOW"] == "its value holds a blank"
    assert found.left_out["SHOT"] == "its value has more than one line"
    assert "name" in found.left_out["BASH_FUNC_x%%"]


def test_what_is_allowed_and_cannot_go_is_told_and_other_things_are_not(capture):
    found = capture({"SHOT": "1", "SHOW": "a b", "MAYA_URL": "http://me:pw@host", "LANG": "C", "MY_TOKEN": "x"})
    assert found.notes == [
        "it takes SHOT of your environment along (13 characters)",
        "it leaves SHOW (its value holds a blank), MAYA_URL (its value holds a URL with a password) "
        "of your environment behind",
    ]
    assert capture({"LANG": "C"}).notes == []


def test_a_studio_adds_its_own_names_or_takes_only_these(capture):
    variables = {"STUDIO_SITE": "1", "OCIO": "2"}
    assert capture(variables, environment_allow=["@pipeline", "STUDIO_*"]).values == variables
    assert capture(variables, environment_allow=["STUDIO_*"]).values == {"STUDIO_SITE": "1"}


def test_without_inheritance_nobody_is_asked(capture):
    def never():
        raise AssertionError

    assert captured(load_settings({"inherit_environment": False, "environment_resolver": never})) == ({}, {}, 0)


@pytest.mark.parametrize(
    ("given_value", "words"),
    [
        (["A=1"], "environment_resolver gave list"),
        ({"A": 1}, "environment_resolver gave int for 'A'"),
        ({1: "A"}, "environment_resolver gave"),
    ],
)
def test_a_resolver_must_give_text_by_name(capture, given_value, words):
    with pytest.raises(SettingsError, match=words):
        capture(given_value)


def test_a_resolver_that_fails_is_one_sentence(capture):
    with pytest.raises(SettingsError, match="environment_resolver failed: KeyError: 'SHOW'"):
        captured(load_settings({"environment_resolver": lambda: {}["SHOW"]}))


def test_the_environment_of_this_process_is_the_default(capture, monkeypatch):
    monkeypatch.setenv("SHOW", "alien")
    monkeypatch.setenv("SHOW_PASSWORD", "hunter2")
    found = captured(load_settings())
    assert found.values["SHOW"] == "alien"
    assert "SHOW_PASSWORD" in found.left_out
    assert list(found.values) == sorted(found.values)
