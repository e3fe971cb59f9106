// A flood of forged SYNs at a listening TcpSocketBase of ns-3, through its IPv4 and TCP: packets go in at a device
// that has no link before it, and what answers them ends at the device behind. Each SYN forks a socket.
// This is another model: ns-3 has no bound on half-open connections, so that the table grows with the flood.
// Leaves out: links, routers, everything between the attackers and the server.
#pragma once
#include <cstdint>

#include <ns3/boolean.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>

#include "../cpp/works.hpp"

namespace peers {

class SocketFlood {
 public:
  // n SYNs are there before the first that is timed.
  explicit SocketFlood(uint32_t n) {
    // A point-to-point device asks nobody for addresses.
    device->SetAttribute("PointToPointMode", ns3::BooleanValue(true));
    behind->SetAttribute("PointToPointMode", ns3::BooleanValue(true));
    server->AddDevice(device);
    device->SetAddress(ns3::Mac48Address("00:00:00:00:00:01"));
    device->SetChannel(channel);
    behind->SetAddress(ns3::Mac48Address("00:00:00:00:00:02"));
    behind->SetChannel(channel);
    nobody->AddDevice(behind);
    behind->SetReceiveCallback(ns3::MakeCallback(&SocketFlood::onAnswer, this));
    ns3::InternetStackHelper().Install(server);
    const auto ipv4 = server->GetObject<ns3::Ipv4>();
    const uint32_t interface = ipv4->AddInterface(device);
    ipv4->AddAddress(interface, ns3::Ipv4InterfaceAddress(address, ns3::Ipv4Mask("255.255.255.0")));
    ipv4->SetUp(interface);
    ns3::Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->SetDefaultRoute(ns3::Ipv4Address("192.0.2.2"), interface);
    listening = ns3::Socket::CreateSocket(server, ns3::TcpSocketFactory::GetTypeId());
    listening->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), PORT));
    listening->Listen();
    ns3::Simulator::Schedule(ns3::NanoSeconds(0), &SocketFlood::onSyn, this);
    run(n);
  }
  ~SocketFlood() { ns3::Simulator::Destroy(); }

  void run(uint64_t syns) {
    if (syns == 0) return;
    end = synCount + static_cast<uint32_t>(syns);
    ns3::Simulator::Run();
  }
  // The checks of the other works would fork as many sockets again.
  void runHashed(uint64_t) {}
  uint32_t value() const {
    Hash hash;
    hash.word(synCount);
    hash.word(answerCount);
    return hash.value();
  }

 private:
  ns3::Ptr<ns3::Node> server = ns3::CreateObject<ns3::Node>();
  ns3::Ptr<ns3::Node> nobody = ns3::CreateObject<ns3::Node>();
  ns3::Ptr<ns3::SimpleNetDevice> device = ns3::CreateObject<ns3::SimpleNetDevice>();
  ns3::Ptr<ns3::SimpleNetDevice> behind = ns3::CreateObject<ns3::SimpleNetDevice>();
  ns3::Ptr<ns3::SimpleChannel> channel = ns3::CreateObject<ns3::SimpleChannel>();
  ns3::Ptr<ns3::Socket> listening;
  ns3::Ipv4Address address{"192.0.2.1"};
  uint32_t synCount = 0;
  uint32_t answerCount = 0;
  uint32_t end = 0;

  void onSyn() {
    const uint32_t k = synCount++;
    ns3::TcpHeader tcp;
    tcp.SetSourcePort(1024);
    tcp.SetDestinationPort(PORT);
    tcp.SetFlags(ns3::TcpHeader::SYN);
    tcp.SetSequenceNumber(ns3::SequenceNumber32(1));
    tcp.SetWindowSize(8192);
    ns3::Ipv4Header ip;
    ip.SetSource(ns3::Ipv4Address(0x0a000000u + (k & 0xffffff)));
    ip.SetDestination(address);
    ip.SetProtocol(6);
    ip.SetTtl(64);
    ip.SetPayloadSize(static_cast<uint16_t>(tcp.GetSerializedSize()));
    const auto packet = ns3::Create<ns3::Packet>();
    packet->AddHeader(tcp);
    packet->AddHeader(ip);
    device->Receive(packet, 0x0800, ns3::Mac48Address("00:00:00:00:00:01"), ns3::Mac48Address("00:00:00:00:00:02"));
    ns3::Simulator::Schedule(ns3::NanoSeconds(FULL_GAP_NS), &SocketFlood::onSyn, this);
    // Not at once: the fork and its answer are events of this instant.
    if (synCount == end) ns3::Simulator::Stop(ns3::NanoSeconds(1));
  }

  bool onAnswer(ns3::Ptr<ns3::NetDevice>, ns3::Ptr<const ns3::Packet>, uint16_t, const ns3::Address&) {
    answerCount++;
    return true;
  }
};

}  // namespace peers
