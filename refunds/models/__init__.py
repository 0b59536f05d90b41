"""Refunds, and the rules each merchant has for them."""

from refunds.models.policy import Outcome, Policy, PolicyChange, longest_window
from refunds.models.refund import Notice, Refund, RefundEvent

__all__ = ["Notice", "Outcome", "Policy", "PolicyChange", "Refund", "RefundEvent", "longest_window"]
