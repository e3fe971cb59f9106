// Pending events as one would write them for these works alone: a std::deque per constant delay, a look at every
// head, and one more deque for events that come in order by themselves, as the SYNs of one source do.
// Leaves out: events of any other delay (it cannot do the hold model), phases.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "event-chunks.hpp"

namespace peers {

class PlainLanes {
 public:
  // Of the event that pop took last.
  int64_t atNs = 0;
  uint32_t type = 0;
  uint32_t arg = 0;

  explicit PlainLanes(std::vector<int64_t> laneDelaysNs)
      : delaysNs(std::move(laneDelaysNs)), lanes(delaysNs.size() + 1), heads(lanes.size(), NOTHING) {}

  // Never before an event that was inserted earlier.
  void insert(int64_t eventAtNs, uint32_t eventType, uint32_t eventArg) {
    push(delaysNs.size(), Event{eventAtNs, insertionCount++, wordOf(eventType, eventArg)});
  }

  void insertIntoLane(uint32_t lane, int64_t nowNs, uint32_t eventArg) {
    push(lane, Event{nowNs + delaysNs[lane], insertionCount++, eventArg});
  }

  // Only when there is an event.
  void pop() {
    std::deque<Event>& lane = lanes[first];
    atNs = lane.front().atNs;
    type = typeOfWord(lane.front().word);
    arg = argOfWord(lane.front().word);
    lane.pop_front();
    heads[first] = lane.empty() ? NOTHING : headOf(lane.front());
    findFirst();
  }

 private:
  struct Head {
    int64_t atNs;
    uint64_t insertion;
  };
  static constexpr Head NOTHING{NEVER_NS, 0};

  std::vector<int64_t> delaysNs;
  std::vector<std::deque<Event>> lanes;
  std::vector<Head> heads;  // lane → its first event
  size_t first = 0;         // lane of the first event
  uint64_t insertionCount = 0;

  static Head headOf(const Event& event) { return Head{event.atNs, event.insertion}; }

  void push(size_t lane, const Event& event) {
    const bool wasEmpty = lanes[lane].empty();
    lanes[lane].push_back(event);
    if (!wasEmpty) return;
    heads[lane] = headOf(event);
    findFirst();
  }

  void findFirst() {
    size_t best = 0;
    for (size_t lane = 1; lane < heads.size(); lane++) {
      const bool isEarlier = heads[lane].atNs < heads[best].atNs;
      const bool isTie = heads[lane].atNs == heads[best].atNs && heads[lane].insertion < heads[best].insertion;
      if (isEarlier || isTie) best = lane;
    }
    first = best;
  }
};

}  // namespace peers
