def test_a_staff_member_is_let_in_where_a_stranger_is_not(client, signed_in):
    assert client.get("/admin/").status_code == 302
    assert signed_in("viewer").get("/admin/").status_code == 200
    assert signed_in().get("/admin/customer/").status_code == 403


def test_a_browser_goes_on_as_the_staff_member(page_of):
    answer = page_of("viewer").goto("/admin/")
    assert answer is not None and answer.status == 200 and answer.url.endswith("/admin/")
