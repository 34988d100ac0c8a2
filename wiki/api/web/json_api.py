"""Parts of the JSON API: lists, things, answers to a question, and what is proposed by it.

All have pydantic's models.

::

    def parts(facets: Sequence[str]) -> Sequence[ApiRoute]:
        from . import api  # pydantic takes its time

        return [ApiItem("polls", "/polls", "One poll.", api.Poll, api.poll)]

    @hookimpl
    def services() -> Sequence[Provided]:
        return [provide(api_routes.named("polls"), parts)]
"""

from wiki.hookspecs.site import ApiAnswer, ApiItem, ApiList, ApiProposal, ApiRoute, api_routes
from wiki.people.review.proposals import Proposal
