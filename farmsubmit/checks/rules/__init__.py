"""The shipped rules, by what they look at; each is told in docs/checks.md."""
