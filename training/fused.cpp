// The elementwise part of dynamic ReLU, forward and backward, for training on
// a CPU: one pass over memory where PyTorch takes about ten.
//
// Layout: x, y and their gradients [N, P, C] (NHWC with P = H W positions);
// slopes a and intercepts b and their gradients [N, K, C]; attention pi and
// its gradient [N, P], which may be null.

#include <cstdint>
#include <cstring>

namespace {

// One position. K is a constant and no pointers overlap, so that the compiler
// vectorises over c.
template <int K>
void forwardRow(const float *__restrict x, const float *__restrict a, const float *__restrict b,
                float scale, float *__restrict y, int64_t channels) {
  for (int64_t c = 0; c < channels; ++c) {
    float best = a[c] * x[c] + b[c];
    for (int k = 1; k < K; ++k) {
      const float line = a[k * channels + c] * x[c] + b[k * channels + c];
      best = line > best ? line : best;
    }
    y[c] = scale * best;
  }
}

template <int K>
float backwardRow(const float *__restrict x, const float *__restrict gy, const float *__restrict a,
                  const float *__restrict b, float scale, float *__restrict gx,
                  float *__restrict ga, float *__restrict gb, int64_t channels) {
  float toPi = 0.0f;
  for (int64_t c = 0; c < channels; ++c) {
    float best = a[c] * x[c] + b[c];
    float slope = a[c];
    const float g = scale * gy[c];
    // taken[k]: the gradient if line k is the largest so far, else 0.
    float taken[K];
    taken[0] = g;
    for (int k = 1; k < K; ++k) {
      const float line = a[k * channels + c] * x[c] + b[k * channels + c];
      const bool larger = line > best;
      best = larger ? line : best;
      slope = larger ? a[k * channels + c] : slope;
      for (int j = 0; j < k; ++j) taken[j] = larger ? 0.0f : taken[j];
      taken[k] = larger ? g : 0.0f;
    }
    for (int k = 0; k < K; ++k) {
      ga[k * channels + c] += taken[k] * x[c];
      gb[k * channels + c] += taken[k];
    }
    gx[c] = g * slope;
    toPi += gy[c] * best;
  }
  return toPi;
}

template <int K>
void forward(const float *x, const float *a, const float *b, const float *pi, float *y,
             int64_t images, int64_t positions, int64_t channels) {
  for (int64_t row = 0; row < images * positions; ++row) {
    const int64_t start = row / positions * K * channels;
    forwardRow<K>(x + row * channels, a + start, b + start, pi ? pi[row] : 1.0f,
                  y + row * channels, channels);
  }
}

template <int K>
void backward(const float *x, const float *gy, const float *a, const float *b, const float *pi,
              float *gx, float *ga, float *gb, float *gpi, int64_t images, int64_t positions,
              int64_t channels) {
  std::memset(ga, 0, images * K * channels * sizeof(float));
  std::memset(gb, 0, images * K * channels * sizeof(float));
  for (int64_t row = 0; row < images * positions; ++row) {
    const int64_t at = row * channels, start = row / positions * K * channels;
    const float toPi = backwardRow<K>(x + at, gy + at, a + start, b + start, pi ? pi[row] : 1.0f,
                                      gx + at, ga + start, gb + start, channels);
    if (gpi) gpi[row] = toPi;
  }
}

}  // namespace

extern "C" int dyreluForward(const float *x, const float *a, const float *b, const float *pi,
                             float *y, int64_t images, int64_t positions, int64_t channels,
                             int64_t functions) {
  switch (functions) {
    case 1: forward<1>(x, a, b, pi, y, images, positions, channels); return 0;
    case 2: forward<2>(x, a, b, pi, y, images, positions, channels); return 0;
    case 3: forward<3>(x, a, b, pi, y, images, positions, channels); return 0;
    default: return 1;
  }
}

extern "C" int dyreluBackward(const float *x, const float *gy, const float *a, const float *b,
                              const float *pi, float *gx, float *ga, float *gb, float *gpi,
                              int64_t images, int64_t positions, int64_t channels,
                              int64_t functions) {
  switch (functions) {
    case 1: backward<1>(x, gy, a, b, pi, gx, ga, gb, gpi, images, positions, channels); return 0;
    case 2: backward<2>(x, gy, a, b, pi, gx, ga, gb, gpi, images, positions, channels); return 0;
    case 3: backward<3>(x, gy, a, b, pi, gx, ga, gb, gpi, images, positions, channels); return 0;
    default: return 1;
  }
}
