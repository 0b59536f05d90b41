"""What the pooled session keeps to itself, and what it does not pick up along the way."""

from concurrent.futures import ThreadPoolExecutor

from tests.mobilepay.clients import answer, as_it_came


def test_cookies_are_not_kept(script, http):
    script.will_answer(answer(headers=["Set-Cookie: merchant=kino; Path=/"]), answer())

    http.send("GET", f"{script.url}/x", read=as_it_came, headers={})
    http.send("GET", f"{script.url}/x", read=as_it_came, headers={})

    assert [asked.headers.get("cookie") for asked in script.asked] == [None, None]


def test_netrc_does_not_replace_our_authorization(script, http, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    script.will_answer(answer())

    http.send("GET", f"{script.url}/x", read=as_it_came, headers={"Authorization": "Bearer ours"})

    assert script.asked[0].headers["authorization"] == "Bearer ours"


def test_proxy_of_the_environment_is_not_used(script, http, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    script.will_answer(answer({"is": "direct"}))

    answered = http.send("GET", f"{script.url}/x", read=as_it_came, headers={})

    assert answered == (200, b'{"is": "direct"}')


def test_form_goes_as_a_form_and_json_as_json(script, http):
    script.will_answer(answer(), answer(), answer())

    for facts in (
        {"form": {"grant_type": "client_credentials"}},
        {"json": {"name": "Kasse ½"}},
        {},
    ):
        http.send("POST", f"{script.url}/x", read=as_it_came, headers={}, **facts)

    assert [(asked.headers.get("content-type"), asked.body) for asked in script.asked] == [
        ("application/x-www-form-urlencoded", b"grant_type=client_credentials"),
        ("application/json", b'{"name": "Kasse \\u00bd"}'),
        (None, b""),
    ]


def test_caller_finds_its_headers_as_it_left_them(script, http):
    headers = {"Accept": "application/json"}
    script.will_answer(answer())

    http.send("POST", f"{script.url}/x", read=as_it_came, headers=headers, json={})

    assert headers == {"Accept": "application/json"}


def test_threads_share_one_client(script, http):
    script.will_answer(*[answer({"number": number}) for number in range(20)])

    def ask(_):
        return http.send("GET", f"{script.url}/x", read=as_it_came, headers={})

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(ask, range(20)))

    assert sorted(answers) == sorted((200, b'{"number": %d}' % number) for number in range(20))
