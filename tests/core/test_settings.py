"""Settings: the layers, their origins, and what a mistake gets."""

import os
import re
import sys
from pathlib import Path

import pytest

from farmsubmit.errors import PluginError, SettingsError
from farmsubmit.settings import SETTINGS, load_settings
from farmsubmit.settings.layers import settings_file


@pytest.fixture
def user_file(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    for name in (*SETTINGS, "configuration_path"):
        monkeypatch.delenv(f"FARMSUBMIT_{name.upper()}", raising=False)
    monkeypatch.delenv("JOBTRONAUT_CONFIGURATION_PATH", raising=False)
    settings_file().parent.mkdir()
    return settings_file()


def test_defaults_are_of_their_own_kind(user_file):
    settings = load_settings()
    assert settings["engine"] == "local:"
    assert settings["slots"] >= 1
    assert {settings.origin(name) for name in SETTINGS} == {"default"}
    for name, setting in SETTINGS.items():
        assert type(setting.kind.read(settings[name])) is type(settings[name]), name


def test_defaults_are_made_anew_so_that_nobody_changes_them_for_others(user_file):
    load_settings()["plugin_path"].append("/tmp")
    assert load_settings()["plugin_path"] == []


def test_every_setting_is_in_the_docs_and_the_docs_name_no_others():
    text = Path(__file__, "../../../docs/settings.md").resolve().read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` ", text, re.MULTILINE) == list(SETTINGS)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("inherit_environment", "No", False),
        ("inherit_environment", "1", True),
        ("enable_plugin_cache", "false", False),
        ("plugin_path", os.pathsep.join(["/b", "", "/a"]), ["/b", "/a"]),
        ("environment_allow", "@pipeline, STUDIO_* SHOW", ["@pipeline", "STUDIO_*", "SHOW"]),
        ("arguments_serialized_max_length", "0", 0),
        ("tractor_engine", "[::1]:80", "[::1]:80"),
        ("job_storage_path_template", "/jobs/{user}/{date}/{job_id}.alf", "/jobs/{user}/{date}/{job_id}.alf"),
    ],
)
def test_text_of_the_environment_becomes_a_value_of_its_kind(user_file, monkeypatch, name, text, value):
    monkeypatch.setenv(f"FARMSUBMIT_{name.upper()}", text)
    settings = load_settings()
    assert settings[name] == value
    assert type(settings[name]) is type(value)


def test_toml_has_lists_and_flags_of_its_own(user_file):
    user_file.write_text('plugin_path = ["/b", "/a"]\ninherit_environment = false\nenvironment_deny = ["MAYA_*"]\n')
    settings = load_settings()
    assert settings["plugin_path"] == ["/b", "/a"]
    assert settings["inherit_environment"] is False
    assert settings["environment_deny"] == ["MAYA_*"]


def test_an_empty_path_is_no_path_and_leaves_the_one_below(user_file):
    default = load_settings()["arguments_storage_path"]
    assert default == str(user_file.parent.parent / "state" / "arguments")
    user_file.write_text('arguments_storage_path = ""\n')
    assert load_settings()["arguments_storage_path"] == default
    assert load_settings().origin("arguments_storage_path") == "default"


def test_a_tilde_in_a_path_is_the_home_folder(user_file, monkeypatch):
    monkeypatch.setenv("HOME", "/home/bob")
    monkeypatch.setenv("USERPROFILE", "/home/bob")
    assert load_settings({"arguments_storage_path": "~/args"})["arguments_storage_path"] == "/home/bob/args"


def test_a_function_named_in_text_is_looked_up_when_it_is_called(user_file):
    user_file.write_text('executable_resolver = "posixpath:basename"\nenvironment_resolver = "os:environ.copy"\n')
    settings = load_settings()
    assert settings["executable_resolver"]("/opt/maya") == "maya"
    assert settings["environment_resolver"]() == dict(os.environ)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nowhere:resolve", "'nowhere:resolve' cannot be found: ModuleNotFoundError: No module named 'nowhere'"),
        ("posixpath:basenam", "there is no 'basenam' in it; did you mean 'basename'"),
        ("os:sep", "'os:sep' is no function"),
    ],
)
def test_a_function_that_cannot_be_found_is_one_sentence(user_file, text, words):
    resolve = load_settings({"executable_resolver": text})["executable_resolver"]
    with pytest.raises(SettingsError, match=words):
        resolve("maya")


def test_values_are_shown_as_people_read_them(user_file):
    settings = load_settings({"plugin_path": ["/a", "/b"], "filter_selector": "studio:select", "chunk": 3})
    assert settings.shown("plugin_path") == "/a, /b"
    assert settings.shown("filter_selector") == "studio:select"
    assert settings.shown("executable_resolver") == "farmsubmit.settings.functions:resolve_executable"
    assert (settings.shown("chunk"), settings.shown("inherit_environment")) == ("3", "true")


def test_an_executable_file_with_its_whole_path_is_its_own_program(user_file):
    assert load_settings()["executable_resolver"](sys.executable) == sys.executable


@pytest.mark.parametrize("name", ["maya", "/nowhere/maya", "/", __file__])
def test_any_other_program_is_refused_with_the_setting_that_would_help(user_file, name):
    with pytest.raises(PluginError, match="executable_resolver"):
        load_settings()["executable_resolver"](name)


def test_each_layer_lies_over_the_one_before_and_is_its_origin(user_file, monkeypatch):
    user_file.write_text('chunk = 3\nslots = 2\nzone = "UNC"\n')
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "7")
    monkeypatch.setenv("FARMSUBMIT_ZONE", "NFS")
    settings = load_settings({"zone": "MARS"})
    assert (settings["chunk"], settings["slots"], settings["zone"]) == (3, 7, "MARS")
    origins = [settings.origin(name) for name in ("chunk", "slots", "zone", "movie")]
    assert origins == [str(user_file), "FARMSUBMIT_SLOTS", "this time", "default"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chunck = 3", "did you mean 'chunk'"),
        ('chunk = "many"', "chunk = 'many' is not a whole number"),
        ("chunk = 0", "at least 1"),
        ("chunk = true", "whole number"),
        ("engine = 3", "engine = 3 is not a string"),
        ('movie = "maybe"', "one of auto, yes, no"),
        ("chunk = ", "settings.toml"),
        ('inherit_environment = "maybe"', "is not true or false"),
        ("enable_plugin_cache = 1", "is not true or false"),
        ("arguments_serialized_max_length = -1", "at least 0"),
        ("plugin_path = 3", "is not a list of paths"),
        ("plugin_path = [3]", "is not a list of paths"),
        ('environment_allow = ["@pipelines"]', "or @pipeline"),
        ('environment_allow = ["A B"]', "is not a list of names"),
        ('tractor_engine = "tractor"', "an address such as tractor-engine:80"),
        ('tractor_engine = "tractor:99999"', "an address"),
        ('job_storage_path_template = "/jobs/{user}"', "{user}, {date} and {job_id}"),
        ('job_storage_path_template = "/{user}{date}{job_id}{host}"', "and no others"),
        ('job_storage_path_template = "/{user}{date:%Y}{job_id}"', "and no others"),
        ('job_storage_path_template = "/{user"', "and no others"),
        ("executable_resolver = 3", "a function, or the name of one"),
        ('executable_resolver = "resolve"', "such as 'module:function'"),
    ],
)
def test_a_mistake_names_the_file_and_what_would_be_right(user_file, text, words):
    user_file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert words in str(caught.value)
    assert str(user_file) in str(caught.value)


def test_a_mistake_in_the_environment_names_the_variable(user_file, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "all")
    with pytest.raises(SettingsError, match="FARMSUBMIT_SLOTS: slots = 'all'"):
        load_settings()
