"""What a query raises, and how an engine's error becomes one.

TractorQueryError       a query or an operation that cannot be done, in one sentence
├── PasswordRequired    the engine wants a password
├── NotDocumented       a name or argument that no public document has; also an AttributeError
└── NotTold             a key of a row that engines do not tell; also a KeyError

Source: the names that old scripts catch; jobtronaut's ``query`` catches the first two.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

from farmsubmit.errors import FarmsubmitError


class TractorQueryError(FarmsubmitError):
    """A query or an operation that cannot be done."""


class PasswordRequired(TractorQueryError):
    """An engine that wants a password. Engines here take theirs from the keyring or the environment."""


class NotDocumented(TractorQueryError, AttributeError):
    """A name or an argument that no public document has."""


class NotTold(TractorQueryError, KeyError):
    """A key of a row that engines do not tell."""

    # KeyError would show the sentence in quotes.
    __str__ = Exception.__str__


@contextmanager
def as_query_errors() -> Iterator[None]:
    """Turn what farmsubmit raises into TractorQueryError with the same sentence and exit code."""
    try:
        yield
    except TractorQueryError:
        raise
    except FarmsubmitError as error:
        told = TractorQueryError(str(error))
        told.exit_code = error.exit_code
        raise told from error
