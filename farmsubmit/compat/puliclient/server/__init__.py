"""Asking a Puli server for its jobs and render nodes."""
