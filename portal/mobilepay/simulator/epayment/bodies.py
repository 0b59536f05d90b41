"""What the calls' bodies may hold, after the published descriptions.

Two faults of theirs are mended here. A create's customer is said to be exactly one of three forms, none of which
needs anything, so that every customer would fit all three and be refused: here one of the three members must be
there. An entry of the event log is said to need a member that the network does not send since 2023; what it sends is
no request, so nothing here asks for it.
"""

from portal.mobilepay.simulator.epayment.schemas import Flag, Listed, Members, OrNull, Pairs, Schema, Text, Whole

CURRENCIES = ("NOK", "DKK", "EUR")
HIGHEST_AMOUNT = 65_000_000
REFERENCE = r"[a-zA-Z0-9-]{8,64}"

_SUM = Whole()
_NOT_NEGATIVE = OrNull(Whole(least=0))
_ANY_TEXT = OrNull(Text())

_AMOUNT = Members(
    {"currency": Text(options=CURRENCIES), "value": Whole(least=0, most=HIGHEST_AMOUNT)}, ("currency", "value")
)
_CUSTOMER_FORMS: dict[str, Schema] = {
    "phoneNumber": Text(r"[0-9]{9,15}"),
    "personalQr": Text(shortest=5, longest=255),
    "customerToken": Text(shortest=1),
}
_CUSTOMER = Members(_CUSTOMER_FORMS, one_of=tuple(_CUSTOMER_FORMS))

_UNIT_INFO = Members(
    {
        "unitPrice": _NOT_NEGATIVE,
        "quantity": Text(r"[0-9]+(\.[0-9]{1,8})?", longest=10),
        "quantityUnit": OrNull(Text(options=("PCS", "KG", "KM", "MINUTE", "LITRE", "KWH"))),
    },
    ("unitPrice", "quantity"),
)
_ORDER_LINE = Members(
    {
        "name": Text(),
        "id": Text(),
        "totalAmount": _SUM,
        "totalAmountExcludingTax": _SUM,
        "totalTaxAmount": _SUM,
        "taxRate": OrNull(Whole(least=0, most=10_000)),
        "unitInfo": _UNIT_INFO,
        "discount": _NOT_NEGATIVE,
        "productUrl": _ANY_TEXT,
        "isReturn": OrNull(Flag()),
        "isShipping": OrNull(Flag()),
    },
    ("name", "id", "totalAmount", "totalAmountExcludingTax", "totalTaxAmount"),
)
_BOTTOM_LINE = Members(
    {
        "currency": Text(options=CURRENCIES),
        "tipAmount": _NOT_NEGATIVE,
        "posId": _ANY_TEXT,
        "paymentSources": Members({name: OrNull(Whole()) for name in ("giftCard", "card", "voucher", "cash")}),
        "barcode": Members(
            {"format": OrNull(Text(options=("EAN-13", "CODE 39", "CODE 128"))), "data": _ANY_TEXT}, ("format", "data")
        ),
        "receiptNumber": _ANY_TEXT,
    },
    ("currency",),
)

# What only web shops and airlines send is left out: a till that sends it has lost its way.
CREATE = Members(
    {
        "amount": _AMOUNT,
        "customer": _CUSTOMER,
        "minimumUserAge": OrNull(Whole(least=0, most=100)),
        "customerInteraction": Text(options=("CUSTOMER_PRESENT", "CUSTOMER_NOT_PRESENT")),
        "paymentMethod": Members(
            {"type": Text(options=("WALLET", "CARD")), "blockedSources": Listed(Text(options=("COMMERCIAL_CARDS",)))},
            ("type",),
        ),
        "profile": Members({"scope": Text()}),
        "reference": Text(REFERENCE),
        "returnUrl": Text(longest=2500),
        "userFlow": Text(options=("PUSH_MESSAGE", "NATIVE_REDIRECT", "WEB_REDIRECT", "QR")),
        "expiresAt": OrNull(Text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]{8,}([Zz]|[+-][0-9]{2}:[0-9]{2})")),
        "qrFormat": OrNull(
            Members(
                {
                    "format": Text(options=("TEXT/TARGETURL", "IMAGE/SVG+XML", "IMAGE/PNG")),
                    "size": OrNull(Whole(least=100, most=2000)),
                },
                ("format",),
            )
        ),
        "paymentDescription": Text(shortest=3, longest=100),
        "receipt": Members(
            {"orderLines": Listed(_ORDER_LINE, fewest=1), "bottomLine": _BOTTOM_LINE}, ("orderLines", "bottomLine")
        ),
        "metadata": OrNull(Pairs(5, Text(shortest=1, longest=100), Text(longest=500))),
        "receiptUrl": _ANY_TEXT,
    },
    ("amount", "paymentMethod", "reference", "userFlow"),
)
MODIFY = Members({"modificationAmount": _AMOUNT}, ("modificationAmount",))
CANCEL = Members({"cancelTransactionOnly": Flag()})
FORCE_APPROVE = Members({"customer": _CUSTOMER, "token": Text()})
CALLBACK_CODE = Members(
    {"locationDescription": Text(longest=36), "category": Text(options=("IN_STORE", "VENDING"))},
    ("locationDescription",),
)
STICKER = Members({"locationDescription": Text(longest=36)}, ("locationDescription",))
WEBHOOK = Members({"url": Text(shortest=1), "events": Listed(Text(), fewest=1)}, ("url", "events"))
