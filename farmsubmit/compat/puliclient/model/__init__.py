"""What a Puli server tells of jobs, tasks, commands and render nodes."""
