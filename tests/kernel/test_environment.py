"""Variables of the environment: read, or refused in one sentence that names the variable."""

import subprocess
import sys

import pytest

from portal.settings import environment

GOOD = "2Qv9-8Xw1-4Zt6-7Rm2-5Ln8-3Bd5-9H"


@pytest.fixture(autouse=True)
def nothing_is_wrong_yet(monkeypatch):
    monkeypatch.setattr(environment, "_problems", {})


def stopped():
    """The lines that the start stops with once everything is read."""
    with pytest.raises(SystemExit) as stop:
        environment.check()
    return stop.value.code.split("\n")


@pytest.fixture
def variable(monkeypatch):
    """Sets the variable NAME, which starts out unset."""
    monkeypatch.delenv("NAME", raising=False)
    monkeypatch.delenv("NAME_FILE", raising=False)

    def set_to(value):
        monkeypatch.setenv("NAME", value)

    return set_to


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A file that NAME_FILE points to."""
    path = tmp_path / "secret"
    monkeypatch.setenv("NAME_FILE", str(path))
    return path


def test_text_is_the_variable_without_white_space_around(variable):
    variable("  some text \n")

    assert environment.text("NAME", "default") == "some text"


@pytest.mark.parametrize("value", [None, "", "  "])
def test_text_that_is_not_there_is_the_default(variable, value):
    if value is not None:
        variable(value)

    assert environment.text("NAME", "default") == "default"


def test_text_that_is_not_there_stops_the_start_without_a_default(variable):
    environment.text("NAME")

    assert stopped() == ["Configuration: NAME is missing."]


def test_text_may_come_from_a_file(variable, file):
    variable("ignored")
    file.write_text("søcret\n", encoding="utf-8")

    assert environment.text("NAME") == "søcret"


def test_empty_name_of_a_file_is_no_file(variable, monkeypatch):
    variable("value")
    monkeypatch.setenv("NAME_FILE", "")

    assert environment.text("NAME") == "value"


def test_empty_file_stops_the_start(variable, file):
    variable("ignored")
    file.write_text("\n")

    environment.text("NAME")

    assert stopped() == ["Configuration: NAME is missing."]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda _: None, "FileNotFoundError"),
        (lambda path: path.mkdir(), "IsADirectoryError"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00"), "UnicodeDecodeError"),
    ],
    ids=["absent", "folder", "not text"],
)
def test_file_that_cannot_be_read_stops_the_start(variable, file, make, reason):
    make(file)

    environment.text("NAME", "default")

    assert stopped() == [f"Configuration: NAME_FILE names a file that cannot be read ({reason})."]


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("on", True), ("1", True), ("true", True), ("TRUE", True), ("off", False), ("0", False), ("False", False)],
)
def test_boolean_has_a_few_words(variable, value, meaning):
    variable(value)

    assert environment.boolean("NAME", default=not meaning) is meaning


@pytest.mark.parametrize("default", [True, False])
def test_boolean_that_is_not_there_is_the_default(variable, default):
    assert environment.boolean("NAME", default=default) is default


@pytest.mark.parametrize("value", ["yes", "no", "y", "2", "-1", "onoff"])
def test_boolean_in_any_other_word_stops_the_start(variable, value):
    variable(value)

    environment.boolean("NAME", default=True)

    assert stopped() == ["Configuration: NAME must be one of 0, 1, false, off, on, true."]


@pytest.mark.parametrize(("value", "words"), [("a", ["a"]), ("a,b", ["a", "b"]), (" a , ,b,", ["a", "b"])])
def test_words_are_split_at_commas(variable, value, words):
    variable(value)

    assert environment.words("NAME") == words


def test_words_that_are_not_there_are_the_default(variable):
    assert environment.words("NAME", "c, d") == ["c", "d"]


@pytest.mark.parametrize("value", [",", " , ,"])
def test_words_that_are_none_stop_the_start(variable, value):
    variable(value)

    environment.words("NAME")

    assert stopped() == ["Configuration: NAME is missing."]


def test_choice_is_one_of_those_allowed(variable):
    variable("b")

    assert environment.choice("NAME", "a", allowed=["a", "b"]) == "b"


def test_choice_that_is_not_there_is_the_default(variable):
    assert environment.choice("NAME", "a", allowed=["a", "b"]) == "a"


@pytest.mark.parametrize("value", ["c", "A", "a,b"])
def test_choice_of_something_else_stops_the_start(variable, value):
    variable(value)

    environment.choice("NAME", "a", allowed=["a", "b"])

    assert stopped() == ["Configuration: NAME must be one of a, b."]


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://api.mobilepay.dk", "https://api.mobilepay.dk"),
        ("http://127.0.0.1:8600/", "http://127.0.0.1:8600"),
        ("https://gateway.example/mobilepay//", "https://gateway.example/mobilepay"),
        ("http://[::1]:8600", "http://[::1]:8600"),
    ],
)
def test_url_has_no_slash_at_its_end(variable, value, url):
    variable(value)

    assert environment.url("NAME") == url


def test_url_that_is_not_there_is_the_default(variable):
    assert environment.url("NAME", "http://127.0.0.1:8600") == "http://127.0.0.1:8600"


@pytest.mark.parametrize(
    "value",
    [
        "api.mobilepay.dk",
        "ftp://api.mobilepay.dk",
        "https://",
        "https:///path",
        "https:api.mobilepay.dk",
        "https://host:port",
        "https://host:99999",
        "https://host:0",
        "https://[::1",
        "https://:8600",
    ],
)
def test_url_that_cannot_be_called_stops_the_start(variable, value):
    variable(value)

    environment.url("NAME")

    assert stopped() == ["Configuration: NAME must be an address that starts with https:// or http://."]


def test_url_names_the_schemes_that_are_allowed(variable):
    variable("http://host")

    environment.url("NAME", schemes=["https"])

    assert stopped() == ["Configuration: NAME must be an address that starts with https://."]


@pytest.mark.parametrize("value", ["60/minute", "1000/second", "5 per hour"])
def test_rate_is_so_many_per_time(variable, value):
    variable(value)

    assert environment.rate("NAME", "1/day") == value


def test_rate_that_is_not_there_is_the_default(variable):
    assert environment.rate("NAME", "1/day") == "1/day"


@pytest.mark.parametrize("value", ["foo", "60", "/minute", "60/fortnight", "-1/minute"])
def test_rate_that_nobody_can_count_stops_the_start(variable, value):
    variable(value)

    environment.rate("NAME", "1/day")

    assert stopped() == ["Configuration: NAME must be a rate such as 60/minute."]


def test_folder_is_made_with_all_that_lead_to_it_and_may_be_there_already(tmp_path):
    path = tmp_path / "var" / "broker"

    environment.folder("NAME", path)
    environment.folder("NAME", path)

    assert path.is_dir()


def test_folder_that_cannot_be_made_stops_the_start(tmp_path):
    (tmp_path / "var").write_text("a file")

    environment.folder("NAME", tmp_path / "var" / "broker")

    assert stopped() == [f"Configuration: NAME leads to {tmp_path}/var/broker, which cannot be made: Not a directory."]


@pytest.mark.parametrize(("value", "number"), [("4", 4), ("1", 1), (" 12 ", 12), ("007", 7)])
def test_number_is_a_whole_one(variable, value, number):
    variable(value)

    assert environment.number("NAME", 3, least=1) == number


@pytest.mark.parametrize("value", [None, "", "  "])
def test_number_that_is_not_there_is_the_default(variable, value):
    if value is not None:
        variable(value)

    assert environment.number("NAME", 3, least=1) == 3


@pytest.mark.parametrize("value", ["0", "-4", "+4", "4.0", "1e3", "0x4", "four", "4 5", "1_000", "٤", "²", "9" * 5000])
def test_number_that_is_none_or_too_small_stops_the_start(variable, value):
    variable(value)

    environment.number("NAME", 3, least=1)

    assert stopped() == ["Configuration: NAME must be a whole number, 1 or more."]


def test_all_that_is_wrong_is_told_at_once_with_one_line_for_each_variable(monkeypatch):
    monkeypatch.setenv("SECOND", "yes")
    monkeypatch.setenv("THIRD_FILE", "/nowhere")

    environment.text("FIRST")
    environment.boolean("SECOND", default=True)
    environment.url("THIRD")
    environment.refuse_weak("FIRST", ["short"])

    assert stopped() == [
        "Configuration: FIRST is missing.",
        "Configuration: SECOND must be one of 0, 1, false, off, on, true.",
        "Configuration: THIRD_FILE names a file that cannot be read (FileNotFoundError).",
    ]


def test_nothing_wrong_stops_nothing(variable):
    environment.text("NAME", "default")

    assert environment.check() is None


@pytest.mark.parametrize(
    "secrets",
    [["x" * 64], ["abcabcdabcdeabcdefabcdefgabcdefgabc"], ["2Qv9-8Xw1-4Zt6-7Rm2-5Ln8-3Bd5-9"], [GOOD, "short"]],
    ids=["one letter", "few letters", "too short", "a good one beside it"],
)
def test_a_secret_that_can_be_guessed_stops_the_start_with_the_command_that_makes_a_good_one(secrets):
    environment.refuse_weak("NAME", secrets)

    command = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    assert stopped() == [f"Configuration: NAME can be guessed: make one with {command}."]


def test_the_development_secret_is_refused_however_long_it_is():
    environment.refuse_weak("NAME", [environment.DEVELOPMENT_SECRET])

    assert len(stopped()) == 1


def test_what_the_command_makes_is_good():
    command = environment._MAKE_A_SECRET.partition("'")[2].rstrip("'")
    made = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)  # noqa: S603

    environment.refuse_weak("NAME", [made.stdout.strip(), GOOD])

    assert environment.check() is None
    assert len(made.stdout.strip()) == 64


@pytest.mark.parametrize("value", ["redis://queue/0", "amqp://guest:guest@queue//", "redis://"])
def test_an_address_starts_with_one_of_the_schemes_that_are_allowed(variable, value):
    variable(value)

    assert environment.address("NAME", schemes=["redis", "amqp"]) == value


@pytest.mark.parametrize("value", ["sqs://queue", "redis", "redis:/queue", "://queue"])
def test_an_address_of_another_kind_stops_the_start(variable, value):
    variable(value)

    environment.address("NAME", schemes=["redis", "amqp"])

    assert stopped() == ["Configuration: NAME must start with one of redis://, amqp://."]
