"""The lines of a text, as documents count them."""


def split_lines(text: str) -> list[str]:
    """The lines, each with its end; only a line feed ends one.

    ``str.splitlines`` ends lines at U+2028, form feeds and others too, which stand in pages that
    were pasted from elsewhere: what a ``line`` of a block or heading says would be another one.
    """
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines
