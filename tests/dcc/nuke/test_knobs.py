"""Knobs of live nodes, as a script would say them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit.lang import tcl
from farmsubmit.scenes.nuke import values

# What Nuke can hold of a text: no zero byte, and line ends as its scripts have them.
TEXTS = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=40)


@pytest.fixture
def parsed(nuke: Any) -> Any:
    from farmsubmit_nuke import knobs

    return knobs.parsed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS)
def test_every_text_comes_back_from_the_list_of_knobs(parsed, first, second):
    found = parsed(f"label {tcl.quote(first)} file {tcl.quote(second)}")
    assert (values.text(found[b"label"]), values.text(found[b"file"])) == (first, second)


def test_user_knobs_are_told_apart(parsed):
    found = parsed("addUserKnob {20 User}\naddUserKnob {2 plate}\nplate /in.exr")
    assert (len(found.user), found[b"plate"]) == (2, b"/in.exr")


@pytest.mark.parametrize("text", ["", " ", "}", "{", "file", 'file "', "a {b"])
def test_a_list_that_is_damaged_is_no_mistake_of_ours(parsed, text):
    assert parsed(text) is not None


def test_the_range_is_found_where_the_list_lacks_it(nuke, opened):
    from farmsubmit_nuke.knobs import stored, stored_of_root

    opened("plain.nk")
    assert b"first_frame" not in stored(nuke.root())
    assert stored_of_root(nuke.root())[b"first_frame"] == b"1001"


def test_a_range_at_its_default_is_not_stored(nuke, opened):
    from farmsubmit_nuke.knobs import stored_of_root

    opened("limits.nk")
    assert b"first_frame" not in stored_of_root(nuke.root())
