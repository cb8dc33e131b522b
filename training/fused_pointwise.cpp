// 1x1 convolutions, forward with the statistics of what they compute, backward with the gradient through the
// activation and BatchNorm computed block by block. Layout: fused_rows.h; weights [O, I].

#include "fused_rows.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

constexpr int64_t panelWidth = 2 * lanes;

// c [rows, columns] = a b with element (m, k) of a at m * aStep + k; or, transposed, c += a b with it at k * aStep + m.
// b stands in panels of 16 columns, `panelStep` apart, with `bStep` from row to row.
struct Product {
  const float *a;
  int64_t aStep;
  const float *b;
  int64_t panelStep, bStep;
  float *c;
  int64_t rows, columns, depth;
};

// A step that is known to be 1 spares the compiler an address for each element.
template <bool transposed, int M, int V>
void tile(const Product &p, const float *a, const float *b, float *c) {
  Float8 sums[M][V] = {};
  const int64_t depth = p.depth, aStep = p.aStep, bStep = p.bStep, columns = p.columns;
  int64_t k = 0;
  // Known to run once, so that the sums need no place in memory.
  do {
    Float8 row[V];
    for (int v = 0; v < V; ++v) row[v] = load(b + k * bStep + v * lanes);
#pragma GCC unroll 12
    for (int m = 0; m < M; ++m) {
      const float factor = a[transposed ? k * aStep + m : m * aStep + k];
      for (int v = 0; v < V; ++v) sums[m][v] += factor * row[v];
    }
  } while (++k < depth);
  for (int m = 0; m < M; ++m) {
    for (int v = 0; v < V; ++v) {
      float *to = c + m * columns + v * lanes;
      store(to, transposed ? load(to) + sums[m][v] : sums[m][v]);
    }
  }
}

// So many rows of one panel as M divides.
template <bool transposed, int M, int V>
int64_t tiles(const Product &p, int64_t m, const float *b, float *c) {
  for (; m + M <= p.rows; m += M) tile<transposed, M, V>(p, p.a + m * (transposed ? 1 : p.aStep), b, c + m * p.columns);
  return m;
}

// Columns of one panel; 12 accumulators hide the latency of the additions.
template <bool transposed, int V>
void panel(const Product &p, const float *b, float *c) {
  int64_t m = tiles<transposed, 12 / V, V>(p, 0, b, c);
  m = tiles<transposed, 4, V>(p, m, b, c);
  m = tiles<transposed, 2, V>(p, m, b, c);
  tiles<transposed, 1, V>(p, m, b, c);
}

template <bool transposed>
void multiply(const Product &p) {
  for (int64_t n = 0; n < p.columns; n += panelWidth) {
    const float *b = p.b + n / panelWidth * p.panelStep;
    if (p.columns - n >= panelWidth) panel<transposed, 2>(p, b, p.c + n);
    else panel<transposed, 1>(p, b, p.c + n);
  }
}

// Panels [panel][depth][16] of a matrix whose element (k, n) stands at k * depthStep + n * columnStep.
std::vector<float> pack(const float *from, int64_t depth, int64_t columns, int64_t depthStep, int64_t columnStep) {
  std::vector<float> panels((columns + panelWidth - 1) / panelWidth * depth * panelWidth);
  for (int64_t n = 0; n < columns; ++n) {
    float *to = panels.data() + n / panelWidth * depth * panelWidth + n % panelWidth;
    for (int64_t k = 0; k < depth; ++k) to[k * panelWidth] = from[k * depthStep + n * columnStep];
  }
  return panels;
}

}  // namespace

extern "C" void pointwiseForward(const float *x, const float *w, float *z, float *sums, float *squares,
                                 int64_t images, int64_t positions, int64_t inputs, int64_t outputs) {
  const std::vector<float> weights = pack(w, inputs, outputs, 1, inputs);
  // So many images that their x and z stay in the second-level cache.
  const int64_t group = std::max<int64_t>(49152 / (positions * std::max(inputs, outputs)), 1);
  for (int64_t n = 0; n < images; n += group) {
    const int64_t count = std::min(group, images - n), rows = count * positions;
    float *block = z + n * positions * outputs;
    multiply<false>({x + n * positions * inputs, inputs, weights.data(), inputs * panelWidth, panelWidth, block, rows,
                     outputs, inputs});
    for (int64_t i = 0; i < count; ++i) {
      imageStatistics(block + i * positions * outputs, positions, outputs, sums + (n + i) * outputs,
                      squares + (n + i) * outputs);
    }
  }
}

// gx like x [N, P, I], gw [O, I].
extern "C" void pointwiseBackward(const Gradient *gradient, const float *x, const float *w, float *gx, float *gw,
                                  int64_t inputs) {
  const int64_t outputs = gradient->channels, total = gradient->images * gradient->positions;
  const std::vector<float> weights = pack(w, outputs, inputs, inputs, 1);
  const int64_t block = std::clamp<int64_t>(24576 / std::max(outputs, inputs) / 12 * 12, 48, 384);
  std::vector<float> gz(block * outputs);
  std::memset(gw, 0, outputs * inputs * sizeof(float));
  for (int64_t first = 0; first < total; first += block) {
    const int64_t rows = std::min(block, total - first);
    gradient->fill(first, rows, gz.data());
    multiply<true>({gz.data(), outputs, x + first * inputs, panelWidth, inputs, gw, outputs, inputs, rows});
    multiply<false>({gz.data(), outputs, weights.data(), outputs * panelWidth, panelWidth, gx + first * inputs, rows,
                     inputs, outputs});
  }
}
