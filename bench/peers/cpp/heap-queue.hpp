// Pending events in one std::priority_queue, in the order (time, insertion): what a simulator in C++ begins with.
// Leaves out: phases. In these works the insertion decides as the phase does.
#pragma once
#include <cstdint>
#include <queue>
#include <utility>
#include <vector>

#include "event-chunks.hpp"

namespace peers {

class HeapQueue {
 public:
  // Of the event that pop took last.
  int64_t atNs = 0;
  uint32_t type = 0;
  uint32_t arg = 0;

  explicit HeapQueue(std::vector<int64_t> laneDelaysNs) : laneDelaysNs(std::move(laneDelaysNs)) {}

  void insert(int64_t eventAtNs, uint32_t eventType, uint32_t eventArg) {
    heap.push(Event{eventAtNs, insertionCount++, wordOf(eventType, eventArg)});
  }

  void insertIntoLane(uint32_t lane, int64_t nowNs, uint32_t eventArg) {
    insert(nowNs + laneDelaysNs[lane], 0, eventArg);
  }

  // Only when there is an event.
  void pop() {
    const uint64_t word = heap.top().word;
    atNs = heap.top().atNs;
    type = typeOfWord(word);
    arg = argOfWord(word);
    heap.pop();
  }

 private:
  struct IsLater {
    bool operator()(const Event& a, const Event& b) const {
      return a.atNs != b.atNs ? a.atNs > b.atNs : a.insertion > b.insertion;
    }
  };

  std::priority_queue<Event, std::vector<Event>, IsLater> heap;
  std::vector<int64_t> laneDelaysNs;
  uint64_t insertionCount = 0;
};

}  // namespace peers
