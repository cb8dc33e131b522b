// Depthwise 3x3 convolutions with padding 1 and stride 1, or 2 for even heights and widths: forward with the
// statistics of what they compute, backward with the gradient through the activation and BatchNorm computed row by
// row. Layout: fused_rows.h; weights [9, C].

#include "fused_rows.h"

#include <cstring>
#include <vector>

namespace {

// The last three rows of one image, with a position of zeros at both ends; rows outside the image are zeros.
class Window {
 public:
  Window(int64_t height, int64_t width, int64_t channels)
      : height_(height), channels_(channels), step_((width + 2) * channels), rows_(4 * step_) {}

  // Where the row's own positions start, to be filled.
  float *place(int64_t row) { return rows_.data() + row % 3 * step_ + channels_; }

  // The row from its left border on.
  const float *row(int64_t row) const {
    return rows_.data() + (row < 0 || row >= height_ ? 3 : row % 3) * step_;
  }

 private:
  int64_t height_, channels_, step_;
  std::vector<float> rows_;
};

template <int stride>
void outputRow(const float *const rows[3], const float *w, float *z, int64_t outputs, int64_t channels) {
  for (int64_t c = 0; c < channels; c += lanes) {
    Float8 weights[9];
    for (int k = 0; k < 9; ++k) weights[k] = load(w + k * channels + c);
    for (int64_t i = 0; i < outputs; ++i) {
      const int64_t at = i * stride * channels + c;
      Float8 sum = {};
      for (int k = 0; k < 9; ++k) sum += weights[k] * load(rows[k / 3] + at + k % 3 * channels);
      store(z + i * channels + c, sum);
    }
  }
}

// Stride 1: gx of one row, and what it adds to gw; g holds the rows below, beside and above it of the gradient.
void gradientRow(const float *const g[3], const float *x, const float *w, float *gx, float *gw, int64_t width,
                 int64_t channels) {
  for (int64_t c = 0; c < channels; c += lanes) {
    Float8 weights[9], sums[9] = {};
    for (int k = 0; k < 9; ++k) weights[k] = load(w + k * channels + c);
    for (int64_t at = c; at < width * channels; at += channels) {
      Float8 sum = {};
      for (int k = 0; k < 9; ++k) sum += weights[k] * load(g[k / 3] + at + (2 - k % 3) * channels);
      store(gx + at, sum);
    }
    for (int64_t at = c; at < width * channels; at += channels) {
      const Float8 value = load(x + at);
      for (int k = 0; k < 9; ++k) sums[k] += value * load(g[k / 3] + at + (2 - k % 3) * channels);
    }
    for (int k = 0; k < 9; ++k) store(gw + k * channels + c, load(gw + k * channels + c) + sums[k]);
  }
}

// Stride 2: the same of two rows of x, of which the gradient's row `g` and the one below it, `below`, depend; each
// square of 2x2 positions meets 2x2 gradients.
void gradientRows(const float *g, const float *below, const float *x, const float *w, float *gx, float *gw,
                  int64_t width, int64_t channels) {
  const int64_t odd = width * channels;
  for (int64_t c = 0; c < channels; c += lanes) {
    Float8 k[9], sums[9] = {};
    for (int i = 0; i < 9; ++i) k[i] = load(w + i * channels + c);
    for (int64_t j = 0; j < width / 2; ++j) {
      const int64_t at = (j + 1) * channels + c, to = 2 * j * channels + c;
      const Float8 g00 = load(g + at), g01 = load(g + at + channels);
      const Float8 g10 = load(below + at), g11 = load(below + at + channels);
      store(gx + to, g00 * k[4]);
      store(gx + to + channels, g00 * k[5] + g01 * k[3]);
      store(gx + odd + to, g00 * k[7] + g10 * k[1]);
      store(gx + odd + to + channels, g00 * k[8] + g01 * k[6] + g10 * k[2] + g11 * k[0]);
    }
    for (int64_t j = 0; j < width / 2; ++j) {
      const int64_t at = (j + 1) * channels + c, from = 2 * j * channels + c;
      const Float8 g00 = load(g + at), g01 = load(g + at + channels);
      const Float8 g10 = load(below + at), g11 = load(below + at + channels);
      const Float8 x00 = load(x + from), x01 = load(x + from + channels);
      const Float8 x10 = load(x + odd + from), x11 = load(x + odd + from + channels);
      sums[4] += g00 * x00;
      sums[5] += g00 * x01;
      sums[3] += g01 * x01;
      sums[7] += g00 * x10;
      sums[1] += g10 * x10;
      sums[8] += g00 * x11;
      sums[6] += g01 * x11;
      sums[2] += g10 * x11;
      sums[0] += g11 * x11;
    }
    for (int i = 0; i < 9; ++i) store(gw + i * channels + c, load(gw + i * channels + c) + sums[i]);
  }
}

}  // namespace

// x [N, H W, C] to z [N, H W / stride^2, C].
extern "C" void depthwiseForward(const float *x, const float *w, float *z, float *sums, float *squares,
                                 int64_t images, int64_t height, int64_t width, int64_t channels, int64_t stride) {
  const int64_t outHeight = height / stride, outWidth = width / stride, row = width * channels;
  Window window(height, width, channels);
  for (int64_t n = 0; n < images; ++n) {
    float *image = z + n * outHeight * outWidth * channels;
    int64_t filled = 0;
    for (int64_t i = 0; i < outHeight; ++i) {
      const int64_t middle = i * stride;
      for (; filled <= middle + 1 && filled < height; ++filled) {
        std::memcpy(window.place(filled), x + (n * height + filled) * row, row * sizeof(float));
      }
      const float *const rows[3] = {window.row(middle - 1), window.row(middle), window.row(middle + 1)};
      const auto compute = stride == 1 ? outputRow<1> : outputRow<2>;
      compute(rows, w, image + i * outWidth * channels, outWidth, channels);
    }
    imageStatistics(image, outHeight * outWidth, channels, sums + n * channels, squares + n * channels);
  }
}

// gx like x, gw like w.
extern "C" void depthwiseBackward(const Gradient *gradient, const float *x, const float *w, float *gx, float *gw,
                                  int64_t height, int64_t width, int64_t stride) {
  const int64_t channels = gradient->channels, outHeight = height / stride, outWidth = width / stride;
  Window window(outHeight, outWidth, channels);
  std::vector<float> ofImage(9 * channels);
  std::memset(gw, 0, 9 * channels * sizeof(float));
  for (int64_t n = 0; n < gradient->images; ++n) {
    std::memset(ofImage.data(), 0, ofImage.size() * sizeof(float));
    int64_t filled = 0;
    for (int64_t i = 0; i < outHeight; ++i) {
      for (; filled <= i + 1 && filled < outHeight; ++filled) {
        gradient->fill((n * outHeight + filled) * outWidth, outWidth, window.place(filled));
      }
      const int64_t at = (n * height + i * stride) * width * channels;
      const float *const rows[3] = {window.row(i + 1), window.row(i), window.row(i - 1)};
      if (stride == 1) gradientRow(rows, x + at, w, gx + at, ofImage.data(), width, channels);
      else gradientRows(rows[1], rows[0], x + at, w, gx + at, ofImage.data(), width, channels);
    }
    for (int64_t i = 0; i < 9 * channels; ++i) gw[i] += ofImage[i];
  }
}
