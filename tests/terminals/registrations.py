"""What a till asks about its point of sale, and what MobilePay has of it then."""

from tests.tillapi.raw_calls import as_json, as_query, call

UPSTREAM = "/pos/v10/pointofsales"
ONE = f"{UPSTREAM}/[^/]+"
KEY = "0f2c3a52-7d0e-4b8f-9a41-0c5d2e7b1aff"


def manage(till, method="POST", path="manage/create"):
    encode = as_json if method == "POST" else as_query
    return call(method, path, token=till.token, **encode([("terminalId", till.terminal_id)]))


def registered(simulator):
    with simulator.world.present():
        return [pos.pos_id for pos in simulator.world.points_of_sale]
