// The peer in ns-3, one process a measurement. Usage: peers SCHEDULER WORK N OPERATIONS, SCHEDULER a type of ns-3
// without ns3::, as MapScheduler; WORK as in ../works.ts, or flood-sockets.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "scheduler-queue.hpp"
#include "simulator-flood.hpp"
#include "socket-flood.hpp"

int main(int count, char** words) {
  if (count != 5) {
    std::fprintf(stderr, "usage: peers SCHEDULER WORK N OPERATIONS\n");
    return 2;
  }
  const std::string work = words[2];
  const uint32_t n = static_cast<uint32_t>(std::strtoul(words[3], nullptr, 10));
  const uint64_t operations = std::strtoull(words[4], nullptr, 10);
  peers::SchedulerQueue::schedulerName = words[1];
  ns3::Simulator::SetScheduler(peers::SchedulerQueue::factory());
  if (work == "flood-sockets") {
    peers::SocketFlood flood(n);
    return peers::measure(work.c_str(), n, operations, flood);
  }
  if (work == "flood-full" || work == "flood-open") {
    peers::SimulatorFlood flood(n, work == "flood-full");
    return peers::measure(work.c_str(), n, operations, flood);
  }
  return peers::runWork<peers::SchedulerQueue>(work.c_str(), n, operations);
}
