"""What happened to a payment, step by step: who did it, what MobilePay answered, what its support will ask for."""

from payments import tasks
from payments.models import Payment
from payments.services import timeline
from portal.audit.models import Entry
from tests.pages import all_of, said, words
from tests.payments.posv10_calls import CAPTURE, UNKNOWN, start_behind_our_back
from tests.payments.till_sequences import capture, prepare, ready, reserve
from tests.places import new_counter, sold


def path(payment_id):
    return f"payments/{payment_id}/"


def told(page):
    """The steps as they stand on the page, without their times and ids."""
    steps = []
    for step in all_of(page, "ol[@class='steps']/li"):
        title, *more = words(step).split(" · ")
        steps.append((title.rsplit(" ", 1)[0], *more[:1], *[each.rpartition(" ")[0] for each in more[1:]]))
    return steps


def steps_of(payment_id):
    steps = timeline.steps(Payment.objects.get(pk=payment_id))
    return [(step.title, step.who, step.answer) for step in steps]


def test_a_sale_is_told_from_its_beginning_to_the_capture_by_a_person(administrator, till, customer):
    payment_id = reserve(till, customer)
    administrator.post(f"payments/{payment_id}/capture/", amount="27.06")

    assert steps_of(payment_id) == [
        ("Begun", "till Kasse 1", "the till asked for it"),
        ("Waiting for the customer", "till Kasse 1", "MobilePay accepted it"),
        ("The customer accepted: the money is reserved", "till Kasse 1", "MobilePay reported it"),
        ("Asked MobilePay to capture", "anna@kino.example", "27.06\u00a0DKK"),
        ("Captured", "anna@kino.example", "captured 27.06 DKK"),
    ]


def test_a_prepared_sale_is_told_with_its_amount(till):
    payment_id = prepare(till)["paymentId"]
    ready(till, payment_id)

    assert [step[0] for step in steps_of(payment_id)] == [
        "Begun",
        "Prepared: the amount comes later",
        "Told MobilePay the amount",
        "Waiting for the customer",
    ]


def test_a_cancellation_is_told_with_who_asked_for_it(administrator, till):
    payment_id = till.start()["paymentId"]
    administrator.post(f"payments/{payment_id}/cancel/")

    assert steps_of(payment_id)[2:] == [
        ("Asked MobilePay to cancel", "anna@kino.example", ""),
        ("Cancelled by the shop", "anna@kino.example", "cancelled"),
    ]


def test_every_step_has_the_correlation_id_that_mobilepay_saw(administrator, till, customer, simulator):
    payment_id = reserve(till, customer)
    administrator.post(f"payments/{payment_id}/capture/", amount="27.06")
    [call] = simulator.calls.find(*CAPTURE)

    *earlier, asked, captured = timeline.steps(Payment.objects.get())

    assert asked.correlation_id == captured.correlation_id == call.correlation_id
    shown = [each.get("title") for each in all_of(administrator.get(path(payment_id)), "ol//code")]
    assert shown == [step.correlation_id for step in (*earlier, asked, captured)]


def test_a_refusal_is_told_with_mobilepays_code(administrator, till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("refuse", *CAPTURE, status=409, code="1305")
    capture(till, payment_id)
    page = administrator.get(path(payment_id))

    entry = Entry.objects.get(action="payment:refused")
    *_, refused = timeline.steps(Payment.objects.get())

    assert refused.is_trouble
    assert (refused.title, refused.answer) == (
        "MobilePay refused to change a payment",
        f"{entry.details['mobilepay']} 1305",
    )
    assert refused.correlation_id == entry.details["correlation_id"]
    assert len(all_of(page, "li", "trouble")) == 1


def test_a_refusal_without_a_correlation_id_of_theirs_shows_ours(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("refuse", *CAPTURE, status=403, code=UNKNOWN)
    capture(till, payment_id)
    entry = Entry.objects.get(action="payment:refused")

    *_, refused = timeline.steps(Payment.objects.get())

    assert refused.correlation_id == (entry.details["correlation_id"] or entry.request_id)
    assert refused.correlation_id != ""


def test_a_contradiction_is_told_as_trouble(merchants):
    payment = sold(new_counter(merchants["KINO1"]), "order-1", state="CancelledByClient")
    Entry.objects.create(
        action="payment:contradicted",
        actor_kind="worker",
        actor="worker",
        subject_kind="payment",
        subject_id=str(payment.pk),
        details={"ours": "CancelledByClient", "theirs": "Reserved", "amount": "27.06 DKK"},
        request_id="request-1",
    )

    [step] = timeline.steps(payment)

    assert (step.title, step.who, step.answer, step.is_trouble, step.correlation_id) == (
        "MobilePay reports a state that cannot follow ours",
        "worker",
        "Reserved 27.06\u00a0DKK",
        True,
        "request-1",
    )


def test_an_age_restriction_is_trouble(merchants):
    payment = sold(new_counter(merchants["KINO1"]), "order-1", state="RejectedByMobilePayDueToAgeRestrictions")
    payment.events.create(from_state="Initiated", to_state=payment.state, actor_kind="worker", actor="worker")

    [step] = timeline.steps(payment)

    assert (step.title, step.is_trouble) == ("Rejected: age restriction", True)


def test_an_adopted_payment_says_where_it_was_found(administrator, till, pos, customer, simulator):
    start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()
    tasks.adopt_orphaned_reservations()

    [step] = timeline.steps(Payment.objects.get())

    assert (step.title, step.who, step.answer) == (
        "The customer accepted: the money is reserved",
        "worker",
        "found at MobilePay only",
    )


def test_a_payment_of_which_nothing_is_written_down_says_so(clerk, merchants):
    payment = sold(new_counter(merchants["KINO1"]), "order-1")

    assert said(clerk.get(path(payment.pk)), "ol[@class='steps']/li") == ["Nothing is written down."]


def test_another_payments_steps_do_not_mix_in(clerk, merchants, till, customer):
    payment_id = reserve(till, customer)
    other = sold(new_counter(merchants["BAGER7"]), "theirs")
    other.events.create(to_state="Captured", cause="theirs", actor_kind="worker", actor="worker")

    assert [answer for _, _, answer in steps_of(other.pk)] == ["theirs"]
    assert len(steps_of(payment_id)) == 3


def test_the_steps_stand_on_the_page_in_the_same_words(clerk, till):
    payment_id = till.start()["paymentId"]

    page = clerk.get(path(payment_id))

    assert told(page) == [
        ("Begun", "till Kasse 1", "the till asked for it"),
        ("Waiting for the customer", "till Kasse 1", "MobilePay accepted it"),
    ]


def test_a_longer_story_takes_no_more_questions_to_the_database(
    clerk, merchants, django_assert_num_queries, django_assert_max_num_queries
):
    payment = sold(new_counter(merchants["KINO1"]), "order-1")
    with django_assert_max_num_queries(12) as few:
        clerk.get(path(payment.pk))
    for _ in range(50):
        payment.events.create(to_state="Captured", cause="again", actor_kind="worker", actor="worker")

    with django_assert_num_queries(len(few)):
        page = clerk.get(path(payment.pk))

    assert len(all_of(page, "ol[@class='steps']/li")) == 50
