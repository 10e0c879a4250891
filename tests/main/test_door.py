from factories import make_user


def test_info_tells_the_version(api):
    answer = api.get("/info")

    assert (answer.status, list(answer.json)) == (200, ["build"])


def test_an_unknown_address_of_the_api_is_a_json_api_error(api):
    answer = api.get("/v1/unicorns")

    assert (answer.status, answer.json["errors"][0]["status"]) == (404, 404)


def test_a_signed_in_caller_is_known(api, shell):
    with shell.work() as work:
        user = make_user(work)

    answer = api.get(f"/v1/users/{user.id}", as_=user)

    assert (answer.status, answer.json["data"]["attributes"]["email"]) == (200, user.email)
