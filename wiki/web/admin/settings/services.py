"""Servers elsewhere that the wiki goes to: mail, a mailbox, a provider of single sign-on."""

from wiki.translation import lazy
from wiki.web.admin.settings.providers import PRESETS
from wiki.web.admin.settings.sections import Setting, SettingSection, register_section

register_section(
    SettingSection(
        "mail",
        lazy("Mail"),
        lazy("The server that mails leave by; without one they are files that nobody receives."),
        (
            Setting(
                "mail_from",
                lazy("Sender"),
                lazy("The address that mails come from, with or without a name."),
            ),
            Setting(
                "smtp_host",
                lazy("Server"),
                lazy("Its name, such as mail.example.org."),
            ),
            Setting(
                "smtp_port",
                lazy("Port"),
                lazy("587 as a rule; 465 encrypts from the start."),
            ),
            Setting("smtp_user", lazy("User name"), lazy("Empty where the server asks for none.")),
            Setting("smtp_password", lazy("Password"), lazy("It is kept encrypted.")),
            Setting(
                "smtp_starttls",
                lazy("Encrypted only"),
                lazy("Nothing is sent where the server does not encrypt."),
            ),
        ),
        "admin/settings/_mail.html",
        order=40,
    )
)
register_section(
    SettingSection(
        "mailbox",
        lazy("Mailbox for signals"),
        lazy("A mailbox that innovations are signalled to; without a server none is read."),
        (
            Setting(
                "signal_address",
                lazy("Address"),
                lazy("The address of that mailbox, as people are told it."),
            ),
            Setting("imap_host", lazy("Server"), lazy("Its name, such as mail.example.org.")),
            Setting("imap_port", lazy("Port"), lazy("993 as a rule.")),
            Setting("imap_user", lazy("User name"), lazy("As the server knows it.")),
            Setting("imap_password", lazy("Password"), lazy("It is kept encrypted.")),
            Setting("imap_folder", lazy("Folder"), lazy("The folder that is read.")),
        ),
        order=45,
    )
)
register_section(
    SettingSection(
        "sign-on",
        lazy("Single sign-on"),
        lazy("People log in with an account that they have elsewhere, by OpenID Connect."),
        (
            Setting(
                "oidc_kind",
                lazy("Kind of provider"),
                lazy("It decides which addresses count as verified, and what the button says."),
                words={"": lazy("another")} | {one.key: one.name for one in PRESETS.values()},
            ),
            Setting(
                "oidc_issuer",
                lazy("Provider"),
                lazy("The address of that service; without it there is none."),
            ),
            Setting(
                "oidc_client_id",
                lazy("Name of this wiki there"),
                lazy("What the provider calls this wiki (client ID)."),
            ),
            Setting(
                "oidc_client_secret",
                lazy("Secret"),
                lazy("What the provider gave this wiki to show (client secret); kept encrypted."),
            ),
            Setting(
                "oidc_scopes",
                lazy("What it is asked for"),
                lazy("Words of the provider’s (scopes), with blanks between; openid is one."),
            ),
            Setting(
                "oidc_trust_email",
                lazy("Trust its addresses"),
                lazy(
                    "A mail address opens an account even where the provider does not say that it "
                    "has verified it. Only for one where nobody chooses their address themselves: "
                    "else someone opens an account with the address of somebody else. An account "
                    "that has the address already asks for its password, or a mail, first."
                ),
            ),
            Setting(
                "oidc_name",
                lazy("On the button"),
                lazy("What the button calls it; else the name of its server."),
            ),
            Setting(
                "oidc_signup",
                lazy("New accounts"),
                lazy("Whether someone whom the provider knows, and the wiki does not, gets one."),
                words={
                    "": lazy("as for signing up"),
                    "open": lazy("yes"),
                    "closed": lazy("no"),
                },
            ),
        ),
        "admin/settings/_provider.html",
        order=50,
        above="admin/settings/_presets.html",
    )
)
