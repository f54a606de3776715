from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farmsubmit.errors import SceneError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.scenes import sequences
from farmsubmit.scenes.facts import NeededFile, SceneFacts
from farmsubmit.scenes.sequences import needed_files, scan

ASKED = FrameSet.parse("1-10")


def write(folder: Path, sizes: dict[str, int]) -> None:
    for name, size in sizes.items():
        (folder / name).write_bytes(bytes(size))


def told(state: sequences.SequenceState) -> dict[str, str]:
    return {name: str(frames) for name, frames in state._asdict().items() if frames}


def test_frames_are_present_missing_or_empty(tmp_path: Path) -> None:
    write(tmp_path, {"a.0001.exr": 10, "a.0002.exr": 0, "a.0003.exr": 10, "b.0004.exr": 10, "a.0005.exr.tmp": 10})
    assert told(scan(f"{tmp_path}/a.####.exr", FrameSet.parse("1-5"))) == {
        "present": "1,3",
        "missing": "4-5",
        "empty": "2",
    }


@pytest.mark.parametrize("pattern", ["a.####.exr", "a.%04d.exr"])
def test_hashes_and_percent_say_the_same(tmp_path: Path, pattern: str) -> None:
    write(tmp_path, {"a.0007.exr": 1, "a.00008.exr": 1, "a.9.exr": 1, "a.12345.exr": 1})
    assert str(scan(f"{tmp_path}/{pattern}", FrameSet.parse("7-9,12345")).present) == "7,12345"


@pytest.mark.parametrize("pattern", ["a.#.exr", "a.%d.exr"])
def test_frames_without_padding(tmp_path: Path, pattern: str) -> None:
    write(tmp_path, {"a.7.exr": 1, "a.10.exr": 1, "a.011.exr": 1})
    assert str(scan(f"{tmp_path}/{pattern}", FrameSet.parse("7-11")).present) == "7,10"


def test_negative_frames_are_found_in_both_ways_of_writing_them(tmp_path: Path) -> None:
    write(tmp_path, {"a.-005.exr": 1, "a.-0004.exr": 1, "a.0003.exr": 1})
    assert str(scan(f"{tmp_path}/a.####.exr", FrameSet.parse("-5--3")).present) == "-5--4"


def test_a_frame_may_stand_twice_in_a_name(tmp_path: Path) -> None:
    write(tmp_path, {"v1.0003.3.exr": 1, "v1.0004.3.exr": 1})
    assert str(scan(f"{tmp_path}/v1.%04d.#.exr", FrameSet.parse("3-4")).present) == "3"


def test_sub_frames_have_their_decimals(tmp_path: Path) -> None:
    write(tmp_path, {"a.0001.25.exr": 1})
    assert str(scan(f"{tmp_path}/a.####.exr", FrameSet.parse("1,1.25")).present) == "1.25"


def test_a_file_much_smaller_than_its_neighbours_is_suspect(tmp_path: Path) -> None:
    write(tmp_path, {f"a.{frame:04d}.exr": 1000 + frame for frame in ASKED} | {"a.0005.exr": 400})
    assert told(scan(f"{tmp_path}/a.####.exr", ASKED)) == {"present": "1-4,6-10", "suspect": "5"}


def test_a_fade_is_not_suspect(tmp_path: Path) -> None:
    write(tmp_path, {f"a.{frame:04d}.exr": int(10_000 * 0.8**frame) for frame in range(1, 31)})
    assert not scan(f"{tmp_path}/a.####.exr", FrameSet.parse("1-30")).suspect


def test_two_frames_are_too_few_to_suspect_one(tmp_path: Path) -> None:
    write(tmp_path, {"a.0001.exr": 1, "a.0002.exr": 1000, "a.0003.exr": 1000})
    assert str(scan(f"{tmp_path}/a.####.exr", ASKED).present) == "1-3"


def test_empty_files_are_no_measure_for_others(tmp_path: Path) -> None:
    write(tmp_path, {f"a.{frame:04d}.exr": 0 if frame % 2 else 1000 for frame in ASKED} | {"a.0004.exr": 100})
    assert str(scan(f"{tmp_path}/a.####.exr", ASKED).suspect) == "4"


def test_what_is_not_present_is_unfinished(tmp_path: Path) -> None:
    write(tmp_path, {f"a.{frame:04d}.exr": 1000 for frame in range(2, 10)} | {"a.0003.exr": 0, "a.0006.exr": 9})
    assert str(scan(f"{tmp_path}/a.####.exr", ASKED).unfinished) == "1,3,6,10"


def test_the_order_asked_for_is_kept(tmp_path: Path) -> None:
    write(tmp_path, {f"a.{frame:04d}.exr": 1 for frame in ASKED})
    assert str(scan(f"{tmp_path}/a.####.exr", FrameSet.parse("9,3-1")).present) == "9,3-1"


@pytest.mark.parametrize("pattern", ["gone/a.####.exr", "file/a.####.exr", "gone/a.exr"])
def test_a_missing_folder_holds_nothing(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "file").touch()
    assert scan(f"{tmp_path}/{pattern}", ASKED).missing == ASKED


def test_a_pattern_without_a_frame_is_one_file_for_all(tmp_path: Path) -> None:
    write(tmp_path, {"a.mov": 9, "b.mov": 0})
    assert told(scan(f"{tmp_path}/a.mov", ASKED)) == {"present": "1-10"}
    assert told(scan(f"{tmp_path}/b.mov", ASKED)) == {"empty": "1-10"}


def test_a_folder_with_the_name_of_a_frame_and_a_broken_link_are_missing(tmp_path: Path) -> None:
    (tmp_path / "a.0001.exr").mkdir()
    if sys.platform != "win32":
        (tmp_path / "a.0002.exr").symlink_to(tmp_path / "gone")
    assert str(scan(f"{tmp_path}/a.####.exr", FrameSet.parse("1-2")).missing) == "1-2"


def test_a_relative_pattern_is_looked_up_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a.0001.exr": 1})
    assert str(scan("a.####.exr", ASKED).present) == "1"


def test_no_frames_are_none_of_it(tmp_path: Path) -> None:
    assert told(scan(f"{tmp_path}/a.####.exr", FrameSet())) == {}


@pytest.mark.parametrize("pattern", ["/out/####/a.exr", "/o\0/a.####.exr"])
def test_what_cannot_be_listed_gets_one_sentence(pattern: str) -> None:
    with pytest.raises(SceneError):
        scan(pattern, ASKED)


def test_only_files_that_were_asked_for_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {f"a.{frame:04d}.exr": 1 for frame in range(100)})
    looked: list[str] = []
    monkeypatch.setattr(sequences, "_size", lambda entry: looked.append(entry.name) or 1)
    scan(f"{tmp_path}/a.####.exr", FrameSet.parse("5"))
    assert looked == ["a.0005.exr"]


@settings(max_examples=50, deadline=None)
@given(sizes=st.dictionaries(st.integers(-20, 20), st.integers(0, 50), max_size=20))
def test_every_frame_is_in_exactly_one_set(tmp_path_factory: pytest.TempPathFactory, sizes: dict[int, int]) -> None:
    folder = tmp_path_factory.mktemp("frames")
    write(folder, {f"a.{frame:04d}.exr": size for frame, size in sizes.items()})
    asked = FrameSet.parse("-20-20")
    state = scan(f"{folder}/a.####.exr", asked)
    assert sorted(frame for frames in state for frame in frames) == list(asked)
    assert set(state.missing) == set(asked) - set(sizes)
    assert set(state.empty) == {frame for frame, size in sizes.items() if size == 0}


# Needed files.


def exists(*paths: object) -> list[object]:
    facts = SceneFacts("katana", "/a.katana", files=tuple(NeededFile(str(path)) for path in paths))
    return [state.exists for state in needed_files(facts)]


def test_needed_files_are_there_or_not(tmp_path: Path) -> None:
    write(tmp_path, {"a.exr": 1})
    assert exists(tmp_path / "a.exr", tmp_path / "b.exr", tmp_path / "gone" / "c.exr", tmp_path) == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    "name", ["t.<UDIM>.exr", "t.<udim>.exr", "t.####.exr", "t.%04d.exr", "t.<f>.exr", "t.(UDIM).exr"]
)
def test_a_pattern_needs_one_match(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"t.1001.exr": 1, "t.1001.exr.tx": 1, "s.exr": 1})
    assert exists(tmp_path / name, tmp_path / name.replace("exr", "png")) == [True, False]


def test_a_udim_has_four_digits_and_a_uvtile_two_numbers(tmp_path: Path) -> None:
    write(tmp_path, {"a.12.exr": 1, "b.u1_v2.exr": 1, "c.-5.exr": 1})
    asked = [tmp_path / name for name in ("a.<UDIM>.exr", "b.<UVTILE>.exr", "c.####.exr")]
    assert exists(*asked) == [False, True, True]


def test_what_cannot_be_told_is_none(tmp_path: Path) -> None:
    assert exists(tmp_path / "<shot>.exr", f"{tmp_path}/$SHOT/a.exr", f"{tmp_path}/####/a.exr") == [None, None, None]


def test_many_files_in_one_folder_are_found_by_one_listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {f"{number}.exr": 1 for number in range(30)})
    monkeypatch.setattr(sequences, "_is_there", lambda folder, name, listing: False)
    assert exists(*(tmp_path / f"{number}.exr" for number in range(40))) == [True] * 30 + [False] * 10


def test_a_file_whose_name_holds_a_dollar_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"a$b.exr": 1})
    assert exists(tmp_path / "a$b.exr") == [True]


def test_needed_files_never_raise() -> None:
    assert exists("", "/a\0b", "/" + "x" * 5000, "a" * 300 + "/####.exr") == [False, False, False, False]


def test_each_folder_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[str] = []
    monkeypatch.setattr(sequences, "_listing", lambda folder: listed.append(folder) or [])
    exists(*(tmp_path / f"{number}.<UDIM>.exr" for number in range(50)), os.devnull)
    assert listed == [str(tmp_path)]
