// The works, over any queue of pending events: see ../works.ts for what they are. The twin of ../javascript/hold.ts
// and ../javascript/flood.ts. A work has run(operations), runHashed(operations) and value().
// Leaves out: what a queue is (event-queue.hpp, heap-queue.hpp, ../ns3/).
#pragma once
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <vector>

#include "listener.hpp"
#include "plain-lanes.hpp"
#include "recurrence.hpp"

namespace peers {

constexpr uint64_t CHECKED = 20'000;
constexpr uint32_t LANE_COUNT = 16;
constexpr uint32_t TIE_SHIFT = 24;
constexpr uint32_t OPEN_SLOTS = 1u << 20;
constexpr int64_t FULL_GAP_NS = 10'000;

// Hold model: takes the first event out, puts it in again one increment later.
template <class Queue>
class Hold {
 public:
  Hold(uint32_t n, bool ties) : queue({}), delaysNs(exponentials()) {
    if (ties) {
      for (int64_t& delayNs : delaysNs) delayNs = delayNs >> TIE_SHIFT << TIE_SHIFT;
    }
    for (uint32_t id = 0; id < n; id++) queue.insert(delaysNs[next++ & TABLE_MASK], 0, id);
  }

  void run(uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
      queue.pop();
      queue.insert(queue.atNs + delaysNs[next++ & TABLE_MASK], 0, queue.arg);
    }
  }

  void runHashed(uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
      queue.pop();
      hash.event(queue.atNs, queue.arg);
      queue.insert(queue.atNs + delaysNs[next++ & TABLE_MASK], 0, queue.arg);
    }
  }

  uint32_t value() const { return hash.value(); }

 private:
  Queue queue;
  std::vector<int64_t> delaysNs;
  uint32_t next = 0;
  Hash hash;
};

// Lane i lies (i * i + 1) ms ahead.
inline std::vector<int64_t> laneDelaysNs() {
  std::vector<int64_t> delaysNs;
  for (int64_t i = 0; i < LANE_COUNT; i++) delaysNs.push_back((i * i + 1) * 1'000'000);
  return delaysNs;
}

// The same over sixteen constant delays, of which each event draws one.
template <class Queue>
class LaneHold {
 public:
  explicit LaneHold(uint32_t n) : queue(laneDelaysNs()) {
    for (const int64_t value : exponentials()) lanes.push_back(static_cast<uint8_t>(value % LANE_COUNT));
    const int64_t stepNs = 1'000'000 / n;
    for (uint32_t id = 0; id < n; id++) queue.insertIntoLane(lanes[next++ & TABLE_MASK], id * stepNs, id);
  }

  void run(uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
      queue.pop();
      queue.insertIntoLane(lanes[next++ & TABLE_MASK], queue.atNs, queue.arg);
    }
  }

  void runHashed(uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
      queue.pop();
      hash.event(queue.atNs, queue.arg);
      queue.insertIntoLane(lanes[next++ & TABLE_MASK], queue.atNs, queue.arg);
    }
  }

  uint32_t value() const { return hash.value(); }

 private:
  Queue queue;
  std::vector<uint8_t> lanes;
  uint32_t next = 0;
  Hash hash;
};

// Instants of the SYNs: n of them evenly over one hold, then exponential gaps of mean gapNs.
class SynTimes {
 public:
  SynTimes(uint32_t n, bool full) : n(n), stepNs(HOLD_NS / n) {
    const int64_t meanNs = full ? FULL_GAP_NS : stepNs;
    for (const int64_t value : exponentials()) gapsNs.push_back(1 + ((value * meanNs) >> 30));
  }

  // From SYN k to the one after it.
  int64_t gapAfterNs(uint32_t k) const { return k + 1 < n ? stepNs : gapsNs[k & TABLE_MASK]; }

 private:
  uint32_t n;
  int64_t stepNs;
  std::vector<int64_t> gapsNs;
};

// A flood of forged SYNs at the listener; each is an event, and so is the end of each hold.
template <class Queue>
class Flood {
 public:
  Flood(uint32_t n, bool full) : queue({HOLD_NS}), times(n, full), listener(*this, full ? n : OPEN_SLOTS) {
    queue.insert(0, 1, 0);
    advance(n);
  }

  void run(uint64_t syns) { advance(syns); }
  void runHashed(uint64_t syns) { advance(syns); }
  uint32_t value() const { return listener.outcome(nowNs); }

  void armHold(int32_t slot, int64_t atNs) { queue.insertIntoLane(0, atNs, static_cast<uint32_t>(slot)); }

 private:
  Queue queue;
  SynTimes times;
  Listener<Flood> listener;
  int64_t nowNs = 0;
  uint32_t synCount = 0;

  void advance(uint64_t syns) {
    for (const uint32_t end = synCount + static_cast<uint32_t>(syns); synCount != end;) {
      queue.pop();
      nowNs = queue.atNs;
      if (queue.type == 0) listener.onHoldEvent(static_cast<int32_t>(queue.arg), nowNs);
      else onSyn();
    }
  }

  void onSyn() {
    const uint32_t k = synCount++;
    listener.onSegment(Segment{0, PORT, peerOfSyn(k), FLAG_SYN, 8192, 1460, 1, 0}, nowNs);
    queue.insert(nowNs + times.gapAfterNs(k), 1, 0);
  }
};

// Checks, warms up, checks again, times what follows, and prints one line of JSON.
template <class Work>
int measure(const char* name, uint32_t n, uint64_t operations, Work& work) {
  work.runHashed(CHECKED);
  work.run(operations / 2);
  work.runHashed(CHECKED);
  const uint32_t hash = work.value();
  const auto began = std::chrono::steady_clock::now();
  work.run(operations);
  const auto ended = std::chrono::steady_clock::now();
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(ended - began).count();
  std::printf("{\"work\":\"%s\",\"n\":%u,\"ops\":%llu,\"ns\":%lld,\"hash\":\"%08x\"}\n", name, n,
              static_cast<unsigned long long>(operations), static_cast<long long>(ns), hash);
  return 0;
}

// Does the work of that name, n and operations over Queue. Returns 2 when it cannot.
template <class Queue>
int runWork(const char* name, uint32_t n, uint64_t operations) {
  const bool ties = std::strcmp(name, "ties") == 0;
  const bool full = std::strcmp(name, "flood-full") == 0;
  if constexpr (!std::is_same_v<Queue, PlainLanes>) {
    if (ties || std::strcmp(name, "hold") == 0) {
      Hold<Queue> work(n, ties);
      return measure(name, n, operations, work);
    }
  }
  if (std::strcmp(name, "lanes") == 0) {
    LaneHold<Queue> work(n);
    return measure(name, n, operations, work);
  }
  if (full || std::strcmp(name, "flood-open") == 0) {
    Flood<Queue> work(n, full);
    return measure(name, n, operations, work);
  }
  std::fprintf(stderr, "expected a work that this queue can do, received %s\n", name);
  return 2;
}

}  // namespace peers
