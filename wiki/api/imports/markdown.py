"""Words of another program as they stand in our Markdown: escaped, styled, as code.

::

    at_line_starts(escaped("1. *pas* un point"))  # 1\\. \\*pas\\* un point
    styled([("un ", Style()), ("mot", Style(bold=True))])  # un **mot**
    f"- [ ] Un capteur {{#{identity_of('b', 'LesCapteurs')}}}"  # {#b-7k2qx9ma}
    f"[{words}]({address(url)})", f"[[{path}|{unbracketed(words)}]]"
"""

from wiki.imports.words.markdown import (
    Run,
    Style,
    address,
    at_line_starts,
    code_block,
    code_span,
    escaped,
    identity_of,
    resolved,
    styled,
    unbracketed,
)
