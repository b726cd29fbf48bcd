"""A refusal counts against a provider only if the request asked the way that jackfield asks."""

from jackfield.scoreboard.replay import differences, leaves

OURS = {
    "model": "m",
    "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}},
}
ASKS = ("response_format",)


def test_the_same_wish_is_no_difference() -> None:
    """Running text, names, numbers and what goes beyond ours do not matter."""
    theirs = {
        "model": "other model",
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "y", "schema": {"type": "object"}, "more": 1},
        },
        "temperature": 1,
    }
    assert list(differences(OURS, theirs, ASKS)) == []


def test_a_missing_field_is_named_once_where_it_begins() -> None:
    """Not every leaf below it."""
    theirs = {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "type": "object"}}}
    assert list(differences(OURS, theirs, ASKS)) == ["does not send response_format.json_schema.schema"]


def test_another_word_and_a_flag_are_differences() -> None:
    """A media type with parameters, a strictness that we do not ask for."""
    ours = {"parts": [{"mimeType": "text/plain", "data": "QQ=="}]}
    theirs = {"parts": [{"mimeType": "text/plain; charset=utf-8", "data": "QQ=="}], "strict": True}
    found = list(differences(ours, theirs, ()))
    assert found == [
        "sends parts.[].mimeType = text/plain; charset=utf-8 where jackfield sends text/plain",
        "sets strict",
    ]


def test_without_a_request_of_ours_nothing_is_compared() -> None:
    """What we would not send cannot be asked otherwise."""
    assert list(differences(None, {"a": 1}, ())) == []


def test_the_items_of_a_list_share_a_path() -> None:
    """Order and number of messages are no difference of the wish."""
    assert list(leaves({"a": [1, {"b": True}]})) == [(("a", "[]"), 1), (("a", "[]", "b"), True)]
