"""What an engine's address says, and what of it a message may say."""

import pytest

from index import IndexProblem
from index.engines import Address, engine_address, parse_address

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("milvus://host:19531/plans", Address("http://host:19531", "plans"), id="host, port and name"),
        pytest.param("milvus://host", Address("http://host:19530", "chapter_and_verse"), id="a host alone"),
        pytest.param("milvus://[::1]:1/x", Address("http://[::1]:1", "x"), id="an address of six"),
        pytest.param("milvus://h/x?tls=1", Address("https://h:19530", "x"), id="encrypted"),
        pytest.param("milvus://h/x?token=a:b%26", Address("http://h:19530", "x", "a:b&"), id="a token, escaped"),
        pytest.param("milvus://a:b%40@h/x", Address("http://h:19530", "x", "a:b@"), id="a user before the host"),
        pytest.param("milvus://h/x?database=d", Address("http://h:19530", "x", database="d"), id="a database"),
        pytest.param("milvus://h/x?vectors=hnsw", Address("http://h:19530", "x", vectors="HNSW"), id="an index"),
        pytest.param("milvus:///build/m.db", Address("build/m.db"), id="a file, from here"),
        pytest.param("milvus:////srv/m%20m.db?name=x", Address("/srv/m m.db", "x"), id="a file, from the root"),
    ],
)
def test_what_an_address_says(text: str, expected: Address) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(f"http://u:{SECRET}@h", "milvus://", id="another scheme"),
        pytest.param("h:19530", "milvus://", id="no scheme"),
        pytest.param("milvus:///build/m", ".db", id="neither host nor file"),
        pytest.param("milvus://", ".db", id="nothing"),
        pytest.param(f"milvus://h:port/x?token={SECRET}", "port", id="a port that is none"),
        pytest.param(f"milvus://h/x-y?token={SECRET}", "letters", id="a name that Milvus has not"),
        pytest.param(f"milvus://h/x/y?token={SECRET}", "letters", id="two names"),
        pytest.param("milvus://h/x_before", "ends as ours do", id="the alias of another name"),
        pytest.param(f"milvus://h/x?tokn={SECRET}", "tokn", id="an option that is none"),
        pytest.param(f"milvus://h/x?{SECRET}", "NAME=VALUE", id="an option without a value"),
        pytest.param("milvus://h/x?tls=yes", "tls", id="neither 0 nor 1"),
        pytest.param("milvus://h/x?vectors=best", "HNSW", id="an index that is none"),
        pytest.param(f"milvus:///m.db?token={SECRET}", "token", id="a file takes no token"),
    ],
)
def test_what_is_no_address_is_said_without_its_secret(text: str, said: str) -> None:
    with pytest.raises(IndexProblem, match="milvus://HOST") as error:
        parse_address(text)

    assert said in str(error.value)
    assert SECRET not in str(error.value)


def test_an_address_is_shown_without_its_secret() -> None:
    address = parse_address(f"milvus://h/x?token=root:{SECRET}")

    assert SECRET not in f"{address} {address!r}"


def test_the_environment_names_the_engine_and_an_option_goes_before_it() -> None:
    environment = {"CHAPTER_ENGINE": "milvus://h/x", "CHAPTER_ENGINE_TOKEN": SECRET}

    assert engine_address(environment) == Address("http://h:19530", "x", SECRET)
    assert engine_address(environment, "milvus:///m.db") == Address("m.db")
    assert engine_address({}) is None
    assert engine_address({"CHAPTER_ENGINE": ""}) is None
