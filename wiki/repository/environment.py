"""What a git child may know: an environment built from nothing, our settings travelling in it.

What the surroundings say to git (``GIT_DIR`` in a hook, a user's configuration, replace refs) says
nothing here, and our settings hold for every git that we start and for those it starts itself.
"""

import os
from collections.abc import Mapping
from pathlib import Path

#: Written into a repository that we make, too, so that a git run by hand keeps the promises.
DURABLE: Mapping[str, str] = {
    # On disk before a ref says so; git's default syncs neither loose objects nor refs.
    "core.fsync": "loose-object,pack,pack-metadata,reference",
    "core.logAllRefUpdates": "always",  # a bad move of the branch can be undone
    "core.filesRefLockTimeout": "500",
    # No collection in a request or a push. The branch's ref stays a file of its own (head()).
    "gc.auto": "0",
    "gc.packRefs": "false",
    "receive.autogc": "false",
    # A file this large is no text of ours: looking for what changed in it only costs memory.
    "core.bigFileThreshold": "5m",
    "pack.threads": "1",
    "pack.windowMemory": "64m",
}
_STRICT: Mapping[str, str] = {
    "safe.bareRepository": "explicit",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "protocol.allow": "never",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "log.mailmap": "false",
}
_KEPT = ("PATH", "TMPDIR", "SSH_AUTH_SOCK", "https_proxy", "no_proxy", "SSL_CERT_FILE")


def environment(folder: Path | None, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """All a child of ours may know; ``settings`` are git settings beside ours."""
    config = {**DURABLE, **_STRICT, **(settings or {})}
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {
        "HOME": os.devnull,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        "GIT_DEFAULT_HASH": "sha1",
        "GIT_DEFAULT_REF_FORMAT": "files",
    }
    if folder is not None:
        env["GIT_DIR"] = str(folder)
        # Who owns the folder does not matter to us: that it is named here is the decision.
        config["safe.directory"] = str(folder)
    env["GIT_CONFIG_COUNT"] = str(len(config))
    for number, (key, value) in enumerate(config.items()):
        env[f"GIT_CONFIG_KEY_{number}"] = key
        env[f"GIT_CONFIG_VALUE_{number}"] = value
    return env
