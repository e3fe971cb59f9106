"""The numbers that every peer draws: see ../recurrence.ts, which says what they are and must stay the same.

Leaves out: nothing.
"""

SEED = 2463534242
TABLE_LENGTH = 1 << 16
TABLE_MASK = TABLE_LENGTH - 1
WORD = 0xFFFFFFFF
FNV_BASIS = 0x811C9DC5
FNV_PRIME = 0x01000193


def xorshift32():
    """Marsaglia's xorshift32, for ever."""
    x = SEED
    while True:
        x ^= (x << 13) & WORD
        x ^= x >> 17
        x ^= (x << 5) & WORD
        yield x


def exponentials():
    """The table: exponential numbers of mean 2^30, by von Neumann's comparisons, in whole numbers."""
    draw = xorshift32().__next__
    return [_exponential(draw) for _ in range(TABLE_LENGTH)]


def _exponential(draw):
    whole = 0
    while True:
        first = before = draw()
        run_length = 1
        following = draw()
        while following < before:
            before = following
            run_length += 1
            following = draw()
        if run_length % 2 == 1:
            return (whole << 30) + (first >> 2)
        whole += 1


def peer_of_syn(k):
    """The peer address of SYN k: an odd factor, so no two of 2^32 are equal."""
    return k * 0x9E3779B1 & WORD


def mix(hash_, word):
    """FNV-1a over 32-bit words."""
    return ((hash_ ^ (word & WORD)) * FNV_PRIME) & WORD


def mix_event(hash_, at_ns, id_):
    """An event as it was taken out: low and high word of its instant, then its id."""
    return mix(mix(mix(hash_, at_ns), at_ns >> 32), id_)
