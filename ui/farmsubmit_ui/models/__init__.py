"""Qt models without views."""
