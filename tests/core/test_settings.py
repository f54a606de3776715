"""Settings: the layers, their origins, and what a mistake gets."""

import os
import re
import sys
from pathlib import Path

import pytest

from farmsubmit import DirMap
from farmsubmit.errors import PluginError, SettingsError
from farmsubmit.lang.frames import ORDERS, ordered_indices
from farmsubmit.settings import SETTINGS, load_settings
from farmsubmit.settings.layers import settings_file

X_MAP = {"src": "X:/", "dst": "/mnt/x", "zone": "NFS"}


@pytest.fixture
def user_file(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    for name in (*SETTINGS, "configuration_path", "site", "show"):
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
        ("priority", "50", 50.0),
        ("maxactive", "0", 0),
        ("order", " Every-10 ", "every-10"),
        ("preview_first", "first-middle-last", "first-middle-last"),
        ("projects", "big show, small show", ["big show", "small show"]),
        ("envkey", '["setenv A=1,2", "maya-2025"]', ["setenv A=1,2", "maya-2025"]),
        ("maya_command", "nice -n 10 @default", ["nice", "-n", "10", "@default"]),
        ("maya_command", '["C:/a b/run", "@default"]', ["C:/a b/run", "@default"]),
        ("dirmaps", "X:/=/mnt/x@NFS; Y:/=/mnt/y@NFS", [X_MAP, {**X_MAP, "src": "Y:/", "dst": "/mnt/y"}]),
        ("environment_set", "OCIO=/show/a=b.ocio, DEBUG=1", {"OCIO": "/show/a=b.ocio", "DEBUG": "1"}),
        ("check_severity", '{"missing-files": "off"}', {"missing-files": "off"}),
        ("hook_before_send", "studio:check", "studio:check"),
        ("hook_before_send", '["/bin/check", "-v"]', ["/bin/check", "-v"]),
        ("hook_seconds", "2.5", 2.5),
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
    assert load_settings({"priority": 50}).shown("priority") == "50"
    assert load_settings({"priority": 123456.75}).shown("priority") == "123456.75"


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
    assert origins == [f"user: {user_file}", "FARMSUBMIT_SLOTS", "this time", "default"]


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
        ('priority = "high"', "a number such as 50 or 2.5, or empty"),
        ("priority = nan", "a number"),
        ("priority = true", "a number"),
        (f"priority = {10**400}", "a number"),
        ("maxactive = -1", "at least 0, or empty"),
        ("hook_seconds = 0", "at least 0.1"),
        ('order = "backwards"', "every-N"),
        ('order = "every-0"', "every-N"),
        ('preview_first = "binary"', "first-middle-last, every-N or empty"),
        ("projects = [3]", "is not a list of names"),
        ('projects = ["a", ""]', "is not a list of names"),
        ("maya_command = []", "is not a list of words"),
        ('dirmaps = ["X:/=/mnt/x"]', "X:/proj=/mnt/proj@NFS"),
        ('dirmaps = ["/mnt/x@NFS"]', "is not a list of maps"),
        ('dirmaps = [{src = "X:/", dst = "/mnt/x"}]', "tables of src, dst and zone"),
        ('dirmaps = [{src = "X:/", dst = "/mnt/x", zone = "N F"}]', "is not a list of maps"),
        ("environment_set = 3", "is not a table of variables"),
        ('environment_set = {"A B" = "1"}', "is not a table of variables"),
        ("environment_set = {A = true}", "is not a table of variables"),
        ('check_severity = {missing-files = "loud"}', "error, warning, note or off"),
        ("check_suppress = {missing-files = false}", "a note that says why"),
        ("hook_before_send = 3", "'module:function', or a program"),
        ('dirmaps = ["a=b@NFS", "a=b"]', "; its map 2 is wrong"),
        ('check_severity = {a = "note", b = "loud"}', "; its entry b is wrong"),
        ('executables = {nuek = "/sw/nuke"}', "; its entry nuek is wrong"),
        ("_mine = " + "[" * 100_000, "it nests too deep"),
    ],
    ids=lambda text: text[:40],
)
def test_a_mistake_names_the_file_and_what_would_be_right(user_file, text, words):
    user_file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert words in str(caught.value)
    assert str(user_file) in str(caught.value)


def test_a_mistake_in_a_table_does_not_tell_what_else_it_holds(user_file):
    user_file.write_text('environment_set = {PASSWORD = "hunter2", A = true}\n')
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\nchunk = 3\nchunck = 3\n", 3),
        ("# chunk = 0\nslots = 1\nchunk = 0\n", 3),
        ("[dcc.maya]\nslots = 1\nchunk = 0\n", 3),
        ("chunk = 4\n[dcc.nuke]\nchunk = 1\n[dcc.maya]\nchunk = 0\n", 5),
        ("[dcc.maya.environment_set]\nA = true\n", 1),
        ("[dcc.nook]\n", 1),
        ("[polisy.chunk]\nlock = true\n", 1),
    ],
)
def test_a_mistake_in_a_file_names_the_line(user_file, text, line):
    user_file.write_text(text)
    with pytest.raises(SettingsError, match=f"settings.toml, line {line}: "):
        load_settings()


def test_a_place_that_is_not_clear_is_not_told(user_file):
    user_file.write_text('chunk = 0\ncomment = """\nchunk = 0\n"""\n')
    with pytest.raises(SettingsError, match=r"settings\.toml: chunk = 0 is not"):
        load_settings()


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(user_file):
    user_file.write_bytes(b"\xef\xbb\xbfchunk = 3\r\nslots = 2\r\n")
    assert (load_settings()["chunk"], load_settings()["slots"]) == (3, 2)


def test_a_file_that_is_no_text_or_nests_without_end_is_one_sentence(user_file):
    user_file.write_bytes(b"chunk = 3 # \xff\n")
    with pytest.raises(SettingsError, match="is not UTF-8 text"):
        load_settings()
    user_file.write_text("chunk = " + "[" * 100_000)
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        load_settings()


def test_an_empty_number_is_none_and_lies_over_the_one_below(user_file):
    user_file.write_text('priority = ""\nmaxactive = 3\n')
    settings = load_settings({"maxactive": None})
    assert (settings["priority"], settings["maxactive"]) == (None, None)
    assert settings.origin("maxactive") == "this time"


def test_the_orders_are_those_of_frames(user_file):
    for name in ORDERS:
        assert load_settings({"order": name})["order"] == name
        assert ordered_indices(3, name)


def test_maps_are_what_directory_maps_are_made_of(user_file):
    user_file.write_text('dirmaps = ["X:/=/mnt/x@NFS", {src = "X:/a=b", dst = "/mnt/@b", zone = "UNC"}]\n')
    settings = load_settings()
    assert [str(DirMap(**item)) for item in settings["dirmaps"]] == ["X:/=/mnt/x@NFS", "X:/a=b=/mnt/@b@UNC"]
    assert settings.shown("dirmaps") == "X:/=/mnt/x@NFS, X:/a=b=/mnt/@b@UNC"


def test_no_setting_has_the_name_of_a_variable_that_names_a_place():
    assert not {"home", "site", "show", "configuration_path"} & set(SETTINGS)


def test_passwords_are_not_shown(user_file):
    variables = {"STUDIO_TOKEN": "hunter2", "A": "1"}
    settings = load_settings({"engine": "tractor://bob:hunter2@host:80", "environment_set": variables})
    assert settings.shown("engine") == "tractor://bob:***@host:80"
    assert settings.shown("environment_set") == "STUDIO_TOKEN=hidden, A=1"
    assert settings["environment_set"] == variables


def test_a_mistake_in_the_environment_names_the_variable(user_file, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "all")
    with pytest.raises(SettingsError, match="FARMSUBMIT_SLOTS: slots = 'all'"):
        load_settings()
