from typing import Any, Callable, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])

load_post: list[Callable[..., Any]]
save_post: list[Callable[..., Any]]

def persistent(function: _F) -> _F: ...
