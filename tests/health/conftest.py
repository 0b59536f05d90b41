"""The database's clock, which tests that let time pass must take along: it runs beside ours, or as far off as asked."""

from datetime import timedelta

from django.db import connection
import pytest

from portal import clock

ASKED = {
    "sqlite": ("STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW')", "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"),
    "postgresql": ("STATEMENT_TIMESTAMP()", "CLOCK_TIMESTAMP()"),
}
TOLD = {"sqlite": "'{:%Y-%m-%d %H:%M:%S.%f}'", "postgresql": "TIMESTAMPTZ '{:%Y-%m-%d %H:%M:%S.%f}+00'"}


class DatabaseClock:
    ahead = timedelta(0)

    def move(self, **ahead):
        """Let it run so far ahead of ours."""
        self.ahead = timedelta(**ahead)

    def tell(self, execute, sql, params, many, context):
        told = TOLD[connection.vendor].format(clock.now() + self.ahead)
        for asked in ASKED[connection.vendor]:
            sql = sql.replace(asked, told)
        return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def database_clock():
    told = DatabaseClock()
    with connection.execute_wrapper(told.tell):
        yield told
