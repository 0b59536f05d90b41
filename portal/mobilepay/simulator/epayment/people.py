"""Customers: whoever has a phone number, and a code of their own in the app."""

from portal.mobilepay.simulator.epayment.codes import Code, problem

OWN_CODE_ROOT = "https://qr.vipps.no/p/"
COUNTRIES = ("45", "46", "47", "298", "299", "358")
# Numbers that end like this are nobody's: whoever has them has no app.
WITHOUT_APP = "0000"


def msisdn(phone_number: str) -> str:
    """The number as this network writes it: `4520031801` for `+4520031801`."""
    return phone_number.removeprefix("+")


def own_code(phone_number: str) -> str:
    """What the code says that the customer shows to a scanner."""
    return OWN_CODE_ROOT + msisdn(phone_number)


def by_own_code(content: str) -> str:
    """Whose code it is; 4060 when it is nobody's."""
    number = content.removeprefix(OWN_CODE_ROOT)
    if number == content or not number.isdecimal():
        raise problem(Code.PERSONAL_QR)
    return number


def check_phone_number(number: str) -> str:
    """The number again; 4070 for one of no country of ours, 7010 for somebody without the app."""
    if not number.startswith(COUNTRIES):
        raise problem(Code.PHONE_NUMBER)
    if number.endswith(WITHOUT_APP):
        raise problem(Code.NO_SUCH_CUSTOMER)
    return number
