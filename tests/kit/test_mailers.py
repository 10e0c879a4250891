import email
import email.policy
import socket
import ssl
from contextlib import nullcontext
from datetime import timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from openevent.kit.clock import FixedClock, SystemClock
from openevent.kit.errors import Unavailable
from openevent.kit.mailers import (
    ChosenMailer,
    DirectoryMailer,
    Envelope,
    MailRefused,
    MemoryMailer,
    SendGridMailer,
    SmtpMailer,
    open_mailer,
)
from openevent.kit.outbound import Outbound
from openevent.kit.services import Message
from remote import Told, remote

SENDER = "Open Event <tickets@example.org>"
MESSAGE = Message(
    to="bo@example.org",
    subject="Deine Karten für 東京",
    text="Hallo Bo,\nna?\n",
    html="<p>Hallo Bo</p>",
    reply_to="Ana <ana@example.org>",
    headers={"X-Event": "7"},
)
HOST = "127.0.0.1"


class Sink:
    """Keeps what a real mail client would have been given, or answers as it is told."""

    def __init__(self):
        self.mails = []
        self.answer = "250 OK"
        self.to_recipients = "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 -- aiosmtpd's name
        if self.to_recipients.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipients

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 -- aiosmtpd's name
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, found, session.ssl is not None))
        return self.answer


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Make a certificate for 127.0.0.1 that signs itself."""
    place = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, HOST)])
    now = SystemClock().now()
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (place / "cert.pem").write_bytes(built.public_bytes(Encoding.PEM))
    (place / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return place


@pytest.fixture
def trusting(certificate):
    return ssl.create_default_context(cafile=str(certificate / "cert.pem"))


def serving(context):
    context_server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context_server.load_cert_chain(context / "cert.pem", context / "key.pem")
    return context_server


def authenticate(_server, _session, _envelope, _mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"ana", b"p@ss:word"))


class Secure(Controller):
    """Speaks TLS from the first byte."""

    def factory(self):
        return SMTP(self.handler)


@pytest.fixture(params=["none", "starttls", "tls"])
def server(request, certificate):
    sink = Sink()
    options = {"hostname": HOST, "port": 0}
    if request.param == "tls":
        controller = Secure(sink, ssl_context=serving(certificate), **options)
    elif request.param == "starttls":
        controller = Controller(
            sink,
            tls_context=serving(certificate),
            require_starttls=True,
            authenticator=authenticate,
            auth_required=True,
            **options,
        )
    else:
        controller = Controller(sink, **options)
    controller.port = free_port()
    controller.start()
    yield request.param, controller.port, sink
    controller.stop()


def free_port():
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


@pytest.fixture
def mailer(server, trusting):
    security, port, _ = server
    user, password = ("ana", "p@ss:word") if security == "starttls" else ("", "")
    return SmtpMailer(Envelope(SENDER, FixedClock()), HOST, port, user, password, security, trusting)


def test_a_mail_arrives_whole(mailer, server):
    mailer.send(MESSAGE, message_id="abc123")

    security, _, sink = server
    ((sender, recipients, mail, has_started_tls),) = sink.mails
    assert (sender, recipients) == ("tickets@example.org", ["bo@example.org"])
    assert has_started_tls == (security == "starttls")
    names = ("From", "To", "Subject", "Reply-To", "Message-ID", "X-Event", "Date")
    assert {name: str(mail[name]) for name in names} == {
        "From": SENDER,
        "To": "bo@example.org",
        "Subject": "Deine Karten für 東京",
        "Reply-To": "Ana <ana@example.org>",
        "Message-ID": "<abc123@example.org>",
        "X-Event": "7",
        "Date": "Sun, 01 Mar 2026 12:00:00 +0000",
    }
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.iter_parts()
    assert (text.get_content().splitlines(), html.get_content_type()) == (["Hallo Bo,", "na?"], "text/html")


def test_no_header_can_be_slipped_in(mailer, server):
    sink = server[2]
    evil = Message(
        "bo@example.org", "Hi\r\nBcc: eve@example.org", "x", "x", headers={"X-Event": "7\nBcc: eve@example.org"}
    )

    mailer.send(evil, message_id="1")

    mail = sink.mails[0][2]
    assert (mail["Bcc"], mail["Subject"], sink.mails[0][1]) == (None, "Hi Bcc: eve@example.org", ["bo@example.org"])


def test_headers_for_programs_stay_as_they_are_however_long():
    address = f"<https://tickets.an-organization-with-a-name.example.org/v1/unsubscribe/{'7' * 120}>"
    message = replace(
        MESSAGE, headers={"List-Unsubscribe": address, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    )

    raw = Envelope(f"tickets@{'long-' * 10}name.example.org", SystemClock()).wrap(message, "f" * 32).as_bytes().decode()

    assert f"\r\nList-Unsubscribe: {address}\r\n" in raw
    assert f"\r\nMessage-ID: <{'f' * 32}@{'long-' * 10}name.example.org>\r\n" in raw


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c",
        "bo@example.org\nBcc: eve@example.org",
        "bo@example.org\r\n",
        "a b@example.org",
        "bo@müll.de",
        "@example.org",
    ],
)
def test_what_is_no_address_is_refused_for_good(mailer, server, address):
    if address.strip() == "bo@example.org":
        mailer.send(Message(address, "x", "x", "x"), message_id="1")
        assert server[2].mails[0][1] == ["bo@example.org"]
        return
    with pytest.raises(MailRefused):
        mailer.send(Message(address, "x", "x", "x"), message_id="1")
    assert server[2].mails == []


@pytest.mark.parametrize(("answer", "error"), [("550 no such mailbox", MailRefused), ("451 later", Unavailable)])
def test_a_refusal_says_whether_trying_again_helps(mailer, server, answer, error):
    sink = server[2]
    sink.answer = answer
    with pytest.raises(error):
        mailer.send(MESSAGE, message_id="1")

    sink.to_recipients = answer
    with pytest.raises(error):
        mailer.send(MESSAGE, message_id="1")


def test_a_server_that_is_away_is_unavailable():
    mailer = SmtpMailer(Envelope(SENDER, FixedClock()), HOST, 9, security="none")

    with pytest.raises(Unavailable):
        mailer.send(MESSAGE, message_id="1")


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(server):
    security, port, sink = server
    mailer = SmtpMailer(Envelope(SENDER, FixedClock()), HOST, port, "ana", "p@ss:word", security)
    if security == "none":
        mailer.user = ""
        mailer.security = "starttls"  # which this server does not offer

    with pytest.raises(Unavailable):
        mailer.send(MESSAGE, message_id="1")

    assert sink.mails == []


def test_a_directory_holds_one_file_a_mail(tmp_path):
    mailer = open_mailer(f"file://{tmp_path}/outbox", sender=SENDER, clock=FixedClock())

    mailer.send(MESSAGE, message_id="0123456789abcdef")
    mailer.send(MESSAGE, message_id="0123456789abcdef")  # the same mail, tried twice

    (path,) = (tmp_path / "outbox").iterdir()
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert path.name == "bo@example.org-Deine-Karten-f-r-0123456789ab.eml"
    assert (mail["Subject"], isinstance(mailer, DirectoryMailer)) == ("Deine Karten für 東京", True)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail", ("mail", 587, "", "", "starttls")),
        ("smtp://ana:p%40ss%3Aword@mail:2525", ("mail", 2525, "ana", "p@ss:word", "starttls")),
        ("smtps://ana@mail", ("mail", 465, "ana", "", "tls")),
        ("smtp://localhost?tls=no", ("localhost", 25, "", "", "none")),
    ],
)
def test_an_address_says_how_mail_leaves(url, expected):
    found = open_mailer(url, sender=SENDER, clock=FixedClock())

    assert isinstance(found, SmtpMailer)
    assert (found.host, found.port, found.user, found.password, found.security) == expected


def test_memory_keeps_them():
    mailer = open_mailer("memory://", sender=SENDER, clock=FixedClock())

    mailer.send(MESSAGE, message_id="1")

    assert isinstance(mailer, MemoryMailer)
    assert (mailer.sent, mailer.ids) == ([MESSAGE], ["1"])


@pytest.mark.parametrize("url", ["smtp://", "mail.example.org", "http://mail"])
def test_another_address_is_refused(url):
    with pytest.raises(ValueError, match="expected smtp://"):
        open_mailer(url, sender=SENDER, clock=FixedClock())


def test_a_password_is_not_in_the_repr():
    found = open_mailer("smtp://ana:hidden@mail", sender=SENDER, clock=FixedClock())

    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("status", "raised"), [(202, None), (400, MailRefused), (413, MailRefused), (429, Unavailable), (401, Unavailable)]
)
def test_sendgrid_is_told_the_whole_mail_and_its_refusals_are_understood(status, raised):
    with remote(lambda _asked: Told(b"", status)) as server:
        mailer = SendGridMailer(Envelope(SENDER, FixedClock()), Outbound(["127.0.0.1"]), "SG.key", server.url)
        with pytest.raises(raised) if raised else nullcontext():
            mailer.send(MESSAGE, message_id="abc")

    [asked] = server.asked
    assert (asked.method, asked.path, asked.headers["authorization"]) == ("POST", "/v3/mail/send", "Bearer SG.key")
    assert asked.json == {
        "personalizations": [{"to": [{"email": "bo@example.org"}]}],
        "from": {"email": "tickets@example.org", "name": "Open Event"},
        "reply_to": {"email": "ana@example.org", "name": "Ana"},
        "subject": MESSAGE.subject,
        "headers": {"Message-ID": "<abc@example.org>", "X-Event": "7"},
        "content": [
            {"type": "text/plain", "value": MESSAGE.text},
            {"type": "text/html", "value": MESSAGE.html},
        ],
    }


def test_a_way_that_is_chosen_for_each_mail_goes_before_the_usual_one():
    usual, chosen = MemoryMailer(), MemoryMailer()
    choices = [None, chosen]
    mailer = ChosenMailer(lambda: choices.pop(0), usual)

    for number in ("1", "2"):
        mailer.send(MESSAGE, message_id=number)

    assert (usual.ids, chosen.ids) == (["1"], ["2"])
