"""Forms: their fields, the page that shows one, what a refusal and a success answer.

::

    class VoteForm(Form):
        words = LineField(160, empty=lazy("Say it in a few words."))
        until = DayField()

    @blueprint.get("/poll/<name>")  # at /-/poll/…
    def poll(name: str) -> Response:
        return render_tool("poll/form.html", values=typed_values(words="", until=""))

    @blueprint.post("/poll/<name>")
    @redisplay(poll)  # a WikiError: the form again, its words in ``errors.words`` or ``errors[""]``
    def vote(name: str) -> Response:
        reader = signed_in_reader(gettext("Log in first: a vote is somebody’s."))
        form = VoteForm.read()
        keep_vote(reader, form.words.data, form.until.data)
        return see_other(action_url("poll", name), gettext("Saved."))

The fields are WTForms’. A form of one or two needs no class: a parameter of a view, or of what
``pressed_button`` calls, is a field where its type is ``FormText`` (as it was sent), ``FormFlag``
or ``FormList``; of another function with ``@read_fields``.

    @blueprint.post("/poll/<name>/close")
    def close(name: str, why: FormText, sure: FormFlag) -> Response: ...

A template writes ``{{ ui.csrf() }}``. A form that visitors begin is an
``OpenForm`` (``wiki.api.web.open_forms``).
"""

from wtforms import ValidationError

from wiki.web.access.views import organised_event
from wiki.web.forms import (
    DayField,
    Form,
    FormFlag,
    FormList,
    FormText,
    HourField,
    LineField,
    TextField,
    pressed_button,
    read_fields,
    redisplay,
    render_tool,
    see_other,
    show_refusal,
    typed_values,
)
from wiki.web.http.languages import language_choices
from wiki.web.support import hide_address
