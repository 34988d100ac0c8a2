"""The guides of ``docs/``: their site, and the walks by which they are proved and photographed."""
