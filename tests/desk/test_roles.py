"""Who may do what, by what a login claims."""

from typing import Any

import pytest

from desk import Action, NotAllowed, Person, Role, RoleError, Roles, allow, may
from desk.roles import EVERYBODY

LISTED = Roles.from_environment({"CHAPTER_REVIEWERS": "Ada@Yard.example, ", "CHAPTER_MAINTAINERS": "bo@yard.example"})
CLAIMED = Roles.from_environment({"CHAPTER_ROLE_CLAIM": "roles", "CHAPTER_MAINTAINERS": "bo@yard.example"})


@pytest.mark.parametrize(
    ("roles", "claims", "expected"),
    [
        pytest.param(LISTED, {"email": "ada@yard.example"}, "reviewer", id="on a list, whatever the case"),
        pytest.param(LISTED, {"email": "bo@yard.example"}, "maintainer", id="on the other"),
        pytest.param(LISTED, {"email": "cy@yard.example"}, "staff", id="on none"),
        pytest.param(LISTED, {}, "staff", id="no address"),
        pytest.param(LISTED, {"email": "bo@yard.example", "email_verified": False}, "staff", id="not verified"),
        pytest.param(LISTED, {"email": "x@y.example", "roles": ["maintainer"]}, "staff", id="a claim nobody reads"),
        pytest.param(CLAIMED, {"roles": ["reader", "reviewer"]}, "reviewer", id="a list in a claim"),
        pytest.param(CLAIMED, {"roles": "maintainer"}, "maintainer", id="one in a claim"),
        pytest.param(CLAIMED, {"roles": ["staff"], "email": "bo@yard.example"}, "maintainer", id="the higher of two"),
        pytest.param(CLAIMED, {"roles": {"maintainer": True}}, "staff", id="a claim of another form"),
        pytest.param(CLAIMED, {"roles": "maintainers"}, "staff", id="no role of ours"),
    ],
)
def test_the_role_of_who_logs_in(roles: Roles, claims: dict[str, Any], expected: Role) -> None:
    assert roles.person(claims).role == expected


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        pytest.param("staff", {"ask"}, id="staff"),
        pytest.param("reviewer", {"ask", "review", "evaluate"}, id="reviewer"),
        pytest.param("maintainer", {"ask", "review", "evaluate", "maintain"}, id="maintainer"),
    ],
)
def test_what_each_role_may_do(role: Role, allowed: set[Action]) -> None:
    actions: tuple[Action, ...] = ("ask", "review", "evaluate", "maintain")

    assert {action for action in actions if may(Person("", role), action)} == allowed


def test_what_is_not_allowed_is_said_with_both_roles_and_the_way_out() -> None:
    with pytest.raises(NotAllowed, match=r"role of a maintainer, and yours is staff\. Ask"):
        allow(Person("Cy", "staff"), "maintain")
    allow(EVERYBODY, "maintain")


def test_two_people_of_one_name_are_told_apart() -> None:
    one, other = (LISTED.person({"name": "Ada", "iss": "https://id.example", "sub": sub}) for sub in ("1", "2"))

    assert one.name == other.name == "Ada"
    assert one.key != other.key


def test_a_list_with_something_else_in_it_is_refused() -> None:
    with pytest.raises(RoleError, match="CHAPTER_REVIEWERS has “ada” in it"):
        Roles.from_environment({"CHAPTER_REVIEWERS": "ada, bo@yard.example"})
