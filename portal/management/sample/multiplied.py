"""Makes millions of rows out of thousands, inside the database: writing them one by one would take hours."""

from django.db import connection, models

from payments.models import Payment
from portal.audit.models import Entry

# So many copies of each row are written by one statement.
_STRIDE = 100
# Each copy lies so much further back than the one before it.
_DAYS_BETWEEN = 2
_SERIES = {
    "postgresql": "SELECT generate_series({first}, {last}) AS n",
    "sqlite": "WITH RECURSIVE c(n) AS (VALUES ({first}) UNION ALL SELECT n + 1 FROM c WHERE n < {last}) SELECT n"
    " FROM c",
}
_ID = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}
_ID_AS_TEXT = {"postgresql": "gen_random_uuid()::text", "sqlite": "lower(hex(randomblob(16)))"}
_EARLIER = {
    "postgresql": "{column} - n * interval '{days} days'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || (n * {days}) || ' days')",
}
_AMOUNTS = {
    # As many different amounts as a real shop has.
    "amount_minor": "amount_minor + n % 90",
    "captured_minor": "CASE WHEN captured_minor = amount_minor THEN captured_minor + n % 90 ELSE captured_minor END",
}


def multiply(*, copies: int) -> None:
    """Copy all payments and audit rows that often into the years before; every copy has ids of its own."""
    vendor = connection.vendor
    text_id = _ID_AS_TEXT[vendor]
    payment = {"id": _ID[vendor], "remote_id": text_id, "order_id": "order_id || '-' || n", **_AMOUNTS}
    _copy(Payment, {**payment, **_earlier("created_at", "changed_at")}, copies)
    _copy(Entry, {"subject_id": text_id, "request_id": text_id, **_earlier("at")}, copies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _earlier(*columns: str) -> dict[str, str]:
    return {column: _EARLIER[connection.vendor].format(column=column, days=_DAYS_BETWEEN) for column in columns}


def _copy(model: type[models.Model], own: dict[str, str], copies: int) -> None:
    meta = model._meta  # noqa: SLF001 - Django's documented access
    columns = [str(field.column) for field in meta.concrete_fields if not isinstance(field, models.AutoField)]
    values = ", ".join(own.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE seed AS SELECT * FROM {meta.db_table}")  # noqa: S608 - names of our own
        for first in range(1, copies + 1, _STRIDE):
            series = _SERIES[connection.vendor].format(first=first, last=min(first + _STRIDE - 1, copies))
            cursor.execute(
                f"INSERT INTO {meta.db_table} ({', '.join(columns)}) "  # noqa: S608
                f"SELECT {values} FROM ({series}) AS series CROSS JOIN seed"
            )
        cursor.execute("DROP TABLE seed")
