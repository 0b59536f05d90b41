"""Three merchants, twelve stores, sixty terminals: an import file, always the same.

Kino Nord and Kahvila Pohjoinen sell over ePayment, each store as a sales unit; Bageriet Syd over PoS V10.
"""

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from django.conf import settings

SAMPLE = settings.BASE_DIR / "docs" / "sample-merchants.json"

_MERCHANTS: list[tuple[str, str, str, list[str], list[tuple[str, str, str, str]], list[str]]] = [
    (
        "KINO1",
        "Kino Nord",
        "DK12345678",
        ["DKK"],
        [
            ("Aarhus", "Havnegade 4", "8000", "Aarhus C"),
            ("Randers", "Torvegade 11", "8900", "Randers C"),
            ("Viborg", "Sct. Mathias Gade 50", "8800", "Viborg"),
            ("Aalborg", "Østerågade 3", "9000", "Aalborg"),
            ("Herning", "Østergade 21", "7400", "Herning"),
            ("Silkeborg", "Vestergade 9", "8600", "Silkeborg"),
        ],
        ["Kasse 1", "Kasse 2", "Kasse 3", "Kiosk", "Café", "Selvbetjening"],
    ),
    (
        "BAGER7",
        "Bageriet Syd",
        "DK87654321",
        ["DKK", "EUR"],
        [
            ("Kolding", "Jernbanegade 2", "6000", "Kolding"),
            ("Sønderborg", "Perlegade 30", "6400", "Sønderborg"),
            ("Tønder", "Storegade 14", "6270", "Tønder"),
            ("Padborg", "Nørregade 1", "6330", "Padborg"),
        ],
        ["Disken", "Disken 2", "Café", "Varevogn"],
    ),
    (
        "KAHVI3",
        "Kahvila Pohjoinen",
        "FI23456789",
        ["EUR"],
        [
            ("Helsinki", "Aleksanterinkatu 15", "00100", "Helsinki"),
            ("Tampere", "Hämeenkatu 9", "33100", "Tampere"),
        ],
        ["Kassa 1", "Kassa 2", "Terassi", "Take away"],
    ),
]


# The first sales unit of each merchant at ePayment; the others are numbered on.
_UNITS = {"KINO1": 215601, "KAHVI3": 215801}


def document(*, is_all_at_posv10: bool = False) -> dict[str, Any]:
    """The content of the import file; the merchants of docs/sample-merchants.json keep their ids."""
    known = {merchant["bioCode"]: merchant for merchant in json.loads(SAMPLE.read_text(encoding="utf-8"))["merchants"]}
    merchants = []
    for bio_code, name, vat_number, currencies, places, registers in _MERCHANTS:
        stores: list[dict[str, Any]] = [
            {
                "storeId": _id(bio_code, town),
                "name": f"{name} {town}",
                "brandName": name,
                "street": street,
                "zipCode": zip_code,
                "city": city,
                "terminals": [
                    {"terminalId": _id(bio_code, town, register), "name": register} for register in registers
                ],
            }
            for town, street, zip_code, city in places
        ]
        for number, store in enumerate(stores):
            is_at_posv10 = is_all_at_posv10 or bio_code not in _UNITS
            at = {"provider": "posv10"} if is_at_posv10 else {"merchantSerialNumber": str(_UNITS[bio_code] + number)}
            store.update(at)
        for store, sample in zip(stores, known.get(bio_code, {"stores": []})["stores"], strict=False):
            store["storeId"] = sample["storeId"]
            for terminal, sample_terminal in zip(store["terminals"], sample["terminals"], strict=False):
                terminal["terminalId"] = sample_terminal["terminalId"]
        merchants.append(
            {
                "bioCode": bio_code,
                "name": name,
                "vatNumber": vat_number,
                "currencies": currencies,
                "stores": stores,
            }
        )
    return {"merchants": merchants}


def _id(*names: str) -> str:
    return str(uuid5(NAMESPACE_DNS, ".".join(names)))


def write(*, is_all_at_posv10: bool = False) -> Path:
    """Write the import file into VAR_DIR."""
    path = file()
    path.write_text(json.dumps(document(is_all_at_posv10=is_all_at_posv10)), encoding="utf-8")
    return path


def file() -> Path:
    """Where the import file is, once it is written."""
    return Path(settings.VAR_DIR / "merchants.json")
