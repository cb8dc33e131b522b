// BatchNorm in training mode together with the activation behind it, as y = max_k(a_k z + b_k): ReLU is the lines
// 0 and BatchNorm's, dynamic ReLU has lines for each image. With attention y is multiplied by its
// position's pi. Layout: fused_rows.h.

#include "fused_rows.h"

#include <algorithm>
#include <cstring>

namespace {

template <int K>
Float8 largest(const float *a, const float *b, Float8 z, int64_t channels) {
  Float8 best = load(a) * z + load(b);
  for (int k = 1; k < K; ++k) {
    const Float8 line = load(a + k * channels) * z + load(b + k * channels);
    best = line > best ? line : best;
  }
  return best;
}

// The slope of the largest line; of equals the first.
template <int K>
Float8 slopeOfLargest(const float *a, const float *b, Float8 z, int64_t channels) {
  Float8 slope = load(a);
  Float8 best = slope * z + load(b);
  for (int k = 1; k < K; ++k) {
    const Float8 other = load(a + k * channels);
    const Float8 line = other * z + load(b + k * channels);
    slope = line > best ? other : slope;
    best = line > best ? line : best;
  }
  return slope;
}

template <int K>
void applyRows(const float *z, const float *a, const float *b, const float *pi, float *y, int64_t rows,
               int64_t channels) {
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t at = row * channels;
    const float factor = pi ? pi[row] : 1.0f;
    for (int64_t c = 0; c < channels; c += lanes) {
      store(y + at + c, factor * largest<K>(a + c, b + c, load(z + at + c), channels));
    }
  }
}

// `from` stands at the first row, with the image's own lines and terms.
template <int K, bool attends>
void gradientRows(const Gradient &from, float *result, int64_t rows) {
  const int64_t channels = from.channels;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t at = row * channels;
    for (int64_t c = 0; c < channels; c += lanes) {
      const Float8 value = load(from.z + at + c);
      Float8 slope = slopeOfLargest<K>(from.a + c, from.b + c, value, channels);
      if (attends) slope *= from.pi[row];
      Float8 sum = load(from.g + at + c) * slope + load(from.perImage + c) + value * load(from.perChannel + c);
      if (attends) sum += from.toLogits[row] * load(from.weights + c);
      store(result + at + c, sum);
    }
  }
}

template <int K>
void gradientRows(const Gradient &from, float *result, int64_t rows) {
  if (from.pi) gradientRows<K, true>(from, result, rows);
  else gradientRows<K, false>(from, result, rows);
}

float total(Float8 v) { return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7])); }

// What linesReduce reads and writes, at one row; pi and toPi may be null.
struct Reduction {
  const float *z, *g, *a, *b, *mean, *pi;
  float *toSlopes, *toIntercepts, *toPi;
};

constexpr int64_t mostRows = 256;

// Adds to toSlopes and toIntercepts [K, C] the sums over the rows of pi g (z - mean) and pi g where line k is the
// largest; toPi receives the sums of g y / pi over the channels.
template <int K, bool attends>
void reduceRows(const Reduction &r, int64_t rows, int64_t channels) {
  Float8 toPi[attends ? mostRows : 1] = {};
  for (int64_t c = 0; c < channels; c += lanes) {
    Float8 slopes[K] = {}, intercepts[K] = {};
    const Float8 centre = load(r.mean + c);
    for (int64_t row = 0; row < rows; ++row) {
      const Float8 value = load(r.z + row * channels + c), whole = load(r.g + row * channels + c);
      const Float8 g = attends ? whole * r.pi[row] : whole;
      Float8 taken[K];
      Float8 best = load(r.a + c) * value + load(r.b + c);
      taken[0] = g;
      for (int k = 1; k < K; ++k) {
        const Float8 line = load(r.a + k * channels + c) * value + load(r.b + k * channels + c);
        const auto larger = line > best;
        for (int j = 0; j < k; ++j) taken[j] = larger ? Float8{} : taken[j];
        taken[k] = larger ? g : Float8{};
        best = larger ? line : best;
      }
      for (int k = 0; k < K; ++k) {
        slopes[k] += taken[k] * (value - centre);
        intercepts[k] += taken[k];
      }
      if (attends) toPi[row] += whole * best;
    }
    for (int k = 0; k < K; ++k) {
      const int64_t at = k * channels + c;
      store(r.toSlopes + at, load(r.toSlopes + at) + slopes[k]);
      store(r.toIntercepts + at, load(r.toIntercepts + at) + intercepts[k]);
    }
  }
  for (int64_t row = 0; attends && row < rows; ++row) r.toPi[row] = total(toPi[row]);
}

template <int K>
void reduceImage(Reduction r, int64_t positions, int64_t channels) {
  // So many rows stay in the first-level cache while the channels take their turns.
  const int64_t block = std::clamp<int64_t>(4096 / channels, 4, mostRows);
  for (int64_t row = 0; row < positions; row += block) {
    const int64_t rows = std::min(block, positions - row);
    if (r.pi) reduceRows<K, true>(r, rows, channels);
    else reduceRows<K, false>(r, rows, channels);
    r.z += rows * channels;
    r.g += rows * channels;
    if (r.pi) r.pi += rows, r.toPi += rows;
  }
}

// Four sums at a time, to hide the latency of the additions.
template <class Term>
Float8 sumOver(const float *z, int64_t positions, int64_t channels, Term term) {
  Float8 sums[4] = {};
  int64_t p = 0;
  for (; p + 4 <= positions; p += 4) {
    for (int i = 0; i < 4; ++i) sums[i] += term(load(z + (p + i) * channels));
  }
  for (; p < positions; ++p) sums[0] += term(load(z + p * channels));
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

void Gradient::fill(int64_t first, int64_t rows, float *result) const {
  const auto compute = functions == 1 ? gradientRows<1> : functions == 2 ? gradientRows<2> : gradientRows<3>;
  for (int64_t row = first; row < first + rows;) {
    const int64_t image = row / positions;
    const int64_t count = std::min((image + 1) * positions, first + rows) - row;
    Gradient part = *this;
    part.z += row * channels;
    part.g += row * channels;
    part.a += image * lineStride;
    part.b += image * lineStride;
    part.perImage += image * channels;
    if (pi) part.pi += row, part.toLogits += row;
    compute(part, result + (row - first) * channels, count);
    row += count;
  }
}

void imageStatistics(const float *z, int64_t positions, int64_t channels, float *sums, float *squares) {
  for (int64_t c = 0; c < channels; c += lanes) {
    const Float8 sum = sumOver(z + c, positions, channels, [](Float8 value) { return value; });
    const Float8 mean = sum / static_cast<float>(positions);
    store(sums + c, sum);
    store(squares + c, sumOver(z + c, positions, channels, [mean](Float8 value) {
            const Float8 difference = value - mean;
            return difference * difference;
          }));
  }
}

// Of a z that another library computed.
extern "C" void statistics(const float *z, float *sums, float *squares, int64_t images, int64_t positions,
                           int64_t channels) {
  for (int64_t n = 0; n < images; ++n) {
    imageStatistics(z + n * positions * channels, positions, channels, sums + n * channels, squares + n * channels);
  }
}

// pi [N, P] may be null.
extern "C" void linesForward(const float *z, const float *a, const float *b, const float *pi, float *y,
                             int64_t images, int64_t positions, int64_t channels, int64_t functions,
                             int64_t lineStride) {
  const auto apply = functions == 1 ? applyRows<1> : functions == 2 ? applyRows<2> : applyRows<3>;
  for (int64_t n = 0; n < images; ++n) {
    const int64_t at = n * positions * channels;
    apply(z + at, a + n * lineStride, b + n * lineStride, pi ? pi + n * positions : nullptr, y + at, positions,
          channels);
  }
}

// toSlopes and toIntercepts [N, K, C], toPi [N, P], as in reduceRows.
extern "C" void linesReduce(const float *z, const float *g, const float *a, const float *b, const float *mean,
                            const float *pi, float *toSlopes, float *toIntercepts, float *toPi, int64_t images,
                            int64_t positions, int64_t channels, int64_t functions, int64_t lineStride) {
  const auto reduce = functions == 1 ? reduceImage<1> : functions == 2 ? reduceImage<2> : reduceImage<3>;
  const int64_t size = functions * channels;
  std::memset(toSlopes, 0, images * size * sizeof(float));
  std::memset(toIntercepts, 0, images * size * sizeof(float));
  for (int64_t n = 0; n < images; ++n) {
    const int64_t at = n * positions * channels, row = n * positions;
    reduce({z + at, g + at, a + n * lineStride, b + n * lineStride, mean, pi ? pi + row : nullptr,
            toSlopes + n * size, toIntercepts + n * size, pi ? toPi + row : nullptr},
           positions, channels);
  }
}

// The gradient of z, whole: for a convolution of another library.
extern "C" void linesBackward(const Gradient *gradient, float *result) {
  gradient->fill(0, gradient->images * gradient->positions, result);
}

// The attention's logits [N P] of z [N P, C]: a 1x1 convolution to one channel.
extern "C" void logitsForward(const float *z, const float *weights, float *logits, int64_t rows, int64_t channels) {
  for (int64_t row = 0; row < rows; ++row) {
    Float8 sum = {};
    for (int64_t c = 0; c < channels; c += lanes) sum += load(z + row * channels + c) * load(weights + c);
    logits[row] = total(sum);
  }
}

// [N, C], zero before: the sums over the positions of toLogits [N, P] times z - mean.
extern "C" void logitsReduce(const float *z, const float *mean, const float *toLogits, float *sums, int64_t images,
                             int64_t positions, int64_t channels) {
  for (int64_t row = 0; row < images * positions; ++row) {
    const float *from = z + row * channels;
    float *to = sums + row / positions * channels;
    for (int64_t c = 0; c < channels; c += lanes) {
      store(to + c, load(to + c) + toLogits[row] * (load(from + c) - load(mean + c)));
    }
  }
}
