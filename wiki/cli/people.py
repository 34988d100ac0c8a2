"""Commands about accounts."""

import sys
from typing import TYPE_CHECKING

import click

from wiki.cli.audit import operator
from wiki.cli.frame import command_instance, command_person, instance_option, main

if TYPE_CHECKING:
    pass


ROLES = ("reader", "member", "connector", "correspondent", "programme", "admin")


@main.group()
@instance_option
def user() -> None:
    """Accounts."""


@user.command("add")
@instance_option
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")
@click.pass_context
def user_add(ctx: click.Context, email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add an account; without a password, its owner logs in by a mailed link."""
    from wiki.people.accounts import add_person

    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    with command_instance(ctx) as instance:
        add_person(
            instance.private,
            email=email,
            name=name,
            role=role,
            lang=instance.settings.lang,
            password=password,
            by=operator(),
        )


@user.command("list")
@instance_option
@click.pass_context
def user_list(ctx: click.Context) -> None:
    """List accounts: address, name, role."""
    from wiki.people.accounts import list_people

    with command_instance(ctx) as instance:
        after = ""
        while people := list_people(instance.private, after=after, limit=500):
            for person in people:
                state = "\tdisabled" if person.disabled else ""
                click.echo(f"{person.email}\t{person.name}\t{person.role}{state}")
            after = people[-1].email


@user.command("set-role")
@instance_option
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
@click.pass_context
def user_set_role(ctx: click.Context, email: str, role: str) -> None:
    """Give an account another role."""
    from wiki.people.accounts import set_role
    from wiki.people.person import at_machine

    with command_instance(ctx) as instance:
        person = command_person(instance, email)
        if person is not None:
            set_role(instance.private, person.id, role, by=at_machine(operator()))


@user.command("second-factor")
@instance_option
@click.argument("email")
@click.option("--reset", is_flag=True, help="Take away passkeys, application and recovery codes.")
@click.pass_context
def user_second_factor(ctx: click.Context, email: str, reset: bool) -> None:
    """Tell what an account proves itself by beside a password, or help who has lost it all."""
    from wiki.people.accounts.factor_reset import reset_factors
    from wiki.people.accounts.factors.passkeys import list_passkeys
    from wiki.people.accounts.factors.recovery import count_recovery_codes
    from wiki.people.accounts.factors.requirement import standing_of
    from wiki.web.account.factors.notices import tell_of_access

    with command_instance(ctx) as instance:
        person = command_person(instance, email)
        if person is None:
            return
        if reset:
            reset_factors(instance.private, person.id, by=operator())
            tell_of_access(instance, person, "reset")
        standing = standing_of(instance.private, instance.settings, person)
        click.echo(f"passkeys\t{len(list_passkeys(instance.private, person.id))}")
        click.echo(f"application\t{'yes' if standing.codes else 'no'}")
        click.echo(f"recovery codes\t{count_recovery_codes(instance.private, person.id)}")
        click.echo(f"asked of the role\t{'yes' if standing.asked else 'no'}")
