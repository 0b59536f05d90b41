"""Refunds, and the rules each merchant has for them."""

from refunds.models.policy import Outcome, Policy, PolicyChange, longest_window, usual_window
from refunds.models.refund import Notification, Refund, RefundEvent

__all__ = [
    "Notification",
    "Outcome",
    "Policy",
    "PolicyChange",
    "Refund",
    "RefundEvent",
    "longest_window",
    "usual_window",
]
