"""The JSON API below ``/-/api/``, an application of its own that is built when it is first asked.

::

    /-/api/…  ──▶ mounting ──▶ application        flask-openapi3: routes, and the document of them
                                 ├── entering       who asks: token or session, scope, rate
                                 ├── requests       bodies, read strictly
                                 ├── problems       errors as application/problem+json
                                 └── pages, stories, lists, finding ──▶ Reader / editing
                                       models          what is asked and answered, by pydantic
                                       cursors         where the next part of a list begins
    /-/api    ──▶ reference                       the same document, to be read

Only ``mounting`` and ``reference`` are imported at the start: the rest brings pydantic along, which
takes longer to load than all of Flask.
"""
