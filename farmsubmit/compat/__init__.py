"""Other systems' Python APIs, so that scripts written for them run unchanged."""
