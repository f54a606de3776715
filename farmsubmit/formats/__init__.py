"""A job as text, and back: job script, JSON, and the views of it (tree, HTML page, DOT graph)."""
