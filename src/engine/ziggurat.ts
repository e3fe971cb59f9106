/**
 * The ziggurat of the exponential law: 256 layers of equal area under exp(-x), the last one with the tail.
 * A draw takes its layer from 8 bits and its place in the layer from the 45 other bits of one 53-bit uniform;
 * taking both from the same bits is a known flaw of early versions.
 * Source: Marsaglia and Tsang, The Ziggurat Method for Generating Random Variables, 2000 (constants for 256 layers).
 */

export const ZIGGURAT_LAYERS = 256;

/** Right edge of the base layer, and the area of each layer (Marsaglia and Tsang 2000, exponential, 256 layers). */
export const ZIGGURAT_TAIL = 7.69711747013105;
const LAYER_AREA = 3.949659822581572e-3;

/** layer → its right edge; edge[0] is that of the base layer including its share of the tail, edge[256] = 0. */
export const ZIGGURAT_EDGE = new Float64Array(ZIGGURAT_LAYERS + 1);
/** layer → exp(-edge). */
export const ZIGGURAT_HEIGHT = new Float64Array(ZIGGURAT_LAYERS + 1);

ZIGGURAT_EDGE[0] = LAYER_AREA / Math.exp(-ZIGGURAT_TAIL);
ZIGGURAT_EDGE[1] = ZIGGURAT_TAIL;
for (let layer = 2; layer < ZIGGURAT_LAYERS; layer++) {
  const below = ZIGGURAT_EDGE[layer - 1]!;
  ZIGGURAT_EDGE[layer] = -Math.log(LAYER_AREA / below + Math.exp(-below));
}
ZIGGURAT_EDGE[ZIGGURAT_LAYERS] = 0;
for (let layer = 0; layer <= ZIGGURAT_LAYERS; layer++) ZIGGURAT_HEIGHT[layer] = Math.exp(-ZIGGURAT_EDGE[layer]!);
