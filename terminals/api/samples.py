"""A point of sale with its store, and who stands before it, for examples; none of them is ever stored."""

from portal.mobilepay.types import CheckIn, Customer, PointOfSaleInfo
from portal.tillapi.examples import CUSTOMER, HOST, POS_ID, RECEIPT, STORE_ID, TERMINAL_ID, TOKEN
from terminals.models import PointOfSale, Store

_BEACON_ID = "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b"

STORE = Store(
    store_id=STORE_ID,
    name="Kino Nord Aarhus",
    street="Havnegade 4",
    zip_code="8000",
    city="Aarhus C",
    brand_name="Kino Nord",
    brand_id="POSDK99999",
    location_id="00001",
)
POS = PointOfSale(pos_id=POS_ID, beacon_id=_BEACON_ID, name="Kasse 1")
POS_AT_MOBILEPAY = PointOfSaleInfo(
    pos_id=str(POS_ID),
    merchant_pos_id=TERMINAL_ID,
    store_id=STORE_ID,
    name="Kasse 1",
    beacon_id=_BEACON_ID,
    beacon_types=("QR",),
    require_payment_before_check_in=False,
    callback_alias=None,
)
CHECKED_IN = CheckIn(
    is_user_checked_in=True,
    poll_delay_ms=1000,
    customer=Customer(
        token=CUSTOMER,
        receipt_token=RECEIPT,
        loyalty_ids=("123456",),
    ),
)
QR_CODE = {"qrcodeImagelink": f"https://{HOST}/qr/c2lnbmVk.png"}
NEW_TOKEN = {"message": TOKEN}
INFORMATION = {"posInformation": POS_AT_MOBILEPAY}
STORES = {"storesIds": [STORE_ID]}
STORE_INFORMATION = {"storeInformation": STORE}
CHECK_IN = {"checkInStatus": CHECKED_IN}
