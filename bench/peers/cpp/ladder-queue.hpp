// A ladder queue in the order (time, phase, insertion): the twin of src/engine/ladder-queue.ts, with both safeguards.
// Leaves out: cancelling.
// Source: W. T. Tang, R. S. M. Goh, I. L.-J. Thng, "Ladder queue", ACM TOMACS 15(3), 2005, 175-204.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "event-chunks.hpp"
#include "rung.hpp"

namespace peers {

class LadderQueue {
 public:
  uint64_t count = 0;
  int64_t headAtNs = NEVER_NS;

  // phases: event type → its place among equal times.
  explicit LadderQueue(const std::vector<uint16_t>& phases) : phases(phases), bottom(4 * BOTTOM_MAX) {}

  const Event& head() const { return bottom[bottomHead]; }
  uint16_t headPhase() const { return phases[typeOfWord(head().word)]; }

  void insert(const Event& event) {
    count++;
    if (event.atNs >= topStartNs) {
      pushTop(event);
      if (bottomHead == bottomEnd) settle();
      return;
    }
    for (uint32_t r = 0; r < rungCount; r++) {
      if (event.atNs >= rungs[r].nextNs) {
        rungs[r].add(chunks, event);
        return;
      }
    }
    insertIntoBottom(event);
  }

  // Only when count > 0.
  void pop() {
    count--;
    if (++bottomHead < bottomEnd) headAtNs = bottom[bottomHead].atNs;
    else settle();
  }

 private:
  static constexpr uint64_t SORT_MAX = CHUNK_EVENTS;
  static constexpr uint64_t BOTTOM_MAX = 3 * SORT_MAX;
  static constexpr uint32_t RUNGS_MAX = 18;

  const std::vector<uint16_t>& phases;
  EventChunks chunks;
  std::array<Rung, RUNGS_MAX> rungs;
  std::vector<Event> bottom;  // in order from bottomHead to bottomEnd
  size_t bottomHead = 0;
  size_t bottomEnd = 0;
  uint32_t rungCount = 0;
  int32_t topHead = NO_CHUNK;
  uint32_t topEnd = 0;  // event behind the last one
  uint64_t topCount = 0;
  int64_t topMaxNs = ALWAYS_NS;
  int64_t topStartNs = ALWAYS_NS;  // events from here on go to the top
  int64_t spanMinNs = 0;           // of the chain that canCut looked at last
  int64_t spanMaxNs = 0;

  bool isBefore(const Event& a, const Event& b) const {
    if (a.atNs != b.atNs) return a.atNs < b.atNs;
    const uint16_t aPhase = phases[typeOfWord(a.word)];
    const uint16_t bPhase = phases[typeOfWord(b.word)];
    return aPhase != bPhase ? aPhase < bPhase : a.insertion < b.insertion;
  }

  void pushTop(const Event& event) {
    if ((topEnd & (CHUNK_EVENTS - 1)) == 0) {
      const int32_t chunk = chunks.open();
      if (topHead == NO_CHUNK) topHead = chunk;
      else chunks.next[(topEnd >> CHUNK_SHIFT) - 1] = chunk;
      topEnd = static_cast<uint32_t>(chunk) << CHUNK_SHIFT;
    }
    chunks.values[topEnd++] = event;
    topCount++;
    if (event.atNs > topMaxNs) topMaxNs = event.atNs;
  }

  // Makes the first event the head.
  void settle() {
    if (bottomHead < bottomEnd || fillBottom()) {
      headAtNs = bottom[bottomHead].atNs;
      return;
    }
    topStartNs = ALWAYS_NS;
    headAtNs = NEVER_NS;
  }

  // Behind those that come no later, moving the shorter side.
  void insertIntoBottom(const Event& event) {
    if (bottomEnd == bottom.size()) makeRoom();
    const auto begin = bottom.begin();
    const auto place = std::upper_bound(begin + bottomHead, begin + bottomEnd, event,
                                        [this](const Event& a, const Event& b) { return isBefore(a, b); });
    size_t at = place - begin;
    if (bottomHead > 0 && at - bottomHead < bottomEnd - at) {
      std::copy(begin + bottomHead, place, begin + bottomHead - 1);
      bottomHead--;
      at--;
    } else {
      std::copy_backward(place, begin + bottomEnd, begin + bottomEnd + 1);
      bottomEnd++;
    }
    bottom[at] = event;
    headAtNs = bottom[bottomHead].atNs;
    if (bottomEnd - bottomHead > BOTTOM_MAX) cutBottom();
  }

  void makeRoom() {
    std::copy(bottom.begin() + bottomHead, bottom.begin() + bottomEnd, bottom.begin());
    if (2 * bottomHead < bottom.size()) bottom.resize(2 * bottom.size());
    bottomEnd -= bottomHead;
    bottomHead = 0;
  }

  // Safeguard: a long bottom becomes a rung.
  void cutBottom() {
    const int64_t minNs = bottom[bottomHead].atNs;
    const int64_t maxNs = bottom[bottomEnd - 1].atNs;
    if (minNs == maxNs || rungCount == RUNGS_MAX) return;
    Rung& rung = addRung(minNs, maxNs, bottomEnd - bottomHead);
    for (size_t at = bottomHead; at < bottomEnd; at++) rung.add(chunks, bottom[at]);
    bottomHead = bottomEnd;
    settle();
  }

  bool fillBottom() {
    for (;;) {
      while (rungCount > 0 && rungs[rungCount - 1].count == 0) rungCount--;
      if (rungCount == 0) {
        if (topCount == 0) return false;
        cutTop();
        continue;
      }
      Rung& rung = rungs[rungCount - 1];
      const int32_t chain = rung.takeBucket(chunks);
      const uint64_t taken = rung.takenCount;
      if (taken > SORT_MAX && canCut(chain, taken)) {
        // Safeguard: an exhausted rung is dropped before the next one is cut.
        if (rung.count == 0) rungCount--;
        fillRung(addRung(spanMinNs, spanMaxNs, taken), chain, taken);
        continue;
      }
      sortIntoBottom(chain, taken);
      return true;
    }
  }

  void cutTop() {
    const int32_t chain = topHead;
    const uint64_t events = topCount;
    canCut(chain, events);
    topStartNs = topMaxNs + 1;
    topHead = NO_CHUNK;
    topEnd = 0;
    topCount = 0;
    topMaxNs = ALWAYS_NS;
    fillRung(addRung(spanMinNs, spanMaxNs, events), chain, events);
  }

  // Those of one chunk by insertion; a longer chain, which is of one instant, is as a rule in order already.
  void sortIntoBottom(int32_t chain, uint64_t events) {
    if (bottom.size() < events) bottom.resize(2 * events);
    bottomHead = 0;
    bottomEnd = 0;
    for (int32_t chunk = chain; bottomEnd < events;) {
      const Event* first = &chunks.values[static_cast<size_t>(chunk) << CHUNK_SHIFT];
      const size_t here = std::min<size_t>(CHUNK_EVENTS, events - bottomEnd);
      for (size_t i = 0; i < here; i++, bottomEnd++) {
        size_t hole = bottomEnd;
        if (events <= SORT_MAX) {
          for (; hole > 0 && isBefore(first[i], bottom[hole - 1]); hole--) bottom[hole] = bottom[hole - 1];
        }
        bottom[hole] = first[i];
      }
      const int32_t next = chunks.next[chunk];
      chunks.free(chunk);
      chunk = next;
    }
    if (events <= SORT_MAX) return;
    const auto before = [this](const Event& a, const Event& b) { return isBefore(a, b); };
    const auto end = bottom.begin() + events;
    if (!std::is_sorted(bottom.begin(), end, before)) std::sort(bottom.begin(), end, before);
  }

  bool canCut(int32_t chain, uint64_t events) {
    int64_t minNs = NEVER_NS;
    int64_t maxNs = ALWAYS_NS;
    uint64_t left = events;
    for (int32_t chunk = chain; left > 0; chunk = chunks.next[chunk]) {
      const Event* first = &chunks.values[static_cast<size_t>(chunk) << CHUNK_SHIFT];
      const uint64_t here = std::min<uint64_t>(left, CHUNK_EVENTS);
      for (uint64_t i = 0; i < here; i++) {
        minNs = std::min(minNs, first[i].atNs);
        maxNs = std::max(maxNs, first[i].atNs);
      }
      left -= here;
    }
    spanMinNs = minNs;
    spanMaxNs = maxNs;
    return minNs != maxNs && rungCount < RUNGS_MAX;
  }

  Rung& addRung(int64_t minNs, int64_t maxNs, uint64_t events) {
    Rung& rung = rungs[rungCount++];
    rung.cut(minNs, maxNs, events);
    return rung;
  }

  void fillRung(Rung& rung, int32_t chain, uint64_t events) {
    uint64_t left = events;
    for (int32_t chunk = chain; left > 0;) {
      const size_t first = static_cast<size_t>(chunk) << CHUNK_SHIFT;
      const uint64_t here = std::min<uint64_t>(left, CHUNK_EVENTS);
      for (uint64_t i = 0; i < here; i++) {
        const Event event = chunks.values[first + i];  // adding may move the values
        rung.add(chunks, event);
      }
      left -= here;
      const int32_t next = chunks.next[chunk];
      chunks.free(chunk);
      chunk = next;
    }
  }
};

}  // namespace peers
