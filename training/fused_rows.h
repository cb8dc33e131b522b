// What the files of fused_*.cpp share: vectors of eight channels, and the gradient that passes through the
// activation and BatchNorm, computed row by row where a convolution's gradient needs it.
//
// Layout everywhere: activations [N, P, C] (NHWC with P = H W positions), C a multiple of 8.

#pragma once

#include <cstdint>

constexpr int64_t lanes = 8;

typedef float Float8 __attribute__((vector_size(32), aligned(4), may_alias));

inline Float8 load(const float *from) { return *reinterpret_cast<const Float8 *>(from); }
inline void store(float *to, Float8 value) { *reinterpret_cast<Float8 *>(to) = value; }

// The gradient of a convolution's output z, where y = pi max_k(a_k z + b_k) follows with BatchNorm inside a and b:
// pi g a_k(z) + perImage + z perChannel + toLogits weights. The second and third come through the batch's statistics
// and the pooled y, the last through the attention's logits; without attention pi, toLogits and weights are null.
struct Gradient {
  const float *z, *g;         // [N, P, C]
  const float *a, *b;         // [N or 1, K, C]
  const float *perImage;      // [N, C]
  const float *perChannel;    // [C]
  const float *pi, *toLogits; // [N, P]
  const float *weights;       // [C], the logits' of z
  int64_t images, positions, channels, functions;
  int64_t lineStride;  // from one image's lines to the next's: K C, or 0 if all images share them

  // Rows `first` to `first + rows` of [N P, C].
  void fill(int64_t first, int64_t rows, float *result) const;
};

// Sums over the positions of one image, and sums of squares of the differences from their mean: z is in the cache.
void imageStatistics(const float *z, int64_t positions, int64_t channels, float *sums, float *squares);
