"""Where a job goes out: an engine takes it, runs it or has it run, and answers for it."""
