"""A day at the head office: everything that tills can manage by API, done in a browser and found in the audit log."""

from portal import clock
from terminals.models import PointOfSale, Synchronisation, Terminal
from terminals.services import synchronisation
from tests.pages import all_of, facts, filled, one, said, table, words
from tests.shop import KINO, Customer, Till

TERMINAL = KINO["stores"][0]["terminals"][0]["terminalId"]


def secret(page):
    return words(one(page, "div[@class='secret']//code"))


def deeds(person):
    """Who did what, oldest first, as the audit log's page tells it."""
    rows = all_of(person.get("audit/"), "tbody/tr")
    told = [[_first_line(cell) for cell in row.iterfind("td")] for row in reversed(rows)]
    return [(who, what) for _, who, what, *_ in told]


def _first_line(cell):
    """What a cell says, without what stands small below it."""
    return "".join([cell.text or "", *("".join(each.itertext()) for each in cell if each.tag == "bdi")]).strip()


def test_an_administrator_manages_a_till_from_its_first_day_to_its_last(administrator, merchants, simulator):
    terminal = Terminal.objects.get(terminal_id=TERMINAL)
    page = f"terminals/{terminal.pk}/"
    till = Till(secret(administrator.send("token/create/")), TERMINAL)
    administrator.send(f"{page}register/")
    pos = PointOfSale.objects.get()
    with simulator.world.present():
        [record] = simulator.world.points_of_sale
        record.name = "Bar"
    administrator.post(f"{page}compare/")
    compared = administrator.get(page)
    administrator.post("stores/synchronise/")
    synchronisation.run(run_id=Synchronisation.objects.get().pk, now=clock.now())
    stores = administrator.get("stores/")
    store = facts(administrator.get(f"stores/{terminal.store_id}/"))
    Customer(simulator.url, pos.beacon_id).checks_in()
    checked_in = administrator.get(f"{page}check-in/")
    sold = till.start()
    administrator.send(f"payments/{sold['paymentId']}/cancel/")
    reset = filled(administrator.get("token/reset/"), reason="the till was stolen")
    new = Till(secret(administrator.send("token/reset/", **reset)), TERMINAL)
    seen_by_tills = [till.start("order-2").status, new.get("manage/stores").status]
    administrator.send(f"{page}delete/", **filled(administrator.get(f"{page}delete/")))

    assert table(compared)[0] == ["Kasse 1", "Bar"]
    assert table(stores)[0][:4] == ["Kino Nord Aarhus", "2", "8000 Aarhus C", "1"]
    assert store["Address"] == "Havnegade 4, 8000 Aarhus C"
    assert said(checked_in, "span", "tag") == ["Somebody is checked in"]
    assert seen_by_tills == [401, 200]
    assert new.start("order-3").codes == ["pos_missing"]
    assert [what for who, what in deeds(administrator) if who == "anna@kino.example"] == [
        "Issued an access token",
        "Asked MobilePay for a point of sale",
        "Registered a point of sale",
        "A point of sale differs from MobilePay's record",
        "Asked to synchronise stores",
        "Synchronised stores with MobilePay",
        "Asked MobilePay to change a payment",
        "A payment changed its state",
        "Reset an access token",
        "Issued an access token",
        "Asked MobilePay to delete a point of sale",
        "Deleted a point of sale",
    ]
