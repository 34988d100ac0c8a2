"""The command ``wiki``, also as ``python -m wiki``."""

import gc


def main() -> None:
    """Loads the command and runs it."""
    # Modules are no garbage: looking through them again and again takes a tenth of the start.
    gc.disable()
    from wiki.cli import main as command

    gc.freeze()
    gc.enable()
    command(prog_name="wiki")


if __name__ == "__main__":
    main()
