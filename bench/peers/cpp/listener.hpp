// The textbook listener under a flood of silent clients: the twin of src/listeners/classic, with its counters, its
// ledger of SYNs and its gauge of the SYN queue, and a timer for each slot as src/engine/slot-timers.ts has it.
// Leaves out: what no segment of a silent client leads to (third ACK, accept(), RST, FIN), the pool of segments in
// flight (a segment is a struct on the stack) and the accept queue's gauge, which stays at 0.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "event-chunks.hpp"
#include "recurrence.hpp"
#include "tuple-index.hpp"

namespace peers {

constexpr int64_t HOLD_NS = 63'000'000'000;
constexpr uint32_t BACKLOG = 128;
constexpr uint16_t PORT = 80;
constexpr uint16_t FLAG_SYN = 2;
constexpr uint16_t FLAG_ACK = 16;

struct Segment {
  uint16_t source;
  uint16_t port;
  uint32_t peer;
  uint16_t flags;
  uint16_t window;
  uint16_t mss;
  uint32_t seq;
  uint32_t ack;
};

// Timers is what arms a slot's hold: void armHold(int32_t slot, int64_t nowNs), and later onHoldEvent(slot, nowNs).
template <class Timers>
class Listener {
 public:
  Listener(Timers& timers, uint32_t slotsMax) : timers(timers), slotsMax(slotsMax) {}

  void onSegment(const Segment& segment, int64_t nowNs) {
    segmentsIn++;
    const uint32_t key = keyOf(segment.source, segment.port);
    const int32_t slot = index.find(key, segment.peer);
    if ((segment.flags & (FLAG_SYN | FLAG_ACK)) != FLAG_SYN) return;
    if (slot >= 0) {
      record(DUPLICATE, nowNs);
      sendSynAck(slot);
    } else if (halfOpenCount >= slotsMax) {
      refusedSlotsFull++;
      refuse(SLOTS_FULL, nowNs);
    } else if (acceptQueue.size() >= BACKLOG) {
      refusedAcceptQueueFull++;
      refuse(ACCEPT_QUEUE_FULL, nowNs);
    } else {
      admit(segment, key, nowNs);
    }
  }

  // The pending event of a slot's timer: re-arms itself when the deadline was moved, else the hold ends.
  void onHoldEvent(int32_t slot, int64_t nowNs) {
    Slot& row = slots[slot];
    if (row.eventAtNs != nowNs) return;
    row.eventAtNs = NEVER_NS;
    if (row.deadlineNs > nowNs) return;
    row.deadlineNs = NEVER_NS;
    expired++;
    setHalfOpen(halfOpenCount - 1, nowNs);
    index.remove(row.key, row.peer);
    row.nextFree = freeHead;
    freeHead = slot;
  }

  // What the listener counted, and what it holds: the words and their order are those of ../javascript/flood.ts.
  uint32_t outcome(int64_t nowNs) const {
    Hash hash;
    hash.event(nowNs, lastSeq);
    const uint64_t words[] = {segmentsIn, admittedCount,     refusedSlotsFull,  refusedAcceptQueueFull,
                              expired,    synAcksOut,        fates[ADMITTED],   fates[DUPLICATE],
                              fates[SLOTS_FULL], halfOpenCount, halfOpenMax};
    for (const uint64_t word : words) hash.word(static_cast<uint32_t>(word));
    return hash.value();
  }

 private:
  enum Fate { ADMITTED, DUPLICATE, SLOTS_FULL, ACCEPT_QUEUE_FULL, FATES };
  struct Slot {
    uint32_t key;
    uint32_t peer;
    uint32_t sndNxt;
    uint32_t rcvNxt;
    int64_t deadlineNs;  // when the timer fires
    int64_t eventAtNs;   // instant of its pending event
    int32_t nextFree;
  };

  Timers& timers;
  const uint32_t slotsMax;
  TupleIndex index;
  std::vector<Slot> slots;
  std::deque<int32_t> acceptQueue;
  int32_t freeHead = -1;
  uint32_t lastSeq = 0;  // of the wire: the sequence number of the last SYN-ACK
  uint64_t segmentsIn = 0;
  uint64_t admittedCount = 0;
  uint64_t refusedSlotsFull = 0;
  uint64_t refusedAcceptQueueFull = 0;
  uint64_t expired = 0;
  uint64_t synAcksOut = 0;
  uint64_t fates[FATES] = {};
  int64_t firstAtNs[FATES] = {-1, -1, -1, -1};
  uint64_t halfOpenSum[2] = {};  // over refusals for one cause, what they met
  uint64_t waitingSum[2] = {};
  uint64_t halfOpenCount = 0;
  uint64_t halfOpenMax = 0;
  double halfOpenArea = 0;  // level * ns
  int64_t halfOpenChangedAtNs = 0;

  static uint32_t keyOf(uint16_t source, uint16_t port) { return (static_cast<uint32_t>(source) << 16) | port; }

  void record(Fate fate, int64_t nowNs) {
    fates[fate]++;
    if (firstAtNs[fate] < 0) firstAtNs[fate] = nowNs;
  }

  void refuse(Fate fate, int64_t nowNs) {
    record(fate, nowNs);
    halfOpenSum[fate - SLOTS_FULL] += halfOpenCount;
    waitingSum[fate - SLOTS_FULL] += acceptQueue.size();
  }

  void admit(const Segment& segment, uint32_t key, int64_t nowNs) {
    record(ADMITTED, nowNs);
    const uint32_t iss = static_cast<uint32_t>(admittedCount++) * 64013u;
    const int32_t slot = alloc();
    slots[slot] = Slot{key, segment.peer, iss + 1, segment.seq + 1, nowNs + HOLD_NS, nowNs + HOLD_NS, -1};
    index.add(key, segment.peer, slot);
    timers.armHold(slot, nowNs);
    setHalfOpen(halfOpenCount + 1, nowNs);
    sendSynAck(slot);
  }

  int32_t alloc() {
    if (freeHead >= 0) {
      const int32_t slot = freeHead;
      freeHead = slots[slot].nextFree;
      return slot;
    }
    slots.emplace_back();
    return static_cast<int32_t>(slots.size()) - 1;
  }

  void setHalfOpen(uint64_t count, int64_t nowNs) {
    halfOpenArea += static_cast<double>(halfOpenCount) * static_cast<double>(nowNs - halfOpenChangedAtNs);
    halfOpenChangedAtNs = nowNs;
    halfOpenCount = count;
    if (count > halfOpenMax) halfOpenMax = count;
  }

  void sendSynAck(int32_t slot) {
    const Slot& row = slots[slot];
    synAcksOut++;
    transmit(Segment{static_cast<uint16_t>(row.key >> 16), static_cast<uint16_t>(row.key), row.peer,
                     FLAG_SYN | FLAG_ACK, 14600, 1460, row.sndNxt - 1, row.rcvNxt});
  }

  // The wire: nobody answers.
  void transmit(const Segment& segment) { lastSeq = segment.seq; }
};

}  // namespace peers
