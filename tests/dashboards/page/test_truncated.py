"""A list that does not show all of its rows says so, and its links give all of them."""

from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.pages.asking import card, rows_of, table_of


def test_a_part_of_a_list_is_said_to_be_one_and_all_of_it_can_be_had(place: Place) -> None:
    calls = [call(number, NOW, callerphone=f"7916000{number % 30:04}") for number in range(60)]
    place.add([Delivered(NOW, params) for params in calls])
    client = place.client()
    shown = card(client.get("/spam").get_data(as_text=True), "repeat_numbers")
    assert len(table_of(shown)) == 25
    assert "Показаны первые 25 из 30." in shown.text
    links = [one.attributes["href"] or "" for one in shown.all("a")]
    files = [link for link in links if link.startswith("/api/reports/repeat_numbers?")]
    assert len(files) == 5, "the formats for programs"
    for link in files:
        query = link.partition("?")[2].rpartition("&format=")[0]
        assert len(rows_of(client, "repeat_numbers", query)) == 30
    assert len(rows_of(client, "repeat_numbers", "period=30d&top=7")) == 7
    for ending in ("xlsx", "csv"):
        (*_, link) = [link for link in links if link.startswith(f"/export/spam.{ending}?")]
        assert link == f"/export/spam.{ending}?period=30d&card=repeat_numbers"
    assert len(client.get(link).get_data(as_text=True).splitlines()) == 31
