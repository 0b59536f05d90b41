import pytest

FOYER = {
    "storeId": "11111111-1111-4111-8111-111111111111",
    "storeName": "Foyer",
    "storeStreet": "Algade 1",
    "storeZipCode": "9000",
    "storeCity": "Aalborg",
    "brandName": "Nord",
    "merchantBrandId": "POSDK12345",
    "merchantLocationId": "00007",
}
KIOSK_ID = "22222222-2222-4222-8222-222222222222"


def test_a_store_is_shown_whole(api):
    answer = api.get(f"/stores/{FOYER['storeId'].upper()}")

    assert answer.body == FOYER


@pytest.mark.parametrize(
    "store_id", ["99999999-9999-4999-8999-999999999999", "33333333-3333-4333-8333-333333333333", "x"]
)
def test_a_store_of_nobody_or_of_others_is_not_found(api, store_id):
    answer = api.get(f"/stores/{store_id}")

    assert (answer.status, answer.text) == (404, b"")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [FOYER["storeId"], KIOSK_ID]),
        ({"merchantBrandId": "POSDK12345"}, [FOYER["storeId"]]),
        ({"merchantBrandId": "POSDK12345", "merchantLocationId": "00007"}, [FOYER["storeId"]]),
        ({"merchantBrandId": "POSDK12345", "merchantLocationId": "00008"}, []),
        ({"merchantBrandId": "MPPOS99999"}, []),
    ],
)
def test_stores_are_found_by_brand_and_location(api, query, expected):
    plain, detailed = api.get("/stores", **query), api.get("/stores/detailed", **query)

    assert plain.body == {"storeIds": expected}
    assert [store["storeId"] for store in detailed.body] == expected


def test_detailed_stores_are_shown_whole(api):
    answer = api.get("/stores/detailed", merchantBrandId="POSDK12345")

    assert answer.body == [FOYER]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"merchantBrandId": "POSDK1234"}, "1119"),
        ({"merchantBrandId": "XXXXX12345"}, "1119"),
        ({"merchantBrandId": "POSDK12345", "merchantLocationId": "7"}, "1120"),
        ({"merchantLocationId": "00007"}, "1122"),
    ],
)
@pytest.mark.parametrize("path", ["/stores", "/stores/detailed"])
def test_a_store_filter_must_be_specific_and_well_formed(api, path, query, code):
    answer = api.get(path, **query)

    assert answer.outcome == (400, code)
