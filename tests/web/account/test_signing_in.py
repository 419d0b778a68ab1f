"""Signing in as somebody would, and as somebody should not be able to."""

from __future__ import annotations

import json
import logging
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from clearground.accounts.actions import deactivate_person, grant_role, invite
from clearground.audit.models import AuditEvent
from clearground.common.access import AsJson
from scripts.doing import code_of
from tests.web import books

pytestmark = pytest.mark.django_db
PASSWORD = "seven brown goats climb"
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _no_attempts(tmp_path, settings):
    """Failed attempts of one test are not those of the next."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    cache.clear()


@pytest.fixture
def dara(monkeypatch):
    """A data officer of a real country with books, who has a password."""
    books.a_register(is_invented=False, published="nothing")
    books.an_approval()
    books.keep_books(monkeypatch)
    return with_password(books.somebody("data_officer", login="dara"))


def with_password(person):
    """The person, able to sign in."""
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client: Client, login: str = "dara", password: str = PASSWORD, **more: str):
    """The answer to the form."""
    return client.post(LOGIN, {"login": login, "password": password, **more})


def errors(answer) -> list[str]:
    """What the page says is wrong."""
    return re.findall(r"<li>(?:<a [^>]*>)?([^<]+)", answer.content.decode().partition('role="alert"')[2])[:2]


def test_whoever_guesses_learns_nothing_about_accounts(dara, client):
    """A login that nobody has, a wrong password, and a person without one: the same words."""
    books.somebody("viewer", login="vanna")
    said = [
        errors(sign_in(client, login, "wrong wrong wrong")) for login in ("nobody", "dara", "vanna", "d@example.org")
    ]
    assert said[0][0] == "Login and password don&#x27;t fit together."
    assert said == [said[0]] * 4


def test_after_five_failures_one_waits_and_is_told(dara, client):
    """The right password does not help then; another account is not held up."""
    for _ in range(5):
        assert "fit together" in errors(sign_in(client, password="wrong wrong wrong"))[0]
    assert errors(sign_in(client)) == [errors(sign_in(client))[0]]
    assert "Wait five minutes" in errors(sign_in(client))[0]
    with_password(books.somebody("viewer", login="vanna"))
    assert sign_in(client, "vanna").status_code == 302


def test_a_closed_account_is_told_to_whom_it_belonged_only(dara, client):
    """With the right password; with a wrong one it looks like any other."""
    deactivate_person(person=dara, by=books.somebody("administrator"), reason="Left")
    assert "fit together" in errors(sign_in(client, password="wrong wrong wrong"))[0]
    assert sign_in(client)["Location"] == "/account/inactive/"
    assert "_auth_user_id" not in client.session


def test_signing_in_gives_a_new_session_that_ends_with_the_browser(dara, client):
    """And twelve hours later in any case; scripts can't read its cookie, other sites can't send it."""
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    answer = sign_in(client)
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value != planted
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert client.session.get_expiry_age() == 12 * 3600


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
@pytest.mark.parametrize("address", [LOGIN, "/account/reauthenticate/", "/language/"])
def test_nobody_is_led_to_another_host(address, there, dara, client):
    """After signing in, after proving oneself, after a change of language."""
    if address != LOGIN:
        client.force_login(dara)
    said = {"login": "dara", "password": PASSWORD, "next": there, "language": "en"}
    answer = client.post(f"{address}?next={there}", said)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_one_comes_back_to_the_page_that_asked(dara, client):
    """On our own host."""
    asked = client.get("/lists/?x=1")["Location"]
    assert asked == "/account/login/?next=/lists/%3Fx%3D1"
    assert sign_in(client, next="/lists/?x=1")["Location"] == "/lists/?x=1"


def test_another_host_name_is_not_answered(dara, client):
    """Links that a page makes are of hosts that the settings name."""
    assert client.get(LOGIN, headers={"host": "evil.example"}).status_code == 400


def test_passwords_are_kept_as_argon2(dara):
    """And nothing else is understood."""
    assert dara.password.startswith("argon2$argon2id$")
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def with_codes(client: Client, person) -> str:
    """Codes set up through the page; the secret of the phone."""
    page = client.get("/account/code/activate/").content.decode()
    secret = re.search(r'class="key">(\w+)<', page)[1]
    answer = client.post("/account/code/activate/", {"code": code_of(secret)})
    assert answer["Location"] == "/account/code/recovery/"
    return secret


def test_the_picture_needs_no_style_and_the_secret_is_encrypted(dara, client):
    """The policy of the pages allows neither a style attribute nor a data: address."""
    sign_in(client)
    page = client.get("/account/code/activate/").content.decode()
    assert "<svg aria-hidden" in page
    assert not re.search(r"style=|data:image|<\?xml", page)
    secret = with_codes(client, dara)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert "gAAAA" in stored


def test_signing_in_with_a_code_and_with_a_recovery_code(dara, client):
    """A wrong one is refused; a recovery code works once."""
    sign_in(client)
    secret = with_codes(client, dara)
    codes = re.findall(r"<code>(\w+)</code>", client.get("/account/code/recovery/").content.decode())
    assert len(codes) == 10
    assert client.get("/account/code/recovery/download/").content.decode().count("\n") >= 11
    code, later = code_of(secret), code_of(secret, time.time() + 30)
    tried = [("000000", False), (code, True), (code, False), (later, True), (codes[0], True), (codes[0], False)]
    for said, is_in in tried:
        other = Client()
        assert sign_in(other)["Location"] == "/account/code/authenticate/"
        assert other.get("/sheet/").status_code == 302
        other.post("/account/code/authenticate/", {"code": said})
        assert ("_auth_user_id" in other.session) is is_in, said


def test_whose_role_asks_for_codes_keeps_them(dara, client):
    """An approver can't turn them off; a data officer can, after the password."""
    sign_in(client)
    with_codes(client, dara)
    grant_role(person=dara, role="approver", by=dara)
    answer = client.post("/account/code/deactivate/")
    assert "can&#x27;t be turned off" in answer.content.decode()
    dara.grants.filter(role="approver").delete()
    assert client.post("/account/code/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(type="totp").exists()


def test_what_matters_asks_for_the_password_once_more(dara, client):
    """Of a session that is older than five minutes."""
    sign_in(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()
    answer = client.get("/account/code/activate/")
    assert answer["Location"] == "/account/reauthenticate/?next=%2Faccount%2Fcode%2Factivate%2F"
    assert "This is not your password." in client.post(answer["Location"], {"password": "wrong"}).content.decode()
    assert client.post(answer["Location"], {"password": PASSWORD})["Location"] == "/account/code/activate/"
    assert client.get("/account/code/activate/").status_code == 200


def test_how_somebody_signs_in_is_audited(dara, client, django_capture_on_commit_callbacks):
    """The password, codes on and off."""
    sign_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        with_codes(client, dara)
    client.post("/account/code/deactivate/")
    new = {"oldpassword": PASSWORD, "password1": "eight grey cats sleep", "password2": "eight grey cats sleep"}
    assert client.post("/account/password/", new)["Location"] == "/account/code/"
    kinds = list(AuditEvent.objects.filter(subject="person:dara").order_by("number").values_list("kind", flat=True))
    assert kinds[-3:] == ["person.codes_on", "person.codes_off", "person.password_changed"]
    assert not any("cats" in str(row) for row in AuditEvent.objects.values())


def test_who_has_no_password_is_not_led_to_change_it(dara, client):
    """As whoever stepped into the demonstration: the page would be refused."""
    sign_in(client)
    assert "/account/password/" in client.get("/account/code/").content.decode()
    dara.set_unusable_password()
    dara.save()
    client.force_login(dara, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "/account/password/" not in client.get("/account/code/").content.decode()


def test_a_new_password_ends_other_sessions(dara, client):
    """The one in which it was changed goes on."""
    other = Client()
    sign_in(client)
    sign_in(other)
    new = {"oldpassword": PASSWORD, "password1": "eight grey cats sleep", "password2": "eight grey cats sleep"}
    client.post("/account/password/", new)
    assert client.get("/sheet/").status_code == 200
    assert other.get("/sheet/").status_code == 302


def test_roles_count_at_once_in_sessions_that_are_open(dara, client):
    """Given and taken."""
    sign_in(client)
    assert client.get("/people/").status_code == 403
    assert client.get("/lists/").status_code == 200
    dara.grants.all().delete()
    assert client.get("/lists/").status_code == 403


def test_a_link_works_once_and_a_new_one_voids_the_old(dara, client):
    """And a used, a void and an invented link look the same."""
    old = invite(person=dara, by=dara)
    new = invite(person=dara, by=dara)
    assert client.get(f"/join/{old}/").status_code == 404
    said = {"password": "eight grey cats sleep", "again": "eight grey cats sleep"}
    assert client.post(f"/join/{new}/", said)["Location"] == LOGIN
    pages = {
        re.sub(r'csrf\w+" value="\w+"|value="/join/[^"]+"', "", client.get(f"/join/{t}/").content.decode())
        for t in (old, new, "x")
    }
    assert len(pages) == 1
    assert sign_in(client, password="eight grey cats sleep").status_code == 302


def test_a_new_password_by_a_link_still_asks_for_the_code(dara, client):
    """Whoever stole the link has not the phone."""
    sign_in(client)
    with_codes(client, dara)
    said = {"password": "eight grey cats sleep", "again": "eight grey cats sleep"}
    other = Client()
    other.post(f"/join/{invite(person=dara, by=dara)}/", said)
    assert sign_in(other, password="eight grey cats sleep")["Location"] == "/account/code/authenticate/"
    assert other.get("/sheet/").status_code == 302
    assert client.get("/sheet/").status_code == 302


@pytest.mark.parametrize(
    ("password", "said"),
    [("short", "at least 12"), ("qwertyuiop123", "Too many people"), ("sokhavannara1", "too like")],
)
def test_a_poor_password_is_refused_with_why(password, said, dara, client):
    """On the page of the link."""
    dara.name = "Sokhavannara"
    dara.save()
    token = invite(person=dara, by=dara)
    answer = client.post(f"/join/{token}/", {"password": password, "again": password})
    assert said in answer.content.decode()


def test_the_log_says_who_came_and_holds_no_secret(dara, client, caplog):
    """Failures, successes and refusals, as JSON, with a login only where somebody has it."""
    caplog.set_level(logging.INFO, "clearground.access")
    sign_in(client, "my secret passphrase", "wrong wrong wrong")
    sign_in(client, password="wrong wrong wrong")
    sign_in(client)
    client.get("/people/")
    client.post("/account/logout/")
    lines = [json.loads(AsJson().format(record)) for record in caplog.records if record.name == "clearground.access"]
    assert [(line["event"], line.get("login")) for line in lines] == [
        ("sign_in_failed", None),
        ("sign_in_failed", "dara"),
        ("signed_in", "dara"),
        ("refused", "dara"),
        ("signed_out", "dara"),
    ]
    assert (lines[3]["permission"], lines[3]["page"]) == ("administer", "web:people")
    assert not re.search(r"secret|wrong|goats", json.dumps(lines))


def test_what_somebody_types_makes_no_line_of_its_own_in_the_log():
    """A line break in a fact is escaped."""
    record = logging.LogRecord("x", logging.INFO, "", 0, "refused", None, None)
    record.facts = {"login": 'a\n{"event": "signed_in"}'}
    assert "\n" not in AsJson().format(record)


ENGLISH = re.compile(r">\s*([A-Za-z][a-z]+ [a-z]+[^<]*)<")
KNOWN_ENGLISH = {"Karsova"}


@pytest.mark.parametrize(
    "address",
    [LOGIN, "/account/password/", "/account/code/", "/account/code/activate/", "/account/code/recovery/generate/"],
)
def test_no_word_of_the_login_library_stays_english(address, dara, client):
    """Labels, hints and errors come from our catalogue: with an empty one marked, nothing else is left."""
    if address != LOGIN:
        sign_in(client)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "km"
    for page in (client.get(address), client.post(address, {})):
        text = re.sub(r"<(script|style|svg|title)\b.*?</\1>", "", page.content.decode(), flags=re.S)
        foreign = {"This field is required", "Username", "Remember", "Authenticator code", "Current Password", "Forgot"}
        assert [words for words in foreign if words in text] == []
        assert "placeholder" not in text


def test_words_of_a_wrong_code_are_ours(dara):
    """Each message that the library may show here is one of ours."""
    from clearground.web.account.adapters import AccountAdapter, CodeAdapter

    with translation.override("en"):
        theirs = {"incorrect_code", "incorrect_password", "too_many_login_attempts", "rate_limited"}
        assert all("Incorrect" not in str(AccountAdapter.error_messages[key]) for key in theirs)
        assert "right one" in str(CodeAdapter.error_messages["incorrect_code"])
