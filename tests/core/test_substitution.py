from __future__ import annotations

from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import SubstitutionError
from farmsubmit.lang.substitution import (
    Context,
    PieceKind,
    expand,
    expand_argv,
    has_live,
    literal,
    mapped,
    pieces,
    scan,
)


def _mapped_to_unc(path: str) -> str:
    if path == "mayabatch":
        return "maya"
    return path.replace("X:/", "//fileserver/projects/", 1)


FULL = Context(
    hosts=("antigone", "percival"),
    slots=2,
    jid=101,
    tid=7,
    cid=9,
    recover=0,
    loop=3,
    quality=1,
    hosts_by_id={"bob": ("mars", "venus"), "h.settings": ("pluto",), "04d": ("ceres",), "empty": ()},
    home="/home/jean",
    homes={"bob": "/home/bob"},
    map_path=_mapped_to_unc,
)
PERCIVAL = Context(hosts=("percival",))

# --- the documented forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("%h", "antigone percival"),
        ("%H", "-h antigone -h percival"),
        ("%n %j %t %c", "2 101 7 9"),
        ("%r %R %q", "0 3 1.0"),
        ("%bob", "mars venus"),
        ("%bob(host)", "mars venus"),
        ("%bob(-host)", "-h mars -h venus"),
        ("%{bob}(-host)x", "-h mars -h venusx"),
        ("%{bob}.exr", "mars venus.exr"),
        ("%bob(other)", "mars venus(other)"),
        ("%{j}%{t}", "1017"),
        ("100%%", "100%"),
        ("%%h", "%h"),
        ("%{04d}", "ceres"),
        ("%04d", "ceres"),
        ("", ""),
    ],
)
def test_each_substitution_gives_its_value(text: str, expanded: str) -> None:
    assert expand(text, FULL) == expanded


def test_braces_keep_the_text_behind_a_host() -> None:
    assert expand("%{h}.settings", PERCIVAL) == "percival.settings"


def test_without_braces_the_longer_name_is_an_id() -> None:
    assert expand("%h.settings", FULL) == "pluto"
    with pytest.raises(
        SubstitutionError, match=r"no task or command here has the id 'h.settings'; write %\{h\}.settings"
    ):
        expand("%h.settings", PERCIVAL)


def test_the_documented_directory_map_example() -> None:
    command = ["%D(mayabatch)", "-batch", "-file", "%D(X:/proj1/scenes/test.ma)", "-proj", "%D(X:/proj1)"]
    expanded = [expand(argument, FULL) for argument in command]
    files = "//fileserver/projects/proj1/scenes/test.ma", "//fileserver/projects/proj1"
    assert expanded == ["maya", "-batch", "-file", files[0], "-proj", files[1]]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("%D(X:/a/%{j}/b)", "//fileserver/projects/a/101/b"),
        ("%{D}(X:/a)", "//fileserver/projects/a"),
        ("-o=%D(X:/a (copy)/b).tmp", "-o=//fileserver/projects/a (copy)/b.tmp"),
        ("%D(X:/%%04d.exr)", "//fileserver/projects/%04d.exr"),
        ("%D(~/x)", "~/x"),
        ("%D()", ""),
        ("%D(%bob(-host))", "-h mars -h venus"),
    ],
)
def test_a_mapped_path_ends_at_its_own_parenthesis(text: str, path: str) -> None:
    assert expand(text, FULL) == path


def test_without_maps_a_path_stays_as_it_is() -> None:
    assert expand("%D(/a/b)", Context()) == "/a/b"


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("~", "/home/jean"),
        ("~/x", "/home/jean/x"),
        ("~bob/x", "/home/bob/x"),
        ("~1", "~1"),
        ("~+x", "~+x"),
        ("a~", "a~"),
        ("-f ~/x", "-f ~/x"),
    ],
)
def test_a_tilde_counts_at_the_start_as_in_csh(text: str, expanded: str) -> None:
    assert expand(text, FULL) == expanded


def test_a_value_is_not_expanded_again() -> None:
    assert expand("%h", Context(hosts=("%j",))) == "%j"


def test_plain_text_comes_back_untouched() -> None:
    text = "/net/my_ribs/a.rib"
    assert expand(text, Context()) is text


# --- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("frame.%04d.exr", 7, "'%04d' looks like a frame pattern; write %%04d for a literal percent sign"),
        ("a.%d", 3, "write %%d for a literal percent sign"),
        ("%V/x.exr", 1, "write %%V"),
        ("%.3f", 1, "write %%.3f"),
        ("100%", 4, "write %% for a literal percent sign"),
        ("50% done", 3, "a lone percent sign"),
        ("50%.", 3, "a lone percent sign"),
        ("% bob (host)", 1, "a lone percent sign"),
        ("%{h", 1, "'%{' is never closed"),
        ("%{}", 1, "the braces are empty"),
        ("%{a b}", 1, "'a b' is no name"),
        ("x %D", 3, "'%D' without a path"),
        ("x %D (a)", 3, "'%D' without a path"),
        ("x %D(a(b)", 3, "'%D(' is never closed"),
        ("%D(a/%D(b))", 6, "'%D' inside '%D(...)'"),
        ("%D(a/%04d)", 6, "write %%04d"),
        ("%D(a/100%)", 9, "a lone percent sign"),
    ],
)
def test_a_mistake_names_its_column_and_what_would_be_right(text: str, column: int, words: str) -> None:
    with pytest.raises(SubstitutionError) as caught:
        scan(text)
    assert caught.value.column == column
    assert words in str(caught.value)


def test_with_the_ids_of_the_job_an_unknown_name_is_a_mistake() -> None:
    assert scan("%bob", ids={"bob"})[0].argument == "bob"
    with pytest.raises(SubstitutionError, match="did you mean 'bobby'"):
        scan("%boby", ids={"bobby"})


def test_without_the_ids_any_name_may_be_one() -> None:
    assert [piece.kind for piece in scan("%boby")] == [PieceKind.ID_HOSTS]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x %h", "column 3: '%h' has no value here; no host is bound to the command"),
        ("%{H}", "'%{H}' has no value here"),
        ("%n", "'%n' has no value here"),
        ("%q", "'%q' has no value here"),
        ("~/x", "'~' has no value here; the home folder is not known"),
        ("~eve", "'~eve' has no value here"),
        ("%D(/a/%j)", "column 7: '%j' has no value here"),
        ("%empty(-host)", "no host is bound to that id"),
    ],
)
def test_a_substitution_without_a_value_is_named(text: str, words: str) -> None:
    with pytest.raises(SubstitutionError) as caught:
        expand(text, Context(hosts_by_id={"empty": ()}))
    assert words in str(caught.value)


# --- pieces ------------------------------------------------------------------------------------------------------


def test_pieces_have_kinds_and_places() -> None:
    found = list(pieces("~/a%%%D(b%j)%04d"))
    assert [(piece.kind, piece.text, piece.start) for piece in found] == [
        (PieceKind.HOME, "~", 0),
        (PieceKind.LITERAL, "/a", 1),
        (PieceKind.PERCENT, "%%", 3),
        (PieceKind.MAPPED, "%D(b%j)", 5),
        (PieceKind.BAD, "%04d", 12),
    ]
    assert [(piece.text, piece.start) for piece in found[3].inner] == [("b", 8), ("%j", 9)]


NOISE = st.text(alphabet="%{}()~DhHjd0.4a_-st/\n\u00e9 ")


@given(NOISE | st.text(), st.none() | st.just(("a", "ha")))
def test_pieces_never_raise_and_miss_nothing(text: str, ids: Optional[tuple[str, ...]]) -> None:
    found = list(pieces(text, ids))
    assert "".join(piece.text for piece in found) == text
    assert all(text[piece.start : piece.end] == piece.text for piece in found)


def test_a_hundred_thousand_open_maps_are_one_mistake() -> None:
    text = "%D(" * 100_000
    assert [piece.kind for piece in pieces(text)] == [PieceKind.BAD]
    with pytest.raises(SubstitutionError, match="never closed"):
        scan(text)


# --- escape by intent --------------------------------------------------------------------------------------------


def test_literal_doubles_percent_signs() -> None:
    assert literal("frame.%04d.exr") == "frame.%%04d.exr"


@pytest.mark.parametrize("text", ["~", "~/x", "~bob/x"])
def test_literal_refuses_a_tilde_that_would_expand(text: str) -> None:
    with pytest.raises(SubstitutionError, match="write the whole path"):
        literal(text)


def test_mapped_escapes_percent_signs_inside() -> None:
    assert mapped("/a/%04d (x).exr") == "%D(/a/%%04d (x).exr)"


@pytest.mark.parametrize(("path", "column"), [("/a(b", 3), ("/a)b", 3), ("a)(b", 2), ("(a)(", 4), (")", 1)])
def test_mapped_refuses_a_parenthesis_without_a_partner(path: str, column: int) -> None:
    with pytest.raises(SubstitutionError, match="has no partner") as caught:
        mapped(path)
    assert caught.value.column == column


@pytest.mark.parametrize("text", ["%h", "~/x", "%D(a)", "%04d %j", "%bob"])
def test_what_is_replaced_at_launch_is_live(text: str) -> None:
    assert has_live(text)


@pytest.mark.parametrize("text", ["a", "100%%", "%04d", "100%", "~1"])
def test_escapes_and_mistakes_are_not_live(text: str) -> None:
    assert not has_live(text)


@given(st.text() | NOISE)
def test_a_literal_expands_to_itself(text: str) -> None:
    try:
        escaped = literal(text)
    except SubstitutionError:
        assert text.startswith("~")
        return
    assert expand(escaped, Context()) == text
    assert not has_live(escaped)


@given(st.text() | NOISE)
def test_a_mapped_path_reaches_the_map_as_it_is(path: str) -> None:
    try:
        argument = mapped(path)
    except SubstitutionError:
        assert "(" in path or ")" in path
        return
    assert expand(argument, Context(map_path=lambda given_path: f"<{given_path}>")) == f"<{path}>"


def test_a_list_of_hosts_by_itself_becomes_as_many_arguments() -> None:
    context = Context(hosts=("antigone", "percival"), hosts_by_id={"bob": ("darth",)}, jid=7)
    argv = ["netrender", "%H", "/net/my ribs/%{j}.rib", "%h", "%{bob}", "x%h"]
    assert expand_argv(argv, context) == [
        *("netrender", "-h", "antigone", "-h", "percival", "/net/my ribs/7.rib"),
        *("antigone", "percival", "darth", "xantigone percival"),
    ]
