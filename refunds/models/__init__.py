"""Refunds, and the rules each merchant has for them."""

from refunds.models.policy import LONGEST_WINDOW, Outcome, Policy, PolicyChange
from refunds.models.refund import Notice, Refund, RefundEvent

__all__ = ["LONGEST_WINDOW", "Notice", "Outcome", "Policy", "PolicyChange", "Refund", "RefundEvent"]
