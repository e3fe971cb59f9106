// The peer in C++, one process a measurement. Usage: peers heap|ladder|plain-lanes WORK N OPERATIONS
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "event-queue.hpp"
#include "heap-queue.hpp"
#include "works.hpp"

int main(int count, char** words) {
  if (count != 5) {
    std::fprintf(stderr, "usage: peers heap|ladder|plain-lanes WORK N OPERATIONS\n");
    return 2;
  }
  const uint32_t n = static_cast<uint32_t>(std::strtoul(words[3], nullptr, 10));
  const uint64_t operations = std::strtoull(words[4], nullptr, 10);
  if (std::strcmp(words[1], "heap") == 0) return peers::runWork<peers::HeapQueue>(words[2], n, operations);
  if (std::strcmp(words[1], "ladder") == 0) return peers::runWork<peers::EventQueue>(words[2], n, operations);
  if (std::strcmp(words[1], "plain-lanes") == 0) return peers::runWork<peers::PlainLanes>(words[2], n, operations);
  std::fprintf(stderr, "expected heap, ladder or plain-lanes, received %s\n", words[1]);
  return 2;
}
