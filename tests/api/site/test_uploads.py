"""Uploads: kept as what they really are, shown without danger, refused when they are too large."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

JSON = {"Content-Type": "application/json", "Accept": "*/*"}


def picture(form="PNG", size=(4, 3)):
    kept = io.BytesIO()
    Image.new("RGB", size, "#336699").save(kept, form)
    return kept.getvalue()


def as_url(data, kind="image/png"):
    return {"data": f"data:{kind};base64,{base64.b64encode(data).decode()}"}


def form_of(*files):
    parts = [
        f'--frontier\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for field, name, data in files
    ]
    return b"".join(parts) + b"--frontier--\r\n"


def send(api, body, who, content_type="multipart/form-data; boundary=frontier"):
    headers = {"Content-Type": content_type, "Accept": "*/*"}
    return api.post("/v1/upload/files?force_local=true", body=body, as_=who, headers=headers)


def path_of(url):
    return url.removeprefix("http://127.0.0.1:8000")


@pytest.mark.parametrize(("form", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif"), ("WEBP", "webp")])
def test_a_picture_is_kept_and_shown_as_what_it_is(api, pages, people, form, ending):
    data = picture(form)
    answer = api.post("/v1/upload/image", json=as_url(data, "image/svg+xml"), as_=people["bo"], headers=JSON)

    assert answer.status == 200
    url = answer.json["url"]
    assert url.startswith("http://127.0.0.1:8000/static/media/")
    assert url.endswith(f"/picture.{ending}")
    shown = pages.get(path_of(url))
    assert shown.data == data
    assert shown.headers["Content-Type"] == f"image/{form.lower()}"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"data": 7}, 400),
        ({"data": "https://example.org/a.png"}, 400),
        ({"data": "data:image/png;base64,!!!"}, 400),
        (as_url(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), 422),
        (as_url(picture()[:20]), 422),
        (as_url(b"%PDF-1.7"), 422),
        (as_url(b""), 422),
    ],
)
def test_what_is_no_picture_is_refused(api, people, body, status):
    assert api.post("/v1/upload/image", json=body, as_=people["bo"], headers=JSON).status == status


def test_nobody_uploads_without_signing_in(api, people):
    assert api.post("/v1/upload/image", json=as_url(picture()), headers=JSON).status == 401
    assert send(api, form_of(("file", "a.pdf", b"%PDF-1.7")), None).status == 401
    assert send(api, b"x" * 1_100_000, None).status == 413


def test_files_of_a_form_are_kept_under_harmless_names(api, pages, people):
    single = send(api, form_of(("file", "My slides.PDF", b"%PDF-1.7 slides")), people["bo"])
    several = send(
        api, form_of(("files[]", "../evil.html", b"<script>alert(1)</script>"), ("files[]", "a.png", picture())),
        people["bo"],
    )  # fmt: skip

    assert single.json["url"].endswith("/My-slides.pdf")
    html, image = several.json["url"]
    shown = [pages.get(path_of(url)) for url in (single.json["url"], html, image)]
    assert [(one.headers["Content-Type"], one.headers["Content-Disposition"]) for one in shown] == [
        ("application/pdf", 'inline; filename="My-slides.pdf"'),
        ("application/octet-stream", 'attachment; filename="evil.html"'),
        ("image/png", 'inline; filename="a.png"'),
    ]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data; boundary=frontier"),
        (b"nonsense", "multipart/form-data; boundary=frontier"),
        (b"nonsense", "multipart/form-data"),
        (b"{}", "application/json"),
        (form_of(("file", "", b"x")), "multipart/form-data; boundary=frontier"),
        (form_of(*(("file", f"{n}.txt", b"x") for n in range(30))), "multipart/form-data; boundary=frontier"),
    ],
)
def test_a_body_without_a_file_is_refused(api, people, body, content_type):
    assert send(api, body, people["bo"], content_type).status == 400


def test_settings_say_how_large_uploads_may_be(api, people, patch):
    patch("/v1/settings", "setting", {"image-size": 1, "slide-size": 2})

    assert send(api, form_of(("file", "a.pdf", b"%PDF-" + b"x" * 1500)), people["bo"]).status == 200
    too_large = send(api, form_of(("file", "a.pdf", b"%PDF-" + b"x" * 2500)), people["bo"])
    assert (too_large.status, too_large.json["errors"][0]["code"]) == (422, "upload-too-large")
    large = as_url(b"\x89PNG\r\n\x1a\n" + b"x" * 1500)
    assert api.post("/v1/upload/image", json=large, as_=people["bo"], headers=JSON).status == 422


def test_an_upload_may_be_longer_than_other_bodies(api, people):
    assert send(api, form_of(("file", "a.pdf", b"%PDF-" + b"x" * 2_000_000)), people["bo"]).status == 200


@pytest.mark.parametrize("path", ["/static/media/00/none.png", "/static/media/00/..%5Cx", "/static/media/.x/a.png"])
def test_other_addresses_hold_no_file(pages, people, path):
    assert pages.get(path).status_code == 404
