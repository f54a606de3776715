"""The farm's small languages: a string in, a value out; they know no job and do no I/O."""
