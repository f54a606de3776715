"""The field for a service expression, and under it whether it is right and how many blades match now."""

from __future__ import annotations

from collections import Counter
from typing import Iterable, List, NamedTuple, Optional, Sequence, Tuple

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from farmsubmit.errors import ServiceKeyError, did_you_mean
from farmsubmit.lang import servicekey
from farmsubmit.lang.servicekey import Blade, ServiceKey
from farmsubmit_ui import worker
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets.editors import Editor
from farmsubmit_ui.widgets.expression import ExpressionEdit
from farmsubmit_ui.widgets.labels import Note

_REASONS = 4


class Matching(NamedTuple):
    """How many of the blades match an expression, and the commonest reasons of the others with their numbers."""

    matching: int
    total: int
    reasons: Tuple[Tuple[str, int], ...] = ()


def matching_blades(key: ServiceKey, blades: Sequence[Blade]) -> Matching:
    """Return how many blades match; the reasons of the others are counted without what each blade has."""
    found: Counter[str] = Counter()
    count = 0
    for blade in blades:
        told = key.explain(blade)
        count += told.matches
        if not told.matches:
            found.update({reason.partition(": has ")[0] for reason in told.reasons})
    return Matching(count, len(blades), tuple(found.most_common(_REASONS)))


class ServiceEdit(QWidget):
    """A service expression, coloured and completed, with a line below that judges it.

    Emits ``edited`` with the text whenever a person changes it, be it right or wrong. ``when_empty`` is what the line
    below says of an empty one.
    """

    edited = Signal(str)

    def __init__(self, name: str, title: str, when_empty: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._when_empty = when_empty
        self._blades: Tuple[Blade, ...] = ()
        self._known: Tuple[str, ...] = ()
        self._outside = ""
        self._count = worker.Latest(self)
        self.line = ExpressionEdit(name, title)
        self.line.text_edited.connect(self._typed)
        self.setFocusProxy(self.line)
        self.note = Note(keeps_room=True)
        self.note.setObjectName(f"{name}_note")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(px(2))
        whole.addWidget(self.line)
        whole.addWidget(self.note)
        self._judge()

    def text(self) -> str:
        """Return the expression as it is written."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Write an expression; nothing is emitted."""
        self.line.set_text(text)
        self._judge()

    def set_known(self, keys: Iterable[str]) -> None:
        """Offer keys, and doubt those that are not among them; none known means no doubt."""
        self._known = tuple(keys)
        self.line.set_known(self._known)
        self._judge()

    def set_blades(self, blades: Iterable[Blade]) -> None:
        """Tell from now on how many of these blades match."""
        self._blades = tuple(blades)
        self._judge()

    def set_problem(self, sentence: str) -> None:
        """Tell what others have against the expression, such as a policy; an empty sentence takes it back."""
        if sentence != self._outside:
            self._outside = sentence
            self._judge()

    def set_read_only(self, locked: bool) -> None:
        """Let the expression be looked at and copied only."""
        self.line.setReadOnly(locked)

    def mistake(self) -> str:
        """Return the sentence about the first mistake, or nothing."""
        key = self._parsed()
        return "" if isinstance(key, ServiceKey) else _sentence(key)

    def _typed(self, text: str) -> None:
        self._judge()
        self.edited.emit(text)

    def _parsed(self) -> ServiceKey | ServiceKeyError:
        try:
            return servicekey.parse(self.text().strip())
        except ServiceKeyError as error:
            return error

    def _judge(self) -> None:
        self._count.cancel()
        self.note.setToolTip("")
        key = self._parsed()
        problem = self._outside or ("" if isinstance(key, ServiceKey) else _sentence(key))
        self.line.set_problem(problem)
        if problem or not isinstance(key, ServiceKey):
            self.note.say(problem, "failed")
        elif not key.text:
            self.note.say(self._when_empty)
        else:
            self._praise(key)

    def _praise(self, key: ServiceKey) -> None:
        doubt = self._doubt(key)
        self.note.say(doubt or self.tr("✓ valid"), "warning" if doubt else "done")
        if self._blades and not doubt:
            self._count.run(matching_blades, key, self._blades, done=self._counted, failed=_ignore)

    def _doubt(self, key: ServiceKey) -> str:
        """Return what is odd about an expression that is right."""
        if key.ambiguous:
            return self.tr("valid, but read as {key}: write the parentheses").format(key=key)
        known = {name.casefold() for name in self._known}
        strange = [name for name in key.names if known and name.casefold() not in known and not set("*?") & set(name)]
        if not strange:
            return ""
        hint = did_you_mean(strange[0], self._known)
        told = self.tr("valid, but no blade is known to provide {name!r}").format(name=strange[0])
        return f"{told}; {hint}" if hint else told

    def _counted(self, found: Matching) -> None:
        text = self.tr("✓ valid · {count} of {total} blades match now")
        role = "done"
        if not found.matching:
            text, role = self.tr("valid, but none of {total} blades matches now"), "warning"
        self.note.say(text.format(count=found.matching, total=found.total), role)
        self.note.setToolTip("\n".join(self._why_not(found)))

    def _why_not(self, found: Matching) -> List[str]:
        others = found.total - found.matching
        if not others:
            return []
        told = self.tr("{count} do not match:").format(count=others)
        return [told, *(f"{count} × {reason}" for reason, count in found.reasons)]


class ServiceEditor(Editor):
    """A ServiceEdit in a form."""

    tells_itself = True

    def __init__(self, edit: ServiceEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        edit.edited.connect(lambda _: self.edited.emit())

    def read(self) -> Optional[str]:
        """Return the expression, None for an empty one; raises ValueError with the mistake."""
        mistake = self._edit.mistake()
        if mistake:
            raise ValueError(mistake)
        return self._edit.text().strip() or None

    def show(self, value: object) -> None:
        """Show an expression, or nothing."""
        self._edit.set_text(str(value or ""))

    def set_locked(self, locked: bool) -> None:
        """Let the expression be looked at and copied only."""
        self._edit.set_read_only(locked)

    def set_problem(self, sentence: str) -> None:
        """Tell what a policy has against the expression; its own mistakes the field tells itself."""
        self._edit.set_problem("" if sentence == self._edit.mistake() else sentence)


def _sentence(error: ServiceKeyError) -> str:
    hint = f"; {error.hint}" if error.hint else ""
    return f"column {error.column}: {error.problem}{hint}"


def _ignore(sentence: str) -> None:
    """Leave it at valid where the blades cannot be counted."""
