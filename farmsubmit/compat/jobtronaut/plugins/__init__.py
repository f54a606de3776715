"""The plug-ins that jobtronaut comes with."""
