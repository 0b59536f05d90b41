"""What can be done with payments: note what we want, speak to MobilePay, apply its answer."""
