"""Makes millions of payments out of thousands, inside the database: writing them one by one would take hours."""

from django.db import connection

from payments.models import Payment

# So many copies of each payment are written by one statement.
_STRIDE = 100
# Each copy lies so much further back than the one before it.
_DAYS_BETWEEN = 2
_SERIES = {
    "postgresql": "SELECT generate_series({first}, {last}) AS n",
    "sqlite": "WITH RECURSIVE c(n) AS (VALUES ({first}) UNION ALL SELECT n + 1 FROM c WHERE n < {last}) SELECT n"
    " FROM c",
}
_AMOUNTS = {
    # As many different amounts as a real shop has.
    "amount_minor": "amount_minor + n % 90",
    "captured_minor": "CASE WHEN captured_minor = amount_minor THEN captured_minor + n % 90 ELSE captured_minor END",
}
_OWN = {
    "postgresql": {
        **_AMOUNTS,
        "id": "gen_random_uuid()",
        "remote_id": "gen_random_uuid()::text",
        "order_id": "order_id || '-' || n",
        "created_at": "created_at - n * interval '{days} days'",
        "changed_at": "changed_at - n * interval '{days} days'",
    },
    "sqlite": {
        **_AMOUNTS,
        "id": "lower(hex(randomblob(16)))",
        "remote_id": "lower(hex(randomblob(16)))",
        "order_id": "order_id || '-' || n",
        "created_at": "strftime('%Y-%m-%d %H:%M:%f', created_at, '-' || (n * {days}) || ' days')",
        "changed_at": "strftime('%Y-%m-%d %H:%M:%f', changed_at, '-' || (n * {days}) || ' days')",
    },
}


def multiply(*, copies: int) -> None:
    """Copy all payments that often into the years before; every copy has ids of its own."""
    columns = [str(field.column) for field in Payment._meta.concrete_fields]  # noqa: SLF001 - Django's documented access
    own = {name: text.format(days=_DAYS_BETWEEN) for name, text in _OWN[connection.vendor].items()}
    values = ", ".join(own.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE seed AS SELECT * FROM payments_payment")
        for first in range(1, copies + 1, _STRIDE):
            series = _SERIES[connection.vendor].format(first=first, last=min(first + _STRIDE - 1, copies))
            cursor.execute(
                f"INSERT INTO payments_payment ({', '.join(columns)}) "  # noqa: S608 - names of our own
                f"SELECT {values} FROM ({series}) AS series CROSS JOIN seed"
            )
        cursor.execute("DROP TABLE seed")
        cursor.execute("ANALYZE")
