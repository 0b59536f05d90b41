"""The service module: everything the portal says to MobilePay, in pure Python."""
