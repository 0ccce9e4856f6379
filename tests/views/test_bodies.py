"""How much of a body is read: a stranger's hardly, too large a one not to its end."""

from support.refusals import LoginEnded
from support.views import errors, guards
from tests.views.conftest import HTMX

BIG = {"name": "x" * (guards.ANONYMOUS_BYTES + 1)}


class Unread:
    """A body that tells how much of it was read."""

    def __init__(self, size):
        self.left, self.read_bytes = size, 0

    def read(self, size=-1):
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        self.read_bytes += size
        return b"x" * size

    readline = read


def send_unread(browser, size):
    body = Unread(size)
    wire = {"wsgi.input": body, "CONTENT_LENGTH": str(size)}
    kind = "multipart/form-data; boundary=b"
    answer = browser.client.post("/login", environ_overrides=wire, headers=HTMX, content_type=kind)
    return answer, body.read_bytes


def test_a_large_body_without_a_login_is_refused_and_not_read(browser, as_, desk):
    answer, read = send_unread(browser, guards.ANONYMOUS_BYTES + 1)
    assert (answer.status_code, read) == (401, 0)
    assert LoginEnded.sentence in answer.text
    assert as_(desk.mei).post("/account/name", BIG).status_code == 422  # it was heard


def test_a_cookie_that_we_did_not_sign_is_no_login(browser):
    browser.client.set_cookie("switchboard", "eyJfdXNlcl9pZCI6ImEifQ.abc.def")
    answer, read = send_unread(browser, guards.ANONYMOUS_BYTES + 1)
    assert (answer.status_code, read) == (401, 0)


def test_a_large_plain_form_without_a_login_has_its_page(browser):
    page = browser.post("/account/name", BIG)
    assert page.status_code == 401
    assert LoginEnded.sentence in page.text
    assert BIG["name"] not in page.text


def test_of_a_body_over_the_limit_a_part_is_read_and_no_more(as_, desk, web, monkeypatch):
    mei = as_(desk.mei)
    monkeypatch.setitem(web.config, "MAX_CONTENT_LENGTH", 2 * 1024 * 1024)
    answer, read = send_unread(mei, errors.DRAIN_LIMIT * 2)
    assert (answer.status_code, read) == (413, errors.DRAIN_LIMIT)
    assert errors.DRAIN_LIMIT == 64 * 1024 * 1024


def test_a_plain_form_over_the_limit_has_its_page(as_, desk, web, monkeypatch):
    mei = as_(desk.mei)
    monkeypatch.setitem(web.config, "MAX_CONTENT_LENGTH", 2 * 1024 * 1024)
    assert mei.post("/account/name", {"name": "x" * (3 * 1024 * 1024)}).status_code == 413
