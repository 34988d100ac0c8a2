"""Limits: how large things may be, and how often they may be done."""

from wiki.translation import lazy
from wiki.web.admin.settings.sections import Setting, SettingSection, register_section

_MEGABYTES, _MILLION = lazy("MB"), 1_000_000

register_section(
    SettingSection(
        "sizes",
        lazy("Sizes"),
        lazy("What is larger is refused in a sentence, and nothing is lost."),
        (
            Setting(
                "max_page", lazy("A page"), lazy("The text of one page."), _MEGABYTES, _MILLION
            ),
            Setting("max_upload", lazy("A file"), lazy("One attachment."), _MEGABYTES, _MILLION),
            Setting(
                "max_push",
                lazy("A push"),
                lazy("What is sent at once by git; unpacked, twice that."),
                _MEGABYTES,
                _MILLION,
            ),
            Setting(
                "max_pixels",
                lazy("A picture"),
                lazy("Its points, however small its file is."),
                lazy("million points"),
                _MILLION,
            ),
            Setting(
                "uploads_per_day",
                lazy("Files of one person in a day"),
                lazy("All together; likewise from one address."),
                _MEGABYTES,
                _MILLION,
            ),
            Setting(
                "max_content",
                lazy("All pages and files"),
                lazy("On disk, their histories included; beyond it no file is added."),
                _MEGABYTES,
                _MILLION,
            ),
            Setting(
                "document_pages",
                lazy("A document"),
                lazy("The pages of the wiki that one document is made of."),
                lazy("pages"),
            ),
            Setting(
                "document_time",
                lazy("Time for a large document"),
                lazy("What a program may work at making or reading it."),
                lazy("seconds"),
            ),
        ),
        order=60,
    )
)
register_section(
    SettingSection(
        "rates",
        lazy("How often"),
        lazy("Limits for one person, or one address; who meets one is told when to come back."),
        (
            Setting(
                "login_failures_per_15_min",
                lazy("Wrong passwords"),
                lazy("For one account in a quarter of an hour; twenty times that for an address."),
            ),
            Setting(
                "registrations_per_hour",
                lazy("Sign-ups"),
                lazy("From one address in an hour."),
            ),
            Setting(
                "resets_per_hour",
                lazy("Links to log in"),
                lazy("Mailed for one account in an hour."),
            ),
            Setting("invitations_per_day", lazy("Invitations"), lazy("By one person in a day.")),
            Setting(
                "introductions_per_day",
                lazy("Introductions"),
                lazy("By one person in a day, answers to needs and offers included."),
            ),
            Setting("signals_per_day", lazy("Signals"), lazy("Innovations signalled in a day.")),
            Setting("saves_per_minute", lazy("Saves"), lazy("By one person in a minute.")),
            Setting("documents_per_hour", lazy("Documents"), lazy("Made or read in an hour.")),
            Setting(
                "proposals_per_hour",
                lazy("Proposals"),
                lazy("In an hour from one address, or by a newcomer; 0: none are taken."),
            ),
            Setting("reports_per_hour", lazy("Reports"), lazy("Of pages, in an hour.")),
            Setting("searches_per_minute", lazy("Searches"), lazy("In a minute.")),
            Setting(
                "suggestions_per_second",
                lazy("Suggestions"),
                lazy("In a second: what is proposed while one types."),
            ),
            Setting(
                "comparisons_per_minute",
                lazy("Comparisons"),
                lazy("Versions of a page compared, in a minute."),
            ),
            Setting(
                "api_requests_per_minute",
                lazy("Requests of programs"),
                lazy("To the JSON API, in a minute."),
            ),
        ),
        order=70,
    )
)
