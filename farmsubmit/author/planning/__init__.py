"""What a job is when it runs: its tasks taken apart, who waits for whom, and what is lost on the way.

Engines that run jobs themselves and formats that are run by something else start here, so that all of them read a
tree alike.
"""
