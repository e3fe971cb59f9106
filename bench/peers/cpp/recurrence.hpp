// The numbers that every peer draws: see ../recurrence.ts, which says what they are and must stay the same.
// Leaves out: nothing.
#pragma once
#include <cstdint>
#include <vector>

namespace peers {

constexpr uint32_t SEED = 2463534242u;
constexpr uint32_t TABLE_LENGTH = 1u << 16;
constexpr uint32_t TABLE_MASK = TABLE_LENGTH - 1;

// Marsaglia's xorshift32.
class Xorshift32 {
 public:
  uint32_t next() {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return x;
  }

 private:
  uint32_t x = SEED;
};

// Exponential numbers of mean 2^30, by von Neumann's comparisons: whole numbers, no logarithm.
inline std::vector<int64_t> exponentials() {
  Xorshift32 random;
  std::vector<int64_t> table(TABLE_LENGTH);
  for (int64_t& value : table) {
    for (int64_t whole = 0;; whole++) {
      const uint32_t first = random.next();
      uint32_t before = first;
      uint32_t runLength = 1;
      for (uint32_t next = random.next(); next < before; next = random.next()) {
        before = next;
        runLength++;
      }
      if (runLength % 2 == 0) continue;
      value = (whole << 30) + (first >> 2);
      break;
    }
  }
  return table;
}

// The peer address of SYN k: an odd factor, so no two of 2^32 are equal.
inline uint32_t peerOfSyn(uint32_t k) { return k * 0x9e3779b1u; }

// FNV-1a over 32-bit words.
class Hash {
 public:
  void word(uint32_t value) { hash = (hash ^ value) * 0x01000193u; }
  // An event as it was taken out: low and high word of its instant, then its id.
  void event(int64_t atNs, uint32_t id) {
    word(static_cast<uint32_t>(atNs));
    word(static_cast<uint32_t>(atNs >> 32));
    word(id);
  }
  uint32_t value() const { return hash; }

 private:
  uint32_t hash = 0x811c9dc5u;
};

}  // namespace peers
