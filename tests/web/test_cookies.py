"""What a cookie says is worked out once, and still has its age, its signature and its end."""

from typing import TYPE_CHECKING

import pytest
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from wiki.testing import module_wiki
from wiki.web.http.cookies import REMEMBERED, RememberedCookies, _Remembering

if TYPE_CHECKING:
    from flask import Flask


#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance


class Counting(URLSafeTimedSerializer):
    """Counts what it reads."""

    readings = 0

    def loads(self, *args: object, **options: object) -> object:
        self.readings += 1
        return super().loads(*args, **options)  # type: ignore[arg-type]


@pytest.fixture
def counting() -> Counting:
    return Counting("secret")


def test_a_cookie_is_read_once(counting: Counting) -> None:
    remembering = _Remembering(counting)
    cookie = str(counting.dumps({"_user_id": "x", "_fresh": True}))
    for _twice in range(2):
        assert remembering.loads(cookie, 60) == {"_user_id": "x", "_fresh": True}
    assert counting.readings == 1


def test_notices_which_are_shown_once_are_not_remembered(counting: Counting) -> None:
    remembering = _Remembering(counting)
    cookie = str(counting.dumps({"_flashes": [["done", "Saved."]]}))
    remembering.loads(cookie, 60)["_flashes"].clear()
    assert remembering.loads(cookie, 60) == {"_flashes": [["done", "Saved."]]}


def test_an_old_cookie_is_refused_however_well_it_is_known(counting: Counting) -> None:
    remembering = _Remembering(counting)
    cookie = str(counting.dumps({"a": "b"}))
    remembering.loads(cookie, 60)
    with pytest.raises(SignatureExpired):
        remembering.loads(cookie, -1)


def test_a_forged_cookie_is_refused(counting: Counting) -> None:
    remembering = _Remembering(counting)
    cookie = str(counting.dumps({"a": "b"}))
    remembering.loads(cookie, 60)
    for forged in (cookie[:-1], f"x{cookie}", cookie.upper(), ""):
        with pytest.raises(BadSignature):
            remembering.loads(forged, 60)


def test_memory_has_a_bound(counting: Counting) -> None:
    remembering = _Remembering(counting)
    for number in range(REMEMBERED + 10):
        remembering.loads(str(counting.dumps({"number": str(number)})), 60)
    assert len(remembering._known) == 10


def test_another_application_has_another_key(app: "Flask") -> None:
    ours = RememberedCookies(app).get_signing_serializer(app)
    theirs = URLSafeTimedSerializer("another", salt="cookie-session")
    with pytest.raises(BadSignature):
        ours.loads(str(theirs.dumps({"_user_id": "x"})), 60)
    assert ours.loads(ours.dumps({"_user_id": "x"}), 60) == {"_user_id": "x"}
