"""Runs when Nuke starts with its interface, after init.py: adds the menu entries.

Written after Foundry's Nuke Python Developer's Guide, "Start-up Scripts"; not run in a Nuke.
"""

from __future__ import annotations


def _farmsubmit_add_menu() -> None:
    """Add the entries; whatever is wrong with this installation must not stop Nuke, so it is only told."""
    import nuke

    try:
        from farmsubmit_nuke import menu

        menu.install()
    except Exception as error:
        nuke.tprint(f"farmsubmit is not in the menus: {type(error).__name__}: {error}")


_farmsubmit_add_menu()
