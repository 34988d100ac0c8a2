"""The wiki itself, who may what in it, what happens around projects; how long things are kept."""

from wiki.translation import lazy
from wiki.web.admin.settings.sections import Setting, SettingSection, register_section
from wiki.web.http.languages import LANGUAGE_NAMES

register_section(
    SettingSection(
        "site",
        lazy("The wiki"),
        lazy("What it is called, where it is, in which languages it speaks."),
        (
            Setting("site_name", lazy("Name"), lazy("It stands on each page and in each mail.")),
            Setting(
                "lang",
                lazy("Language"),
                lazy("The interface for a browser that asks for none of the languages offered."),
                words=LANGUAGE_NAMES,
            ),
            Setting(
                "languages",
                lazy("Languages offered"),
                lazy("Readers choose one of them at the foot of each page; none ticked: all."),
                words=LANGUAGE_NAMES,
            ),
            Setting(
                "time_zone",
                lazy("Time zone"),
                lazy("Where days begin, and how moments are shown."),
            ),
            Setting(
                "base_url",
                lazy("Address"),
                lazy(
                    "The https address that readers use: links in mails are made of it, and it "
                    "alone is answered, beside this machine."
                ),
            ),
            Setting(
                "source_url",
                lazy("Address of the source"),
                lazy(
                    "Where readers find the source of what runs here, if its code was changed: a "
                    "link at the foot of each page."
                ),
            ),
            Setting(
                "for_whom",
                lazy("For whom it is"),
                lazy(
                    "One line of the home page. Empty: people with a project, people who can help."
                ),
            ),
            Setting(
                "organisation",
                lazy("Who runs it"),
                lazy(
                    "As the home page and the statement on accessibility name you. Empty: the site."
                ),
            ),
            Setting(
                "contact",
                lazy("Whom to write to"),
                lazy(
                    "A mail address, or that of a page: for people who meet a barrier here. The "
                    "statement on accessibility gives it; empty: the legal notice."
                ),
            ),
        ),
        order=10,
    )
)
register_section(
    SettingSection(
        "people",
        lazy("Who may what"),
        lazy("How accounts come about, and what they may do at first."),
        (
            Setting(
                "registration",
                lazy("Signing up"),
                lazy("How people without an account get one."),
                words={
                    "open": lazy("everybody may sign up"),
                    "invitation": lazy("people who have a code from an administrator"),
                    "closed": lazy("nobody without an invitation"),
                },
            ),
            Setting(
                "first_posts",
                lazy("First texts"),
                lazy("Whether texts are read by someone before they show, until one was accepted."),
                words={
                    "open": lazy("nobody’s"),
                    "doubtful": lazy("those of accounts whose sign-up looked like a machine’s"),
                    "reviewed": lazy("those of all who signed up by themselves"),
                },
            ),
            Setting(
                "second_factor",
                lazy("Second factor"),
                lazy(
                    "The accounts that take more than a password: a passkey, or the code of an "
                    "application. Everybody else may turn it on for themselves."
                ),
                words={
                    "off": lazy("nobody has to"),
                    "administrators": lazy("administrators"),
                    "administrators and programmes": lazy("administrators and the programme team"),
                },
            ),
            Setting(
                "second_factor_days",
                lazy("Time to set it up"),
                lazy("How long those who are asked may still come in without it."),
                lazy("days"),
            ),
            Setting(
                "member_invitations",
                lazy("Members invite"),
                lazy("Members too, and not administrators alone, may invite members by mail."),
            ),
            Setting(
                "visitor_signals",
                lazy("Visitors signal innovations"),
                lazy("People without an account may signal one, which the team reads first."),
            ),
        ),
        "admin/settings/_roles.html",
        order=20,
    )
)
register_section(
    SettingSection(
        "life",
        lazy("Projects and texts"),
        lazy("What happens around projects and while one writes."),
        (
            Setting(
                "news_requests",
                lazy("Ask for news"),
                lazy(
                    "Teams are asked for news by mail, 3, 12 and 24 months after their project was "
                    "shown."
                ),
            ),
            Setting(
                "murmurations",
                lazy("Profiles for Murmurations"),
                lazy(
                    "Maps and directories of others find public projects, organisations, needs and "
                    "offers in a form made for them. Nothing is sent anywhere."
                ),
            ),
            Setting(
                "sleeping_months",
                lazy("Sleeping projects"),
                lazy("After so long without a line in its story a project is shown as sleeping."),
                lazy("months"),
            ),
            Setting(
                "funding_page",
                lazy("Page for funding"),
                lazy("What needs for money are shown, in place of people: the address of a page."),
            ),
            Setting(
                "live_editing",
                lazy("Writing together"),
                lazy("Several people write in one page at the same time."),
            ),
            Setting(
                "mcp",
                lazy("Assistants"),
                lazy(
                    "Assistants that people use (MCP) read in their name what they may read, and "
                    "propose changes that somebody reads over. They never save by themselves."
                ),
            ),
            Setting(
                "encoder",
                lazy("Meaning of needs and offers"),
                lazy("What compares them: by meaning it finds more, and takes memory."),
                words={
                    "auto": lazy("the best that this machine has"),
                    "e5": lazy("e5: more to the point, and slower"),
                    "use": lazy("use: quick, on any machine"),
                    "off": lazy("none: words and the thesaurus alone"),
                },
            ),
        ),
        order=30,
    )
)
register_section(
    SettingSection(
        "keeping",
        lazy("How long it is kept"),
        lazy("What is over goes by itself: sooner if you say so, never later than was promised."),
        (
            Setting(
                "invitation_days",
                lazy("Invitations by mail"),
                lazy("How long the link in one is good for."),
                lazy("days"),
            ),
            Setting(
                "known_device_days",
                lazy("Known devices"),
                lazy("How long a browser is known to the person who logged in there; 0: none is."),
                lazy("days"),
            ),
            Setting(
                "session_idle_days",
                lazy("Sessions left alone"),
                lazy("After so long without doing anything, one logs in again; 14 at most."),
                lazy("days"),
            ),
            Setting(
                "session_days",
                lazy("Sessions"),
                lazy("Everybody logs in again after so long; 90 at most."),
                lazy("days"),
            ),
            Setting(
                "draft_days",
                lazy("Drafts"),
                lazy("One that is not touched for so long goes; 180 at most."),
                lazy("days"),
            ),
            Setting(
                "visit_days",
                lazy("Visits"),
                lazy(
                    "The moment of one’s last visit to a page, for what is new there; 400 at most."
                ),
                lazy("days"),
            ),
            Setting(
                "deposit_days",
                lazy("Forms of visitors"),
                lazy("What was filled in before there is an account; 30 at most."),
                lazy("days"),
            ),
            Setting(
                "proposal_days",
                lazy("Proposals that were answered"),
                lazy("How long their writer sees what became of them; 365 at most."),
                lazy("days"),
            ),
            Setting(
                "use_days",
                lazy("Figures of use"),
                lazy("Three numbers a day, of nobody; 800 at most."),
                lazy("days"),
            ),
            Setting(
                "audit_days",
                lazy("Audit trail"),
                lazy("Changes of rights, accounts and settings: a year at least; 0: for good."),
                lazy("days"),
            ),
        ),
        "admin/settings/_kept.html",
        order=80,
    )
)
