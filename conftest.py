"""How the tests of the core and of plugins are run."""

from hypothesis import settings

# No example has a deadline: a slow machine is not a fault, and a test that says so now and then is.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
