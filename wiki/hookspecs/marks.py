"""What a hook, and what answers to it, is marked with."""

import pluggy

PROJECT = "carrefour"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
