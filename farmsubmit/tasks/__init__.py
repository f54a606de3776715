"""Recipes: what a row of a request becomes in the task tree."""
