"""What a till reads about how a refund stands: the contract's words, and what each asks of the till."""

STATUS_WORDS = (
    (
        "AwaitingApproval",
        "It is above what a till may give back by itself or in a day, and waits for people in the back office.",
    ),
    ("Rejected", "People declined it, or let it lapse. Nothing goes back."),
    ("Initiated", "It is on its way to MobilePay, or waits until the store's balance is high enough: ask again."),
    ("Reserved", "MobilePay holds the money for it: capture it, or cancel it."),
    ("Captured", "The customer has the money back. This is the end."),
    ("CancelledByClient", "The shop cancelled or withdrew it. Nothing goes back."),
    ("CancelledByMobilePay", "MobilePay did not take it, or ended it. Nothing goes back."),
    ("ExpiredAndCaptured", "Nobody captured it in time, and MobilePay paid it out: the customer has the money back."),
)
