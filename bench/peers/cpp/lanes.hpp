// Lanes: one ring per constant delay; the heads of those that hold events stand in a list, the first of them last.
// The twin of src/engine/lanes.ts.
// Leaves out: a bound on the number of lanes (they are given at once) and phases (the lanes' events are one type's).
#pragma once
#include <cstdint>
#include <vector>

#include "event-chunks.hpp"

namespace peers {

class Lanes {
 public:
  // Lane i is for events of types[i] that lie delaysNs[i] ahead.
  Lanes(const std::vector<int64_t>& delaysNs, const std::vector<uint32_t>& types)
      : times(1 + delaysNs.size(), NEVER_NS), order(1 + delaysNs.size()) {
    for (size_t i = 0; i < delaysNs.size(); i++) lanes.push_back(Lane{delaysNs[i], types[i]});
  }

  // Instant of the first event, NEVER_NS when there is none.
  int64_t headAtNs() const { return times[liveCount]; }
  // Only when there is one.
  const Event& head() const { return lanes[order[liveCount]].first(); }

  void push(uint32_t index, int64_t nowNs, uint64_t insertion, uint32_t arg) {
    Lane& lane = lanes[index];
    if (lane.count > lane.mask) lane.grow();
    const int64_t atNs = nowNs + lane.delayNs;
    lane.ring[(lane.head + lane.count) & lane.mask] = Event{atNs, insertion, wordOf(lane.type, arg)};
    if (lane.count++ == 0) place(++liveCount, atNs, index);
  }

  // Only when there is an event.
  void pop() {
    const uint32_t index = order[liveCount];
    Lane& lane = lanes[index];
    lane.head = (lane.head + 1) & lane.mask;
    if (--lane.count == 0) liveCount--;
    else place(liveCount, lane.first().atNs, index);
  }

 private:
  struct Lane {
    int64_t delayNs = 0;
    uint32_t type = 0;
    uint32_t head = 0;   // place of the first event in the ring
    uint32_t count = 0;  // events
    uint32_t mask = 15;  // events that the ring has room for, less one
    std::vector<Event> ring = std::vector<Event>(16);

    Lane(int64_t delayNs, uint32_t type) : delayNs(delayNs), type(type) {}

    const Event& first() const { return ring[head]; }

    void grow() {
      std::vector<Event> longer(2 * ring.size());
      for (uint32_t i = 0; i < count; i++) longer[i] = ring[(head + i) & mask];
      ring.swap(longer);
      head = 0;
      mask = static_cast<uint32_t>(ring.size()) - 1;
    }
  };

  std::vector<Lane> lanes;
  std::vector<int64_t> times;   // place → instant of that lane's head, later ones first; place 0: NEVER_NS
  std::vector<uint32_t> order;  // place → lane
  size_t liveCount = 0;         // lanes that hold events

  // Lets the lanes before `at` whose heads come sooner pass, and puts lane `index` behind them.
  void place(size_t at, int64_t atNs, uint32_t index) {
    for (; times[at - 1] <= atNs; at--) {
      const uint32_t other = order[at - 1];
      if (times[at - 1] == atNs && lanes[index].first().insertion < lanes[other].first().insertion) break;
      times[at] = times[at - 1];
      order[at] = other;
    }
    times[at] = atNs;
    order[at] = index;
  }
};

}  // namespace peers
