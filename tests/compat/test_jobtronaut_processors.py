"""Old processors: classes with several process(), tried by schema."""
# ruff: noqa: F811  # several process() in one class are the point

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit.compat.jobtronaut.author import (
    Arguments,
    BaseProcessor,
    ProcessorDefinition,
    ProcessorSchemas,
    Task,
    supported_schemas,
)
from farmsubmit.compat.jobtronaut.author.schemas import NoMatch, matched
from farmsubmit.compat.jobtronaut.plugins import processors as stock
from farmsubmit.errors import ArgumentError
from farmsubmit.tasks import arguments as core
from farmsubmit.tasks.processor import apply


class Valid:
    """An object that validates, as those of the package ``schema`` do."""

    def validate(self, value):
        if value != "yes":
            raise RuntimeError("not yes")
        return "validated"


class Kinds(BaseProcessor):
    @supported_schemas(int)
    def process(self, argument_name, argument_value, parameters):
        return "int", argument_value

    @supported_schemas(ProcessorSchemas.FRAMERANGE)
    def process(self, argument_name, argument_value, parameters):
        return "range", argument_value

    @supported_schemas([int])
    def process(self, argument_name, argument_value, parameters):
        return "ints", argument_value

    @supported_schemas(ProcessorSchemas.FRAMERANGES, {str: [int, float], "name": str})
    def process(self, argument_name, argument_value, parameters):
        return "ranges or mapping", argument_value

    @supported_schemas(Valid(), "no", lambda value: value.startswith("x"))
    def process(self, argument_name, argument_value, parameters):
        return "some text", argument_value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, ("int", 3)),
        ([3], ("ints", [3])),
        ([3, 5], ("range", [3, 5])),
        ([5, 3], ("ints", [5, 3])),
        ([[1, 2], [5, 5]], ("ranges or mapping", [[1, 2], [5, 5]])),
        ({"name": "a", "b": [1, 2.5]}, ("ranges or mapping", {"name": "a", "b": [1, 2.5]})),
        ([{"name": "a"}], ("ranges or mapping", {"name": "a"})),
        ("yes", ("some text", "validated")),
        (["yes"], ("some text", "validated")),
        ("no", ("some text", "no")),
        ("xyz", ("some text", "xyz")),
    ],
)
def test_the_first_schema_that_the_value_matches_is_used_and_only_then_one_that_it_converts_to(value, expected):
    assert Kinds().process("frames", value, {}) == expected


@pytest.mark.parametrize("value", ["other", 1.5, {"b": [1]}, {"name": 1}, {1: [1], "name": "a"}, None, {1, 2}])
def test_a_value_that_matches_no_schema_is_told_with_what_is_wanted(value):
    with pytest.raises(ArgumentError, match=r"frames = .* is not int or a frame range .* or list of int"):
        Kinds().process("frames", value, {})


def test_a_derived_class_has_its_own_schemas_first_and_then_those_of_its_base():
    class More(Kinds):
        @supported_schemas(int)
        def process(self, argument_name, argument_value, parameters):
            return "mine", argument_value

    assert More().process("a", 3, {}) == ("mine", 3)
    assert More().process("a", [5, 3], {}) == ("ints", [5, 3])
    assert Kinds().process("a", 3, {}) == ("int", 3)


def test_a_plain_process_takes_any_value_and_super_works():
    class Plain(Kinds):
        def process(self, argument_name, argument_value, parameters):
            return (argument_name, *super().process(argument_name, argument_value, parameters))

    assert Plain().process("a", 3, {}) == ("a", "int", 3)


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)
# The first text of a process takes Hypothesis a second.
quietly = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
TYPES = {type(None): type(None), int: int, str: str}


def schema_of(value):
    if isinstance(value, list):
        return [schema_of(item) for item in value]
    if isinstance(value, dict):
        return {key: schema_of(item) for key, item in value.items()}
    return TYPES[type(value)]


@quietly
@given(VALUES)
def test_every_value_matches_the_schema_of_its_own_types(value):
    assert matched(value, [schema_of(value)]) == value


@quietly
@given(VALUES, VALUES)
def test_a_value_matches_a_schema_as_it_is_or_not_at_all(value, other):
    with suppress(NoMatch):
        assert matched(value, [schema_of(other)]) == value


def test_a_schema_that_holds_itself_matches_nothing_deep():
    schema, value = [], []
    schema.append(schema)
    value.append(value)
    with pytest.raises(NoMatch):
        matched(value, [schema])


# --- as farmsubmit's builder uses them


class Offset(BaseProcessor):
    parameters = {"offset": 10}

    def process(self, argument_name, argument_value, parameters):
        self.task.arguments.set("step", "changed")
        return argument_value + parameters.get("offset", self.parameters["offset"]) + parameters.get("more", 0)


def applied(definition, arguments):
    return apply(definition, core.Arguments(arguments), {"Offset": Offset, "Kinds": Kinds}.__getitem__)


def test_an_old_class_is_applied_with_its_tokens_resolved_and_changes_no_other_argument():
    definition = ProcessorDefinition("Offset", ["frame.initial"], {"more": "<expr:<arg:step.initial>*2>"})
    found = applied(definition, {"frame": 1, "step": 3})
    assert found["frame"] == (1, 17)
    assert found["step"] == (3, 3)


def test_parameters_that_were_never_declared_are_handed_on():
    assert applied(ProcessorDefinition("Offset", ["a"], {"more": 5}), {"a": 1, "step": 0})["a"].processed == 16


def test_a_value_of_no_schema_names_processor_and_argument():
    with pytest.raises(ArgumentError, match=r"processor Kinds failed on argument 'a': a = 1\.5 is not int"):
        applied(ProcessorDefinition("Kinds", ["a"]), {"a": 1.5})


def test_a_definition_reads_as_a_tuple_and_can_be_replaced():
    definition = ProcessorDefinition("Offset", ["a.initial"])
    name, scope, parameters = definition
    assert (name, scope, parameters) == ("Offset", ["a.initial"], {})
    assert definition[1] == definition.scope
    assert definition._replace(parameters={"more": 1}).parameters == {"more": 1}
    assert definition._fields == ("name", "scope", "parameters")


def test_a_processor_that_is_called_processes_the_arguments_of_a_task():
    task = Task({"a": 1, "step": 0})
    processor = Offset()
    processor(task, ["a.initial"], {"offset": "<expr:2+2>"})
    assert task.arguments.a == (1, 5)
    assert processor.task is task


def test_info_tells_the_defaults_of_parameters():
    assert Offset.info() == "Offset"
    assert "offset (default 10)" in Offset.info(short=False)


# --- the stock processors as classes


@pytest.mark.parametrize(
    ("name", "value", "parameters", "expected"),
    [
        ("ChunkProcessor", [1, 5], {}, [[1, 2], [3, 4], [5, 5]]),
        ("ChunkProcessor", [1, 2], {"chunkhandles": [1, 1]}, [[0, 3]]),
        ("ExpressionToElementsProcessor", "1-5x2", {}, [1, 3, 5]),
        ("ValueFromKeyProcessor", {1: "a"}, {"key": 1}, "a"),
        ("SubstitutionProcessor", ["ab", "b"], {"pattern": "b", "replacement": "c"}, ["ac", "c"]),
        ("Base64EncodeProcessor", "foobar", {}, "Zm9vYmFy"),
        ("LambdaProcessor", 2, {"predicate": lambda value, modules, args: value * args.chunksize.processed}, 4),
    ],
)
def test_stock_processors_work_as_classes(name, value, parameters, expected):
    processor = getattr(stock, name)()
    processor.task = Task({"chunksize": 2})
    assert processor.process("", value, parameters) == expected


def test_there_are_sixteen_stock_processors_with_their_parameters():
    names = [name for name in stock.__all__ if name.endswith("Processor") and name != "BaseProcessor"]
    assert len(names) == 16
    assert stock.ChunkProcessor().parameters["chunkhandles"] == (0, 0)
    assert "chunkhandles" in stock.ChunkProcessor.info(short=False)


def test_a_stock_processor_can_be_derived_from():
    class Longest(stock.ExpressionToElementsProcessor):
        parameters = {"most": 2}

        def process(self, argument_name, argument_value, parameters):
            return super().process(argument_name, argument_value, parameters)[: parameters["most"]]

    assert Longest().process("frames", "1-10", {"most": 3}) == [1, 2, 3]


def test_arguments_are_not_changed_by_a_stock_processor():
    value = [5, 1]
    processor = stock.ElementsToRangesProcessor()
    processor.task = Task(Arguments({}))
    assert processor.process("", value, {"sort": True}) == [[1, 1], [5, 5]]
    assert value == [5, 1]
