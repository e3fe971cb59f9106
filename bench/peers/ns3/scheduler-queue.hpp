// Pending events in one of ns-3's schedulers, used directly: that is less than Simulator::Schedule does, which also
// makes an object of each event. The insertion is the event's uid, by which ns-3 orders equal times.
// Leaves out: more than 2^32 insertions (so does ns-3).
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ns3/object-factory.h>
#include <ns3/scheduler.h>

namespace peers {

class SchedulerQueue {
 public:
  // Name of the scheduler's type, without ns3::.
  static inline std::string schedulerName;

  // Of the event that pop took last.
  int64_t atNs = 0;
  uint32_t type = 0;
  uint32_t arg = 0;

  explicit SchedulerQueue(std::vector<int64_t> laneDelaysNs)
      : laneDelaysNs(std::move(laneDelaysNs)), scheduler(factory().Create<ns3::Scheduler>()) {}

  static ns3::ObjectFactory factory() { return ns3::ObjectFactory("ns3::" + schedulerName); }

  void insert(int64_t eventAtNs, uint32_t, uint32_t eventArg) {
    scheduler->Insert({nullptr, {static_cast<uint64_t>(eventAtNs), ++insertionCount, eventArg}});
  }

  void insertIntoLane(uint32_t lane, int64_t nowNs, uint32_t eventArg) {
    insert(nowNs + laneDelaysNs[lane], 0, eventArg);
  }

  // Only when there is an event.
  void pop() {
    const ns3::Scheduler::Event event = scheduler->RemoveNext();
    atNs = static_cast<int64_t>(event.key.m_ts);
    arg = event.key.m_context;
  }

 private:
  std::vector<int64_t> laneDelaysNs;
  ns3::Ptr<ns3::Scheduler> scheduler;
  uint32_t insertionCount = 0;
};

}  // namespace peers
