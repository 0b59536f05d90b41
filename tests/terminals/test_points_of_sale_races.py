"""Somebody else registers or ends a point of sale at the same moment."""

from django.db import connection

from terminals.models import PointOfSale
from terminals.states import PosState


def test_a_registration_beside_one_that_is_refused_at_that_moment_does_not_fail(new_till, simulator):
    simulator.faults.add("cut_before", "POST", "/pos/v10/pointofsales", times=3)
    new_till.post("manage/create", terminalId=new_till.terminal_id)
    ended = []

    def refuse_it_first(execute, sql, params, many, context):
        is_question = sql.startswith("SELECT") and 'FROM "terminals_pointofsale"' in sql
        if is_question and not ended:
            ended.append(PointOfSale.objects.update(state=PosState.REFUSED, due_at=None))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse_it_first):
        answer = new_till.post("manage/create", terminalId=new_till.terminal_id)

    assert ended == [1]
    assert answer.status == 200
    states = PointOfSale.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PosState.REFUSED, PosState.REGISTERED]
