"""Which activations a figure shows, for networks of other shapes than the sample."""

from __future__ import annotations

from typing import Any

import pytest

from dyviz.errors import ReadError
from dyviz.site_choice import choose


def site(block: int, name: str, *, dynamic: bool = True, segments: int | None = 2, block_name: str | None = None) -> dict[str, Any]:
    shared = "channel" if segments else None
    about = {"dynamic": dynamic, "segments": segments, "block_name": block_name, "coefficients": shared}
    return {"block": block, "site": name, "node": f"{block}/{name}", **about}


def mobile_net(blocks: int) -> list[dict[str, Any]]:
    inner = [site(block, name, segments=1 if name == "A3" else 2) for block in range(1, blocks + 1) for name in ("A1", "A2", "A3")]
    # As the paper's, which has no expansion in its first block.
    return [site(0, "stem"), *inner[1:], site(blocks + 1, "last")]


def blocks(sites: list[dict[str, Any]], panels: list[int]) -> list[int]:
    return [sites[index]["block"] for index in panels]


def test_the_papers_choice() -> None:
    sites = mobile_net(17)
    choice = choose(sites, None, "odd")
    assert choice.name == "A2" and blocks(sites, choice.panels) == [1, 3, 5, 7, 9, 11, 13, 15, 17]
    assert [label for label, _ in choice.bars] == ["stem", *map(str, range(1, 18)), "last"]
    assert all(sites[index]["site"] in ("stem", "A2", "last") for _, index in choice.bars if index is not None)


def test_a_block_without_the_name_is_a_gap() -> None:
    sites = mobile_net(17)
    choice = choose(sites, "A1", "odd")
    assert blocks(sites, choice.panels) == [3, 5, 7, 9, 11, 13, 15, 17]
    assert choice.bars[1] == ("1", None)


@pytest.mark.parametrize(("count", "shown"), [(9, list(range(1, 10))), (10, [1, 3, 5, 7, 9]), (24, list(range(1, 25, 2)))])
def test_few_and_many_blocks(count: int, shown: list[int]) -> None:
    sites = mobile_net(count)
    assert blocks(sites, choose(sites, None, "odd").panels) == shown


def test_more_blocks_than_there_is_room_for_are_taken_evenly() -> None:
    sites = mobile_net(40)
    shown = blocks(sites, choose(sites, None, "odd").panels)
    assert len(shown) == 12 and (shown[0], shown[-1]) == (1, 40)
    assert {b - a for a, b in zip(shown, shown[1:])} <= {3, 4}
    assert len(choose(sites, None, "all").panels) == 40


def test_squeeze_and_excitation_has_scatters_and_no_bars_to_compare() -> None:
    sites = [site(b, n, dynamic=n == "se", segments=1 if n == "se" else 2) for b in range(1, 5) for n in ("act", "se")]
    choice = choose(sites, None, "odd")
    assert choice.name == "se" and len(choice.panels) == 4


def test_names_that_do_not_recur() -> None:
    sites = [site(1, "a"), site(1, "b"), site(2, "c"), site(3, "d", segments=None, dynamic=False)]
    choice = choose(sites, None, "odd")
    assert choice.name is None and choice.panels == [0, 1, 2]
    assert choice.bars == [("1", 0), ("", 1), ("2", 2)]
    assert choose(sites, None, [2]).panels == [2]


def test_what_follows_named_blocks_is_no_block() -> None:
    sites = [site(b, "act1", block_name=f"layer{b}") for b in (1, 2, 3)] + [site(4, "act1")]
    assert blocks(sites, choose(sites, None, "odd").panels) == [1, 2, 3]


def test_nothing_dynamic() -> None:
    sites = [site(b, "relu", dynamic=False) for b in (1, 2, 3)]
    assert choose(sites, None, "all").panels == [0, 1, 2]
    with pytest.raises(ReadError, match="no activation is called A2; there are relu"):
        choose(sites, "A2", "all")
