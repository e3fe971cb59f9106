// Finds the slot of a 4-tuple: open addressing, linear probing, gaps closed. The twin of src/network/tuple-index.ts.
// Its cells hold the tuples themselves: that is faster here than a look at the columns of their owner.
// Leaves out: a bound on their number.
#pragma once
#include <cstdint>
#include <vector>

namespace peers {

class TupleIndex {
 public:
  uint32_t count = 0;

  int32_t find(uint32_t key, uint32_t peer) const { return cells[cellOf(key, peer)].slot; }

  // Of a tuple that is not there.
  void add(uint32_t key, uint32_t peer, int32_t slot) {
    if (static_cast<uint64_t>(count + 1) * 4 > cells.size() * 3) grow();
    count++;
    cells[cellOf(key, peer)] = Cell{key, peer, slot};
  }

  // Of a tuple that is there.
  void remove(uint32_t key, uint32_t peer) {
    uint32_t hole = cellOf(key, peer);
    count--;
    for (uint32_t cell = (hole + 1) & mask; cells[cell].slot != EMPTY; cell = (cell + 1) & mask) {
      const uint32_t home = hashOf(cells[cell].key, cells[cell].peer) & mask;
      // A tuple may move back into the hole only if the hole is not before its home cell.
      if (((cell - home) & mask) < ((cell - hole) & mask)) continue;
      cells[hole] = cells[cell];
      hole = cell;
    }
    cells[hole].slot = EMPTY;
  }

 private:
  static constexpr int32_t EMPTY = -1;
  struct Cell {
    uint32_t key = 0;  // source and port
    uint32_t peer = 0;
    int32_t slot = EMPTY;
  };

  uint32_t mask = 127;
  std::vector<Cell> cells = std::vector<Cell>(128);

  static uint32_t hashOf(uint32_t key, uint32_t peer) {
    uint32_t h = (peer ^ (key * 0x9e3779b1u)) * 0x85ebca6bu;
    h ^= h >> 15;
    h *= 0xc2b2ae35u;
    return h ^ (h >> 13);
  }

  // The cell that holds the tuple, or the empty one where it would go.
  uint32_t cellOf(uint32_t key, uint32_t peer) const {
    uint32_t cell = hashOf(key, peer) & mask;
    while (cells[cell].slot != EMPTY && (cells[cell].peer != peer || cells[cell].key != key)) cell = (cell + 1) & mask;
    return cell;
  }

  void grow() {
    std::vector<Cell> old(2 * cells.size());
    old.swap(cells);
    mask = static_cast<uint32_t>(cells.size()) - 1;
    for (const Cell& cell : old) {
      if (cell.slot != EMPTY) cells[cellOf(cell.key, cell.peer)] = cell;
    }
  }
};

}  // namespace peers
