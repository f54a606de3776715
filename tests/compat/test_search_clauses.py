"""The language of search clauses: what is documented, what each mistake is told as, and its laws."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.lang.search import Kind, SearchError, parse, seconds_of

KINDS = {
    "jid": Kind.ID,
    "title": Kind.TEXT,
    "owner": Kind.TEXT,
    "numactive": Kind.NUMBER,
    "numready": Kind.NUMBER,
    "numerror": Kind.NUMBER,
    "spooltime": Kind.TIME,
    "stoptime": Kind.TIME,
    "crews": Kind.TEXTS,
    "state": Kind.TEXT,
}
NOW = 1_700_000_000.0
DAY = 86400
JOB = {
    "jid": 12,
    "title": "candy RHEL7",
    "owner": "adamwg",
    "numactive": 2,
    "numready": 0,
    "numerror": 1,
    "spooltime": NOW - 10 * DAY,
    "stoptime": None,
    "crews": ["fx", "light"],
    "state": "active",
}
ALIASES = {"done": ("state", "done"), "busy": ("state", "active")}


def meant(clause, values=JOB):
    return parse(clause, KINDS, ALIASES, {"tier": "tier is not told"}).matches(values, NOW)


@pytest.mark.parametrize(
    "clause",
    [
        "",
        "numactive > 0",
        "numactive>0 and numerror=1",
        "(numactive > 0 or numready > 0) and numerror > 0",
        "numactive and not numready",
        "not numready",
        "not (numready or done)",
        'owner="adamwg"',
        "owner = adamwg",
        "owner in [freddie adamwg] and spooltime < -8d",
        'title like "candy"',
        r'title like "RHEL\d+"',
        "title like RHEL",
        "jid in [11 12]",
        "jid = 12 AND busy",
        "state == active",
        "spooltime > -2w and spooltime <= now",
        "spooltime > '2000-01-01'",
        "not stoptime",
        "stoptime != -1d",
        "crews = fx and crews like ^li and crews in [light a] and crews != anim",
        "numactive > numready",
        "not done and owner != 'anna bob'",
        "numready or numactive",
    ],
)
def test_a_clause_that_means_the_job(clause):
    assert meant(clause) is True


@pytest.mark.parametrize(
    "clause",
    [
        "numready",
        "numactive and not numerror",
        "stoptime > -1d",
        "stoptime < -1d",
        "spooltime > -8d",
        "owner = Adamwg",
        "owner in []",
        "jid = twelve",
        "jid > twelve",
        "crews = anim",
        "numactive <= numready or done",
        "(numactive or numerror) and numready",
    ],
)
def test_a_clause_that_means_another(clause):
    assert meant(clause) is False


@pytest.mark.parametrize(
    ("clause", "column", "words"),
    [
        ("ownr = a", 1, "there is no attribute 'ownr'; did you mean 'owner'?"),
        ("numactive > many", 13, "numactive is a number, and 'many' is not"),
        ("spooltime < -8x", 13, "write one such as -8d"),
        ("owner", 1, "only a number may stand alone"),
        ("numactive > 0 && numready", 15, "did you mean 'and'?"),
        ("!done", 1, "did you mean 'not'?"),
        ("owner in [a, b]", 12, "without commas"),
        ("owner in [a b", 10, "'[' is never closed"),
        ("owner in a", 10, "such as in [a b c]"),
        ("(numactive", 1, "'(' is never closed"),
        ("numactive)", 10, "')' closes nothing"),
        ("numactive and", 14, "the clause ends where a test should be"),
        ("and numactive", 1, "'and' stands where a test should be"),
        ("owner = ", 9, "a value is missing"),
        ("title = 'a", 9, "' is never closed"),
        ("title like '('", 12, "is no regular expression"),
        ("numactive like a", 1, "like is for texts"),
        ("done = 1", 8, "done stands for a test already"),
        ("tier = rush", 1, "tier is not told"),
        ("owner = numactive", 9, "owner is a text, and numactive is a number"),
        ("numactive > nan", 13, "'nan' is not"),
        ("title = shot 7", 14, "put words with blanks in quotes"),
    ],
)
def test_a_mistake_is_told_with_its_column(clause, column, words):
    with pytest.raises(SearchError) as caught:
        meant(clause)
    assert caught.value.column == column
    assert words in str(caught.value)


@pytest.mark.parametrize("text", ["(" * 100_000, "not " * 100_000, "title like " + "(" * 900, "numready or " * 50_000])
def test_a_deep_or_broken_clause_is_an_error_and_nothing_worse(text):
    with pytest.raises(SearchError):
        meant(text)


def test_a_deep_clause_that_is_right_is_worked_out():
    assert meant("not " * 100_000 + "numactive") is True
    assert meant("(" * 50_000 + "numready" + ")" * 50_000) is False


def test_what_is_not_known_is_only_told_where_the_rest_decides():
    known = {"owner": "anna"}
    assert meant("owner = bob and numerror", known) is False
    assert meant("owner = anna or numerror", known) is True
    assert meant("owner = anna and numerror", known) is None
    assert meant("not numerror", known) is None


def test_the_attributes_of_a_clause_are_told_once():
    assert parse("owner = a and (owner = b or numactive > numready)", KINDS).attributes == (
        "owner",
        "numactive",
        "numready",
    )


def test_times_are_read_as_engines_print_them():
    expected = datetime(2014, 2, 17, 16, 16, 53, 971000, tzinfo=timezone.utc).timestamp()
    assert seconds_of("2014-02-17 08:16:53.971-08") == expected
    assert seconds_of("2014-02-17T16:16:53.971+00:00") == seconds_of("2014-02-17 16:16:53.9710004Z") == expected
    assert seconds_of("2014-02-17 08:16-0830") == seconds_of("2014-02-17 16:46Z")
    assert seconds_of("2014-02-17") == datetime(2014, 2, 17).timestamp()
    for text in ("yesterday", "2014-13-01", "", "20140217", "2014-02-17 08", "2014-02-17 8:16"):
        with pytest.raises(ValueError):
            seconds_of(text)


@given(st.text(st.sampled_from("abnotrdliken ()[]<>=!'\"&-8,.\\\u00e9"), max_size=40))
def test_any_text_is_a_clause_or_a_search_error(text):
    try:
        clause = parse(text, KINDS, ALIASES)
    except SearchError as error:
        assert 1 <= error.column <= len(text) + 1
    else:
        assert clause.matches(JOB, NOW) in (True, False)


_PARTS = st.recursive(
    st.sampled_from(["numactive", "numready", "numerror > 0", "numready = 1"]),
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map("({0[0]}) {0[1]} ({0[2]})".format),
    ),
    max_leaves=12,
)


@given(_PARTS, st.tuples(*[st.integers(0, 2)] * 3))
def test_the_words_mean_what_they_mean_in_python(clause, numbers):
    values = dict(zip(("numactive", "numready", "numerror"), numbers))
    truth = {name: str(value) for name, value in values.items()}
    text = clause.replace(" = ", " == ")
    for name, value in truth.items():
        text = text.replace(name, value)
    assert parse(clause, KINDS).matches(values) is bool(_python(text))


def _python(text):
    """Work out a small expression of numbers as Python would, through its own syntax tree."""
    import ast

    def value(node):
        if isinstance(node, ast.BoolOp):
            results = [value(each) for each in node.values]
            return all(results) if isinstance(node.op, ast.And) else any(results)
        if isinstance(node, ast.UnaryOp):
            return not value(node.operand)
        if isinstance(node, ast.Compare):
            left, right = value(node.left), value(node.comparators[0])
            return left > right if isinstance(node.ops[0], ast.Gt) else left == right
        return node.value

    return value(ast.parse(text, mode="eval").body)
