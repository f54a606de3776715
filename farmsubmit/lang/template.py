"""Templates: titles, file names and words of commands that a studio writes with the values of a request in them.

    >>> render("{{ row.layer | upper }} v{{ version | pad(3) }}", {"row": {"layer": "beauty"}, "version": 7})
    'BEAUTY v007'

The language is that of jinja2, as far as docs/templates.md tells: ``{{ }}`` with filters, ``if``, ``for``, ``set``.
What a template sees is data. Nothing can be called but ``range``, nothing can be loaded, and it cannot run for ever:
its text and every text that it makes hold at most 10,000 characters, its loops turn at most 1,000 times in all.
Source: jinja2's template designer documentation; the bounds are ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, List, Mapping, Tuple

from farmsubmit.errors import (
    FarmsubmitError,
    MissingLibraryError,
    ParseError,
    SubstitutionError,
    TemplateError,
    did_you_mean,
)
from farmsubmit.lang._substitution_pieces import HOME
from farmsubmit.lang._template_filters import FILTERS, MAX_OUTPUT, MAX_STEPS, Refused, limited

if TYPE_CHECKING:
    from jinja2 import nodes

__all__ = ["FILTERS", "MAX_OUTPUT", "MAX_STEPS", "Template", "TemplateError", "explain_template", "render"]


def render(text: str, values: Mapping[str, Any], where: str = "") -> str:
    """Return what a template gives; ``where`` says for errors where it stands, such as ``the setting job_title``.

    Raises TemplateError, with line and column, and MissingLibraryError without jinja2.
    """
    return Template(text, where).render(values)


class Template:
    """A template that is read once and rendered for many values.

    ``values`` are texts, numbers, None, lists, mappings and dataclasses of them. With ``is_launch`` it is a word of a
    command: its own text is a launch expression, and what is put in is not: the percent signs of values are doubled,
    but for a path that goes through the filter ``mapped``. Raises TemplateError and MissingLibraryError.
    """

    def __init__(self, text: str, where: str = "", is_launch: bool = False) -> None:
        self.text = text
        self.where = where
        self._is_launch = is_launch
        self._made: Any = None
        self.names: Tuple[str, ...] = ()
        # Most words of a command and many titles are plain text, and need no jinja2.
        if "{" in text:
            self._read()

    def _read(self) -> None:
        from farmsubmit.lang._template_sandbox import bounded, environment

        if len(self.text) > MAX_OUTPUT:
            raise self._error(Refused(f"it is longer than {MAX_OUTPUT:,} characters"))
        tree, home = self._parsed(), environment(self._is_launch)
        try:
            self._made = home.from_string(bounded(tree, home))
        except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
            raise self._error(error) from None

    def _parsed(self) -> nodes.Template:
        try:
            from jinja2 import TemplateSyntaxError, meta

            from farmsubmit.lang._template_sandbox import check, environment
        except ImportError:
            raise MissingLibraryError("jinja2", "a template") from None
        try:
            tree: nodes.Template = environment(self._is_launch).parse(self.text)
            check(tree, self._is_launch)
            self.names = tuple(sorted(meta.find_undeclared_variables(tree) - {"range"}))
        except TemplateSyntaxError as error:
            raise self._syntax_error(error.message or "it does not parse", error.lineno) from None
        except (Refused, RecursionError, MemoryError, ValueError) as error:
            raise self._error(error) from None
        return tree

    def render(self, values: Mapping[str, Any]) -> str:
        """Return what the template gives with these values; raises TemplateError."""
        if self._made is None:
            return self.text
        from farmsubmit.lang._template_sandbox import STEPS, Steps

        for name in self.names:
            if name not in values:
                hint = did_you_mean(name, values) or f"there is {', '.join(values)}"
                raise self._error(Refused(f"there is no {name!r}", name, hint))
        parts: List[str] = []
        length = 0
        try:
            for part in self._made.generate({**values, STEPS: Steps()}):
                length += len(part)
                parts.append(limited(part) if length <= MAX_OUTPUT else limited("." * length))
        except Exception as error:
            raise self._error(error) from None
        return self._checked("".join(parts))

    def _checked(self, word: str) -> str:
        if self._is_launch and not self.text.startswith("~") and HOME.match(word):
            hint = "write the whole path, or ./~name for a file of that name"
            raise SubstitutionError("a '~' at the start cannot be kept as it is", word, 0, hint)
        return word

    def _syntax_error(self, message: str, line: int) -> TemplateError:
        lines = self.text.splitlines(keepends=True)
        start = sum(map(len, lines[: line - 1]))
        quoted = re.findall(r"'([^']+)'", message)
        # jinja2 knows the line only; the last word that it quotes is the one it stumbled over.
        place = self.text.find(quoted[-1], start) if quoted else -1
        if place < 0:
            place = max(self.text.find("{", start), start)
        hint = "a tag is {{ … }} or {% … %}" if "unknown tag" not in message else "known are if, for and set"
        return TemplateError(message.rstrip("."), self.text, place, hint, self.where)

    def _error(self, error: BaseException) -> ParseError:
        if isinstance(error, Refused):
            return TemplateError(error.problem, self.text, self._place(error.word), error.hint, self.where)
        if isinstance(error, (RecursionError, MemoryError)):
            return TemplateError("it is too deep", self.text, 0, "write it plainer", self.where)
        if isinstance(error, FarmsubmitError):
            return TemplateError(error.problem, self.text, 0, error.hint, self.where)
        return TemplateError(str(error) or type(error).__name__, self.text, self._line(error), "", self.where)

    def _place(self, word: str) -> int:
        """Return where a word stands in the text, after a brace if it can be; 0 where it does not."""
        pattern = rf"(?<!\w){re.escape(word)}(?!\w)" if word[:1].isalnum() or word[:1] == "_" else re.escape(word)
        found = [match.start() for match in re.finditer(pattern, self.text)] if word else []
        inside = [place for place in found if self.text.rfind("{", 0, place) > self.text.rfind("}", 0, place)]
        return next(iter([*inside, *found]), 0)

    def _line(self, error: BaseException) -> int:
        trace, line = error.__traceback__, 1
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == "<template>":
                line = trace.tb_lineno
            trace = trace.tb_next
        return sum(map(len, self.text.splitlines(keepends=True)[: line - 1]))


def explain_template(name: str, text: str, values: Mapping[str, Any], is_launch: bool = False) -> List[str]:
    """Return in lines what a template is made of and what it gives, for people; its mistake where it has one."""
    lines = [f"{name} = {text!r}"]
    try:
        template = Template(text, name, is_launch)
        given = template.render(values)
    except ParseError as error:
        return [*lines, f"  {error}", *(f"    {line}" for line in error.pointer.splitlines())]
    lines += [f"  {path} = {_short(value)}" for path, value in _named(template, values)]
    return [*lines, f"  gives {given!r}"]


def _named(template: Template, values: Mapping[str, Any]) -> List[Tuple[str, Any]]:
    """Return the values that a template names, in the order of its text."""
    if not template.names:
        return []
    from farmsubmit.lang._template_sandbox import environment, paths

    found = paths(environment(False).parse(template.text), values)
    return sorted(found, key=lambda item: template.text.find(item[0]))


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple, range)):
        return f"a list of {len(value)}"
    text = repr(value) if isinstance(value, (str, int, float, type(None))) else "a record"
    return text if len(text) <= 80 else text[:77] + "..."
