"""A short word is looked for in all that people say, and in nothing that chance does."""

from itsdangerous import URLSafeTimedSerializer

from wiki.testing import unkeyed


def test_tokens_go_and_words_stay() -> None:
    said = "Awa, LoRaWAN à 49 € ; un-nom-de-page-tout-en-mots, awa2@example.org, Électroniciennes"
    token = URLSafeTimedSerializer("secret").dumps({"who": "Awa"})
    page = f'<input value="{token}"> {said} /-/mail/stop/h7w9NUCkcE49LKA4W4Mg'
    assert unkeyed(page) == f'<input value="…"> {said} /-/mail/stop/…'
