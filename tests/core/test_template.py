"""Templates: what they give, what they refuse, and that nothing runs or grows without bound."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farmsubmit.errors import ParseError, SubstitutionError, TemplateError
from farmsubmit.lang.substitution import Context, expand
from farmsubmit.lang.template import FILTERS, MAX_OUTPUT, Template, explain_template, render

VALUES = {
    "row": {"layer": "beauty", "views": ["left", "right"], "camera": None, "frames": "1-10"},
    "path": "/show/a b/sh010.v2.ma",
    "date": "2026-11-21",
    "count": 3,
    "big": "x" * 9000,
}


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("plain text, 100%", "plain text, 100%"),
        ("{{ row.layer }} {{ date }}", "beauty 2026-11-21"),
        ("{{ row['layer'] | upper }}", "BEAUTY"),
        ("{{ row.camera | default('persp') }}", "persp"),
        ("{% for view in row.views %}{{ loop.index }}{{ view }} {% endfor %}", "1left 2right "),
        ("{% if row.layer == 'beauty' %}B{% else %}M{% endif %}", "B"),
        ("{% set next = count + 1 %}v{{ next | pad(3) }}", "v004"),
        ("{{ row.views | join('+') ~ '!' }}", "left+right!"),
        ("{{ path | stem }} {{ path | basename }} {{ path | dirname }} {{ path | suffix }}", None),
        ("{{ row.views[-1][0:3] }}", "rig"),
        ("{{ 'a/b c' | clean }}", "a_b_c"),
        ("{{ 'even' if count is even else 'odd' }}", "odd"),
        ("{% for n in range(3) %}{{ n }}{% endfor %}\n", "012\n"),
        ("{{ row | items | length }}", "4"),
    ],
)
def test_what_templates_give(text, given):
    assert render(text, VALUES) == (given or "sh010.v2 sh010.v2.ma /show/a b .ma")


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("{{ rwo.layer }}", 4, "did you mean 'row'?"),
        ("a {{ row.layr }}", 10, "did you mean 'layer'?"),
        ("{{ row.layer | uper }}", 16, "did you mean 'upper'?"),
        ("{{ row.layer.upper() }}", 14, "write it as a filter: {{ x | upper }}"),
        ("{{ row.layer", 1, "unexpected end"),
        ("{{ a b }}", 6, "got 'b'"),
        ("{% fo x %}", 4, "known are if, for and set"),
        ("{{ row.camera }}", 1, "not known cannot be printed"),
        ("{{ row.views }}", 1, "a list cannot be printed"),
        ("{{ row }}", 1, "a record cannot be printed"),
        ("{{ row.views[7] }}", 14, "no item 7 in a list of 2"),
        ("{{ count + 'a' }}", 10, "joined with ~"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ("{{ count is evne }}", 13, "did you mean 'even'?"),
        ("{{ row.__class__ }}", 8, "no '__class__'"),
        ("{{ path.format }}", 9, "nothing named 'format'"),
        ("{% include 'x' %}", 4, "no place"),
        ("{% macro f() %}{% endmacro %}", 4, "no place"),
        ("{{ lipsum() }}", 4, "nothing but range()"),
        ("{{ _steps }}", 4, "no '_steps'"),
    ],
)
def test_a_mistake_is_told_with_its_column(text, column, words):
    with pytest.raises(TemplateError) as caught:
        render(text, VALUES, "job_title")
    assert words in str(caught.value)
    assert (caught.value.line, caught.value.column) == (1, column)
    assert str(caught.value).startswith("job_title: line 1, column")


def test_the_line_is_told():
    with pytest.raises(TemplateError, match=r"line 2, column 8: there is no 'layr'"):
        render("first\n{{ row.layr }}", VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(2000) %}x{% endfor %}",
        "{% for i in range(900) %}{% for j in range(900) %}x{% endfor %}{% endfor %}",
        "{{ 'a' * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ big ~ big }}",
        "{{ big + big }}",
        "{{ [big, big] | join }}",
        "{{ big | replace('x', 'xxxxxxxxxxxxxxxx') }}",
        "{% set a = 999999999 %}" + "{% set a = a * a %}" * 400 + "{{ a }}",
        "{{ count | pad(100000000) }}",
        "{{ " + "9" * 6000 + " * 2 }}",
        "{{ " + "(" * 3000 + " }}",
        "{{ " + "(" * 150 + "1" + ")" * 150 + " }}",
        "{{ " + "not " * 2400 + "1 }}",
        "{{ 1 }}" + "x" * MAX_OUTPUT,
    ],
)
def test_nothing_runs_or_grows_without_bound(text):
    with pytest.raises(TemplateError):
        render(text, VALUES)


_PIECES = ("{{", "}}", "{%", "%}", "row", ".layer", " | ", "join", "'a'", "for", " in ", "endfor", "if", "[", "]", "(")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=3)), max_size=15).map("".join))
def test_any_text_gives_text_or_one_kind_of_error(text):
    try:
        assert isinstance(render(text, VALUES), str)
    except ParseError as error:
        assert str(error)


def test_values_in_words_of_a_command_are_literal_and_paths_are_mapped():
    values = {"name": "50%j ~a", "scene": "/show/100%.ma"}
    word = Template("--name={{ name }}:%j", "", is_launch=True).render(values)
    assert expand(word, Context(jid=7)) == "--name=50%j ~a:7"
    mapped = Template("{{ (scene | mapped) ~ '%' }}", "", is_launch=True).render(values)
    assert expand(mapped, Context(map_path=lambda path: "X:" + path)) == "X:/show/100%.ma%"


def test_a_tilde_at_the_start_of_a_value_is_refused_and_one_of_the_template_stays():
    with pytest.raises(SubstitutionError, match="~"):
        Template("{{ name }}", "", is_launch=True).render({"name": "~root"})
    assert Template("~/{{ name }}", "", is_launch=True).render({"name": "a"}) == "~/a"


def test_a_title_has_no_filter_for_paths_of_a_command():
    with pytest.raises(TemplateError, match="no filter 'mapped'"):
        render("{{ path | mapped }}", VALUES)


def test_an_explanation_names_the_values_and_the_result():
    assert explain_template("job_title", "{{ row.layer }} {{ date }}", VALUES) == [
        "job_title = '{{ row.layer }} {{ date }}'",
        "  row.layer = 'beauty'",
        "  date = '2026-11-21'",
        "  gives 'beauty 2026-11-21'",
    ]


def test_an_explanation_of_a_mistake_points_at_it():
    lines = explain_template("job_title", "{{ row.layr }}", VALUES)
    assert "did you mean 'layer'" in lines[1]
    assert lines[3].index("^") == lines[2].index("layr")


def test_plain_text_needs_no_jinja2(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert render("plain", {}) == "plain"


def test_the_document_lists_every_filter_and_its_examples_parse():
    text = Path(__file__, "../../../docs/templates.md").resolve().read_text("utf-8")
    table = text[text.index("| filter |") :].partition("\n\n")[0]
    listed = set(re.findall(r"[a-z]+", " ".join(line.split("|")[1] for line in table.splitlines())))
    assert set(FILTERS) <= listed
    for word in re.findall(r'= "(.*)"$', text, re.MULTILINE):
        Template(word)
