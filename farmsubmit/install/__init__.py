"""Writing what each DCC needs to find farmsubmit, and telling what is found on this machine."""
