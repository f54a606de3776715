"""Stands for the installed package in tests: it has what public documents and clients show, and refuses the rest."""
