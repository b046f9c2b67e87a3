"""Who may do what: one table, from which the routes are checked and tested."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Role(str, Enum):
    """What somebody is here for."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


class Permission(str, Enum):
    """What may be allowed."""

    OWN_ACCOUNT = "own_account"  # password, second factor, own sessions
    READ_CONVERSATIONS = "read_conversations"  # conversations, customers and their files, moments
    ANSWER_CUSTOMERS = "answer_customers"  # the queue; take, answer, note, hand back, close
    ASSIGN_OTHERS = "assign_others"  # give to, or take from, somebody else; whisper
    SEE_BOARD = "see_board"  # the live board
    SEE_INSIGHTS = "see_insights"  # reports
    SEARCH_LOG = "search_log"  # the conversation log: search, save searches, take out rows without personal data
    EXPORT_PERSONAL = "export_personal"  # rows of the log as they are
    CORRECT_HEARING = "correct_hearing"  # labels and moments; training sets, training, comparing
    RELEASE_HEARING = "release_hearing"  # what is heard by from now on
    EDIT_REPLIES = "edit_replies"  # canned replies
    SEE_SETTINGS = "see_settings"  # opening hours and thresholds
    EDIT_SETTINGS = "edit_settings"
    MANAGE_STAFF = "manage_staff"
    MANAGE_KEYS = "manage_keys"  # secrets that sign customers' identities
    SEE_AUDIT = "see_audit"  # who changed what
    MANAGE_PRIVACY = "manage_privacy"  # how long what is kept; what is known of a person, and erasing it


_A, _S, _N, _D = Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMINISTRATOR
P = Permission
TABLE: Mapping[Permission, frozenset[Role]] = {
    P.OWN_ACCOUNT:        frozenset({_A, _S, _N, _D}),
    P.READ_CONVERSATIONS: frozenset({_A, _S, _N, _D}),
    P.ANSWER_CUSTOMERS:   frozenset({_A, _S,     _D}),
    P.ASSIGN_OTHERS:      frozenset({    _S,     _D}),
    P.SEE_BOARD:          frozenset({    _S,     _D}),
    P.SEE_INSIGHTS:       frozenset({    _S, _N, _D}),
    P.SEARCH_LOG:         frozenset({    _S, _N, _D}),
    P.EXPORT_PERSONAL:    frozenset({            _D}),
    P.CORRECT_HEARING:    frozenset({        _N, _D}),
    P.RELEASE_HEARING:    frozenset({        _N, _D}),
    P.EDIT_REPLIES:       frozenset({    _S,     _D}),
    P.SEE_SETTINGS:       frozenset({    _S,     _D}),
    P.EDIT_SETTINGS:      frozenset({            _D}),
    P.MANAGE_STAFF:       frozenset({            _D}),
    P.MANAGE_KEYS:        frozenset({            _D}),
    P.SEE_AUDIT:          frozenset({            _D}),
    P.MANAGE_PRIVACY:     frozenset({            _D}),
}  # fmt: skip


def may(role: Role, permission: Permission) -> bool:
    """True when the table allows it."""
    return role in TABLE[permission]


def permissions_of(role: Role) -> tuple[Permission, ...]:
    """All that a role may do."""
    return tuple(permission for permission in Permission if may(role, permission))
