"""Value kinds, tokens in parameters, and what apply() does around a processor."""

import re
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import ArgumentError, ExpressionError, FarmsubmitError
from farmsubmit.tasks import values
from farmsubmit.tasks.arguments import Arguments, ArgumentValue
from farmsubmit.tasks.processor import Given, Parameter, Processor, ProcessorPlugin, apply, processor
from farmsubmit.tasks.tokens import resolve
from farmsubmit.tasks.values import ANY, FLAG, FRAME_RANGE, FRAME_RANGES, NUMBER, TEXT, TEXTS, WHOLE, WHOLES, accepted

# --- kinds of values -------------------------------------------------------------------------------------------------

FITTING = {
    "ANY": ([None, object, {}], []),
    "TEXT": (["", "a"], [b"a", 1, ["a"], None]),
    "TEXTS": ([[], ["a"], ("a", "b")], ["a", ["a", 1], {"a": 1}]),
    "WHOLE": ([0, -5], [True, 1.0, "1", [1], None]),
    "COUNT": ([0, 5], [-1, True]),
    "POSITIVE": ([1], [0, -1, True]),
    "WHOLES": ([[], [1, -2], (1,), range(3)], [1, [1, True], [1.0], "1", ["1"], {1: 2}]),
    "SOME_WHOLES": ([[1], range(1)], [[], range(0), ["a"]]),
    "WHOLE_PAIR": ([[5, 1], (0, 0)], [[1], [1, 2, 3], [1, True], "ab"]),
    "NUMBER": ([1, 1.5], [True, "1", None]),
    "FLAG": ([True, False], [0, 1, None]),
    "MAPPING": ([{}, {1: 2}], [[], [("a", 1)]]),
    "CALLABLE": ([len], ["len"]),
    "FRAME_RANGE": ([[1, 2], (5, 5), [-3, -1]], [[2, 1], [1], [1, 2, 3], [1, True], [1.0, 2], "12", {1: 2, 3: 4}]),
    "FRAME_RANGES": ([[], [[1, 2]], ((1, 1), [-2, 3])], [[1, 2], [[2, 1]], [[1, 2], 3], "ab"]),
}


@pytest.mark.parametrize("name", FITTING)
def test_a_kind_takes_what_fits_and_nothing_else(name):
    kind, (good, bad) = getattr(values, name), FITTING[name]
    assert all(kind.accept(value) is value for value in good)
    for value in bad:
        with pytest.raises(ValueError, match=re.escape(f" is not {kind.name}")):
            kind.accept(value)


@pytest.mark.parametrize(
    ("value", "kinds", "result"),
    [
        ("a", (TEXT, TEXTS), "a"),
        (["a"], (TEXT, TEXTS), ["a"]),
        (["a"], (TEXT,), "a"),
        ("a", (WHOLES, TEXTS), ["a"]),
        (5, (TEXTS, WHOLES), [5]),
        ([5], (WHOLE,), 5),
        ([[1, 9]], (FRAME_RANGE,), [1, 9]),
        ([1, 9], (FRAME_RANGES,), [[1, 9]]),
        ([1, 2], (WHOLES, FRAME_RANGE), [1, 2]),
        ([1], (TEXT, FLAG, WHOLES, WHOLE), [1]),
        ([1], (NUMBER, WHOLE), 1),
        (None, (TEXT, ANY), None),
    ],
)
def test_the_value_itself_is_tried_with_all_kinds_before_it_is_converted(value, kinds, result):
    assert accepted(value, kinds) == result


@pytest.mark.parametrize("value", [{"a"}, [1, "a"], [[["a"]]], True])
def test_what_no_kind_takes_is_refused_with_all_names(value):
    with pytest.raises(ValueError, match="is not a whole number or a list of texts"):
        accepted(value, (WHOLE, TEXTS))


def test_a_long_or_deep_value_is_told_in_short():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert len(values.shortened(list(range(1_000_000)))) <= 80
    assert len(values.shortened("x" * 1_000_000)) <= 80
    assert len(values.shortened(deep)) <= 80


# --- tokens ----------------------------------------------------------------------------------------------------------

ARGUMENTS = Arguments(
    frames=ArgumentValue([0, 1, 2, 3, 4], [[0, 4]]),
    folder="/tmp",
    chunk=5,
    words=["a", 1],
    title='it\'s "<expr:1+1>" > <arg:folder.initial>',
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("plain > text < 5", "plain > text < 5"),
        ("<arg:chunk.initial>", 5),
        ("< arg: chunk.processed >", 5),
        ("<arg:frames.processed>", [[0, 4]]),
        ("<arg:folder.initial>_<arg:frames.initial>", "/tmp_[0, 1, 2, 3, 4]"),
        ("<arg:folder.initial> -> x", "/tmp -> x"),
        (" <arg:chunk.initial>", " 5"),
        ("<expr: x=5;5+x >", 10),
        ("<expr: x=5;5+x>_<expr: x=1;1+x>", "10_2"),
        ("<expr: <arg:frames.initial>[:2]>", [0, 1]),
        ("<expr:<arg:frames.initial>[0]>", 0),
        ("<expr:(<arg:chunk.initial> > 3)>", True),
        ("<expr:<arg:chunk.initial> < 3>", False),
        ("<expr:'big' if (<arg:chunk.initial> > 3) else 'small'>", "big"),
        ("<expr:'a > b'>", "a > b"),
        ("frames=<expr:len(<arg:frames.initial>)>", "frames=5"),
        ("<expr:1>=x", "1=x"),
        ("<expr:'<'>b<expr:'>'>", "<b>"),
        ("<expr:len('<arg:folder.initial>')>", 4),
    ],
)
def test_a_text_that_is_one_token_keeps_its_type_and_another_is_joined(text, value):
    found = resolve(text, ARGUMENTS)
    assert found == value
    assert type(found) is type(value)


def test_an_argument_is_a_value_and_never_becomes_part_of_the_text():
    title = ARGUMENTS.title.initial
    assert resolve("<arg:title.initial>", ARGUMENTS) == title
    assert resolve("<expr:<arg:title.initial>>", ARGUMENTS) == title
    assert resolve("<expr:len(<arg:title.initial>)>", ARGUMENTS) == len(title)
    assert resolve("<expr:'<arg:title.initial>'>", ARGUMENTS) == title


@given(st.text() | st.lists(st.integers() | st.text()) | st.dictionaries(st.text(), st.floats(allow_nan=False)))
def test_any_argument_goes_through_a_token_and_an_expression(value):
    arguments = Arguments(foo=[value])
    assert resolve("<arg:foo.initial>", arguments) == [value]
    assert resolve("<expr:<arg:foo.initial>[0]>", arguments) == value


def test_tokens_are_found_in_lists_tuples_and_mappings_but_not_in_keys():
    given = {"<arg:chunk.initial>": ["<arg:chunk.initial>", ("<arg:folder.initial>/x", 7)]}
    assert resolve(given, ARGUMENTS) == {"<arg:chunk.initial>": [5, ("/tmp/x", 7)]}
    assert given == {"<arg:chunk.initial>": ["<arg:chunk.initial>", ("<arg:folder.initial>/x", 7)]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<arg:chunks.initial>", "no argument 'chunks'; did you mean 'chunk'?"),
        ("<expr:<arg:chunks.initial>>", "no <arg:chunks.initial>; did you mean '<arg:chunk.initial>'?"),
        ("<expr:chunk + 1>", "there is no chunk; write <arg:chunk.processed> or .initial"),
        ("a <arg:chunk>", "column 3: this is no argument; write <arg:NAME.initial>"),
        ("<arg:chunk.final>", "<arg:NAME.processed>"),
        ("x<expr:1+1", "column 2: '<expr:' is never closed"),
        ("<expr:(1>", "never closed"),
        ("<expr:1+>", "expression '1+', column 3: the expression ends too early"),
        ("<expr:>", "is empty"),
        ("<expr:<arg:chunk.initial> > 3>", "column 27: the expression ends here, yet another '>' follows"),
        ("<expr:1 >= 0>", "put a comparison with '>' in parentheses"),
        ("<expr:'hello'.encode('hex')>", "there is no .encode"),
    ],
)
def test_a_mistake_in_a_token_is_told(text, words):
    with pytest.raises((ArgumentError, ExpressionError)) as caught:
        resolve(text, ARGUMENTS)
    assert words in str(caught.value)


def test_a_parameter_that_holds_itself_is_refused():
    circle = []
    circle.append(circle)
    with pytest.raises(ArgumentError, match="does it hold itself"):
        resolve(circle, ARGUMENTS)
    with pytest.raises(ArgumentError, match="does it hold itself"):
        Processor("Tell", [], {"a": circle})


@given(st.text("<>arg:exp r.initalchunk()'1+", max_size=30))
def test_any_text_is_resolved_or_told(text):
    try:
        resolve(text, ARGUMENTS)
    except FarmsubmitError as error:
        assert str(error)


# --- processors ------------------------------------------------------------------------------------------------------


@processor(
    "Tell",
    accepts=(FRAME_RANGE, WHOLES, TEXT),
    parameters={"times": Parameter(WHOLE, 2, "how often"), "words": Parameter(TEXTS, ("a",)), "x": Parameter(ANY)},
)
def tell(value, given):
    """Return everything that it is given."""
    return value, given.name, dict(given.parameters), given.arguments


@processor("Twice", description="  Doubles a text. ")
def twice(value, given):
    return value + value


@processor("Broken")
def broken(value, given):
    raise given.parameters.get("x") or ValueError("no such shot")


PLUGINS = {plugin.plugin_name: plugin for plugin in (tell, twice, broken)}


def run(name, scope, parameters=None, arguments=ARGUMENTS):
    return apply(Processor(name, scope, parameters or {}), arguments, PLUGINS.__getitem__)


def test_a_processor_is_a_plugin():
    assert (tell.plugin_kind, tell.plugin_name, twice.description) == ("processor", "Tell", "Doubles a text.")
    assert isinstance(tell, ProcessorPlugin)


def test_info_tells_what_a_processor_takes():
    assert tell.info() == "Tell"
    text = tell.info(short=False)
    assert "Return everything" in text
    assert "a frame range [first, last] or a list of whole numbers or text" in text
    assert "times (a whole number, default 2): how often" in text


def test_a_processor_can_be_called():
    assert tell(5, {"other": 1}, times=3)[:3] == ([5], "value", {"times": 3, "words": ("a",), "x": None})


def test_the_result_is_stored_as_processed_and_the_initial_value_kept():
    found = run("Twice", ["frames.initial", "folder"])
    assert found.frames == ArgumentValue([0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    assert found.folder == ArgumentValue("/tmp", "/tmp/tmp")
    assert ARGUMENTS.folder == ArgumentValue("/tmp", "/tmp")


@pytest.mark.parametrize(
    ("scope", "processed"),
    [
        (["frames.initial"], [0, 1, 2, 3, 4] * 2),
        (["frames.processed"], [[0, 4], [0, 4]]),
        (["frames"], [[0, 4], [0, 4]]),
        ("frames", [[0, 4], [0, 4]]),
        (["frames.initial", "frames.processed"], [[0, 4], [0, 4]]),
        ([], [[0, 4]]),
    ],
)
def test_the_scope_says_which_value_goes_in(scope, processed):
    assert run("Twice", scope).frames.processed == processed


def test_the_value_and_all_others_are_handed_on_themselves():
    found = run("Tell", ["frames.initial", "folder"])
    assert found.frames.processed[0] is ARGUMENTS.frames.initial
    assert found.folder.processed[3] is ARGUMENTS
    assert found.chunk is ARGUMENTS.chunk


def test_parameters_are_resolved_checked_and_filled_with_defaults():
    found = run("Tell", ["folder"], {"times": "<expr:<arg:chunk.initial> * 2>", "words": "one", "x": None})
    assert found.folder.processed[2] == {"times": 10, "words": ["one"], "x": None}
    assert run("Tell", ["folder"], {"times": None}).folder.processed[2]["times"] == 2


def test_a_processor_definition_holds_copies():
    scope, parameters = ["folder"], {"words": ["one"]}
    definition = Processor("Tell", scope, parameters)
    scope.append("chunk")
    parameters["words"].append("two")
    assert definition == Processor("Tell", ("folder",), {"words": ["one"]})
    assert str(definition) == "Tell(folder, words=['one'])"
    with pytest.raises(AttributeError):
        definition.name = "Other"


@pytest.mark.parametrize(
    ("name", "scope", "parameters", "words"),
    [
        ("Tell", ["fame"], {}, "processor Tell: there is no argument 'fame'; did you mean 'frames'?"),
        ("Tell", ["keys"], {}, "processor Tell: there is no argument 'keys'"),
        ("Tell", ["frames.inital"], {}, "an argument has no 'inital' (in 'frames.inital'); did you mean 'initial'?"),
        ("Tell", ["frames."], {}, "write .initial or .processed"),
        ("Tell", [1], {}, "Tell: the scope [1] is no list of arguments"),
        ("Tell", ["folder"], [1], "Tell: the parameters [1] are no mapping"),
        ("Tell", ["folder"], {"time": 1}, "processor Tell has no parameter 'time'; did you mean 'times'?"),
        ("Twice", ["folder"], {"x": 1}, "processor Twice has no parameter 'x'; it has none"),
        ("Tell", ["folder"], {"times": "3"}, "processor Tell: parameter times = '3' is not a whole number"),
        ("Tell", ["folder"], {"times": True}, "parameter times = True is not a whole number"),
        ("Tell", ["folder"], {"times": "<expr:1/0>"}, "processor Tell, parameter times: expression '1/0', column 3"),
        ("Tell", ["folder"], {"x": [{"y": "<arg:a.initial>"}]}, "Tell, parameter x: there is no argument 'a'"),
        ("Tell", ["words"], {}, "Tell: argument words = ['a', 1] is not a frame range [first, last] or a list"),
        ("Broken", ["frames"], {}, "processor Broken failed on argument 'frames': ValueError: no such shot"),
        ("Twice", ["chunk", "twice"], {}, "there is no argument 'twice'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_that_names_the_processor(name, scope, parameters, words):
    with pytest.raises(ArgumentError) as caught:
        run(name, scope, parameters)
    assert words in str(caught.value)


def test_the_cause_of_a_failure_is_kept():
    with pytest.raises(ArgumentError) as caught:
        run("Broken", ["frames"])
    assert isinstance(caught.value.__cause__, ValueError)


def test_what_is_no_processor_definition_is_refused():
    with pytest.raises(ArgumentError, match=r"'Tell' is no processor; write Processor"):
        apply("Tell", ARGUMENTS, PLUGINS.__getitem__)


def test_an_object_with_accepts_parameters_and_run_is_enough():
    class Old:
        plugin_kind = "processor"
        accepts = (TEXT,)
        parameters = MappingProxyType({"times": Parameter(WHOLE, 3)})

        def run(self, value, given: Given):
            return value * given.parameters["times"]

    found = apply(Processor("Old", ["folder"]), ARGUMENTS, lambda name: Old())
    assert found.folder.processed == "/tmp/tmp/tmp"


def test_parameters_are_checked_also_for_an_empty_scope():
    with pytest.raises(ArgumentError, match="no parameter 'nothing'"):
        run("Tell", [], {"nothing": 1})
    assert run("Tell", []) is ARGUMENTS


def test_a_chain_shares_all_values_that_it_does_not_make():
    elements = list(range(10_000))
    found = Arguments(frames=elements, other=elements)
    for _ in range(3):
        found = run("Tell", ["other.initial"], arguments=found)
    assert found.frames.processed is elements
    assert found.other.processed[0] is elements
