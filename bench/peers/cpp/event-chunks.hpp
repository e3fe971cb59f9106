// Chunks of 32 events, chained into lists: the twin of src/engine/event-chunks.ts.
// Leaves out: a bound on the number of chunks.
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

namespace peers {

constexpr int64_t NEVER_NS = std::numeric_limits<int64_t>::max();
constexpr int64_t ALWAYS_NS = std::numeric_limits<int64_t>::min();

struct Event {
  int64_t atNs;
  uint64_t insertion;  // insertions before it
  uint64_t word;       // type and argument
};

inline uint64_t wordOf(uint32_t type, uint32_t arg) { return (static_cast<uint64_t>(type) << 32) | arg; }
inline uint32_t typeOfWord(uint64_t word) { return static_cast<uint32_t>(word >> 32); }
inline uint32_t argOfWord(uint64_t word) { return static_cast<uint32_t>(word); }

constexpr uint32_t CHUNK_EVENTS = 32;
constexpr uint32_t CHUNK_SHIFT = 5;
constexpr int32_t NO_CHUNK = -1;

class EventChunks {
 public:
  std::vector<Event> values;   // chunk * CHUNK_EVENTS ... : the events; chunk 0 is never used
  std::vector<int32_t> next;  // chunk → the next one of its chain, or of the free ones

  EventChunks() : values(8 * CHUNK_EVENTS), next(8) { chainFree(1); }

  int32_t open() {
    if (freeHead == NO_CHUNK) grow();
    const int32_t chunk = freeHead;
    freeHead = next[chunk];
    next[chunk] = NO_CHUNK;
    return chunk;
  }

  void free(int32_t chunk) {
    next[chunk] = freeHead;
    freeHead = chunk;
  }

 private:
  int32_t freeHead = NO_CHUNK;

  void grow() {
    const size_t used = next.size();
    values.resize(2 * used * CHUNK_EVENTS);
    next.resize(2 * used);
    chainFree(static_cast<int32_t>(used));
  }

  void chainFree(int32_t first) {
    for (size_t chunk = first; chunk < next.size(); chunk++) next[chunk] = static_cast<int32_t>(chunk) + 1;
    next.back() = freeHead;
    freeHead = first;
  }
};

}  // namespace peers
