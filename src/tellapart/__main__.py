"""The `tellapart` command; also `python -m tellapart`."""

import gc


def main() -> None:
    """Load the command line and run it. What is loaded is never garbage: it is not looked through.

    Otherwise a sixth of the start goes into that, and some of all work that makes many objects.
    """
    gc.disable()
    from tellapart.cli.app import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
