"""Merchants, their accounts at networks, stores, terminals, points of sale, and access tokens."""

from terminals.models.merchants import Merchant, ProviderAccount, Store, Synchronisation
from terminals.models.terminals import (
    LONGEST_QR_CONTENT,
    CheckIn,
    LastCall,
    PointOfSale,
    RefusedTill,
    Terminal,
)
from terminals.models.tokens import AccessToken

__all__ = (
    "LONGEST_QR_CONTENT",
    "AccessToken",
    "CheckIn",
    "LastCall",
    "Merchant",
    "PointOfSale",
    "ProviderAccount",
    "RefusedTill",
    "Store",
    "Synchronisation",
    "Terminal",
)
