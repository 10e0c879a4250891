import json
from toys import *
def test_x(ask, sql_of):
    r = ask("/v1/articles?include=author,tags,comments.author,cover,commenters,first-comment,editor,category.parent", ANN)
    print(json.dumps(json.loads(r.body), indent=1)[:9000])
    print(r.headers, len(sql_of))
    for s in sql_of: print(s)
    for u in ("/v1/articles/1", "/v1/articles/harbour/comments?sort=-author.name", "/v1/articles/5/author", "/v1/articles/1/relationships/tags", "/v1/receipts/r-7f%2F3", "/v1/people/1/receipts", "/v1/people", "/v1/nothing", "/v1/people/2/diaries"):
        r = ask(u, ANN); print(u, r.status, r.body[:600])
    assert r.status==0
