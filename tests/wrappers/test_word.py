"""The word alone, read in this process."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit import files
from farmsubmit.tasks import contract


@pytest.fixture(scope="module")
def farmword() -> ModuleType:
    spec = importlib.util.spec_from_file_location("farmword", files.shipped("wrappers", "farmword.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def refusal(farmword: ModuleType, text: str) -> str:
    with pytest.raises(farmword.WordError) as caught:
        farmword.read_word(text)
    return str(caught.value)


def test_a_word_is_read_whole(farmword: ModuleType) -> None:
    word = farmword.read_word(
        '{"farmsubmit":1,"call":"a.b:c","with":{"d":[1]},"once":true}|python=x|result=/r|python=y'
    )
    assert word.call == "a.b:c"
    assert word.what == {"d": [1]}
    assert word.once is True
    assert word.paths == {"python": ["x", "y"], "result": ["/r"]}
    assert word.folders == [Path.cwd() / "x", Path.cwd() / "y"]


def test_with_once_and_paths_may_be_left_out(farmword: ModuleType) -> None:
    word = farmword.read_word('{"farmsubmit":1,"call":"a:b"}')
    assert (word.what, word.once, word.paths, word.result) == ({}, False, {}, None)


def test_paths_are_taken_as_they_stand(farmword: ModuleType) -> None:
    word = farmword.read_word('{"farmsubmit":1,"call":"a:b"}|scene=\\\\nas\\new 100%="\'{}木.ma ')
    assert word.paths == {"scene": ["\\\\nas\\new 100%=\"'{}木.ma "]}


HEAD = '{"farmsubmit":1,"call":"a:b"}'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the last argument '' is no word; one begins with { or is the path of a .json file"),
        ("/shots/a.ma", "the last argument '/shots/a.ma' is no word"),
        ("/no/such.json", "the word's file '/no/such.json' cannot be read: No such file or directory"),
        ("\0.json", "the word's file '\\x00.json' cannot be read: "),
        ('{"farmsubmit":1,"call":"a:b"', "is no JSON: Expecting ',' delimiter, column 29"),
        ('{"farmsubmit":2,"call":"a:b"}', "the word is of version 2, and this wrapper reads version 1"),
        ('{"farmsubmit":true,"call":"a:b"}', "the word is of version True"),
        ('{"call":"a:b"}', "the word is of version None"),
        ('{"farmsubmit":1,"cal":"a:b"}', "the word has an unknown key 'cal'; did you mean 'call'?"),
        ('{"farmsubmit":1,"call":"a.b"}', "call = 'a.b' is not of the form package.module:function"),
        ('{"farmsubmit":1,"call":"a:b()"}', "call = 'a:b()' is not of the form"),
        ('{"farmsubmit":1,"call":"../a:b"}', "call = '../a:b' is not of the form"),
        ('{"farmsubmit":1}', "call = None is not of the form"),
        ('{"farmsubmit":1,"call":"a:b","with":[]}', "with = [] is no JSON object"),
        ('{"farmsubmit":1,"call":"a:b","once":1}', "once = 1 is neither true nor false"),
        ('{"farmsubmit":1,"call":"a:b","once":true}', "once, which needs a result file: add |result=PATH"),
        (HEAD + " |a=b", "column 30 of the word: ' |a=b' stands after the JSON; write |name=path"),
        (HEAD + "|a=b|", "'' in the word is not of the form name=path"),
        (HEAD + "|result=", "'result=' in the word is not of the form name=path"),
        (HEAD + "|a b=c", "'a b=c' in the word is not of the form name=path"),
        (HEAD + "|result=a|result=b", "the word names two result files"),
    ],
)
def test_a_damaged_word_is_refused_in_one_sentence(farmword: ModuleType, text: str, problem: str) -> None:
    sentence = refusal(farmword, text)
    assert problem in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("inner", ["[" * 100_000, '{"a":' * 100_000, "9" * 10_000 + "}"])
def test_json_beyond_all_measure_is_refused_in_one_short_sentence(farmword: ModuleType, inner: str) -> None:
    text = '{"farmsubmit":1,"call":"a:b","with":{"a":' + inner
    assert len(refusal(farmword, text)) < 200


def test_the_word_may_be_the_path_of_a_file(farmword: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a b.json"
    path.write_bytes(b'\xef\xbb\xbf{"farmsubmit":1,"call":"a:b"}|result=/r \r\n')
    assert farmword.read_word(str(path)).paths == {"result": ["/r "]}


@pytest.mark.parametrize("content", [b"", b"[1]", b"\xff\xfe{", b"/another.json"])
def test_a_file_that_holds_no_word_is_refused(farmword: ModuleType, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    assert refusal(farmword, str(path)).startswith("the word")


@given(st.one_of(st.text(max_size=40), st.text(max_size=20).map(lambda text: HEAD[: len(text)] + text)))
def test_any_text_is_a_word_or_is_refused(farmword: ModuleType, text: str) -> None:
    try:
        farmword.read_word(text)
    except farmword.WordError as error:
        assert "\n" not in str(error)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)
paths = st.text(st.characters(codec="utf-8", exclude_characters="|"), min_size=1, max_size=10)


@given(st.dictionaries(st.text(max_size=5), values, max_size=3), st.lists(paths, max_size=3))
def test_what_is_written_as_a_word_is_read_from_it(farmword: ModuleType, what: Any, given_paths: list[str]) -> None:
    head = json.dumps({"farmsubmit": 1, "call": "a.b:c", "with": what})
    word = farmword.read_word("|scene=".join([head, *given_paths]))
    assert word.what == what
    assert word.paths.get("scene", []) == given_paths


def test_the_words_that_farmsubmit_writes_are_read(farmword: ModuleType) -> None:
    expression = contract.word("a.b:c", {"text": "100% é\n"}, [("python", "/lib"), ("scene", "C:\\a b.ma")], once=False)
    # A blade writes one % for two.
    word = farmword.read_word(expression.replace("%%", "%"))
    assert word.what == {"text": "100% é\n"}
    assert word.paths == {"python": ["/lib"], "scene": ["C:\\a b.ma"]}
    assert farmword.VERSION == contract.VERSION
