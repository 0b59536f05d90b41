"""What can be done with refunds: people agree on one, then note what we want, speak to MobilePay, apply its answer."""
