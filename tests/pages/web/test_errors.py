import pytest

from visitors import elements_of, harmful, text_of

HEADINGS = {
    404: "There is nothing here",
    405: "That can't be done here",
    413: "That was too much at once",
    400: "We could not read that request",
}


def answers(visitor):
    client = visitor().client
    return {
        404: client.get("/nothing/here"),
        405: client.delete("/my-tickets"),
        400: client.post("/sign-in", data={"email": "x"}),
        413: client.post("/sign-in", data=b"x" * 3_000_000, content_type="application/x-www-form-urlencoded"),
    }


@pytest.mark.parametrize("status", sorted(HEADINGS))
def test_trouble_has_a_page_in_the_house_style(visitor, status):
    answer = answers(visitor)[status]

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert HEADINGS[status] in text_of(answer)
    assert [tag for tag, _ in elements_of(answer) if tag in ("h1", "main", "header", "footer")] == [
        "header",
        "main",
        "h1",
        "footer",
    ]
    assert harmful(answer) == []


def test_a_page_that_fails_says_so_and_tells_nothing_else(visitor, application, monkeypatch, caplog):
    def fail():
        raise RuntimeError("a secret detail")

    monkeypatch.setitem(application.pages.application.view_functions, "orders.mine", fail)

    answer = visitor().get("/my-tickets")

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret" not in answer.text
    assert "a page failed" in caplog.text


@pytest.mark.parametrize(
    "path",
    [
        "/e/%00",
        "/e/%F0%9F%92%A9",
        "/e/..%2f..%2fetc%2fpasswd",
        "/static/x/../../../pyproject.toml",
        "/static/x/%2e%2e/%2e%2e/look.py",
        "/e/" + "x" * 3000,
        "/tickets/-1.pdf",
    ],
)
def test_odd_addresses_are_not_found(visitor, path):
    answer = visitor().get(path)

    assert answer.status_code == 404
