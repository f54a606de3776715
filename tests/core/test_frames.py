from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import FrameError
from farmsubmit.lang.frames import MAX_FRAMES, ORDERS, FrameSet, frame_text, order_chunks, ordered_indices

quarters = st.integers(-400, 400).map(lambda number: Fraction(number, 4))
numbers = st.lists(st.one_of(st.integers(-60, 60), quarters), max_size=40)
sets = numbers.map(FrameSet.of)
full_sets = sets.filter(bool)
# Texts near the language find more than texts at random.
near_texts = st.text(alphabet="0123456789-x:,. \tae\u0661\u2013²", max_size=20)


def frames(text: str) -> list[object]:
    return list(FrameSet.parse(text))


# --- parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", [7]),
        ("1-4", [1, 2, 3, 4]),
        ("1001-1011x5", [1001, 1006, 1011]),
        ("1-10:4", [1, 5, 9]),
        ("1-5X2", [1, 3, 5]),
        ("1-3,10,5", [1, 2, 3, 10, 5]),
        ("-2", [-2]),
        ("-2-1", [-2, -1, 0, 1]),
        ("-10--8", [-10, -9, -8]),
        ("-0", [0]),
        ("007", [7]),
        ("3-1", [3, 2, 1]),
        ("10-1x3", [10, 7, 4, 1]),
        ("5-5", [5]),
        ("1-3x9", [1]),
        ("1.25", [Fraction(5, 4)]),
        ("1.0", [1]),
        ("1-2x0.5", [1, Fraction(3, 2), 2]),
        ("2-1x0.5", [2, Fraction(3, 2), 1]),
        (" 1 , 3\t5\n7 ", [1, 3, 5, 7]),
        ("1 -10", [1, -10]),
    ],
)
def test_parse_gives_the_frames_in_the_order_written(text, expected):
    assert frames(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5,5,5", [5]),
        ("3,1-5", [3, 1, 2, 4, 5]),
        ("1-5,3-8", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("1-9x4,9-1x2", [1, 5, 9, 7, 3]),
        ("1,1.5,1-2x0.5", [1, Fraction(3, 2), 2]),
        ("1-9x2,2-8x2", [1, 3, 5, 7, 9, 2, 4, 6, 8]),
    ],
)
def test_the_first_place_of_a_repeated_frame_wins(text, expected):
    assert frames(text) == expected


def test_sub_frames_are_exact_where_floats_are_not():
    assert frames("0.1-0.5x0.1")[2] == Fraction(3, 10)
    assert str(FrameSet.parse("0-1x0.1")) == "0-1x0.1"


def test_whole_frames_are_ints_and_sub_frames_are_fractions():
    assert [type(frame) for frame in FrameSet.parse("1-2x0.5")] == [int, Fraction, int]


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "there are no frames"),
        ("  ", 3, "there are no frames"),
        ("1-", 3, "the last frame is missing"),
        ("-", 1, "the digits after '-' are missing"),
        ("1--", 3, "the digits after '-' are missing"),
        ("1 - 10", 3, "write a range without blanks"),
        ("a", 1, "must be a number, not 'a'"),
        ("1-b", 3, "the last frame must be a number"),
        ("1-10x", 6, "the step is missing"),
        ("1-10x0", 6, "write a step above 0"),
        ("1-10x-2", 6, "10-1x2"),
        ("1-10x2x3", 7, "a range has one step"),
        ("1-10-20", 5, "one first and one last"),
        ("7x2", 2, "write a range such as 7-100x2"),
        ("1,,2", 3, "a frame is missing after the comma"),
        ("1,2,", 5, "a frame is missing after the comma"),
        (",1", 1, "must be a number, not ','"),
        ("1;2", 2, "put a comma"),
        ("1.", 2, "digits after '.'"),
        ("1e9", 2, "write all digits"),
        ("\u0661", 1, "write the digits 0 to 9"),
        ("1-5²", 4, "cannot stand here"),
        ("1\u201310", 2, "write '-'"),
        ("\u20135", 1, "write '-'"),
        ("1,1000000000000", 3, "at most 12 digits"),
        ("9" * 5000, 1, "at most 12 digits"),
        ("0.0000000001", 1, "9 after it"),
        ("5,1-1000000000x0.0001", 3, "9,999,999,990,002 frames are too many; a frame set holds at most 10,000,000"),
        ("1-9000000,1-9000000", 11, "too many"),
        ("1-999999,5,7", 1, "parts that lie across each other hold 1,000,001 frames"),
    ],
)
def test_a_mistake_is_told_with_its_column(text, column, says):
    with pytest.raises(FrameError) as caught:
        FrameSet.parse(text)
    assert (caught.value.column, says in str(caught.value)) == (column, True), str(caught.value)


def test_as_many_frames_as_the_limit_are_accepted():
    assert len(FrameSet.parse(f"1-{MAX_FRAMES}")) == MAX_FRAMES


@given(near_texts)
def test_any_text_gives_frames_or_a_frame_error(text):
    try:
        assert len(FrameSet.parse(text)) >= 1
    except FrameError as error:
        assert 1 <= error.column <= len(text) + 1


# --- print


@pytest.mark.parametrize(
    ("given_frames", "expected"),
    [
        ([], ""),
        ([7], "7"),
        ([1, 2], "1-2"),
        ([2, 1], "2,1"),
        ([1, 5], "1,5"),
        ([1, 3, 5, 7], "1-7x2"),
        ([9, 6, 3], "9-3x3"),
        ([1, 2, 4, 5], "1-2,4-5"),
        ([1, 3, 4, 5], "1,3-5"),
        ([-3, -2, -1], "-3--1"),
        ([1.25, 1.5, 1.75], "1.25-1.75x0.25"),
    ],
)
def test_text_is_compact(given_frames, expected):
    assert str(FrameSet.of(given_frames)) == expected


def test_text_ends_at_the_last_frame_there_is():
    assert str(FrameSet.parse("1001-1100x5")) == "1001-1096x5"


@given(full_sets)
def test_text_reads_back_as_the_same_frames_in_the_same_order(given_set):
    again = FrameSet.parse(str(given_set))
    assert again == given_set
    assert list(again) == list(given_set)


@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30), st.integers(1, 7)), min_size=1, max_size=8))
def test_ranges_read_like_a_list_without_repeats(ranges):
    text = ",".join(f"{first}-{last}x{step}" for first, last, step in ranges)
    listed = []
    for first, last, step in ranges:
        listed += range(first, last + 1, step) if last >= first else range(first, last - 1, -step)
    assert frames(text) == list(dict.fromkeys(listed))
    assert FrameSet.parse(text) == FrameSet.of(listed)


@pytest.mark.parametrize(
    ("frame", "padding", "expected"),
    [
        (4, 4, "0004"),
        (-5, 4, "-005"),
        (12345, 4, "12345"),
        (Fraction(5, 4), 4, "0001.25"),
        (Fraction(-1, 4), 4, "-000.25"),
        (Fraction(1, 1000), 0, "0.001"),
        (7, 0, "7"),
        (Fraction(4, 2), 0, "2"),
    ],
)
def test_frame_text_pads_the_part_before_the_point(frame, padding, expected):
    assert frame_text(frame, padding) == expected


@given(st.integers(-(10**11), 10**11), st.integers(0, 12))
def test_frame_text_pads_as_printf_does(frame, padding):
    assert frame_text(frame, padding) == f"{frame:0{padding}d}"


def test_frame_text_refuses_what_has_no_end():
    with pytest.raises(FrameError, match="at most 9 decimals"):
        frame_text(Fraction(1, 3))


# --- make


@pytest.mark.parametrize("bad", ["1", None, True, float("nan"), float("inf"), 10**12, Fraction(1, 3)])
def test_of_refuses_what_is_no_frame_number(bad):
    with pytest.raises(FrameError):
        FrameSet.of([1, bad])


def test_of_refuses_a_number_too_long_to_print():
    with pytest.raises(FrameError, match="at most 12 digits"):
        FrameSet.of([10**5000])


def test_of_takes_floats_at_nine_decimals():
    assert list(FrameSet.of([1.0, 0.1 + 0.2])) == [1, Fraction(3, 10)]


@pytest.mark.parametrize("given_range", [range(5), range(5, 0, -2), range(3, 4), range(0), range(0, 10, 4)])
def test_of_takes_a_range(given_range):
    assert list(FrameSet.of(given_range)) == list(given_range)


def test_of_refuses_more_frames_than_the_limit():
    with pytest.raises(FrameError, match="too many"):
        FrameSet.of(range(MAX_FRAMES + 1))


def test_from_range_counts_down_and_takes_floats():
    assert list(FrameSet.from_range(10.0, 1.0, 3.0)) == [10, 7, 4, 1]


@pytest.mark.parametrize("step", [0, -1])
def test_from_range_refuses_a_step_that_goes_nowhere(step):
    with pytest.raises(FrameError, match="a step is above 0") as caught:
        FrameSet.from_range(1, 10, step)
    assert caught.value.column == 6


# --- look


def test_membership_knows_whole_and_sub_frames():
    some = FrameSet.parse("1-9x2,20-18,30-31x0.25")
    assert all(frame in some for frame in (1, 9, 19, 30.25, Fraction(61, 2)))
    assert not any(frame in some for frame in (2, 11, 21, 30.3, -1, "1", None, float("nan")))


@given(full_sets)
def test_ends_length_and_membership_agree_with_the_list(some):
    listed = list(some)
    assert (some.first, some.last, some.min, some.max) == (listed[0], listed[-1], min(listed), max(listed))
    assert len(some) == len(listed) == len(set(listed))
    assert all(frame in some for frame in listed)


def test_an_empty_set_is_false_and_has_no_ends():
    with pytest.raises(FrameError, match="empty"):
        _ = FrameSet().first
    assert not FrameSet()
    assert FrameSet().whole


def test_equal_sets_have_equal_hashes_and_order_counts():
    assert {FrameSet.parse("1,2,3"), FrameSet.parse("1-3")} == {FrameSet.of([1, 2, 3])}
    assert FrameSet.parse("3-1") != FrameSet.parse("1-3")
    assert FrameSet.parse("1") != "1"


@pytest.mark.parametrize(
    ("text", "step"),
    [("1-10x3", 3), ("5,1", -4), ("1,1.5", Fraction(1, 2)), ("7", None), ("1-3,5", None)],
)
def test_step_is_told_only_when_it_is_the_same_throughout(text, step):
    assert FrameSet.parse(text).step == step


@pytest.mark.parametrize(("text", "whole"), [("1-10", True), ("1.5", False), ("1-2x0.5", False), ("1,2,2.5", False)])
def test_whole_says_whether_there_are_sub_frames(text, whole):
    assert FrameSet.parse(text).whole is whole


# --- combine


@given(sets, sets)
def test_union_and_minus_agree_with_lists(one, two):
    assert list(one.union(two)) == list(dict.fromkeys([*one, *two]))
    assert list(one.minus(two)) == [frame for frame in one if frame not in set(two)]


@given(sets)
def test_sorted_puts_the_smallest_first(some):
    assert list(some.sorted()) == sorted(some)


def test_sorted_turns_a_range_round():
    assert str(FrameSet.parse("10-1x3").sorted()) == "1-10x3"


# --- chunks


def test_chunks_of_a_size_end_with_the_rest():
    assert [str(chunk) for chunk in FrameSet.parse("1-8x2,20-22,30").chunk_by_size(3)] == ["1-5x2", "7,20-21", "22,30"]


def test_a_number_of_chunks_has_the_longer_ones_first():
    assert [str(chunk) for chunk in FrameSet.parse("1-10").chunk_by_count(4)] == ["1-3", "4-6", "7-8", "9-10"]


@given(sets, st.integers(1, 50))
def test_chunks_lose_nothing_and_none_is_empty(some, number):
    by_size, by_count = some.chunk_by_size(number), some.chunk_by_count(number)
    for chunks in (by_size, by_count):
        assert [frame for chunk in chunks for frame in chunk] == list(some)
        assert all(chunks)
    assert all(len(chunk) == number for chunk in by_size[:-1])
    assert len(by_count) == min(number, len(some))
    assert not by_count or len(by_count[0]) - len(by_count[-1]) in (0, 1)


@pytest.mark.parametrize("cut", [FrameSet.chunk_by_size, FrameSet.chunk_by_count])
def test_chunks_below_one_are_refused(cut):
    with pytest.raises(FrameError, match="give 1 or more"):
        cut(FrameSet.parse("1-3"), 0)


# --- orders


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("forward", [1, 2, 3, 4, 5, 6, 7]),
        ("reverse", [7, 6, 5, 4, 3, 2, 1]),
        ("first-middle-last", [1, 4, 7, 2, 3, 5, 6]),
        ("outer-in", [1, 7, 2, 6, 3, 5, 4]),
        ("every-3", [1, 4, 7, 2, 3, 5, 6]),
        ("every-1", [1, 2, 3, 4, 5, 6, 7]),
        ("binary", [1, 7, 4, 2, 5, 3, 6]),
        (" Reverse ", [7, 6, 5, 4, 3, 2, 1]),
    ],
)
def test_orders(name, expected):
    assert list(FrameSet.parse("1-7").ordered(name)) == expected


@given(st.integers(0, 80), st.sampled_from([*ORDERS, "every-3"]))
def test_every_order_holds_each_place_once(count, name):
    assert sorted(ordered_indices(count, name)) == list(range(count))


@given(st.integers(2, 80), st.sampled_from(["first-middle-last", "outer-in", "binary"]))
def test_orders_for_a_first_look_have_both_ends_in_front(count, name):
    assert {0, count - 1} <= set(ordered_indices(count, name)[:3])


def test_chunks_are_ordered_like_frames():
    chunks = FrameSet.parse("1-8").chunk_by_size(2)
    assert [str(chunk) for chunk in order_chunks(chunks, "outer-in")] == ["1-2", "7-8", "3-4", "5-6"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("revers", "did you mean 'reverse'?"),
        ("every-0", "did you mean 'every-10'?"),
        ("", "known are forward, reverse"),
        ("every-\u0663", "every-10"),
    ],
)
def test_an_unknown_order_is_refused_with_a_hint(name, hint):
    with pytest.raises(FrameError) as caught:
        ordered_indices(3, name)
    assert hint in str(caught.value)
