// Pending events in lanes and a ladder, one order over both: the twin of src/engine/event-queue.ts.
// Leaves out: cancelling.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "ladder-queue.hpp"
#include "lanes.hpp"

namespace peers {

// Event types, and their phases: a timer comes before a segment of its instant.
constexpr uint32_t TIMER = 0;
constexpr uint32_t SEGMENT = 1;
inline std::vector<uint16_t> phases() { return {0, 16}; }

class EventQueue {
 public:
  // Of the event that pop took last.
  int64_t atNs = 0;
  uint32_t type = 0;
  uint32_t arg = 0;

  explicit EventQueue(const std::vector<int64_t>& laneDelaysNs)
      : phaseOf(phases()), ladder(phaseOf), lanes(laneDelaysNs, std::vector<uint32_t>(laneDelaysNs.size(), TIMER)) {}

  void insert(int64_t eventAtNs, uint32_t eventType, uint32_t eventArg) {
    ladder.insert(Event{eventAtNs, insertionCount++, wordOf(eventType, eventArg)});
  }

  void insertIntoLane(uint32_t lane, int64_t nowNs, uint32_t eventArg) {
    lanes.push(lane, nowNs, insertionCount++, eventArg);
  }

  // Only when there is an event.
  void pop() {
    const bool lane = isLaneFirst();
    const uint64_t word = (lane ? lanes.head() : ladder.head()).word;
    atNs = lane ? lanes.headAtNs() : ladder.headAtNs;
    type = typeOfWord(word);
    arg = argOfWord(word);
    if (lane) lanes.pop();
    else ladder.pop();
  }

 private:
  std::vector<uint16_t> phaseOf;
  LadderQueue ladder;
  Lanes lanes;
  uint64_t insertionCount = 0;

  bool isLaneFirst() const {
    if (lanes.headAtNs() != ladder.headAtNs) return lanes.headAtNs() < ladder.headAtNs;
    const Event& event = lanes.head();
    const uint16_t lanePhase = phaseOf[typeOfWord(event.word)];
    const uint16_t ladderPhase = ladder.headPhase();
    return lanePhase != ladderPhase ? lanePhase < ladderPhase : event.insertion < ladder.head().insertion;
  }
};

}  // namespace peers
