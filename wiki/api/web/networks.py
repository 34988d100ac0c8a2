"""Other networks: a name by which something here is followed there, and what is answered there.

::

    @hookimpl
    def services() -> Sequence[Provided]:
        return [provide(follow_handle, handle_of)]

    said = OutsideComment(path, source, "Léa (lea@example.org)", "example.org", url, words)
    instance.plugins.call(take_comment, instance, said)  # read first by who looks after the page
    instance.plugins.call(withdraw_comment, instance, source)
"""

from wiki.hookspecs.networks import OutsideComment, follow_handle, take_comment, withdraw_comment
