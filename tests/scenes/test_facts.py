from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import SceneError
from farmsubmit.scenes.facts import (
    FACTS_VERSION,
    Camera,
    Code,
    FrameRange,
    Layer,
    NeededFile,
    Output,
    Reference,
    SceneFacts,
    Unresolved,
    Variable,
)

AGREED_NAMES = [
    "dcc",
    "version",
    "fps",
    "current_frame",
    "frames",
    "renderer",
    "project",
    "resolution",
    "cameras",
    "layers",
    "outputs",
    "variables",
    "files",
    "references",
    "color",
    "code",
    "warnings",
    "unresolved",
    "path",
]

texts = st.text(max_size=8)
numbers = st.one_of(st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False))
sizes = st.integers(0, 10**6)
ranges = st.builds(FrameRange, numbers, numbers, numbers, texts)
maybe_ranges = st.none() | ranges


def many(item: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(item, max_size=3).map(tuple)


names = many(texts)
outputs = st.builds(
    Output,
    name=texts,
    file=texts,
    frames=maybe_ranges,
    enabled=st.booleans(),
    order=st.none() | numbers,
    views=names,
    depends=names,
    resolved=st.booleans(),
)
scenes = st.builds(
    SceneFacts,
    dcc=texts,
    path=texts,
    project=texts,
    fps=st.none() | numbers,
    current_frame=st.none() | numbers,
    frames=maybe_ranges,
    resolution=st.none() | st.tuples(sizes, sizes),
    cameras=many(st.builds(Camera, texts, st.booleans())),
    layers=many(st.builds(Layer, name=texts, frames=maybe_ranges, overrides=names, renderer=texts)),
    outputs=many(outputs),
    variables=many(st.builds(Variable, texts, texts, names)),
    files=many(st.builds(NeededFile, texts, texts, texts, texts)),
    references=many(st.builds(Reference, texts, texts, st.booleans())),
    color=st.dictionaries(texts, texts, max_size=3),
    code=many(st.builds(Code, texts, texts, texts)),
    warnings=names,
    unresolved=many(st.builds(Unresolved, texts, texts, texts)),
)
leaves = st.none() | st.booleans() | numbers | texts | st.just(float("nan"))
json_values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=5)

FULL = SceneFacts(
    dcc="nuke",
    path="/shot/a.nk",
    frames=FrameRange(1, 10),
    cameras=(Camera("cam"), Camera("side", renderable=False)),
    outputs=(Output("Write1", frames=FrameRange(1, 2)),),
    color={"ocio": "aces"},
)


def document(**changed: object) -> dict[str, Any]:
    return {**FULL.to_json(), **changed}


@given(scenes)
def test_facts_survive_the_way_through_json_text(facts: SceneFacts) -> None:
    assert SceneFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


@given(st.sampled_from([*AGREED_NAMES, "facts_version", "colour"]), json_values)
def test_any_value_in_any_place_gives_facts_or_a_scene_error(name: str, value: Any) -> None:
    try:
        assert isinstance(SceneFacts.from_json(document(**{name: value})), SceneFacts)
    except SceneError as error:
        assert "\n" not in str(error)


def test_the_names_in_json_are_those_agreed_upon() -> None:
    assert sorted(FULL.to_json()) == sorted([*AGREED_NAMES, "facts_version"])
    assert list(FULL.to_json()["cameras"][0]) == ["name", "renderable"]
    assert list(FULL.to_json()["frames"]) == ["first", "last", "step", "source"]
    assert sorted(FULL.to_json()["outputs"][0]) == sorted(
        ["name", "kind", "file", "file_type", "frames", "enabled", "order", "views", "depends", "resolved"]
    )


def test_every_field_has_a_reader() -> None:
    assert set(FULL.to_json()) - {"facts_version"} == {field.name for field in dataclasses.fields(SceneFacts)}


def test_a_document_may_leave_out_all_but_the_dcc_and_the_path() -> None:
    least = SceneFacts.from_json({"facts_version": FACTS_VERSION, "dcc": "maya", "path": "/a.ma"})
    assert least == SceneFacts("maya", "/a.ma")


def test_facts_can_be_hashed_and_do_not_change() -> None:
    assert hash(FULL) == hash(SceneFacts.from_json(FULL.to_json()))
    with pytest.raises(dataclasses.FrozenInstanceError):
        FULL.dcc = "maya"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"facts_version": FACTS_VERSION + 1}, "version 2 is newer than 1; install a newer farmsubmit"),
        ({"facts_version": 0}, "facts_version is 0; expected 1"),
        ({"facts_version": "1"}, "facts_version is '1'; expected a whole number"),
        ({"dcc": 5}, "dcc is 5; expected a text"),
        ({"camera": []}, "the document has an unknown key 'camera'; did you mean 'cameras'?"),
        ({"cameras": [{"name": "a"}, {"name": "b", "rendrable": True}]}, "cameras[1] has an unknown key 'rendrable'"),
        ({"cameras": [{"renderable": True}]}, "cameras[0].name is missing"),
        ({"cameras": [{"name": "a", "renderable": 1}]}, "cameras[0].renderable is 1; expected true or false"),
        ({"cameras": {"name": "a"}}, "cameras is an object; expected a list"),
        ({"outputs": [{"name": "a", "frames": {"first": 1, "last": "x"}}]}, "outputs[0].frames.last is 'x'"),
        ({"frames": {"first": float("nan"), "last": 1}}, "frames.first is nan; expected a number"),
        ({"current_frame": 10**5000}, "current_frame is a huge number; expected a whole number"),
        ({"resolution": [1920]}, "resolution is a list; expected a list of two"),
        ({"resolution": [1920, 10.5]}, "resolution[1] is 10.5; expected a whole number"),
        ({"color": {"ocio": 1}}, "color['ocio'] is 1; expected a text"),
        ({"warnings": None}, "warnings is None; expected a list"),
    ],
)
def test_a_mistake_is_named_with_its_place(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(SceneError) as caught:
        SceneFacts.from_json(document(**changed))
    assert message in str(caught.value)


@pytest.mark.parametrize("value", [None, [], "facts", 3])
def test_a_document_that_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(SceneError, match="expected an object"):
        SceneFacts.from_json(value)


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(SceneError, match="expected a text"):
        SceneFacts.from_json(document(dcc=deep))
