"""Which engine an URL means, and who asks it."""

import sys
from types import SimpleNamespace

import pytest

from farmsubmit.author import setEngineClientParam
from farmsubmit.engines.tractor import TractorEngine, location
from farmsubmit.engines.tractor.keymark import marked_text
from farmsubmit.engines.tractor.location import Location, identity, read_location
from farmsubmit.errors import EngineError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("//farm", ("farm", 80, "")),
        ("//farm:8000/", ("farm", 8000, "")),
        ("//bob@farm:8000", ("farm", 8000, "bob")),
        ("//[::1]:80", ("[::1]", 80, "")),
        ("", ("tractor-engine", 80, "")),
    ],
)
def test_an_url_names_an_engine(text, found):
    assert read_location(text) == found


@pytest.mark.parametrize(
    "text", ["//farm:99999", "//farm:x", "//a b", "//farm/path", "//farm?x=1", "//a..b", "//-a", "//" + "x" * 64]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(EngineError, match="names no engine; write tractor://HOST:PORT"):
        read_location(text)


def test_a_password_in_an_url_is_refused_and_not_shown():
    with pytest.raises(EngineError, match="a password does not belong") as told:
        TractorEngine("//bob:s3cret@farm:80")
    assert "s3cret" not in str(told.value)


def test_the_environment_names_the_engine_and_the_script_goes_over_it(monkeypatch):
    monkeypatch.setenv("TRACTOR_ENGINE", "one:1")
    assert read_location("").address == "one:1"
    monkeypatch.setenv("FARMSUBMIT_TRACTOR_ENGINE", "two:2")
    assert read_location("").address == "two:2"
    setEngineClientParam(hostname="three", port=3)
    assert read_location("").address == "three:3"
    assert TractorEngine("").url == "tractor://three:3"


def test_the_user_is_that_of_the_documents(monkeypatch):
    assert identity(Location("farm", 80)).user == "bob"
    monkeypatch.delenv("USER")
    assert identity(Location("farm", 80)).user == "root"
    setEngineClientParam(user="donovan", password="p")
    assert identity(Location("farm", 80)) == ("donovan", "p")
    assert "p" not in repr(identity(Location("farm", 80))).replace("Credentials(hidden)", "")


def test_a_password_comes_from_the_environment_before_the_keyring(monkeypatch):
    asked = []
    ring = SimpleNamespace(get_password=lambda *words: asked.append(words) or "kept")
    monkeypatch.setitem(sys.modules, "keyring", ring)
    assert identity(Location("farm", 80)).password == "kept"
    assert asked == [("tractor://farm:80", "bob")]
    monkeypatch.setenv("TRACTOR_PASSWORD", "env")
    assert identity(Location("farm", 80)).password == "env"


def test_the_studio_gives_credentials_for_its_own_user_only(monkeypatch):
    settings = SimpleNamespace(origin=lambda name: "site")
    found = location.Credentials("wrangler", "w")
    monkeypatch.setattr(location, "load_settings", lambda: _Settings(settings, lambda: found))
    assert identity(Location("farm", 80)) == ("wrangler", "w")
    assert identity(Location("farm", 80, "bob")) == ("bob", "")


class _Settings:
    def __init__(self, settings, resolver):
        self.origin, self._resolver = settings.origin, resolver

    def __getitem__(self, name):
        return self._resolver


@pytest.mark.parametrize(("text", "value"), [("1", True), ("0", False), ("", False), ("no", False), ("True", True)])
def test_debug_is_a_word(monkeypatch, text, value):
    monkeypatch.setenv("TRACTOR_DEBUG", text)
    assert location.is_debug() is value


@pytest.mark.parametrize(
    ("metadata", "marked"),
    [
        ("", "farmsubmit-key=k"),
        ("some words", "some words farmsubmit-key=k"),
        ('{"a": 1}', '{"a": 1, "farmsubmit_key": "k"}'),
        ("[1]", "[1] farmsubmit-key=k"),
        ("[" * 100000, "[" * 100000 + " farmsubmit-key=k"),
    ],
)
def test_the_key_goes_into_metadata_without_breaking_it(metadata, marked):
    assert marked_text(metadata, "k") == marked


def test_the_password_of_the_environment_goes_to_no_other_engine(monkeypatch):
    monkeypatch.setenv("TRACTOR_ENGINE", "farm:80")
    monkeypatch.setenv("TRACTOR_PASSWORD", "env")
    assert identity(read_location("//farm")).password == "env"
    assert identity(read_location("//elsewhere")).password == ""
