"""What people read about a refund, step by step."""

from portal import clock
from refunds.services import approvals, timeline
from tests.refunds.scenarios import ask, fresh, work


def test_what_mobilepay_refused_stands_among_the_steps_with_its_words(sold, clerk, approver, simulator):
    refund = ask(sold, clerk, 500)
    approvals.approve(refund=refund, by=approver.user, now=clock.now())
    simulator.faults.add("refuse", "POST", ".*/capture", code="1351")

    work()

    steps = [(step.title, step.who, step.is_trouble) for step in timeline.steps(fresh(refund))]
    assert steps == [
        ("Asked for", "carl@kino.example", False),
        ("Approved: the portal pays it back", "asta@kino.example", False),
        ("MobilePay is told", "worker", False),
        ("MobilePay has it", "worker", False),
        ("MobilePay has reserved the money", "worker", False),
        ("Asked MobilePay to pay it out", "worker", False),
        ("MobilePay refused to change a refund", "worker", True),
    ]
    assert "1351" in timeline.steps(fresh(refund))[-1].answer
