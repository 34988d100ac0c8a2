"""Every setting of an instance: its values, where each comes from, and what each may be.

::

    settings   the values, one frozen dataclass      sources   who gives them, and who wins
    checks     what they may be                      browser   those that administrators choose
    hosts      hosts in addresses                    public    those of them that stand in git
"""

from wiki.config.hosts import is_loopback
from wiki.config.settings import NAMES, Settings
from wiki.config.sources import load_settings

__all__ = ["NAMES", "Settings", "is_loopback", "load_settings"]
