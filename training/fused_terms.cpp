// The small computations between the passes over the activations: BatchNorm's statistics, the lines' coefficients
// and the terms of the gradient, none larger than [N, K, C].
//
// `norm` is [5, C]: mean, 1 / deviation, scale (gamma / deviation), shift (beta - mean scale) and beta.

#include <cmath>
#include <cstdint>
#include <vector>

// Statistics of the batch from each image's sums and centred squares [N, C], with BatchNorm's running statistics
// updated as PyTorch does; pooled and centred [N, C] are the means over the positions of BatchNorm's result and of
// z - mean.
extern "C" void normForward(const float *sums, const float *squares, const float *gamma, const float *beta,
                            float *runningMean, float *runningVariance, float epsilon, float momentum, float *norm,
                            float *pooled, float *centred, int64_t images, int64_t positions, int64_t channels) {
  const double count = static_cast<double>(images * positions), one = static_cast<double>(positions);
  std::vector<double> mean(channels), square(channels);
  for (int64_t n = 0; n < images; ++n) {
    for (int64_t c = 0; c < channels; ++c) mean[c] += sums[n * channels + c] / count;
  }
  for (int64_t n = 0; n < images; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      const double difference = sums[n * channels + c] / one - mean[c];
      square[c] += squares[n * channels + c] + difference * difference * one;
      centred[n * channels + c] = static_cast<float>(difference);
    }
  }
  float *scale = norm + 2 * channels;
  for (int64_t c = 0; c < channels; ++c) {
    const double inverse = 1 / std::sqrt(square[c] / count + epsilon);
    norm[c] = static_cast<float>(mean[c]);
    norm[channels + c] = static_cast<float>(inverse);
    scale[c] = static_cast<float>(gamma[c] * inverse);
    norm[3 * channels + c] = static_cast<float>(beta[c] - mean[c] * scale[c]);
    norm[4 * channels + c] = beta[c];
    const double unbiased = square[c] / (count - 1);
    runningMean[c] = static_cast<float>((1 - momentum) * runningMean[c] + momentum * mean[c]);
    runningVariance[c] = static_cast<float>((1 - momentum) * runningVariance[c] + momentum * unbiased);
  }
  for (int64_t n = 0; n < images; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      pooled[n * channels + c] = beta[c] + centred[n * channels + c] * scale[c];
    }
  }
}

// The gradients of gamma and beta, and what the gradient of z adds for each image and channel [N, C] and for each
// channel, times z: BatchNorm's is scale (g - mean(g) - normalised mean(g normalised)). toResult and toScale [N, C]
// are sums over the positions of the gradient of BatchNorm's result, without the one of `pooled`, and of it times
// z - mean.
extern "C" void normBackward(const float *toResult, const float *toScale, const float *toPooled,
                             const float *centred, const float *norm, float *toGamma, float *toBeta,
                             float *perImage, float *perChannel, int64_t images, int64_t positions,
                             int64_t channels) {
  const float count = static_cast<float>(images * positions), one = static_cast<float>(positions);
  const float *mean = norm, *inverse = norm + channels, *scale = norm + 2 * channels;
  for (int64_t c = 0; c < channels; ++c) toGamma[c] = toBeta[c] = 0;
  for (int64_t n = 0; n < images; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t at = n * channels + c;
      toBeta[c] += toResult[at] + toPooled[at];
      toGamma[c] += (toScale[at] + toPooled[at] * centred[at]) * inverse[c];
    }
  }
  for (int64_t c = 0; c < channels; ++c) perChannel[c] = -scale[c] * inverse[c] * toGamma[c] / count;
  for (int64_t n = 0; n < images; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t at = n * channels + c;
      perImage[at] = scale[c] * (toPooled[at] / one - toBeta[c] / count) - mean[c] * perChannel[c];
    }
  }
}

// Which lines: alpha_k + lambdaA (2 sigma - 1), and the same of beta and lambdaB. sigma is [N, kinds, K, shared]
// with shared 1 or C and kinds 2, or 1 without intercepts; null for alpha and beta alone, then N = 1.
struct Lines {
  const float *sigma, *alpha, *beta;
  float lambdaA, lambdaB;
  int64_t images, functions, channels, shared, kinds;

  // Of one image; null if there is none.
  const float *slopes(int64_t n) const { return sigma ? sigma + n * kinds * functions * shared : nullptr; }
  const float *intercepts(int64_t n) const {
    return sigma && kinds == 2 ? slopes(n) + functions * shared : nullptr;
  }
};

namespace {

// step is 0 or 1, of sigma from channel to channel: known to the compiler, for vectors.
template <int step>
void make(const Lines &lines, const float *norm, float *a, float *b) {
  const int64_t channels = lines.channels;
  const float *scale = norm + 2 * channels, *shift = norm + 3 * channels;
  for (int64_t n = 0; n < lines.images; ++n) {
    const float *slopes = lines.slopes(n), *intercepts = lines.intercepts(n);
    for (int64_t k = 0; k < lines.functions; ++k) {
      const int64_t at = (n * lines.functions + k) * channels, from = k * lines.shared;
      for (int64_t c = 0; c < channels; ++c) {
        const int64_t i = from + c * step;
        const float slope = lines.alpha[k] + (slopes ? lines.lambdaA * (2 * slopes[i] - 1) : 0.0f);
        const float intercept = lines.beta[k] + (intercepts ? lines.lambdaB * (2 * intercepts[i] - 1) : 0.0f);
        a[at + c] = slope * scale[c];
        b[at + c] = intercept + slope * shift[c];
      }
    }
  }
}

// One image and line of linesTerms; the pointers stand there, sigma's and toIntercept null if there are none.
template <int step>
void terms(const Lines &lines, int64_t k, const float *norm, const float *__restrict ga, const float *__restrict gb,
           const float *__restrict sigma, float *__restrict toSlope, float *__restrict toIntercept,
           float *__restrict toResult, float *__restrict toScale) {
  const int64_t channels = lines.channels;
  const float *scale = norm + 2 * channels, *beta = norm + 4 * channels;
  const float alpha = lines.alpha[k], lambdaA = lines.lambdaA, lambdaB = lines.lambdaB;
  for (int64_t c = 0; c < channels; ++c) {
    const float slope = alpha + (sigma ? lambdaA * (2 * sigma[c * step] - 1) : 0.0f);
    toResult[c] += slope * gb[c];
    toScale[c] += slope * ga[c];
  }
  if (!sigma) return;
  for (int64_t c = 0; c < channels; ++c) toSlope[c * step] += 2 * lambdaA * (ga[c] * scale[c] + gb[c] * beta[c]);
  if (!toIntercept) return;
  for (int64_t c = 0; c < channels; ++c) toIntercept[c * step] += 2 * lambdaB * gb[c];
}

}  // namespace

// a and b [N, K, C] of max_k(a_k z + b_k), with BatchNorm's scale and shift in them.
extern "C" void linesMake(const Lines *lines, const float *norm, float *a, float *b) {
  if (lines->shared == 1) make<0>(*lines, norm, a, b);
  else make<1>(*lines, norm, a, b);
}

// From the sums over positions toSlopes and toIntercepts [N, K, C] of linesReduce: the gradient of sigma, shaped like
// it and zero before, and normBackward's toResult and toScale [N, C], zero before; `images` counts theirs.
extern "C" void linesTerms(const Lines *lines, const float *norm, const float *toSlopes, const float *toIntercepts,
                           float *toSigma, float *toResult, float *toScale, int64_t images) {
  const int64_t channels = lines->channels, functions = lines->functions, shared = lines->shared;
  const auto compute = shared == 1 ? terms<0> : terms<1>;
  for (int64_t n = 0; n < images; ++n) {
    for (int64_t k = 0; k < functions; ++k) {
      const int64_t at = (n * functions + k) * channels;
      const float *slopes = lines->slopes(n);
      float *to = slopes ? toSigma + (n * lines->kinds * functions + k) * shared : nullptr;
      compute(*lines, k, norm, toSlopes + at, toIntercepts + at, slopes ? slopes + k * shared : nullptr, to,
              slopes && lines->kinds == 2 ? to + functions * shared : nullptr, toResult + n * channels,
              toScale + n * channels);
    }
  }
}
