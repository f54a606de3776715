"""The parts of the dialog, each a widget over the Session."""
