"""Which activations a figure shows: the paper's choice for its networks, the nearest to it for others.

The rules are those of the program's overview and bars.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ReadError

Site = Mapping[str, Any]
"""A site's record in `summary.json`."""

FEW_PANELS = 9
"""Up to so many blocks, as many as in the paper's figure, are all shown."""

MOST_PANELS = 12
"""More have no room, unless they are asked for."""


@dataclass(frozen=True)
class Choice:
    """What a figure has a scatter of, and what a bar."""

    panels: list[int]
    """Sites, by their place in the summary."""
    bars: list[tuple[str, int | None]]
    """A label with each; no site where a block lacks the name."""
    name: str | None
    """The name that the sites bear in their blocks; None where names do not recur."""

    def title(self, site: Site) -> str:
        """What a site is called above its scatter."""
        if site["site"] in ("stem", "last"):
            return str(site["site"])
        return f"block {site['block']}" if site["site"] == self.name else str(site["node"])


def choose(sites: list[Site], site: str | None, blocks: str | Iterable[int]) -> Choice:
    """The sites of a figure.

    Args:
        sites: of the summary, in their order.
        site: their name in the blocks (`"A2"`), or one activation (`"5.A2"` or its node).
        blocks: "odd" (the paper's; all of them where they are few), "all", or numbers.
    """
    one = next((i for i, s in enumerate(sites) if site in (s["node"], f"{s['block']}.{s['site']}")), None)
    wished = sites[one]["site"] if one is not None else site
    numbered = _numbered(sites)
    if wished is not None and wished not in {s["site"] for s in sites}:
        names = ", ".join(dict.fromkeys(s["site"] for s in sites))
        raise ReadError(f"no activation is called {wished}; there are {names}, or a node's name")
    name = next((candidate for candidate in (wished, _preferred(sites)) if _recurs(candidate, sites, numbered)), None)
    if one is not None:
        panels = [one]
    elif wished is not None and wished != name:
        panels = [i for i, s in enumerate(sites) if s["site"] == wished]
    elif name is not None:
        panels = _of_blocks(sites, numbered, name, blocks)
    else:
        panels = _thinned(_telling(sites)) if isinstance(blocks, str) else _in(sites, blocks, _telling(sites))
    return Choice(panels, _bars(sites, name), name)


def _numbered(sites: list[Site]) -> list[int]:
    """Blocks other than number 0, the stem and the last convolution; where blocks have names, what follows has none."""
    members: dict[int, list[Site]] = {}
    for site in sites:
        members.setdefault(site["block"], []).append(site)
    named = {block for block, own in members.items() if any(site["block_name"] for site in own)}
    follows = max(members, default=0) if named - {0} else None
    return [
        block
        for block in sorted(members)
        if block != 0 and not (block == follows and block not in named) and not _stands_apart(members[block])
    ]


def _stands_apart(members: list[Site]) -> bool:
    return all(site["site"] in ("stem", "last") for site in members)


def _telling(sites: list[Site]) -> list[int]:
    """Those that say most about whether a network is dynamic: dynamic ones with slopes to compare, dynamic ones, or all."""
    dynamic = [index for index, site in enumerate(sites) if site["dynamic"]]
    compared = [index for index in dynamic if (sites[index]["segments"] or 0) > 1]
    return compared or dynamic or list(range(len(sites)))


def _preferred(sites: list[Site]) -> str | None:
    """The commonest name of the most telling sites; of equally common ones the first."""
    counts = Counter(sites[index]["site"] for index in _telling(sites))
    return max(counts, key=counts.__getitem__, default=None)


def _recurs(name: str | None, sites: list[Site], numbered: list[int]) -> bool:
    return len({site["block"] for site in sites if site["site"] == name and site["block"] in numbered}) > 1


def _of_blocks(sites: list[Site], numbered: list[int], name: str, blocks: str | Iterable[int]) -> list[int]:
    first: dict[int, int] = {}
    for index, site in enumerate(sites):
        if site["site"] == name:
            first.setdefault(site["block"], index)
    every = [first[block] for block in numbered if block in first]
    if not isinstance(blocks, str):
        return _in(sites, blocks, list(first.values()))
    if blocks == "all":
        return every
    if blocks != "odd":
        raise ReadError(f'blocks are "odd", "all" or numbers, not {blocks!r}')
    odd = [index for index in every if sites[index]["block"] % 2 == 1]
    enough = len(every) > FEW_PANELS and len(odd) <= MOST_PANELS and 3 * len(odd) >= len(every)
    return odd if enough else _thinned(every)


def _in(sites: list[Site], blocks: Iterable[int], candidates: list[int]) -> list[int]:
    chosen = []
    for block in blocks:
        found = [index for index in candidates if sites[index]["block"] == block]
        if not found:
            there = ", ".join(str(b) for b in dict.fromkeys(sites[index]["block"] for index in candidates))
            raise ReadError(f"block {block} has no such activation; blocks {there} have one")
        chosen += found
    return chosen


def _thinned(indices: list[int]) -> list[int]:
    if len(indices) <= MOST_PANELS:
        return indices
    return [indices[place * (len(indices) - 1) // (MOST_PANELS - 1)] for place in range(MOST_PANELS)]


def _bars(sites: list[Site], name: str | None) -> list[tuple[str, int | None]]:
    if name is None:
        last, bars = None, []
        for index, site in enumerate(sites):
            if (site["segments"] or 0) > 1 and site["coefficients"]:
                bars.append(("" if site["block"] == last else str(site["block"]), index))
                last = site["block"]
        return bars
    bars = []
    for block in sorted({site["block"] for site in sites}):
        members = [index for index, site in enumerate(sites) if site["block"] == block]
        own = next((index for index in members if sites[index]["site"] == name), None)
        if own is None and _stands_apart([sites[index] for index in members]):
            bars.append((sites[members[0]]["site"], members[0]))
        else:
            bars.append((str(block), own))
    return bars
