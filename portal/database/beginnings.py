"""The lookup `begins`: texts with that beginning, found by an index of either database.

PostgreSQL's index needs the operator class `varchar_pattern_ops`; SQLite's LIKE never uses one.
"""

from typing import Any

from django.db.models import CharField
from django.db.models.lookups import PatternLookup

_LAST_SIGN = "\U0010ffff"


@CharField.register_lookup
class Begins(PatternLookup):
    lookup_name = "begins"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", (*values, self.rhs, *values, f"{self.rhs}{_LAST_SIGN}")

    def as_postgresql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", (*values, f"{connection.ops.prep_for_like_query(self.rhs)}%")
