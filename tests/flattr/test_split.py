"""The split, proved on numbers (S2, S3, S4)."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from math import sqrt
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flattr import months
from flattr.split import fee, rotation, split

pots = st.one_of(st.sampled_from([0, 1, 10_000]), st.integers(0, 10**12))
creators = st.sets(st.integers(1, 2**40), min_size=1, max_size=200)
people = st.integers(1, 2**31)
periods = st.builds(
    lambda y, m: y * 100 + m, st.integers(2026, 2100), st.integers(1, 12)
)


@given(pots, creators, st.integers(0, 10**6))
def test_shares_add_up_to_the_pot(pot: int, creators: set[int], offset: int) -> None:
    shares = split(pot, creators, offset=offset)

    assert sum(shares.values()) == pot
    assert set(shares) == creators


@given(pots, creators, st.integers(0, 10**6))
def test_no_share_is_more_than_a_cent_larger(
    pot: int, creators: set[int], offset: int
) -> None:
    shares = split(pot, creators, offset=offset).values()

    assert max(shares) - min(shares) <= 1


@given(pots, st.lists(st.integers(1, 500), min_size=1), st.randoms())
def test_the_order_of_the_clicks_does_not_matter(
    pot: int, clicks: list[int], random: object
) -> None:
    shuffled = sorted(clicks, key=lambda _: random.random())  # type: ignore[attr-defined]

    assert split(pot, clicks, offset=7) == split(pot, shuffled, offset=7)


@given(st.integers(0, 5_000), st.integers(1, 60))
def test_over_a_full_round_everyone_receives_the_same(pot: int, n: int) -> None:
    received: Counter[int] = Counter()
    for offset in range(n):
        received.update(split(pot, range(n), offset=offset))

    assert len({received[creator] for creator in range(n)}) == 1


@pytest.mark.parametrize("pot", [0, 1, 10_000])
@pytest.mark.parametrize("n", [1, 2, 3, 7, 999, 3_000])
def test_from_one_creator_to_three_thousand(pot: int, n: int) -> None:
    shares = split(pot, range(1, n + 1), offset=n // 2)

    assert sum(shares.values()) == pot
    assert set(shares.values()) <= {pot // n, pot // n + 1}


def test_more_creators_than_cents_leaves_some_without() -> None:
    shares = split(3, [10, 20, 30, 40, 50], offset=1)

    assert sorted(shares.values()) == [0, 0, 1, 1, 1]


def test_nobody_flattred_means_nothing_is_spent() -> None:
    assert split(1_000, [], offset=0) == {}


@given(people, periods, st.integers(1, 3_000))
def test_the_rotation_is_reproducible_and_in_range(
    reader: int, period: int, n: int
) -> None:
    assert 0 <= rotation(reader, period, n) < n
    assert rotation(reader, period, n) == rotation(reader, period, n)


def test_odd_cents_fall_like_a_coin() -> None:
    """S3: over many readers' months no creator is luckier than chance allows.

    Each of 40 creators is flattred by 4,000 readers who leave odd cents; the
    standard deviation of their z-scores is that of a fair coin, within 25 %.
    """
    n, odd = 40, 13
    lucky: Counter[int] = Counter()
    trials = 4_000
    for reader in range(1, trials + 1):
        shares = split(odd, range(n), offset=rotation(reader, 202610, n))
        lucky.update({creator: cents for creator, cents in shares.items() if cents})

    p = odd / n
    z = [(lucky[c] - trials * p) / sqrt(trials * p * (1 - p)) for c in range(n)]

    assert 0.0 < pstdev(z) < 1.25
    assert max(map(abs, z)) < 4


def test_a_readers_luck_moves_from_month_to_month() -> None:
    """S3: the same reader and creators, 10,000 months, chi-square p > 0.001."""
    n, odd = 7, 3
    lucky: Counter[int] = Counter()
    months = [y * 100 + m for y in range(2026, 2026 + 834) for m in range(1, 13)][
        :10_000
    ]
    for period in months:
        shares = split(odd, range(n), offset=rotation(4711, period, n))
        lucky.update({creator: cents for creator, cents in shares.items() if cents})

    expected = len(months) * odd / n
    chi_square = sum((lucky[c] - expected) ** 2 / expected for c in range(n))

    assert chi_square < 22.46  # p = 0.001 at six degrees of freedom


def unfairest(places: Counter[int], n: int) -> float:
    """By how many cents at most a creator of `n` is off an equal part, for any number
    of odd cents, when they began so often at each of the `places`."""
    began = [0, *accumulate(places[place % n] for place in range(2 * n))]
    times = places.total()
    return max(
        abs(began[place + odd] - began[place] - times * odd / n)
        for odd in range(1, n)
        for place in range(n)
    )


@pytest.mark.parametrize("n", range(2, 41))
@given(reader=st.integers(1, 2**62), first=periods)
def test_alice_s_odd_cents_come_to_all_her_creators_alike(
    n: int, reader: int, first: int
) -> None:
    """S3: one reader, the same creators for ten years, however many cents are odd."""
    places = Counter(
        rotation(reader, months.shifted(first, later), n) for later in range(120)
    )

    assert unfairest(places, n) < 3


@pytest.mark.parametrize("n", range(2, 41))
@pytest.mark.parametrize("every", [1, 2, 3, 10])
def test_no_creator_is_luckier_in_one_month_of_many_readers(n: int, every: int) -> None:
    """S3: 4,000 readers whose ids are all, or even alone (as some databases give
    them), every third or every tenth; a coin would be off by 30 and more."""
    for period in (202611, 202612, 203002):
        places = Counter(
            rotation(every * reader, period, n) for reader in range(1, 4_001)
        )

        assert unfairest(places, n) < 12


@given(people, periods)
def test_two_creators_take_turns(reader: int, period: int) -> None:
    """With two and one odd cent nobody waits longer than two months for it."""
    begins = [rotation(reader, months.shifted(period, later), 2) for later in range(24)]

    assert all(len(set(begins[k : k + 3])) == 2 for k in range(22))


@given(st.integers(0, 10**12), st.integers(0, 30))
def test_the_fee_is_a_part_of_what_was_spent(spent: int, percent: int) -> None:
    assert 0 <= fee(spent, percent) <= spent
    assert abs(fee(spent, percent) * 100 - spent * percent) <= 50


def test_without_a_fee_all_of_it_arrives() -> None:
    assert fee(1_000, 0) == 0
    assert fee(1_000, 10) == 100
