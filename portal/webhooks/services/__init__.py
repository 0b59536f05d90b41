"""What can be done with deliveries and with the registrations that they come by."""
