import numpyy  # type: ignore[import-not-found]  # noqa: F401
