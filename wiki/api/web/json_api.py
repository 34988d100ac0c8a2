"""Parts of the JSON API: lists, things, and answers to a question, each with pydantic's models.

::

    def parts(facets: Sequence[str]) -> Sequence[ApiRoute]:
        from . import api  # pydantic takes its time

        return [ApiItem("polls", "/polls", "One poll.", api.Poll, api.poll)]

    @hookimpl
    def services() -> Sequence[Provided]:
        return [provide(api_routes.named("polls"), parts)]
"""

from wiki.hookspecs.site import ApiAnswer, ApiItem, ApiList, ApiRoute, api_routes
