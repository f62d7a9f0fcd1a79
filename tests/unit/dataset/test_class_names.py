import pytest

from tellapart.dataset.class_names import clean_class_name, natural_key, twin_names
from tellapart.errors import InvalidClassName


def test_numbers_stand_by_their_size() -> None:
    names = ["10", "9", "class 2b", "class 10", "Class 2", "class", "ten", "0"]
    expected = ["0", "9", "10", "class", "Class 2", "class 2b", "class 10", "ten"]
    assert sorted(names, key=natural_key) == expected


def test_names_that_differ_in_how_they_are_written() -> None:
    names = ["cat", "Cat", "cat.", "dog", "c a t", "dogs", "?", "!"]
    assert twin_names(names) == [["c a t", "Cat", "cat", "cat."]]
    assert twin_names([]) == []


def test_what_is_refused_says_what_to_do() -> None:
    with pytest.raises(InvalidClassName, match="Give the class a name, such as cat"):
        clean_class_name(" ", max_length=120)
    with pytest.raises(InvalidClassName, match="at most 120"):
        clean_class_name("x" * 121, max_length=120)
