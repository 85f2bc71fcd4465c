import itertools

from hypothesis import given
from hypothesis import strategies as st

from s3assist.answer.fuse import fuse

SCORES = st.dictionaries(st.integers(0, 30), st.floats(-1, 1), max_size=12)
POSITIVE = st.dictionaries(st.integers(0, 30), st.floats(0.01, 40), max_size=12)


@given(SCORES, POSITIVE)
def test_every_passage_of_either_leg_gets_a_score(
    dense: dict[int, float], lexical: dict[int, float]
) -> None:
    assert fuse(dense, lexical).keys() == dense.keys() | lexical.keys()


@given(SCORES, st.floats(0, 1))
def test_what_is_better_on_both_legs_is_better_fused(
    dense: dict[int, float], weight: float
) -> None:
    lexical = {key: score + 2 for key, score in dense.items()}
    fused = fuse(dense, lexical, weight)

    ranked = sorted(dense, key=lambda key: dense[key])
    assert all(fused[one] <= fused[other] + 1e-9 for one, other in itertools.pairwise(ranked))


def test_a_weight_of_one_leaves_the_dense_order() -> None:
    fused = fuse({1: 0.9, 2: 0.5}, {2: 30.0}, dense_weight=1.0)

    assert sorted(fused, key=lambda key: -fused[key]) == [1, 2]


def test_a_weight_of_nought_leaves_the_lexical_order() -> None:
    fused = fuse({1: 0.9, 2: 0.5}, {2: 30.0}, dense_weight=0.0)

    assert sorted(fused, key=lambda key: -fused[key]) == [2, 1]
