from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from farmsubmit.errors import DirMapError
from farmsubmit.lang.dirmap import (
    DirMap,
    covered,
    explain,
    map_path,
    overlaps,
    parse_dirmap,
    used_by,
    zones,
)

# The example of Tractor's Directory Mapping page.
DOCUMENTED = (
    DirMap("X:/", "//fileserver/projects/", "UNC"),
    DirMap("X:/", "/fileserver/projects/", "NFS"),
    DirMap("mayabatch", "maya", "NFS"),
)

roots = st.sampled_from(["X:/", "x:\\", "Y:", "//", "\\\\", "/", ""])
tails = st.lists(st.sampled_from(["a", "A", "b", "c d", "e=f", "..", "/", "//", "\\", "@"]), max_size=6).map("".join)
path_texts = st.builds(str.__add__, roots, tails)
ends = path_texts.filter(bool)
zone_names = st.sampled_from(["NFS", "UNC"])
dirmaps = st.builds(DirMap, ends, ends, zone_names)
folder_maps = dirmaps.filter(lambda dirmap: "/" in dirmap.src)


def mapped(src: str, dst: str, path: str) -> str:
    return map_path(path, [DirMap(src, dst, "Z")], "Z")


# --- the documented example


@pytest.mark.parametrize(
    ("zone", "path", "expected"),
    [
        ("UNC", "mayabatch", "mayabatch"),
        ("UNC", "X:/proj1/scenes/test.ma", "//fileserver/projects/proj1/scenes/test.ma"),
        ("UNC", "X:/proj1", "//fileserver/projects/proj1"),
        ("NFS", "mayabatch", "maya"),
        ("NFS", "X:/proj1/scenes/test.ma", "/fileserver/projects/proj1/scenes/test.ma"),
        ("NFS", "X:/proj1", "/fileserver/projects/proj1"),
        ("other", "X:/proj1", "X:/proj1"),
    ],
)
def test_the_documented_example(zone, path, expected):
    assert map_path(path, DOCUMENTED, zone) == expected


@pytest.mark.parametrize("src", ["X:/", "X:", "X:\\"])
@pytest.mark.parametrize("dst", ["//fileserver/projects", "//fileserver/projects/"])
def test_trailing_slashes_of_a_map_change_nothing(src, dst):
    assert mapped(src, dst, "X:/proj1/a.ma") == "//fileserver/projects/proj1/a.ma"
    assert mapped(src, dst, "X:/proj1/") == "//fileserver/projects/proj1/"
    assert mapped(src, dst, "X:/") == "//fileserver/projects/"


# --- what applies


@pytest.mark.parametrize(
    ("src", "path", "applies"),
    [
        ("X:/proj", "X:/proj", True),
        ("X:/proj", "X:/proj/", True),
        ("X:/proj", "X:/proj2/a", False),
        ("X:/proj/", "X:/proj", True),
        ("X:/", "X:relative", False),
        ("X:/proj", "x:\\PROJ\\a", True),
        ("X:/proj", "/X:/proj/a", False),
        ("//srv/p", "\\\\SRV\\P\\a", True),
        ("\\\\srv\\p", "//srv/p/a", True),
        ("//srv/p", "/srv/p/a", False),
        ("/srv/p", "//srv/p/a", False),
        ("/mnt/p", "/mnt/p/a", True),
        ("/mnt/p", "/mnt/P/a", False),
        ("/mnt/p", "/mnt/p\\a", False),
        ("/mnt/p", "mnt/p/a", False),
        ("/mnt/p", "/mnt//p/a", True),
        ("/", "/mnt", True),
        ("/", "mnt", False),
        ("maya", "maya", True),
        ("maya", "Maya", False),
        ("maya", "mayabatch", False),
        ("maya", "maya/bin", False),
        ("tex/a", "tex/a/b", True),
        ("/mnt/p", "", False),
    ],
)
def test_a_map_applies_at_a_component_border(src, path, applies):
    assert DirMap(src, "/d", "Z").applies(path) is applies


# --- what comes out


@pytest.mark.parametrize(
    ("src", "dst", "path", "expected"),
    [
        ("X:\\proj", "/mnt/p", "x:\\PROJ\\Shot\\A.ma", "/mnt/p/Shot/A.ma"),
        ("X:/proj", "Z:\\p", "X:/proj/s/a.ma", "Z:\\p\\s\\a.ma"),
        ("/mnt/p", "Z:\\", "/mnt/p/s/a.ma", "Z:\\s\\a.ma"),
        ("/mnt/p", "\\\\srv\\p", "/mnt/p/a", "\\\\srv\\p\\a"),
        ("/mnt/p", "Z:/p", "/mnt/p/a", "Z:/p/a"),
        ("/mnt/p", "Z:", "/mnt/p", "Z:/"),
        ("/mnt/p", "/", "/mnt/p/a", "/a"),
        ("/mnt/p", "/", "/mnt/p", "/"),
        ("/mnt/p", "/net/p", "/mnt/p/a\\b", "/net/p/a\\b"),
        ("/mnt/p", "/net//p", "/mnt/p//a", "/net/p/a"),
        ("/mnt/p/", "/net/p/", "/mnt/p", "/net/p"),
        ("maya", "C:\\Maya\\maya.exe", "maya", "C:\\Maya\\maya.exe"),
    ],
)
def test_the_rest_follows_the_destination(src, dst, path, expected):
    assert mapped(src, dst, path) == expected


@given(st.text(), st.lists(dirmaps, max_size=4), zone_names)
def test_any_text_maps_to_something_and_stays_if_not_covered(path, maps, zone):
    result = map_path(path, maps, zone)
    assert covered(path, maps, zone) or result == path


@given(folder_maps, tails)
def test_a_mapped_path_has_no_doubled_slash_inside(dirmap, rest):
    path = f"{dirmap.src}/{rest}"
    assume(dirmap.applies(path))
    assert "//" not in dirmap.apply(path)[1:]


@given(tails, ends)
def test_a_path_from_a_windows_source_has_no_doubled_backslash_inside(rest, dst):
    assume("\\\\" not in dst[1:])
    assert "\\\\" not in mapped("X:/", dst, f"X:\\{rest}")[1:]


@st.composite
def maps_and_a_path_below(draw):
    maps = draw(st.lists(dirmaps, min_size=1, max_size=3))
    return maps, draw(st.sampled_from(maps)).src + draw(st.sampled_from(["", "/"])) + draw(tails)


@given(maps_and_a_path_below(), zone_names)
def test_mapping_twice_is_mapping_once_when_no_destination_meets_a_source(maps_and_path, zone):
    maps, path = maps_and_path
    # A destination without a slash would be a program name as a source.
    folders = [dirmap.dst if dirmap.dst.endswith("/") else f"{dirmap.dst}/" for dirmap in maps]
    targets = [DirMap(folder, "t", "t") for folder in folders]
    assume(not any(covered(dirmap.dst, maps, zone) or covered(dirmap.src, targets, "t") for dirmap in maps))
    once = map_path(path, maps, zone)
    assert map_path(once, maps, zone) == once


# --- which map wins

NESTED = (DirMap("X:/", "/x", "NFS"), DirMap("X:/proj", "/proj", "NFS"), DirMap("X:/", "//x", "UNC"))


def test_the_first_map_of_the_list_wins():
    result = explain("X:/proj/a", NESTED, "NFS")
    assert (result.result, result.applied, result.others) == ("/x/proj/a", NESTED[0], (NESTED[1],))


def test_the_longest_source_wins_when_asked():
    result = explain("X:/proj/a", NESTED, "NFS", longest=True)
    assert (result.result, result.applied, result.others) == ("/proj/a", NESTED[1], (NESTED[0],))


def test_the_longest_source_is_the_first_among_equals():
    maps = [DirMap("X:/a", "/one", "Z"), DirMap("x:\\A", "/two", "Z")]
    assert map_path("X:/a", maps, "Z", longest=True) == "/one"


def test_an_explanation_says_what_happened():
    assert explain("Y:/a", NESTED, "NFS").sentence == "Y:/a stays as it is: no directory map of zone NFS applies"
    assert explain("X:/proj/a", NESTED, "NFS").sentence == (
        "X:/proj/a becomes /x/proj/a by X:/=/x@NFS; X:/proj=/proj@NFS would apply too"
    )


def test_an_outer_map_in_front_hides_the_inner_one():
    (overlap,) = overlaps(NESTED)
    assert (overlap.first, overlap.second, overlap.hides, overlap.same) == (NESTED[0], NESTED[1], True, False)
    assert overlap.sentence == "in zone NFS the map of X:/proj is never used: X:/ stands before it and wins"


def test_an_inner_map_in_front_wins_for_its_paths():
    (overlap,) = overlaps([NESTED[1], NESTED[0]])
    assert not overlap.hides
    assert overlap.sentence == "in zone NFS X:/proj lies inside X:/: it stands first and wins for its paths"


def test_the_same_source_twice_is_an_overlap():
    (overlap,) = overlaps([DirMap("X:/a", "/one", "Z"), DirMap("x:\\A\\", "/two", "Z")])
    assert overlap.same
    assert overlap.sentence == "zone Z maps x:\\A\\ twice: the first, to /one, wins"


def test_maps_side_by_side_or_in_other_zones_do_not_overlap():
    assert overlaps(DOCUMENTED) == []
    assert overlaps([DirMap("/a/b", "/x", "Z"), DirMap("/a/bc", "/y", "Z")]) == []


@given(path_texts, st.lists(dirmaps, max_size=4), zone_names)
@example("/\\", [DirMap("//", "X:/", "NFS"), DirMap("/", "X:/", "NFS")], "NFS")
def test_maps_that_both_apply_to_a_path_overlap(path, maps, zone):
    result = explain(path, maps, zone)
    pairs = {(overlap.first, overlap.second) for overlap in overlaps(maps)}
    assert all((result.applied, other) in pairs for other in result.others)


# --- counting


def test_zones_are_told_in_the_order_seen():
    assert zones(DOCUMENTED) == ("UNC", "NFS")


def test_covered_looks_at_the_zone():
    assert covered("mayabatch", DOCUMENTED, "NFS")
    assert not covered("mayabatch", DOCUMENTED, "UNC")


def test_used_by_counts_the_paths_below_the_source():
    assert used_by(DOCUMENTED[0], ["X:/a", "x:\\b", "Y:/a", "X:/"]) == 3


# --- the command line's form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X:/=/mnt/x@NFS", ("X:/", "/mnt/x", "NFS")),
        ("/a@1=/b=c@d@NFS", ("/a@1", "/b=c@d", "NFS")),
        (" X:/ = /mnt/x @ NFS ", ("X:/", "/mnt/x", "NFS")),
    ],
)
def test_the_command_line_form_is_read(text, expected):
    dirmap = parse_dirmap(text)
    assert (dirmap.src, dirmap.dst, dirmap.zone) == expected


@given(dirmaps)
def test_a_map_prints_the_form_it_is_read_from(dirmap):
    assume("=" not in dirmap.src)
    assert parse_dirmap(str(dirmap)) == dirmap


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "no '='"),
        ("X:/@NFS", 8, "no '='"),
        ("X:/=/mnt", 9, "the zone is missing"),
        ("X:/@a=/mnt", 11, "the zone is missing"),
        ("X:/=/mnt@", 10, "the zone is missing"),
        ("=/mnt@NFS", 1, "the source is missing"),
        ("X:/= @NFS", 5, "the destination is missing"),
        ("X:/=/mnt@N F", 10, "not one word"),
    ],
)
def test_a_mistake_is_told_with_its_column_and_the_right_form(text, column, says):
    with pytest.raises(DirMapError) as caught:
        parse_dirmap(text)
    assert (caught.value.column, says in str(caught.value)) == (column, True), str(caught.value)
    assert "such as" in caught.value.hint


@pytest.mark.parametrize(
    "values", [("", "/d", "Z"), ("/s", " ", "Z"), ("/s", "/d", ""), ("/s ", "/d", "Z"), ("/s", "/d", "a@b")]
)
def test_a_map_refuses_values_it_cannot_use(values):
    with pytest.raises(DirMapError):
        DirMap(*values)


@given(st.text(max_size=20))
def test_any_text_is_a_map_or_a_dirmap_error(text):
    try:
        assert parse_dirmap(text).zone in text
    except DirMapError as error:
        assert 1 <= error.column <= len(text) + 1
