"""Arguments as old code changes and sends them."""

import base64
import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit.compat.jobtronaut.author import Arguments, ArgumentValue
from farmsubmit.errors import ArgumentError

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


def test_an_argument_is_read_as_item_and_as_attribute():
    arguments = Arguments({"frames": [1, 5]})
    assert arguments.frames == arguments["frames"] == ArgumentValue([1, 5], [1, 5])
    assert dict(arguments) == arguments
    with pytest.raises(AttributeError, match="did you mean 'frames'"):
        _ = arguments.frame


def test_given_arguments_go_over_defaults():
    assert Arguments({"a": 1}, a=0, b=2) == {"a": ArgumentValue(1, 1), "b": ArgumentValue(2, 2)}


def test_a_value_keeps_what_it_came_with():
    arguments = Arguments({"a": ArgumentValue("1-5", [1, 5])})
    assert (arguments.a.initial, arguments.a.processed) == ("1-5", [1, 5])
    assert Arguments(arguments) == arguments == copy.deepcopy(arguments)


def test_arguments_are_added_set_and_removed_in_place():
    arguments = Arguments()
    arguments.add("a", 1)
    arguments.set("a", 2)
    arguments.set("b", 3, initialize=True)
    arguments.c = 4
    arguments.update(d=5)
    assert arguments.setdefault("d", 6).initial == 5
    arguments.remove("b")
    assert {name: value.processed for name, value in arguments.items()} == {"a": 2, "c": 4, "d": 5}


@pytest.mark.parametrize(
    "change",
    [lambda arguments: arguments.add("a", 2), lambda arguments: arguments.set("b", 2), lambda a: a.remove("b")],
)
def test_what_jobtronaut_asserts_is_an_assertion_error_and_changes_nothing(change):
    arguments = Arguments({"a": 1})
    with pytest.raises(AssertionError):
        change(arguments)
    assert arguments == Arguments({"a": 1})


# The first text of a process takes Hypothesis a second.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(NAMES, st.tuples(PLAIN, PLAIN), max_size=4))
def test_serialized_text_reads_back_the_same(values):
    arguments = Arguments({name: ArgumentValue(*value) for name, value in values.items()})
    assert json.loads(arguments.serialized())["version"] == 1
    assert Arguments(arguments.serialized()) == arguments


def test_what_json_cannot_hold_is_named():
    with pytest.raises(ArgumentError, match=r"frames\['a'\]"):
        Arguments({"frames": {"a": {1, 2}}}).serialized()


def test_arguments_are_read_from_a_file_by_key(tmp_path):
    path = tmp_path / "cache.json"
    path.write_text(json.dumps({"ab-12": Arguments({"a": [1]}).serialized()}))
    assert Arguments(f"{path}:ab-12") == Arguments({"a": [1]})
    with pytest.raises(KeyError, match="has no arguments 'other'"):
        Arguments(f"{path}:other")
    path.write_text("[1")
    with pytest.raises(ArgumentError, match="cannot be read"):
        Arguments(f"{path}:ab-12")
    with pytest.raises(AssertionError, match="is not there"):
        Arguments(f"{tmp_path}/gone.json:ab-12")


def test_a_pickle_is_refused_and_does_not_run(tmp_path):
    mark = tmp_path / "ran"
    text = base64.b64encode(f"cos\nsystem\n(S'touch {mark}'\ntR.".encode()).decode()
    with pytest.raises(ArgumentError, match="pickles, which are not read"):
        Arguments(text)
    path = tmp_path / "cache.json"
    path.write_text(json.dumps({"k": text}))
    with pytest.raises(ArgumentError, match="pickles, which are not read"):
        Arguments(f"{path}:k")
    assert not mark.exists()


def test_no_pickle_is_written(tmp_path):
    with pytest.raises(ArgumentError, match=r"write serialized\(\) into the file"):
        Arguments({"a": 1}).pickle_arguments(str(tmp_path / "a.pickle"))
    assert not list(tmp_path.glob("*.pickle"))


@pytest.mark.parametrize("what", [None, 3, ["a"]])
def test_anything_else_holds_no_arguments(what):
    with pytest.raises(ArgumentError, match="holds no arguments"):
        Arguments(what)


def test_info_shows_the_arguments_whose_names_are_asked_for():
    text = Arguments({"frames": "1-5", "scene": "a.ma"}).info("^fr")
    assert "'1-5'" in text
    assert "scene" not in text
