from __future__ import annotations

import ast
import doctest
import operator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from farmsubmit.errors import ExpressionError
from farmsubmit.lang import expression
from farmsubmit.lang.expression import closing_bracket, evaluate

NAMES = {
    "a": 1,
    "b": 0,
    "files": ["b.exr", "a.exr"],
    "deep": {"x": {"y": [10, 20, 30]}},
    "span": range(3),
    "<arg:frames.initial>": [1, 2, 3],
    "<arg:shot-name.processed>": 'it\'s "sh010" > 1',
}


def test_the_examples_in_the_docstring_are_true() -> None:
    assert doctest.testmod(expression) == (0, 2)


# --- what Python says ----------------------------------------------------------------------------------------------

LITERALS = [
    *("0", "00", "7", "-7", "1_000", "0x1F", "1.5", ".5", "5.", "1e3", "1E-3", "1.5e+2"),
    *("'a'", '"a"', "'it\\'s'", "'\\n\\t\\\\'", "'\\u00e9\\x41\\U0001F600'", "'é'", "''", "'a\\\nb'"),
    *("True", "False", "None", "[]", "[1, 'a', [2]]", "[1,]", "()", "(1,)", "(1, 2)", "(1)", "{}", "{'a': 1, 2: [3],}"),
]


@pytest.mark.parametrize("text", LITERALS)
def test_literals_are_those_of_python(text: str) -> None:
    found, expected = evaluate(text, {}), ast.literal_eval(text)
    assert found == expected
    assert type(found) is type(expected)


@given(st.recursive(st.integers(-(2**80), 2**80) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
                    | st.none() | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="<")),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab"), inner, max_size=3)
                    | st.tuples(inner), max_leaves=10))  # fmt: skip
def test_what_repr_writes_is_read_back(value: Any) -> None:
    assert evaluate(repr(value), {}) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 - 3 - 2", 3),
        ("7 / 2", 3.5),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("-2 ** 2", -4),
        ("2 ** -1", 0.5),
        ("2 ** 3 ** 2", 512),
        ("- - + 3", 3),
        ("1 << 2 + 1", 8),
        ("20 >> 2", 5),
        ("True + 1", 2),
        ("'a' + 'b' * 3", "abbb"),
        ("2 * [1]", [1, 1]),
        ("-1 * 'abc'", ""),
        ("(1,) + (2,)", (1, 2)),
        ("1 < 2 < 3", True),
        ("1 < 3 < 2", False),
        ("3 > 2 == 2", True),
        ("3 > 1 / 0 if False else 4", 4),
        ("1 in [1] == [1]", True),
        ("2 not in [1] and not 2 in [1]", True),
        ("not 1 == 2", True),
        ("not True or True", True),
        ("0 or 'x'", "x"),
        ("1 and 0 or 3", 3),
        ("0 and 1 / 0", 0),
        ("1 or 1 / 0", 1),
        ("5 > 9 > 1 / 0", False),
        ("1 if True else 2 if True else 3", 1),
        ("1 if False else 2 if False else 3", 3),
        ("[1 if b else 2, a or b]", [2, 1]),
        ("'b' in 'abc' and 'x' in deep", True),
        ("[1, 2, 3][-1]", 3),
        ("'abcdef'[1:5:2]", "bd"),
        ("'abc'[::-1] + 'abc'[:1] + 'abc'[1:] + 'abc'[:]", "cbaabcabc"),
        ("deep['x']['y'][1:]", [20, 30]),
        ("files[0].upper().split('.')[0]", "B"),
        ("x = 1; 2*x", 2),
        ("x = 5; x = x + 1; x * 2;", 12),
        ("x=5;5+x", 10),
        ("1; 2", 2),
        ("\n 1 +\n 2 ", 3),
        ("max = 3; max(max, 2)", 3),
    ],
)
def test_expressions_mean_what_they_mean_in_python(text: str, value: Any) -> None:
    found = evaluate(text, NAMES)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("len(files)", 2),
        ("min(3, 1, 2) + max([4, 9])", 10),
        ("sum([1, 2.5])", 3.5),
        ("sum([1], 10)", 11),
        ("sorted(files)", ["a.exr", "b.exr"]),
        ("reversed('abc')", ["c", "b", "a"]),
        ("round(2.567, 1)", 2.6),
        ("round(2.5)", 2),
        ("abs(-4)", 4),
        ("int('12') + int(3.9) + int('ff', 16)", 270),
        ("float('1.5')", 1.5),
        ("str(12) + str([1, 'a'])", "12[1, 'a']"),
        ("bool([])", False),
        ("list('ab')", ["a", "b"]),
        ("range(3)", [0, 1, 2]),
        ("range(10, 0, -4)", [10, 6, 2]),
        ("range(5, 1)", []),
        ("span", [0, 1, 2]),
        ("zip([1, 2], 'ab')", [(1, "a"), (2, "b")]),
        ("enumerate('ab', 1)", [(1, "a"), (2, "b")]),
        ("any([0, 1]) and all([])", True),
        ("' aB '.strip().lower() + 'x'.upper()", "abX"),
        ("'a b'.split() + 'a.b.c'.split('.', 1)", ["a", "b", "a", "b.c"]),
        ("', '.join(files)", "b.exr, a.exr"),
        ("'aXbX'.replace('X', '--', 1)", "a--bX"),
        ("'ab'.replace('', '-')", "-a-b-"),
        ("'abc'.startswith('ab') and 'abc'.endswith('c')", True),
        ("'-7'.zfill(4)", "-007"),
        ("'banana'.count('an') + 'banana'.index('n') + 'banana'.find('x')", 3),
        ("[5, 6, 5].count(5) + (5, 6).index(6)", 3),
        ("{'a': 1}.get('b', 7) + {'a': 1}.get('a')", 8),
        ("{'a': 1}.keys() + {'a': 1}.values()", ["a", 1]),
        ("{'a': 1}.items()", [("a", 1)]),
    ],
)
def test_functions_and_methods(text: str, value: Any) -> None:
    found = evaluate(text, NAMES)
    assert found == value
    assert type(found) is type(value)


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<arg:frames.initial>[0]", 1),
        ("< arg: frames.initial >[:2]", [1, 2]),
        ("len(<arg:frames.initial>) < 5", True),
        ("<arg:shot-name.processed>[0:4]", "it's"),
        ("'<arg:shot-name.processed>/<arg:frames.initial>'.upper()", 'IT\'S "SH010" > 1/[1, 2, 3]'),
        ("'<arg:frames>'", "<arg:frames>"),
    ],
)
def test_a_name_in_angle_brackets_is_a_value_also_inside_quotes(text: str, value: Any) -> None:
    assert evaluate(text, NAMES) == value


def test_a_given_value_is_handed_on_itself_and_never_changed() -> None:
    frames = [3, 1, 2]
    assert evaluate("x", {"x": frames}) is frames
    assert evaluate("y = sorted(x) + x; y[0]", {"x": frames}) == 1
    assert frames == [3, 1, 2]


def test_a_default_mapping_makes_no_item() -> None:
    from collections import defaultdict

    made: defaultdict[str, list[int]] = defaultdict(list)
    with pytest.raises(ExpressionError, match="no key 'new'"):
        evaluate("x['new']", {"x": made})
    assert not made


# --- mistakes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "is empty"),
        (" ; ", 1, "is empty"),
        ("1 +", 4, "ends too early"),
        ("1 2", 3, "operator is missing before '2'"),
        ("a b", 3, "operator is missing before 'b'"),
        ("'a' 'b'", 5, "operator is missing"),
        ("(1", 1, "'(' is never closed"),
        ("[1, 2", 1, "add a ']'"),
        ("1)", 2, "')' closes nothing"),
        ("[1)", 3, "')' closes nothing"),
        ("a + 'b", 5, "quote ' is never closed"),
        ("x = 1", 6, "gives no value; add '; x'"),
        ("True = 1; 2", 1, "'True' cannot be a name"),
        ("a = = 1; a", 5, "a value is missing before '='"),
        ("fils", 1, "did you mean 'files'?"),
        ("<arg:frame.initial>", 1, "did you mean '<arg:frames.initial>'?"),
        ("true", 1, "did you mean 'True'?"),
        ("len", 1, "write len(…)"),
        ("1 + lenn(a)", 5, "no function lenn(); did you mean 'len'?"),
        ("open('x')", 1, "there is no function open()"),
        ("files.sort()", 7, "there is no .sort"),
        ("'{}'.format(1)", 6, "there is no .format"),
        ("files.count", 12, "write .count(…)"),
        ("files.lower()", 7, "a list has no lower()"),
        ("''.__class__", 4, "there is no .__class__"),
        ("a.__class__()", 3, "there is no .__class__"),
        ("__import__('os')", 1, "two underscores"),
        ("__x = 1; 2", 1, "two underscores"),
        ("(len)(a)", 6, "cannot be called"),
        ("a(1)(2)", 1, "there is no function a()"),
        ("a && b", 3, "did you mean 'and'?"),
        ("a || b", 3, "did you mean 'or'?"),
        ("!a", 1, "did you mean 'not'?"),
        ("a is None", 3, "did you mean '=='?"),
        ("a = b; a = 1 = 2", 14, "a comparison is '=='"),
        ("sorted(files, reverse=True)", 22, "arguments have no names"),
        ("[x for x in files]", 4, "there are no loops"),
        ("lambda: 1", 1, "no functions of your own"),
        ("import os", 1, "there are no imports"),
        ("1, 2", 2, "put brackets around a list"),
        ("{1, 2}", 3, "{key: value}"),
        ("1 if a", 3, "'if' without 'else'"),
        ("1 + not a", 5, "put it in brackets"),
        ("files[]", 7, "index is missing"),
        ("files[1, 2]", 8, "put brackets"),
        ("files[1:2:3:4]", 12, "missing before ':'"),
        ("0040", 1, "write 40"),
        ("12ab", 1, "is no number"),
        ("1.2.3", 1, "is no number"),
        ("1٣", 1, "write the digits 0 to 9"),
        ("'a\\d'", 3, r"\d has no meaning; a backslash is written \\"),
        ("'\\U00110000'", 2, "has no meaning"),
        ("a $ b", 3, "before '$'"),
        ("f'{a}'", 2, "operator is missing"),
        ("1 + 'a'", 5, "unsupported operand"),
        ("1 < 'a'", 5, "not supported"),
        ("10 / (a - 1)", 7, "division by zero"),
        ("files[2]", 6, "out of range"),
        ("{}['k']", 3, "there is no key 'k'"),
        ("{[1]: 2}", 1, "unhashable"),
        ("int('x')", 1, "invalid literal"),
        ("len(1, 2)", 1, "exactly one argument"),
        ("sum(files)", 1, "adds numbers only"),
        ("sum([[1], [2]], [])", 1, "adds numbers only"),
        ("'%d' % 1", 8, "% is for numbers"),
        ("(-8) ** .5", 9, "root of a negative number"),
        ("1e200 ** 2", 10, "too large"),
    ],
)
def test_a_mistake_names_its_column_and_what_would_be_right(text: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, NAMES)
    assert words in str(caught.value)
    assert caught.value.column == column


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", 1j, print])
def test_a_value_that_is_not_plain_has_no_place(value: Any) -> None:
    for text in ("x", "[x]", "str(y)", "y == y", "y"):
        with pytest.raises(ExpressionError, match="no place in an expression"):
            evaluate(text, {"x": value, "y": [{"k": value}]})


# --- bounds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("(" * 100_000, "[" * 99_999, "{" * 99_999, "-" * 99_999 + "1", "not " * 24_000 + "a", "len(" * 20_000),
        *("a" + "[0]" * 30_000, "''" + ".strip()" * 12_000, "1" + "**1" * 30_000, "1" + " if 1 else 1" * 8_000),
        *("({1:[" * 19_000, "(a," * 30_000, "1+(" * 30_000),
    ],
)
def test_deep_nesting_is_one_clear_error(text: str) -> None:
    with pytest.raises(ExpressionError, match="more than 100 brackets and operators"):
        evaluate(text, NAMES)


@pytest.mark.parametrize("joint", [" + ", " - ", " * ", " and ", " or ", " == ", " < ", "; "])
def test_a_flat_chain_of_ten_thousand_works(joint: str) -> None:
    assert evaluate(joint.join(["1"] * 10_000), {}) in (10_000, -9_998, 1, True, False)


def test_nesting_up_to_the_limit_works() -> None:
    assert evaluate("(" * 99 + "7" + ")" * 99, {}) == 7


def test_a_text_beyond_the_longest_is_refused() -> None:
    with pytest.raises(ExpressionError, match="longer than 100,000"):
        evaluate("1" + " " * 100_000, {})


TWICE = "x = [1, 1]" + "; x = [x, x]" * 60
MILLION = "x = 'a' * 1000000; "


@pytest.mark.parametrize(
    "text",
    [
        *("'a' * 1000001", "1000001 * [1]", "(0,) * 10 ** 12", "'ab' * 500001", "range(10 ** 30)"),
        *("range(0, -10 ** 7, -1)", "2 ** 4097", "2 ** 10 ** 9"),
        *("(-2) ** 10 ** 9", "1 << 4096", "1 << 10 ** 9", "(2 ** 4000) * (2 ** 4000)"),
        *("9" * 1235, "int('9' * 2000)", "round(5, -10 ** 9)", "'a'.zfill(10 ** 9)", "'a'.replace('', 'b' * 600000)"),
        *("x = [0] * 900000; x + x", "x = 'a' * 900000; x + x", "('b' * 1000).join(list('a' * 100000))"),
        *(f"{TWICE}; str(x)", f"{TWICE}; x == x", f"{TWICE}; x"),
        *(TWICE.replace("[", "(").replace("]", ")") + end for end in ("; {x: 1}", "; {}.get(x)", "; {1: 2}[x]")),
        *(MILLION + "str([x] * 1000000)", MILLION + "[x] * 1000000 == 1", MILLION + "x[1:] + 'b' in x + x[1:]"),
        *(MILLION + "x.count(x[500000:])", MILLION + "'" + "<arg:frames.initial>" * 10 + "'" + "; sorted(x)" * 9),
    ],
)  # fmt: skip
def test_a_result_that_is_too_large_is_refused_before_it_is_made(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"would (be|have)|too much work|at most|too long"):
        evaluate(text, NAMES)


def test_the_largest_results_allowed_work() -> None:
    assert len(evaluate("'a' * 1000000", {})) == 1_000_000
    assert len(evaluate("[0] * 1000000", {})) == 1_000_000
    assert evaluate("2 ** 4095", {}) == 2**4095
    assert evaluate("sorted(x)[0]", {"x": list(range(1_000_000, 0, -1))}) == 1


def test_a_value_nested_beyond_pythons_recursion_is_an_error() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ExpressionError):
        evaluate("str(x)", {"x": deep})
    assert evaluate("len(x[0])", {"x": deep}) == 1


# --- laws ----------------------------------------------------------------------------------------------------------

NOISE = st.text(alphabet="ab1.0 '\"\\()[]{},:;=<>!+-*/%&|_\né$<arg:frames.initial>", max_size=40)
WORDS = st.lists(
    st.sampled_from(
        [
            *("a", "b", "files", "deep", "<arg:frames.initial>", "1", "2.5", "'s'", "''", "True", "None", "10**9"),
            *("(", ")", "[", "]", "{", "}", ",", ":", ";", "=", ".", "+", "-", "*", "/", "//", "%", "**", "<<", ">>"),
            *("len", "x", "<", ">", "==", "in", "not", "and", "or", "if", "else"),
            *(".join(", ".split(", "str(", "sorted(", "zip("),
        ]
    ),
    max_size=14,
).map(" ".join)  # fmt: skip


@given(st.text() | NOISE | WORDS)
@example("\x00")
@example("\ud800")
def test_any_text_has_a_value_or_is_an_expression_error(text: str) -> None:
    try:
        evaluate(text, NAMES)
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1
        assert "\n" not in error.problem or "\n" in text


OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<": operator.lt,
    "==": operator.eq,
    "<<": operator.lshift,
    "/": operator.truediv,
}
_LEAVES = st.integers(-9, 9).map(lambda number: (f"({number})", number))


def _combined(parts: Any) -> Any:
    (left, one), symbol, (right, other) = parts
    try:
        value = OPERATORS[symbol](one, other) if one is not None and other is not None else None
    except (ArithmeticError, TypeError, ValueError):
        value = None
    return f"({left} {symbol} {right})", value


@given(st.recursive(_LEAVES, lambda inner: st.tuples(inner, st.sampled_from(sorted(OPERATORS)), inner).map(_combined)))
def test_arithmetic_gives_what_python_gives(pair: tuple[str, Any]) -> None:
    text, value = pair
    if value is not None:
        assert evaluate(text, {}) == value


# --- the end of an expression that stands in angle brackets ----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("1>rest", "rest"),
        ("1>", ""),
        ("(a > b)>x", "x"),
        ("'a>b'>x", "x"),
        ("[1 > 2, {3: '>'}] >x", "x"),
        ("<arg:foo.initial>[0]>x", "x"),
        ("a < b>x", "x"),
        ("a >= b>x", "= b>x"),
        ("'\\'>'>x", "x"),
        ("1 >> 2>x", "> 2>x"),
    ],
)
def test_the_closing_bracket_stands_outside_quotes_and_brackets(text: str, rest: str) -> None:
    assert text[closing_bracket(text, 0) + 1 :] == rest


@pytest.mark.parametrize("text", ["", "1", "'>", "(>", "<arg:foo.initial>"])
def test_an_expression_that_never_ends_has_no_closing_bracket(text: str) -> None:
    assert closing_bracket(text, 0) == -1
