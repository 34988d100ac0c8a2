"""Where the API is."""

#: what is below it is no page
PREFIX = "/-/api/"
ROOT_URL = f"{PREFIX}v1"
