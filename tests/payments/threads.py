"""Several tills at the same moment, each in a thread of its own."""

from threading import Barrier, Thread

from django.db import connection

from tests.shop import Till


def at_once(*calls):
    """Make all calls at the same moment, each in its own thread; gives their answers."""
    answers = [None] * len(calls)
    barrier = Barrier(len(calls))

    def run(place, call):
        try:
            barrier.wait(timeout=5)
            answers[place] = call()
        finally:
            connection.close()

    threads = [Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def twin(till):
    """The same till, calling from a thread of its own."""
    return Till(till.token, till.terminal_id)
