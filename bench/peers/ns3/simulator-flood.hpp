// The flooded listener on ns3::Simulator, as a model of one's own would be written there: every SYN and every end of a
// hold is an event of Simulator::Schedule. No packets, no sockets.
// Leaves out: what ../cpp/listener.hpp leaves out.
#pragma once
#include <cstdint>

#include <ns3/nstime.h>
#include <ns3/simulator.h>

#include "../cpp/works.hpp"

namespace peers {

class SimulatorFlood {
 public:
  SimulatorFlood(uint32_t n, bool full) : times(n, full), listener(*this, full ? n : OPEN_SLOTS) {
    ns3::Simulator::Schedule(ns3::NanoSeconds(0), &SimulatorFlood::onSyn, this);
    run(n);
  }
  ~SimulatorFlood() { ns3::Simulator::Destroy(); }

  void run(uint64_t syns) {
    end = synCount + static_cast<uint32_t>(syns);
    ns3::Simulator::Run();
  }
  void runHashed(uint64_t syns) { run(syns); }
  uint32_t value() const { return listener.outcome(nowNs()); }

  void armHold(int32_t slot, int64_t) {
    ns3::Simulator::Schedule(ns3::NanoSeconds(HOLD_NS), &SimulatorFlood::onHoldEvent, this, slot);
  }

 private:
  SynTimes times;
  Listener<SimulatorFlood> listener;
  uint32_t synCount = 0;
  uint32_t end = 0;

  static int64_t nowNs() { return ns3::Simulator::Now().GetNanoSeconds(); }

  void onHoldEvent(int32_t slot) { listener.onHoldEvent(slot, nowNs()); }

  void onSyn() {
    const uint32_t k = synCount++;
    listener.onSegment(Segment{0, PORT, peerOfSyn(k), FLAG_SYN, 8192, 1460, 1, 0}, nowNs());
    ns3::Simulator::Schedule(ns3::NanoSeconds(times.gapAfterNs(k)), &SimulatorFlood::onSyn, this);
    if (synCount == end) ns3::Simulator::Stop();
  }
};

}  // namespace peers
