"""`python -m tellapart` is the `tellapart` command."""

from tellapart.cli.app import main

main()
