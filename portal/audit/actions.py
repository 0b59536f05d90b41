"""Everything that can be written into the audit log, spoken as `subject:action`."""

from django.db import models

from portal.audit.actors import ActorKind


class Action(models.TextChoices):
    MERCHANT_ADDED = "merchant:added", "Added a merchant"
    MERCHANT_CHANGED = "merchant:changed", "Changed a merchant"
    MERCHANTS_IMPORTED = "merchant:imported", "Imported merchants"
    SYNCHRONISATION_REQUESTED = "stores:requested", "Asked to synchronise stores"
    SYNCHRONISATION_FAILED = "stores:failed", "Stores could not be synchronised"
    STORES_SYNCHRONISED = "stores:synchronised", "Synchronised stores with MobilePay"

    TERMINAL_ADDED = "terminal:added", "Added a terminal"
    TERMINAL_CHANGED = "terminal:changed", "Changed a terminal"

    TOKEN_ISSUED = "token:issued", "Issued an access token"
    TOKEN_RESET = "token:reset", "Reset an access token"
    TOKEN_REVOKED = "token:revoked", "Revoked an access token"
    ENROLMENT_OPENED = "enrolment:opened", "Opened an enrolment window"
    ENROLMENT_CLOSED = "enrolment:closed", "Closed an enrolment window"

    POS_REQUESTED = "pos:requested", "Asked MobilePay for a point of sale"
    POS_REGISTERED = "pos:registered", "Registered a point of sale"
    POS_REFUSED = "pos:refused", "MobilePay refused a point of sale"
    POS_DELETING = "pos:deleting", "Asked MobilePay to delete a point of sale"
    POS_DELETED = "pos:deleted", "Deleted a point of sale"
    POS_KEPT = "pos:kept", "MobilePay refused to delete a point of sale"
    POS_DRIFTED = "pos:drifted", "A point of sale differs from MobilePay's record"
    POS_AGREES = "pos:agrees", "A point of sale agrees with MobilePay's record again"

    WEBHOOK_REGISTERED = "webhook:registered", "Asked a network to tell of what happens"
    WEBHOOK_REMOVED = "webhook:removed", "Told a network to tell no more at an address"
    ACCOUNT_CHECKED = "account:checked", "Tested the connection of an account"

    PAYMENT_NOTED = "payment:noted", "Began a payment"
    PAYMENT_INTENDED = "payment:intended", "Asked MobilePay to change a payment"
    PAYMENT_REFUSED = "payment:refused", "MobilePay refused to change a payment"
    PAYMENT_MOVED = "payment:moved", "A payment changed its state"
    PAYMENT_SUMS_ADOPTED = "payment:sums_adopted", "Took over what was captured at MobilePay directly"
    PAYMENT_RELEASED = "payment:released", "Let go of what a part capture had left"
    PAYMENT_ADOPTED = "payment:adopted", "Adopted a payment that only MobilePay knew"
    PAYMENT_CONTRADICTED = "payment:contradicted", "MobilePay reports a state that cannot follow ours"
    PAYMENT_DISAGREES = "payment:disagrees", "MobilePay reports a payment otherwise than the portal asked for it"
    PAYMENT_AGREES = "payment:agrees", "MobilePay reports a payment as the portal asked for it again"
    STRANGER_CANCELLED = "payment:stranger_cancelled", "Cancelled a payment that only MobilePay knew"
    PAYMENTS_EXPORTED = "payment:exported", "Exported payments"

    REFUND_REQUESTED = "refund:requested", "Asked for a refund"
    REFUND_APPROVED = "refund:approved", "Approved a refund"
    REFUND_MOVED = "refund:moved", "A refund changed its state"
    REFUND_INTENDED = "refund:intended", "Asked MobilePay to change a refund"
    REFUND_REFUSED = "refund:refused", "MobilePay refused to change a refund"
    REFUND_DISAGREES = "refund:disagrees", "MobilePay reports a refund otherwise than the portal asked for it"
    REFUND_AGREES = "refund:agrees", "MobilePay reports a refund as the portal asked for it again"
    REFUND_REVIEWED = "refund:reviewed", "Reviewed an emergency approval"
    REFUNDS_EXPORTED = "refund:exported", "Exported refunds"
    REFUND_POLICY_ASKED = "refund:policy_asked", "Asked to loosen the rules for refunds"
    REFUND_POLICY_ENDED = "refund:policy_ended", "A request to loosen the rules for refunds ended"
    REFUND_POLICY_CHANGED = "refund:policy_changed", "Changed the rules for refunds"

    FIGURES_EXPORTED = "figures:exported", "Exported figures"
    AUDIT_EXPORTED = "audit:exported", "Exported the audit log"

    PERSON_INVITED = "person:invited", "Invited a person"
    PERSON_CHANGED = "person:changed", "Changed a person's role"
    PERSON_REMOVED = "person:removed", "Removed a person"
    PERSON_SIGNED_IN = "person:signed_in", "Signed in"
    SESSION_ENDED = "person:session_ended", "Signed out on another device"
    SIGN_IN_FAILED = "person:sign_in_failed", "Failed to sign in"
    PASSWORD_CHANGED = "person:password_changed", "Changed their password"
    FACTOR_ADDED = "person:factor_added", "Added a second factor"
    FACTOR_REMOVED = "person:factor_removed", "Removed a second factor"
    FACTORS_REMOVED = "person:factors_removed", "Removed somebody's second factor and password"


# What people do with their own accounts: it is written down for no merchant.
OF_NO_MERCHANT = frozenset(
    {
        Action.PERSON_SIGNED_IN,
        Action.SIGN_IN_FAILED,
        Action.PASSWORD_CHANGED,
        Action.FACTOR_ADDED,
        Action.FACTOR_REMOVED,
        Action.SESSION_ENDED,
    }
)
# What every sale at a till leaves: of the till, and of workers where the portal leads its payment.
ROUTINE: dict[str, frozenset[Action]] = {
    ActorKind.TILL: frozenset({Action.PAYMENT_NOTED, Action.PAYMENT_INTENDED, Action.PAYMENT_MOVED}),
    ActorKind.WORKER: frozenset({Action.PAYMENT_INTENDED, Action.PAYMENT_MOVED}),
}


def is_routine(action: str, *, by: str) -> bool:
    return action in ROUTINE.get(by, ())
