"""Who may do what: three roles, each of which may do all that the one before it may.

Where nobody logs in (the page is open, on this machine alone) everybody is a maintainer without a name. Where people
log in, a role comes from a claim of the login or from a list of e-mail addresses; whoever has neither is staff.

    CHAPTER_ROLE_CLAIM     the claim that holds a role or a list of them ("roles"); without it no claim is read
    CHAPTER_REVIEWERS      e-mail addresses, parted by commas
    CHAPTER_MAINTAINERS    the same
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from desk import events

Role = Literal["staff", "reviewer", "maintainer"]
Action = Literal["ask", "review", "evaluate", "maintain"]
ROLES: tuple[Role, ...] = get_args(Role)
_NEEDED: Mapping[Action, Role] = {
    "ask": "staff",
    "review": "reviewer",
    "evaluate": "reviewer",
    "maintain": "maintainer",
}


class NotAllowed(Exception):
    """Somebody asked for what their role does not allow. The message names both and the way out."""


class RoleError(Exception):
    """The settings of roles cannot be used. The message names the setting and the way out."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is at the page.

    Attributes:
        name: As the login has it; empty where nobody logs in.
        role: What they may do.
        key: What tells them from others, for what is theirs alone: the login's issuer and subject; empty where
            nobody logs in.
    """

    name: str
    role: Role
    key: str = ""


@dataclass(frozen=True, slots=True)
class Roles:
    """How roles are given out.

    Attributes:
        claim: The claim that holds them, or empty.
        reviewers: E-mail addresses, in lower case.
        maintainers: The same.
    """

    claim: str = ""
    reviewers: frozenset[str] = frozenset()
    maintainers: frozenset[str] = frozenset()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Roles":
        """The roles that the environment names.

        Raises:
            RoleError: If a list has something in it that is no e-mail address.
        """
        return cls(
            environment.get("CHAPTER_ROLE_CLAIM", "").strip(),
            _addresses("CHAPTER_REVIEWERS", environment),
            _addresses("CHAPTER_MAINTAINERS", environment),
        )

    def person(self, claims: Mapping[str, Any]) -> Person:
        """Who has logged in, by the claims of the login.

        An address counts only where the login does not say that it is unverified.
        """
        address = str(claims.get("email") or "").strip().casefold()
        if claims.get("email_verified") is False:
            address = ""
        name = str(claims.get("name") or claims.get("email") or "").strip()
        key = f"{claims.get('iss', '')} {claims.get('sub') or claims.get('email') or ''}".strip()
        claimed = claims.get(self.claim) if self.claim else None
        held = {claimed} if isinstance(claimed, str) else set(_texts(claimed))
        held |= {"reviewer"} if address in self.reviewers else set()
        held |= {"maintainer"} if address in self.maintainers else set()
        return Person(name, next((role for role in reversed(ROLES) if role in held), "staff"), key)


EVERYBODY = Person("", "maintainer")  # where nobody logs in


def may(person: Person, action: Action) -> bool:
    """Whether somebody may do something."""
    return ROLES.index(person.role) >= ROLES.index(_NEEDED[action])


def allow(person: Person, action: Action) -> None:
    """Let somebody do something, or not; who may not is told of to whoever runs this.

    Raises:
        NotAllowed: If their role does not allow it.
    """
    if not may(person, action):
        needed = _NEEDED[action]
        events.refused(action, f"it needs the role of a {needed}", by=person.key, role=person.role)
        raise NotAllowed(
            f"to {action} you need the role of a {needed}, and yours is {person.role}. "
            "Ask whoever runs this page for it"
        )


def _addresses(name: str, environment: Mapping[str, str]) -> frozenset[str]:
    given = [part.strip().casefold() for part in environment.get(name, "").split(",")]
    for address in filter(None, given):
        if "@" not in address.strip("@"):
            raise RoleError(f"{name} has “{address}” in it, which is no e-mail address. Part the addresses by commas")
    return frozenset(filter(None, given))


def _texts(claimed: object) -> list[str]:
    return [item for item in claimed if isinstance(item, str)] if isinstance(claimed, list | tuple) else []
