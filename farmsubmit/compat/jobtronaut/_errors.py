"""Errors that old code catches by Python's own classes; each is one of farmsubmit's too.

Refused         an AssertionError: what jobtronaut asserts
RefusedType     a TypeError
RefusedValue    a ValueError
UnknownKey      a KeyError
NotLoaded       an ImportError: a plug-in in a file that does not load
"""

from __future__ import annotations

from farmsubmit.errors import ArgumentError, FarmsubmitError, PluginError


class Refused(FarmsubmitError, AssertionError):
    """Something that jobtronaut refuses with an AssertionError."""


class RefusedType(PluginError, TypeError):
    """An override of another type than is wanted."""


class RefusedValue(PluginError, ValueError):
    """An override that means nothing."""


class UnknownPlugin(PluginError, KeyError):
    """A plug-in that is not there."""

    # KeyError would show the sentence in quotes.
    __str__ = Exception.__str__


class UnknownKey(ArgumentError, KeyError):
    """A key that a file of arguments does not have."""

    __str__ = Exception.__str__


class NotLoaded(PluginError, ImportError):
    """A plug-in that stands in a file that does not load."""
