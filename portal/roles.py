"""Who may do what: the roles a person can have at a merchant, and the rights that each holds."""

from enum import Enum

from django.db import models


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", "Administrator"
    CLERK = "clerk", "Clerk"
    APPROVER = "approver", "Approver"
    AUDITOR = "auditor", "Auditor"


class Right(Enum):
    """Each value completes the sentence “You may not …”."""

    SEE = "see this merchant"
    ASK_MOBILEPAY = "ask MobilePay how a payment stands"
    LOOK_UP_CHECK_INS = "look up who is checked in"
    HANDLE_PAYMENTS = "capture or cancel payments"
    ASK_FOR_REFUNDS = "ask for refunds"
    APPROVE_REFUNDS = "approve or decline refunds"
    APPROVE_IN_EMERGENCIES = "approve refunds in an emergency"
    REVIEW_REFUNDS = "review refunds that were approved in an emergency"
    MANAGE_TERMINALS = "manage terminals and points of sale"
    MANAGE_PEOPLE = "manage people"
    MANAGE_MERCHANT = "manage the merchant, its stores and its access token"
    READ_AUDIT_LOG = "read the audit log"


HOLDERS: dict[Right, frozenset[Role]] = {
    Right.SEE: frozenset(Role),
    Right.ASK_MOBILEPAY: frozenset({Role.ADMINISTRATOR, Role.CLERK, Role.APPROVER}),
    Right.LOOK_UP_CHECK_INS: frozenset({Role.ADMINISTRATOR, Role.CLERK}),
    Right.HANDLE_PAYMENTS: frozenset({Role.ADMINISTRATOR}),
    Right.ASK_FOR_REFUNDS: frozenset({Role.ADMINISTRATOR, Role.CLERK}),
    # Not those who ask: an administrator may only stand in when no approver is there.
    Right.APPROVE_REFUNDS: frozenset({Role.APPROVER}),
    Right.APPROVE_IN_EMERGENCIES: frozenset({Role.ADMINISTRATOR}),
    Right.REVIEW_REFUNDS: frozenset({Role.ADMINISTRATOR, Role.APPROVER}),
    Right.MANAGE_TERMINALS: frozenset({Role.ADMINISTRATOR}),
    Right.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Right.MANAGE_MERCHANT: frozenset({Role.ADMINISTRATOR}),
    Right.READ_AUDIT_LOG: frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
}
# These reach beyond any one store, so a role that is limited to stores does not hold them.
MERCHANT_WIDE = frozenset({Right.MANAGE_MERCHANT, Right.READ_AUDIT_LOG})
# Those who decide about money: they prove who they are twice, and others hear when somebody becomes or stops being one.
DECIDING = frozenset({Role.ADMINISTRATOR, Role.APPROVER})
