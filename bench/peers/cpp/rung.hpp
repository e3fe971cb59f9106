// One rung of a ladder: a span of time cut into buckets of equal width. The twin of src/engine/rung.ts.
// Leaves out: nothing. Where that multiplies by the reciprocal of a power of two, this shifts.
#pragma once
#include <cstdint>
#include <vector>

#include "event-chunks.hpp"

namespace peers {

class Rung {
 public:
  uint64_t count = 0;       // events in the rung
  int64_t nextNs = 0;       // start of the next bucket
  uint64_t takenCount = 0;  // events of the bucket that was taken last

  void cut(int64_t minNs, int64_t maxNs, uint64_t events) {
    uint32_t buckets = BUCKETS_MIN;
    while (buckets < events && buckets < BUCKETS_MAX) buckets *= 2;
    widthShift = 0;
    while ((static_cast<int64_t>(buckets) << widthShift) <= maxNs - minNs) widthShift++;
    heads.resize(buckets);
    ends.assign(buckets, EMPTY);
    count = 0;
    bucketCount = buckets;
    nextBucket = 0;
    startNs = minNs;
    nextNs = minNs;
  }

  void add(EventChunks& chunks, const Event& event) {
    const int64_t offset = (event.atNs - startNs) >> widthShift;
    const int64_t last = bucketCount - 1;
    const uint32_t bucket = static_cast<uint32_t>(offset >= last ? last : offset);
    uint32_t end = ends[bucket];
    if ((end & (CHUNK_EVENTS - 1)) == 0) end = extend(chunks, bucket, end);
    chunks.values[end] = event;
    ends[bucket] = end + 1;
    count++;
  }

  // The chain of the first bucket that is not empty. Only when count > 0.
  int32_t takeBucket(const EventChunks& chunks) {
    uint32_t bucket = nextBucket;
    while (ends[bucket] == EMPTY) bucket++;
    const int32_t head = heads[bucket];
    uint64_t taken = ((ends[bucket] - 1) & (CHUNK_EVENTS - 1)) + 1;
    for (int32_t chunk = chunks.next[head]; chunk >= 0; chunk = chunks.next[chunk]) taken += CHUNK_EVENTS;
    ends[bucket] = EMPTY;
    takenCount = taken;
    count -= taken;
    nextBucket = bucket + 1;
    nextNs = nextBucket == bucketCount ? NEVER_NS : startNs + (static_cast<int64_t>(nextBucket) << widthShift);
    return head;
  }

 private:
  static constexpr uint32_t BUCKETS_MIN = 16;
  static constexpr uint32_t BUCKETS_MAX = 1024;
  static constexpr uint32_t EMPTY = 0;

  std::vector<int32_t> heads;  // bucket → its first chunk
  std::vector<uint32_t> ends;  // bucket → event behind its last one, EMPTY
  uint32_t bucketCount = 0;
  uint32_t nextBucket = 0;
  int64_t startNs = 0;
  uint32_t widthShift = 0;

  uint32_t extend(EventChunks& chunks, uint32_t bucket, uint32_t end) {
    const int32_t chunk = chunks.open();
    if (end == EMPTY) heads[bucket] = chunk;
    else chunks.next[(end >> CHUNK_SHIFT) - 1] = chunk;
    return static_cast<uint32_t>(chunk) << CHUNK_SHIFT;
  }
};

}  // namespace peers
