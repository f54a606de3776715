from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import FarmsubmitError, ServiceKeyError
from farmsubmit.lang import servicekey
from farmsubmit.lang.servicekey import Blade, TokenKind, both, parse, tokens

RACK = Blade(
    name="rack-15a",
    address="192.168.0.15",
    profile="Linux64",
    provides=("PixarRender", "Linux", "BigIron"),
    metrics={"disk": 120, "mem": 8, "nCPUs": 16, "cpu": 0.2, "sa": 4},
)
SILENT = Blade(name="silent", provides=("Linux",))

# --- the documented examples -------------------------------------------------------------------------------------

DOCUMENTED = [
    ("PixarRender", True),
    ("PixarRender,BigIron", True),
    ("PixarRender,!Irix", True),
    ("!Irix", True),
    ("!darth", True),
    ("\"rack-15?\" || '192.168.0.*'", True),
    ("PixarRender && Linux", True),
    ("PixarRender,NorthAnnex", False),
    ("Linux || OSX", True),
    ("Linux || macOS", True),
    ("PixarRender && !Desktops", True),
    ("PixarRender && (Linux || macOS)", True),
    ("PixarRender && @.disk > 5", True),
    ("PixarRender && ((1024 * @.mem) > 2048)", True),
    ("Windows7_32bit && (@.nCPUs >= 4)", False),
    ("@.cpu < .75", True),
    ("(@.sa > 2) && (PixarRender || PixarNRM)", True),
]


@pytest.mark.parametrize(("text", "matches"), DOCUMENTED)
def test_documented_examples_match_as_documented(text: str, matches: bool) -> None:
    assert parse(text).matches(RACK) is matches


def test_the_example_in_the_docstring_is_true() -> None:
    assert doctest.testmod(servicekey).failed == 0
    assert doctest.testmod(servicekey).attempted == 3


# --- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["RACK-15A", "192.168.0.15", "linux64", "pixarrender"])
def test_host_address_and_profile_are_keys_in_any_capitalization(name: str) -> None:
    assert parse(name).matches(RACK)


@pytest.mark.parametrize("name", ["rack-15a", "a-b", "192.168.0.1", "15a", "8-core", "zone=NFS", "a.b_c", "1e3x"])
def test_a_name_may_hold_digits_dots_dashes_and_equals(name: str) -> None:
    assert parse(name).names == (name,)


@pytest.mark.parametrize("text", ["8-2 == 6", "8 - 2 == 6", "@.mem-2 == 6", "Linux - 1 == 0", "8 -2 == 6"])
def test_a_minus_between_numbers_metrics_or_blanks_subtracts(text: str) -> None:
    assert parse(text).matches(RACK)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("rack-*", True),
        ("RACK-15?", True),
        ("rack-1?", False),
        ("*15*", True),
        ("?", False),
        ("*", True),
        ("[r]*", False),
    ],
)
def test_quoted_wildcards_match_whole_keys(pattern: str, matches: bool) -> None:
    assert parse(f"'{pattern}'").matches(RACK) is matches


def test_a_quoted_name_is_the_same_key_as_the_bare_one() -> None:
    assert parse('"Linux"') == parse("linux")


def test_a_quoted_number_stays_a_name() -> None:
    assert str(parse("'5'")) == '"5"'
    assert parse('"5"') != parse("5")


def test_a_pattern_of_many_stars_ends() -> None:
    assert not parse('"' + "*a" * 200 + '*b"').matches(Blade("a" * 2000))


# --- operators ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("a,b", "a && b"),
        ("a||b&&c", "a || (b && c)"),
        ("a,b||c", "(a && b) || c"),
        ("(a||b)||c", "a || b || c"),
        ("!(a,b)", "!(a && b)"),
        ("!!a", "!!a"),
        ("1+2*3==7", "(1 + (2 * 3)) == 7"),
        ("8-(3-1)", "8 - (3 - 1)"),
        ("a&&1<2", "a && 1 < 2"),
        ("(a<1)==b", "(a < 1) == b"),
        ("1e3>@.NCPUS", "1000 > @.nCPUs"),
        (" ", ""),
    ],
)
def test_normal_form_shows_how_operators_bind(text: str, normal: str) -> None:
    assert str(parse(text)) == normal


@pytest.mark.parametrize(
    ("text", "ambiguous"),
    [
        ("a,b||c", True),
        ("a||b,c", True),
        ("x && (a,b||c)", True),
        ("a,(b||c)", False),
        ("a&&b||c", False),
        ("a,b", False),
    ],
)
def test_comma_beside_or_is_ambiguous(text: str, ambiguous: bool) -> None:
    assert parse(text).ambiguous is ambiguous


def test_key_names_count_as_one_or_zero_in_sums() -> None:
    assert parse("Linux + BigIron + Irix == 2").matches(RACK)


def test_names_and_metrics_are_listed_once_in_order() -> None:
    key = parse("@.mem > 1 && b && 'a*' && B && @.cpu < 1 && @.MEM < 9")
    assert key.names == ("b", "a*")
    assert key.metrics == ("@.mem", "@.cpu")


def test_keys_that_differ_in_case_and_spacing_are_equal() -> None:
    assert len({parse("A , b"), parse("a&&B")}) == 1
    assert parse("a") != "a"
    assert repr(parse("a,b")) == "ServiceKey('a && b')"


def test_an_empty_expression_matches_any_blade() -> None:
    explanation = parse("  ").explain(SILENT)
    assert explanation
    assert "empty" in explanation.reasons[0]


# --- unknown values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["@.mem > 16", "!(@.mem > 16)", "@.mem", "1/0 > 0", "@.mem && Linux", "!(1/(1-1))"])
def test_what_cannot_be_worked_out_does_not_match(text: str) -> None:
    assert not parse(text).matches(SILENT)


@pytest.mark.parametrize("text", ["@.mem > 16 || Linux", "!(@.mem > 16 && Irix)"])
def test_an_unknown_part_that_changes_nothing_is_no_obstacle(text: str) -> None:
    assert parse(text).matches(SILENT)


def test_overflow_does_not_match() -> None:
    explanation = parse("1e308 * 1e308 > 1").explain(RACK)
    assert not explanation
    assert explanation.reasons == ("(1e+308 * 1e+308) > 1: grows too large",)


# --- explain -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("Irix", ("does not provide 'Irix'",)),
        ("linux", ("provides 'linux'",)),
        ("Linux && Irix && @.mem > 16", ("does not provide 'Irix'", "@.mem > 16: has 8")),
        ("Irix || Linux || BigIron", ("provides 'Linux'",)),
        ("Irix || (Linux && macOS)", ("does not provide 'Irix'", "does not provide 'macOS'")),
        ("!Linux", ("provides 'Linux'",)),
        ("!(Irix || macOS)", ("does not provide 'Irix'", "does not provide 'macOS'")),
        ("'rack-*'", ("provides 'rack-15a' like 'rack-*'",)),
        ("'desk-*'", ("provides nothing like 'desk-*'",)),
        ("Irix && Irix", ("does not provide 'Irix'",)),
        ("1024 * @.mem > 20000", ("(1024 * @.mem) > 20000: has @.mem = 8",)),
        ("@.mem / @.sa > 9", ("(@.mem / @.sa) > 9: has @.mem = 8, @.sa = 4",)),
        ("@.cpu / (@.sa - 4) > 1", ("(@.cpu / (@.sa - 4)) > 1: divides by zero",)),
        ("@.sa", ("@.sa: has 4",)),
        ("0", ("0 is always false",)),
        ("1 > 2", ("1 > 2: is always false",)),
    ],
)
def test_explain_says_what_decides(text: str, reasons: tuple[str, ...]) -> None:
    explanation = parse(text).explain(RACK)
    assert explanation.reasons == reasons
    assert explanation.matches is parse(text).matches(RACK)


def test_explain_names_the_metric_that_is_not_reported() -> None:
    assert parse("Linux && 2 * @.mem > 16").explain(SILENT).reasons == ("(2 * @.mem) > 16: does not report @.mem",)


def test_explain_stays_on_one_line() -> None:
    (reason,) = parse(" + ".join(["@.mem"] * 500) + " < 1").explain(RACK).reasons
    assert len(reason) < 220


# --- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("(a &&", 6, "missing after '&&'"),
        ("&& a", 1, "missing before '&&'"),
        ("a,", 3, "missing after ','"),
        ("a && || b", 6, "missing after '&&'"),
        ("a b", 3, "operator is missing before 'b'"),
        ("a (b)", 3, "operator is missing before '('"),
        ("a !b", 3, "operator is missing before '!'"),
        ("a and b", 3, "did you mean '&&'?"),
        ("not a", 5, "did you mean '!'?"),
        ("a & b", 3, "did you mean '&&'?"),
        ("a | b", 3, "did you mean '||'?"),
        ("a = b", 3, "did you mean '=='?"),
        ('a && "b', 6, 'the quote " is never closed'),
        ("''", 1, "quotes are empty"),
        ("a && (b", 6, "'(' is never closed"),
        ("a)", 2, "')' closes nothing"),
        ("()", 2, "parentheses are empty"),
        ("a && @.ram", 6, "did you mean '@.mem'?"),
        ("@.disks", 1, "did you mean '@.disk'?"),
        ("@.foo", 1, "the metrics are @.disk, @.mem"),
        ("@mem > 1", 1, "did you mean '@.mem'?"),
        ("@", 1, "'@' is no metric"),
        ("a && $b", 6, "'$' has no meaning"),
        ("rack-15?", 8, 'such as "rack-*"'),
        ("rack*", 5, 'such as "rack-*"'),
        ("*rack", 1, 'such as "rack-*"'),
        ("2*rack", 2, 'such as "rack-*"'),
        ("rack-*", 6, 'such as "rack-*"'),
        ("-5 < 3", 1, "write (0 - 1)"),
        ("4 < @.mem < 16", 11, "cannot be chained"),
        ("1e999", 1, "too large"),
    ],
)
def test_a_mistake_names_its_column_and_what_would_be_right(text: str, column: int, words: str) -> None:
    with pytest.raises(ServiceKeyError) as caught:
        parse(text)
    assert caught.value.column == column
    assert words in str(caught.value)


@pytest.mark.parametrize("opening", ["(", "!", "!("])
def test_nesting_ends_at_the_documented_depth(opening: str) -> None:
    with pytest.raises(ServiceKeyError, match="more than 200") as caught:
        parse(opening * 100_000 + "a")
    assert caught.value.position == 200


def test_the_deepest_nesting_allowed_works() -> None:
    key = parse("(a || b && 1 < 1 + 2 * " * 40 + "Linux" + ")" * 40)
    assert key.explain(RACK).matches == key.matches(RACK)
    assert parse(str(key)) == key


def test_operators_count_as_nesting() -> None:
    text = "(a || b && 1 < 1 + 2 * " * 41 + "Linux" + ")" * 41
    with pytest.raises(ServiceKeyError, match="more than 200") as caught:
        parse(text)
    assert caught.value.position == text.rindex("(")


def test_redundant_parentheses_up_to_the_limit_work() -> None:
    assert parse("(" * 200 + "Linux" + ")" * 200) == parse("Linux")


@pytest.mark.parametrize("joint", ["||", "&&", ",", " + ", " - ", " * ", "-"])
def test_a_flat_chain_of_ten_thousand_works(joint: str) -> None:
    key = parse(joint.join(["1"] * 10_000))
    assert parse(str(key)) == key
    assert isinstance(key.matches(RACK), bool)


# --- both --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("PixarRender", "!darth", "PixarRender && !darth"),
        ("Linux || macOS", " a,b ", "(Linux || macOS) && a,b"),
        ("a,b||c", "d", "(a,b||c) && d"),
        ("@.mem > 5", "a", "@.mem > 5 && a"),
        ("", "a || b", "a || b"),
        ("a", " ", "a"),
        ("", "", ""),
    ],
)
def test_both_asks_for_both(first: str, second: str, joined: str) -> None:
    assert both(first, second) == joined


def test_both_refuses_a_mistake() -> None:
    with pytest.raises(ServiceKeyError, match="never closed"):
        both("a", "(b")


# --- blades ------------------------------------------------------------------------------------------------------


def test_a_blade_is_read_from_json_data() -> None:
    data = {"name": "rack-15a", "provides": ["Linux"], "metrics": {"NCPUS": 4}}
    assert Blade.from_dict(data) == Blade("rack-15a", provides=("Linux",), metrics={"nCPUs": 4.0})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "must be a JSON object"),
        ({}, "a blade needs a name"),
        ({"name": "a", "profil": "x"}, "did you mean 'profile'?"),
        ({"name": 5}, "a blade's name must be text"),
        ({"name": "a", "provides": "Linux"}, "must be a list of key names"),
        ({"name": "a", "metrics": [1]}, "metrics must be a JSON object"),
        ({"name": "a", "metrics": {"ram": 1}}, "blade a: there is no metric 'ram'; did you mean 'mem'?"),
        ({"name": "a", "metrics": {"mem": True}}, "mem must be a number"),
        ({"name": "a", "metrics": {"mem": float("nan")}}, "mem must be a number"),
    ],
)
def test_bad_blade_data_is_refused_in_one_sentence(data: object, words: str) -> None:
    with pytest.raises(FarmsubmitError) as caught:
        Blade.from_dict(data)  # type: ignore[arg-type]
    assert words in str(caught.value)


# --- tokens ------------------------------------------------------------------------------------------------------


def test_tokens_have_kinds_and_places() -> None:
    found = [(token.kind, token.text, token.start) for token in tokens("(a,'b*') > .5 && @.mem $")]
    assert found == [
        (TokenKind.PAREN, "(", 0),
        (TokenKind.NAME, "a", 1),
        (TokenKind.OPERATOR, ",", 2),
        (TokenKind.PATTERN, "'b*'", 3),
        (TokenKind.PAREN, ")", 7),
        (TokenKind.OPERATOR, ">", 9),
        (TokenKind.NUMBER, ".5", 11),
        (TokenKind.OPERATOR, "&&", 14),
        (TokenKind.METRIC, "@.mem", 17),
        (TokenKind.BAD, "$", 23),
    ]


NOISE = st.text(alphabet="aZ1.5e-=*?@&|!<>(),'\"\n \u00e9$/+")


@given(st.text() | NOISE)
def test_tokens_never_raise_and_miss_nothing_but_blanks(text: str) -> None:
    place = 0
    for token in tokens(text):
        assert text[token.start : token.end] == token.text
        assert not text[place : token.start].strip()
        place = token.end
    assert not text[place:].strip()


@given(NOISE)
def test_any_text_parses_or_raises_a_service_key_error(text: str) -> None:
    try:
        key = parse(text)
    except ServiceKeyError:
        return
    assert parse(str(key)) == key


# --- laws --------------------------------------------------------------------------------------------------------

LEAVES = st.sampled_from(
    [
        "Linux",
        "irix",
        "rack-15a",
        "'rack-*'",
        '"x y"',
        '"5"',
        "192.168.0.15",
        "a=b",
        "@.mem",
        "@.sa",
        "@.CPU",
        "0",
        ".5",
        "1e3",
    ]
)
OPERATORS = st.sampled_from(["&&", ",", "||", "+", "-", "*", "/", "<", "<=", "==", "!=", ">=", ">"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, OPERATORS, inner).map(lambda part: f"({part[0]}) {part[1]} ({part[2]})")
    loose = st.tuples(LEAVES, st.sampled_from(["&&", "||", "+", "*"]), inner).map(" ".join)
    return two | loose | inner.map(lambda text: f"!({text})")


EXPRESSIONS = st.recursive(LEAVES, _grown, max_leaves=12)
BLADES = st.builds(
    Blade,
    name=st.sampled_from(["rack-15a", "desk-2"]),
    provides=st.sampled_from([(), ("Linux",), ("x y", "5"), ("a=b", "Irix")]),
    metrics=st.dictionaries(st.sampled_from(["mem", "sa", "cpu"]), st.sampled_from([0.0, 0.5, 8.0])),
)


def _parsed(text: str) -> servicekey.ServiceKey | None:
    try:
        return parse(text)
    except ServiceKeyError as error:
        assert "chained" in str(error)
        return None


@given(EXPRESSIONS, BLADES)
def test_the_normal_form_means_the_same(text: str, blade: Blade) -> None:
    key = _parsed(text)
    if key:
        again = parse(str(key))
        assert again == key
        assert str(again) == str(key)
        assert again.explain(blade) == key.explain(blade)
        assert key.explain(blade).reasons


@given(EXPRESSIONS, EXPRESSIONS, BLADES)
def test_both_matches_where_each_matches(first: str, second: str, blade: Blade) -> None:
    one, other = _parsed(first), _parsed(second)
    if one and other:
        assert parse(both(first, second)).matches(blade) is (one.matches(blade) and other.matches(blade))
