"""Tcl quoting and splitting, held against a real Tcl."""

import random
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import TclError
from farmsubmit.lang import tcl

HOSTILE = [*'{}\\"$[];# \n\tab1%', "C:\\", "\\\n", "é", "\r", "\\x41", "\\u00e9", "日本"]
CASES = 20_000
needs_tclsh = pytest.mark.skipif(shutil.which("tclsh") is None, reason="tclsh is not on this machine")


def hostile_strings(count, seed):
    chooser = random.Random(seed)
    return ["".join(chooser.choices(HOSTILE, k=chooser.randint(0, 12))) for _ in range(count)]


def run_tcl(script, tmp_path):
    path = tmp_path / "case.tcl"
    path.write_bytes(script.encode())
    done = subprocess.run(["tclsh", str(path)], capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-400:]
    return [bytes.fromhex(line).decode() for line in done.stdout.decode().split("\n")[:-1]]


SHOW = "encoding system utf-8\nproc show {x} {puts [binary encode hex [encoding convertto utf-8 $x]]}\n"


@needs_tclsh
def test_real_tcl_reads_every_quoted_string_back_at_two_depths(tmp_path):
    strings = hostile_strings(CASES, seed=1)
    lines = [f"show {tcl.quote(text)}\neval {{\n  eval {{ show {tcl.quote(text)} }}\n}}" for text in strings]
    assert run_tcl("encoding system utf-8\n" + SHOW + "\n".join(lines) + "\n", tmp_path) == [
        text for text in strings for _ in range(2)
    ]


@needs_tclsh
def test_real_tcl_reads_every_quoted_list_back_at_two_depths(tmp_path):
    strings = hostile_strings(CASES, seed=2)
    lists = [strings[place : place + 4] for place in range(0, CASES, 4)]
    show = "foreach x %s {show $x}"
    lines = [f"{show % tcl.quote_list(words)}\neval {{ eval {{ {show % tcl.quote_list(words)} }} }}" for words in lists]
    expected = [text for words in lists for text in [*words, *words]]
    assert run_tcl(SHOW + "\n".join(lines) + "\n", tmp_path) == expected


@needs_tclsh
def test_split_agrees_with_real_tcl_on_any_text(tmp_path):
    strings = hostile_strings(CASES, seed=3)
    lines = [
        f"if {{[catch {{set l [lrange {tcl.quote(text)} 0 end]}}]}} {{show BAD}} else "
        "{show [llength $l]; foreach x $l {show $x}}"
        for text in strings
    ]
    expected = []
    for text in strings:
        try:
            words = tcl.split(text)
            expected += [str(len(words)), *words]
        except TclError:
            expected.append("BAD")
    assert run_tcl(SHOW + "\n".join(lines) + "\n", tmp_path) == expected


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_split_is_the_opposite_of_join(words):
    assert tcl.split(tcl.join(words)) == words


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", "{}"),
        ("a b", "{a b}"),
        ("a{b", r"a\{b"),
        ("{a}", "{{a}}"),
        ("C:\\proj\\", "C:\\\\proj\\\\"),
        ("$x [y]", "{$x [y]}"),
    ],
)
def test_plain_braces_where_they_are_exact_else_backslashes(text, quoted):
    assert tcl.quote(text) == quoted


def test_a_nul_cannot_be_sent():
    with pytest.raises(TclError, match="NUL"):
        tcl.quote("a\0b")


@pytest.mark.parametrize(("text", "column"), [("{a", 1), ('a "b', 3), ("{a}b", 4), ("{a} {b {c}", 5)])
def test_split_names_the_column_of_the_mistake(text, column):
    with pytest.raises(TclError) as caught:
        tcl.split(text)
    assert caught.value.column == column


def words_of(text):
    script, position, commands = tcl.Script(text), 0, []
    while True:
        words, position = script.command(position, len(text))
        if not words:
            return commands
        commands.append([tcl.content(text, word) for word in words])


def test_a_script_is_read_command_by_command():
    text = '# a {comment\na b ; c {d\n e} "f g" \\\n  h\n\n'
    assert words_of(text) == [["a", "b"], ["c", "d\n e", "f g", "h"]]


def test_a_hash_inside_a_command_is_no_comment():
    assert words_of("a #b # c\n") == [["a", "#b", "#", "c"]]


def test_a_comment_goes_on_after_a_backslash():
    assert words_of("# one \\\n two\nthree") == [["three"]]


@given(st.text(alphabet=st.sampled_from('{}\\" \n;#ab$'), max_size=30))
def test_any_script_is_read_or_refused_with_a_place(text):
    try:
        words_of(text)
    except TclError as error:
        assert 0 <= error.position <= len(text)
