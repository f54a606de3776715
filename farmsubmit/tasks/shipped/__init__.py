"""The tasks that come with farmsubmit: renders of each DCC, what goes before and after them, and their processors."""
