"""What people, tills, customers and bad luck do with a portal that runs."""

import json
import re
from uuid import UUID

from tests.security.programs import until
from tests.security.staff import newest_link
from tests.security.whole_run import ADMINISTRATOR, LOYAL, RECEIPTS, secret_of
from tests.shop import KINO, Customer
from tests.tillapi.endpoints import ENDPOINTS
from tests.tillapi.raw_calls import as_form, as_xml

TERMINAL = KINO["stores"][0]["terminals"][0]["terminalId"]
STORE = KINO["stores"][0]["storeId"]
# What a till is told of its own customers.
CUSTOMERS = {"customer's token", "customer's receipt token", "member's token", "loyalty id"}
TOKEN = re.compile(r"mpp_[0-9A-Za-z]{10}_[0-9A-Za-z]{38}")
PAGES = ["", "payments/", "payments/export.csv", "refunds/", "terminals/", "merchant/", "token/", "people/", "audit/"]


def reserve(run, order, amount, phone):
    payment = run.till("payment/start", orderId=order, amount=amount, terminalId=TERMINAL)["paymentId"]
    [[beacon]] = run.rows("SELECT beacon_id FROM terminals_pointofsale")
    customer = Customer(f"http://127.0.0.1:{run.mobilepay_port}", beacon, phone)
    customer.checks_in()
    run.till("manage/checkInStatus/byterminalId", own=CUSTOMERS, terminalId=TERMINAL)
    customer.accepts()
    until(lambda: run.till("payment/status", paymentId=payment)["status"] == "Reserved")
    return payment


def sell(run):
    """A sale and a refund that wait for nothing; gives a right value for every parameter."""
    assert run.till("manage/create", terminalId=TERMINAL)["success"]
    payment = reserve(run, "sold", "1000.00", LOYAL)
    assert run.till("payment/capture", paymentId=payment)["success"]
    assert run.till("payment/details", own=CUSTOMERS, paymentId=payment)["paymentDetails"]["customerToken"]
    small = run.till("refund/create", paymentId=payment, refundOrderId="small", amount="5.00")["refundId"]
    [[pos]] = run.rows("SELECT pos_id FROM terminals_pointofsale")
    return {
        "amount": "5.00",
        "orderId": "sold",
        "paymentId": payment,
        "refundId": small,
        "refundOrderId": "small",
        "posId": str(UUID(pos)),
        "storeId": STORE,
        "terminalId": TERMINAL,
        "state": "Captured",
        "bioCode": "KINO1",
    }


def call_in_every_form(run, right):
    """Every endpoint by every method, with the token in the header, in the query and in each kind of body."""
    header = {"Authorization": f"Bearer {run.token}"}
    for endpoint in ENDPOINTS:
        if endpoint.path in {"manage/token/reset", "manage/delete"}:
            continue
        own = CUSTOMERS if "details" in endpoint.path or "checkIn" in endpoint.path else set()
        given = {name: right[name] for name in endpoint.parameters if name in right}
        old = {**given, "accessToken": run.token, "bioCode": "KINO1"}
        path = f"/api/pos/{endpoint.path}"
        for method in endpoint.methods.split():
            run.ask(method, path, own=own, params=given, headers=header)
            run.ask(method, path, own=own, params=old)
            if method == "POST":
                run.ask(method, path, json=old)
                for encoded in (as_form(old.items()), as_xml(old.items())):
                    run.ask(method, path, data=encoded["body"], headers={"Content-Type": encoded["content_type"]})
    for payment in run.till("payments", terminalId=TERMINAL)["paymentsIds"]:
        assert run.till("payment/cancel", paymentId=payment)["success"]


def call_wrongly(run):
    """The token where it has no business to be, and texts that are nearly the token."""
    token, start = run.token, "/api/pos/payment/start"
    wrong = f"{token[:-1]}{'a' if token[-1] != 'a' else 'b'}"
    for text in (wrong, token[:-6], f" {token} {token}", token.swapcase()):
        run.ask("GET", "/api/pos/manage/stores", headers={"Authorization": f"Bearer {text.strip()}"})
        run.ask("GET", "/api/pos/manage/stores", params={"accessToken": text, "bioCode": "KINO1"})
        run.ask("POST", "/api/pos/manage/token/reset", json={"bioCode": "KINO1", "previousAccessToken": text})
    bodies = [
        ("application/json", f'{{"accessToken": "{token}", "orderId": '),
        ("application/json", json.dumps({"accessToken": [token], "orderId": {"x": token}, "amount": token})),
        ("application/json", json.dumps([token])),
        ("application/xml", f"<call><accessToken>{token}</orderId></call>"),
        ("application/xml", f'<!DOCTYPE a [<!ENTITY b "{token}">]><call><accessToken>&b;</accessToken></call>'),
        ("application/x-www-form-urlencoded", f"accessToken={token}&accessToken={token}&orderId=%ff"),
        ("text/csv", token),
        ("application/json", json.dumps({"accessToken": token, "orderId": "x" * 70_000})),
    ]
    for content_type, body in bodies:
        run.ask("POST", start, data=body, headers={"Content-Type": content_type})
        run.ask("POST", start, data=body, headers={"Content-Type": content_type, "Authorization": f"Bearer {token}"})
    run.ask("GET", start, params={"accessToken": token, "orderId": token, "terminalId": token, "amount": token})
    for path in ("/api/pos/nothing", "/api/pos", "/nothing/", "/merchants/", "/api/docs/", "/metrics"):
        # A page that leads back to where its reader was repeats the reader's own address.
        own = {"issued token"} if path in {"/merchants/", "/api/docs/"} else set()
        run.ask("GET", path, own=own, params={"accessToken": token})
    run.ask("PATCH", start, params={"accessToken": token}, json={"accessToken": token})
    run.ask("GET", "/health/ready", headers={"Authorization": f"Bearer {token}"})
    run.ask("GET", "/metrics", headers={"Authorization": f"Bearer {run.secrets['METRICS_TOKEN'][:-1]}"})
    run.ask("GET", "/metrics", params={"token": run.secrets["METRICS_TOKEN"]})
    run.ask("GET", "/metrics", headers={"Authorization": f"Bearer {run.secrets['METRICS_TOKEN']}"})


def have_bad_luck(run, asta, right):
    """MobilePay refuses, garbles, forgets its tokens and falls silent; then the mail server refuses a letter."""
    payment = reserve(run, "unlucky", "27.06", RECEIPTS)
    for kind, more in (("refuse", {"status": 401}), ("garble", {}), ("refuse", {"status": 409, "code": "1050"})):
        run.mobilepay("faults", kind=kind, path="/pos/v10/.*", **more)
        run.till("manage/terminal/information", terminalId=TERMINAL)
    run.note_access_token("MobilePay's token")
    for kind, more in (("garble", {"times": 1}), ("refuse", {"status": 401, "times": 1}), ("cut_before", {"times": 3})):
        run.mobilepay("tokens/expire")
        run.mobilepay("faults", kind=kind, path="/integrator-authentication/.*", **more)
        run.till("manage/terminal/information", terminalId=TERMINAL)
    run.mobilepay("faults", kind="cut_after", method="POST", path="/pos/v10/payments/[^/]+/capture", times=4)
    assert run.till("payment/capture", paymentId=payment)["errorCodes"] == ["outcome_unknown"]
    until(lambda: run.rows("SELECT count(*) FROM payments_payment WHERE state = 'Captured'") == [(2,)])
    run.note_access_token("MobilePay's newer token")
    known = newest_link(run)
    run.mail.is_refusing = True
    proofs = len(run.mail.proofs)
    assert run.till("refund/create", paymentId=right["paymentId"], refundOrderId="large", amount="600.00")["success"]
    asta.post("/accounts/password/reset/", email=ADMINISTRATOR)
    until(lambda: len(run.mail.proofs) > proofs, seconds=30)
    run.mail.is_refusing = False
    until(lambda: newest_link(run) != known, seconds=30)


def ask_the_wrong_process(run, pia, right):
    """One that has another encryption key fails, in the till API and on a page."""
    header = {"Authorization": f"Bearer {run.token}"}
    for path, name in (("payment/details", "paymentId"), ("manage/checkInStatus/byposId", "posId")):
        asked = {"params": {name: right[name], "accessToken": run.token}, "headers": header}
        answer = run.ask("GET", f"/api/pos/{path}", port=run.wrong_port, **asked)
        assert answer.status_code == 500
    session = {"sessionid": pia.browser.cookies["sessionid"]}
    page = run.ask("GET", f"/merchants/1/payments/{right['paymentId']}/", port=run.wrong_port, cookies=session)
    assert page.status_code == 500


def replace_tokens(run, pia):
    """By the back office, by a till, and by a till of the other merchant that has none yet."""
    pia.proves_it_again()
    shown = TOKEN.search(pia.post("/merchants/1/token/reset/", reason="The till was stolen."))[0]
    run.remember("reset on the page", secret_of(shown))
    asked = {"bioCode": "KINO1", "previousAccessToken": shown}
    run.token = run.ask("POST", "/api/pos/manage/token/reset", own={"reset by a till"}, json=asked).json()["message"]
    run.remember("reset by a till", secret_of(run.token))
    pia.post_bare("/merchants/2/token/open-enrolment/")
    pia.post("/merchants/2/token/open-enrolment/")
    enrolled = run.ask("POST", "/api/pos/manage/token", own={"enrolled"}, json={"bioCode": "BAGER7"}).json()["message"]
    run.remember("enrolled", secret_of(enrolled))
    return enrolled


def misread_addresses(run, token):
    """A token where a path should go on, and a letter's link that an office program looks behind."""
    for path in ("/api/pos/{}", "/api/pos/payment/{}/", "/{}/", "/merchants/{}/", "/qr/{}.png", "/static/{}.css"):
        assert run.ask("GET", path.format(token), own={"enrolled"}).status_code == 404
    link = newest_link(run)
    run.remember("link in the newest letter", link.strip("/").rpartition("/")[2].split("-", 1)[1])
    assert run.ask("PROPFIND", link, own={"link in the newest letter"}).status_code == 403


def look_around(run, pia):
    for page in PAGES:
        pia.get(f"/merchants/1/{page}")
        pia.get(f"/merchants/2/{page}")
    pia.get("/audit/")
    pia.get(f"/merchants/1/audit/export.csv?actor={ADMINISTRATOR}")
    run.ask("GET", "/metrics", headers={"Authorization": f"Bearer {run.secrets['METRICS_TOKEN']}"})
