"""Querysets compiled once: a till's poll must not pay for building the same SQL again each second.

Building and compiling a queryset costs about ten times what the database takes to answer it by key.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
import threading
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)


class CompiledQuery(Generic[Row]):
    """A queryset with named values left open, such as `CompiledQuery(lambda key: T.objects.filter(key=key), key="")`.

    The keyword arguments are examples: they tell each value's type, must differ from one another and from
    everything else the queryset compares with, and a run gives all of them anew.
    """

    def __init__(self, queryset: Callable[..., models.QuerySet[Row]], **examples: Any) -> None:
        self._queryset = queryset
        self._examples = examples
        # Compiled once per thread, like the connection that Django compiles for.
        self._local = threading.local()

    def first(self, **values: Any) -> Row | None:
        """The first row for these values."""
        if not hasattr(self._local, "run"):
            self._local.run = self._compiled()
        run: Callable[[dict[str, Any]], Iterator[Row]] = self._local.run
        return next(run(values), None)

    def _compiled(self) -> Callable[[dict[str, Any]], Iterator[Row]]:
        compiler = self._queryset(**self._examples).query.get_compiler(connection=connection)
        sql, example_parameters = compiler.as_sql()
        names = {_adapted(value): name for name, value in self._examples.items()}
        parameters = [(names.get(value), value) for value in example_parameters]
        fields = compiler.klass_info["select_fields"]
        start, end = fields[0], fields[-1] + 1
        columns = [column[0].target.attname for column in compiler.select[start:end]]
        related = get_related_populators(  # type: ignore[call-arg] # the stubs describe a later Django
            compiler.klass_info, compiler.select, connection.alias
        )
        converters = list(compiler.get_converters([column[0] for column in compiler.select]).items())
        model = compiler.klass_info["model"]

        def run(values: dict[str, Any]) -> Iterator[Row]:
            filled = [_adapted(values[name]) if name else value for name, value in parameters]
            with connection.cursor() as cursor:
                cursor.execute(sql, filled)
                found = cursor.fetchmany(1)
            for raw in found:
                row = list(raw)
                for position, (functions, expression) in converters:
                    for function in functions:
                        row[position] = function(row[position], expression, connection)
                instance = model.from_db(connection.alias, columns, row[start:end])
                for populator in related:
                    populator.populate(row, instance)
                yield instance

        return run


def _adapted(value: Any) -> Any:
    """The value as the database driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
