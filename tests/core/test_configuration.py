"""The configuration file: in Python and TOML, where it lies among the layers, its mistakes, and its secrets."""

import os
import sys
import traceback

import pytest

from farmsubmit.errors import SettingsError
from farmsubmit.settings import SETTINGS, load_settings
from farmsubmit.settings.layers import settings_file

CREDENTIALS = "tractor_engine_credentials_resolver"
# The variables of jobtronaut's table, with the defaults that it documents.
SEED = {
    "commandflags_argument_name": "additional_command_flags",
    "logging_namespace": "jobtronaut",
    "enable_plugin_cache": True,
    "plugin_path": [],
    "inherit_environment": True,
    "arguments_serialized_max_length": 10000,
    "job_storage_path_template": "",
}


@pytest.fixture
def configure(tmp_path, monkeypatch):
    """Return a function that writes a configuration file, names it in the environment, and gives its path."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    for name in SETTINGS:
        monkeypatch.delenv(f"FARMSUBMIT_{name.upper()}", raising=False)
    monkeypatch.delenv("JOBTRONAUT_CONFIGURATION_PATH", raising=False)
    monkeypatch.delenv("FARMSUBMIT_CONFIGURATION_PATH", raising=False)

    def configure(text, name="studio.py", variable="FARMSUBMIT_CONFIGURATION_PATH"):
        path = tmp_path / name
        before = path.stat().st_mtime_ns if path.exists() else 0
        path.write_text(text, "utf-8")
        if before:
            os.utime(path, ns=(before + 1_000_000, before + 1_000_000))
        monkeypatch.setenv(variable, str(path))
        return path

    return configure


def test_without_a_file_the_variables_have_the_documented_defaults(configure):
    settings = load_settings()
    assert {name: settings[name] for name in SEED} == SEED
    assert tuple(settings[CREDENTIALS]()) == ("unknown_user", "unknown_password")
    assert settings["environment_resolver"]() == dict(os.environ)
    assert settings["filter_selector"]({}, None) == []
    assert settings["maya_script_wrapper"].endswith("mayascript.mel")
    assert settings["nuke_script_wrapper"].endswith("nukescript.py")
    assert settings["katana_script_wrapper"].endswith("katanascript.py")


def test_a_python_file_gives_its_upper_case_names_functions_included(configure):
    path = configure(
        "import os\nHERE = os.path.dirname(__file__)\nPLUGIN_PATH = [os.path.join(HERE, 'tasks'), '/b']\n"
        "EXECUTABLE_RESOLVER = lambda name: '/opt/' + name\nINHERIT_ENVIRONMENT = False\nchunk = 99\n"
    )
    settings = load_settings()
    assert settings["plugin_path"] == [str(path.parent / "tasks"), "/b"]
    assert settings["executable_resolver"]("maya") == "/opt/maya"
    assert settings["inherit_environment"] is False
    assert settings["chunk"] == 5
    assert settings.origin("plugin_path") == f"site: {path}"


@pytest.mark.parametrize("name", ["CHUNK", "chunk"])
def test_a_toml_file_gives_names_in_either_case(configure, name):
    configure(f"{name} = 3\n", "studio.toml")
    assert load_settings()["chunk"] == 3


def test_the_older_variable_names_the_file_too_and_ours_goes_first(configure):
    configure("CHUNK = 3", "old.py", "JOBTRONAUT_CONFIGURATION_PATH")
    assert load_settings()["chunk"] == 3
    configure("SLOTS = 2", "new.py")
    assert (load_settings()["chunk"], load_settings()["slots"]) == (5, 2)


def test_it_lies_above_the_defaults_and_below_the_users_own_settings(configure):
    configure("CHUNK = 3\nSLOTS = 2\n")
    settings_file().parent.mkdir()
    settings_file().write_text("slots = 7\n")
    assert (load_settings()["chunk"], load_settings()["slots"]) == (3, 7)


def test_a_python_file_runs_once_until_it_changes(configure):
    configure("EXECUTABLE_RESOLVER = lambda name: 'one'\n")
    first = load_settings()["executable_resolver"]
    assert load_settings()["executable_resolver"] is first
    configure("EXECUTABLE_RESOLVER = lambda name: 'two'\n")
    assert load_settings()["executable_resolver"]("maya") == "two"


def test_it_leaves_no_byte_code_and_no_module_of_its_name(configure, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = configure("CHUNK = 3")
    load_settings()
    assert "studio" not in sys.modules
    assert not (path.parent / "__pycache__").exists()


@pytest.mark.parametrize("name", ["PLUGIN_PATHS", "PLUGINS_PATH", "INHERIT_ENVIROMENT", "EXECUTABLE_RESOLVERS"])
def test_a_name_that_is_almost_a_settings_is_a_mistake(configure, name):
    path = configure(f"{name} = []\n")
    with pytest.raises(SettingsError, match=f"there is no setting '{name}'; did you mean") as caught:
        load_settings()
    assert str(path) in str(caught.value)


def test_names_of_its_own_are_nobodys_business(configure):
    configure("PLUGIN_ROOT = ROOT = '/'\n_PLUGIN_PATHS = []\nfrom typing import TYPE_CHECKING\nplugin_paths = 3\n")
    assert load_settings()["plugin_path"] == []


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("CHUNK = 3\nimport nowhere\n", "a.py", "ImportError: No module named 'nowhere' (line 2)"),
        ("CHUNK = = 3\n", "a.py", "SyntaxError: invalid syntax (line 1)"),
        ("raise SystemExit('no')\n", "a.py", "SystemExit: no (line 1)"),
        ("CHUNK = 0\n", "a.py", "chunk = 0 is not a whole number of at least 1"),
        ("EXECUTABLE_RESOLVER = 3\n", "a.py", "executable_resolver = 3 is not a function"),
        ("from farmsubmit import load_settings\nload_settings()\n", "a.py", "asks for the settings while it is read"),
        ("chunck = 3\n", "a.toml", "there is no setting 'chunck'; did you mean 'chunk'"),
        ("chunk = 3\nCHUNK = 4\n", "a.toml", "CHUNK is there twice"),
        ("chunk = \n", "a.toml", "line 1"),
        ("chunk: 3\n", "a.yaml", "write a Python file (.py) or a TOML file (.toml)"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_file(configure, text, name, words):
    path = configure(text, name)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named_with_its_variable(configure, monkeypatch):
    monkeypatch.setenv("JOBTRONAUT_CONFIGURATION_PATH", "/nowhere/studio.py")
    with pytest.raises(SettingsError, match=r"JOBTRONAUT_CONFIGURATION_PATH names .*, which is no file"):
        load_settings()


# --- credentials: whatever goes wrong, neither user nor password is told


def told(configure, text):
    """Return all that a person or a log can see of a resolver: text, errors, and the whole traceback."""
    configure(text)
    seen = []
    try:
        settings = load_settings()
        resolver = settings[CREDENTIALS]
        seen += [repr(resolver), str(resolver), settings.shown(CREDENTIALS), repr(vars(settings))]
        given = resolver()
        seen += [repr(given), str(given), f"{given}", repr([given])]
    except SettingsError as error:
        seen += ["".join(traceback.format_exception(type(error), error, error.__traceback__)), repr(error)]
        seen += [repr(error.__cause__), repr(error.__context__)]
    return "\n".join(seen)


NAME = CREDENTIALS.upper()


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME} = lambda: ('bob', 'hunter2')",
        f"{NAME} = lambda: ['bob', 'hunter2']",
        f"{NAME} = lambda: ('bob', 'hunter2', 'x')",
        f"{NAME} = lambda: {{'bob': 'hunter2'}}",
        f"{NAME} = lambda: ('bob', b'hunter2')",
        f"{NAME} = ('bob', 'hunter2')",
        f"{NAME} = 'bob:hunter2'",
        f"{NAME} = 'bob hunter2'",
        f"{NAME} = 'os:hunter2'",
        f"secret = 'hunter' + str(2)\ndef {NAME}():\n    raise ValueError('bob:' + secret)",
        f"secret = 'hunter' + str(2)\ndef {NAME}():\n    raise SystemExit('bob:' + secret)",
    ],
)
def test_credentials_are_never_told(configure, text):
    seen = told(configure, text)
    assert "hunter2" not in seen
    assert "bob" not in seen
    assert seen


def test_credentials_are_given_to_who_asks(configure):
    configure(f"{NAME} = lambda: ['bob', 'hunter2']")
    given = load_settings()[CREDENTIALS]()
    assert (given.user, given.password) == ("bob", "hunter2")
    user, password = given
    assert (user, password) == ("bob", "hunter2")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lambda: None", "must give two strings"),
        ("lambda: 'ab'", "must give two strings"),
        ("lambda: 1 / 0", "failed with ZeroDivisionError"),
        ("'nowhere:resolve'", "failed with SettingsError"),
    ],
)
def test_credentials_are_checked_when_they_are_asked_for(configure, text, words):
    configure(f"{NAME} = {text}")
    settings = load_settings()
    with pytest.raises(SettingsError, match=words):
        settings[CREDENTIALS]()
