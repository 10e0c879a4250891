import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.kit.letter import one_line
from openevent.kit.letters import Letters
from openevent.kit.mail import render
from openevent.kit.services import Site

SITE = Site(name="Tea & Talks", url="https://tea.example")
TEMPLATE = """Subject: Hello {{ name }}

# Hello {{ name }}

You ordered **{{ count }}** of {{ event }}.

| ticket | price |
|---|---|
{% for ticket, price in tickets %}
| {{ ticket }} | {{ price }} |
{% endfor %}

- a plain line
- [the page]({{ link }})

1. first
2. second

[Look at it]({{ link }})

***

{{ note|lines }}
"""
VALUES = {
    "name": "Bo",
    "count": 2,
    "event": "Open Days",
    "tickets": [("Early", "€5"), ("Late", "€9")],
    "link": "https://tea.example/x?a=(1)&b=_2_",
    "note": "Doors at nine.\n\nBring a cup.",
}


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    place = tmp_path_factory.mktemp("package") / "toy" / "templates" / "mails"
    place.mkdir(parents=True)
    (place / "hello.md").write_text(TEMPLATE)
    (place / "headless.md").write_text("No subject\n\nText")
    (place / "escape.md").write_text("Subject: x\n\n{{ ''.__class__.__mro__ }}")
    return Letters(place.parents[2])


def test_the_text_part_reads_like_a_letter(letters):
    letter = letters.render("toy/hello", VALUES, SITE)

    assert letter.subject == "Hello Bo"
    assert letter.text == (
        "Hello Bo\n\n"
        "You ordered 2 of Open Days.\n\n"
        "ticket | price\nEarly | €5\nLate | €9\n\n"
        "- a plain line\n- the page: https://tea.example/x?a=(1)&b=_2_\n\n"
        "1. first\n2. second\n\n"
        "Look at it: https://tea.example/x?a=(1)&b=_2_\n\n"
        "-- \n\n"
        "Doors at nine.\nBring a cup.\n"
    )


def test_the_html_part_says_the_same(letters):
    html = letters.render("toy/hello", VALUES, SITE).html

    assert "<h1>Hello Bo</h1>" in html
    assert '<p class="button"><a href="https://tea.example/x?a=(1)&amp;b=_2_">Look at it</a></p>' in html
    assert "<td>Early</td>\n<td>€5</td>" in html
    assert "Tea &amp; Talks" in html


EVIL = [
    "<script>alert(1)</script>",
    "[click](https://evil.example)",
    "![x](https://evil.example/pixel.png)",
    "**bold** _it_ `code` # head",
    "<https://evil.example>",
    "x|y",
    "{{ 7 * 7 }}{% for %}",
    "&lt;b&gt; &amp;",
    "\\[x\\](y)",
    "1. one",
    "---",
    "a *b",
]


@pytest.mark.parametrize("name", EVIL)
def test_a_value_reaches_the_reader_as_it_is(letters, name):
    letter = letters.render("toy/hello", {**VALUES, "name": name, "tickets": [(name, name)], "note": name}, SITE)

    assert letter.subject == f"Hello {name}"
    assert letter.text.startswith(f"Hello {name}\n\n")
    assert letter.text.endswith(f"-- \n\n{name}\n")
    assert f"\n{name} | {name}\n" in letter.text
    assert 'href="https://evil' not in letter.html
    assert "<script" not in letter.html
    assert "<img" not in letter.html


@given(st.text())
def test_no_value_makes_markup(letters, name):
    plain = letters.render("toy/hello", {**VALUES, "note": "x", "name": "x"}, SITE)

    letter = letters.render("toy/hello", {**VALUES, "note": name, "name": name}, SITE)

    assert [
        letter.html.count(tag) for tag in ("<a ", "<h1>", "<li>", "<td>", "<strong>", "<code>", "<img", "<em>")
    ] == [plain.html.count(tag) for tag in ("<a ", "<h1>", "<li>", "<td>", "<strong>", "<code>", "<img", "<em>")]
    assert letter.subject == one_line(f"Hello {name}")


def test_a_link_leads_where_it_should_or_nowhere(letters):
    letter = letters.render("toy/hello", {**VALUES, "link": "javascript:alert(1)"}, SITE)

    assert 'href="javascript' not in letter.html


def test_one_line_is_one_line():
    assert one_line("Hello\r\nBcc: eve@example.org\u2028x\u202ey\0z") == "Hello Bcc: eve@example.org x y z"
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u062f"  # one word whose halves must not join
    assert one_line(persian) == persian


def test_a_forgotten_value_is_a_mistake(letters):
    with pytest.raises(jinja2.UndefinedError):
        letters.render("toy/hello", {}, SITE)


def test_a_template_without_a_subject_is_a_mistake(letters):
    with pytest.raises(ValueError, match="first line must be the subject"):
        letters.render("toy/headless", {}, SITE)


def test_a_template_reaches_nothing_of_python(letters):
    with pytest.raises(jinja2.exceptions.SecurityError):
        letters.render("toy/escape", {}, SITE)


def test_an_unknown_template_is_a_mistake():
    with pytest.raises(jinja2.TemplateNotFound):
        render("toy/none", {}, SITE)


def test_a_letter_becomes_a_message(letters):
    letter = letters.render("toy/hello", VALUES, SITE)

    message = letter.to("bo@example.org", reply_to="ana@example.org")

    assert (message.to, message.subject, message.reply_to) == ("bo@example.org", "Hello Bo", "ana@example.org")


def test_its_templates_have_names(letters):
    assert letters.names() == ["toy/escape", "toy/headless", "toy/hello"]
