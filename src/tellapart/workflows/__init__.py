"""The story, one verb a file: what a job, a route, the command line and Workspace all call."""
