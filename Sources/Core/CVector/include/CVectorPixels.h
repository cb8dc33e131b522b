#ifndef CVECTOR_PIXELS_H
#define CVECTOR_PIXELS_H

// Filtering of 8-bit pixels with weights in fixed point. Part of CVector.h, which defines vectors and macros.

typedef uint8_t vector_bytes __attribute__((ext_vector_type(VECTOR_LANES)));
typedef uint8_t vector_windows __attribute__((ext_vector_type(VECTOR_LANES * 4)));

/// Bits after the point of a weight.
#define PIXEL_WEIGHT_BITS 22
/// Bytes that are read from the first pixel of a window on: five pixels of three bytes and one more.
#define PIXEL_WINDOW_BYTES 16

/// a * b for lanes with 0 <= a <= 255 and |b| <= 2^23.
VECTOR_FUNCTION vector_integers vector_multiply_byte(vector_integers a, vector_integers b) {
#if defined(__SSE2__) && !defined(__SSE4_1__)
  // There is no 32-bit multiplication: a times b's upper and lower 16 bits, both halves of either product. A negative b
  // counts as 2^32 more, which adds a multiple of 2^32 to the product.
  typedef uint16_t words __attribute__((ext_vector_type(VECTOR_LANES * 2)));
  typedef uint32_t wide __attribute__((ext_vector_type(VECTOR_LANES * 2)));
  union { vector_integers integers; words words; } x = {a | a << 16}, y = {b}, low, high;
  low.words = x.words * y.words;
  high.words = __builtin_convertvector(
      __builtin_convertvector(x.words, wide) * __builtin_convertvector(y.words, wide) >> 16, words);
  return low.integers + (high.integers << 16);
#else
  return a * b;
#endif
}

/// As many bytes as lanes, as integers.
VECTOR_FUNCTION vector_integers vector_load_bytes(const uint8_t *bytes) {
  vector_bytes loaded;
  __builtin_memcpy(&loaded, bytes, sizeof loaded);
  return __builtin_convertvector(loaded, vector_integers);
}

/// As many bytes as lanes, as floats.
VECTOR_FUNCTION vector_floats vector_load_bytes_as_floats(const uint8_t *bytes) {
  return __builtin_convertvector(vector_load_bytes(bytes), vector_floats);
}

/// Sums of bytes times weights without their fraction, cut to 0...255.
VECTOR_FUNCTION vector_bytes vector_rounded_down(vector_integers sums) {
  const vector_integers black = 0, white = 255;
  vector_integers whole = sums >> PIXEL_WEIGHT_BITS;
  return __builtin_convertvector(
      __builtin_elementwise_min(__builtin_elementwise_max(whole, black), white), vector_bytes);
}

VECTOR_FUNCTION void vector_store_rounded_down(vector_integers sums, uint8_t *bytes) {
  vector_bytes rounded = vector_rounded_down(sums);
  __builtin_memcpy(bytes, &rounded, sizeof rounded);
}

typedef uint8_t vector_window __attribute__((ext_vector_type(PIXEL_WINDOW_BYTES)));

VECTOR_FUNCTION vector_window vector_load_window(const uint8_t *pixels) {
  vector_window window;
  __builtin_memcpy(&window, pixels, sizeof window);
  return window;
}

/// The windows from pixels (of three bytes) `starts` on, one for each four lanes.
VECTOR_FUNCTION vector_windows vector_load_windows(const uint8_t *pixels, const int32_t *starts) {
#if VECTOR_LANES == 16
  union { vector_window each[4]; vector_windows all; } windows = {{
      vector_load_window(pixels + 3L * starts[0]), vector_load_window(pixels + 3L * starts[1]),
      vector_load_window(pixels + 3L * starts[2]), vector_load_window(pixels + 3L * starts[3])}};
  return windows.all;
#elif VECTOR_LANES == 8
  union { vector_window each[2]; vector_windows all; } windows = {{
      vector_load_window(pixels + 3L * starts[0]), vector_load_window(pixels + 3L * starts[1])}};
  return windows.all;
#else
  return vector_load_window(pixels + 3L * starts[0]);
#endif
}

// Byte n of the zeros that follow the windows in a shuffle, three times: the upper bytes of an integer.
#define PIXEL_ZEROS VECTOR_LANES * 4, VECTOR_LANES * 4, VECTOR_LANES * 4
#define PIXEL_BYTE(index) index, PIXEL_ZEROS
// Four bytes of window `window` from its pixel `tap` on; the fourth is of no use.
#define PIXEL_OF(window, tap)                                                                                        \
  PIXEL_BYTE(16 * window + 3 * tap), PIXEL_BYTE(16 * window + 3 * tap + 1), PIXEL_BYTE(16 * window + 3 * tap + 2),   \
      PIXEL_BYTE(16 * window + 3 * tap + 3)
#if VECTOR_LANES == 16
#define PIXELS_OF_WINDOWS(tap) PIXEL_OF(0, tap), PIXEL_OF(1, tap), PIXEL_OF(2, tap), PIXEL_OF(3, tap)
#elif VECTOR_LANES == 8
#define PIXELS_OF_WINDOWS(tap) PIXEL_OF(0, tap), PIXEL_OF(1, tap)
#else
#define PIXELS_OF_WINDOWS(tap) PIXEL_OF(0, tap)
#endif

/// Pixel `tap` of each window times the weights; `tap` is a constant.
#define PIXEL_PRODUCT(windows, tap, weights)                                                                         \
  vector_multiply_byte(                                                                                              \
      (vector_integers)__builtin_shufflevector(windows, (vector_windows)(0), PIXELS_OF_WINDOWS(tap)),                \
      *(const pixel_weights *)((weights) + 16 * tap))

/// Adds the first `taps` (3, 4 or 5) pixels of each window times their weights, which lie 16 integers apart.
VECTOR_FUNCTION vector_integers vector_add_windows(
    vector_integers sums, const uint8_t *pixels, const int32_t *starts, const int32_t *weights, intptr_t taps) {
  typedef vector_integers pixel_weights __attribute__((aligned(4)));
  vector_windows windows = vector_load_windows(pixels, starts);
  sums += PIXEL_PRODUCT(windows, 0, weights);
  sums += PIXEL_PRODUCT(windows, 1, weights);
  sums += PIXEL_PRODUCT(windows, 2, weights);
  if (taps > 3) sums += PIXEL_PRODUCT(windows, 3, weights);
  if (taps > 4) sums += PIXEL_PRODUCT(windows, 4, weights);
  return sums;
}

/// Rounds down and stores three of each four lanes without gaps, and behind them rubbish up to a byte for each lane.
VECTOR_FUNCTION void vector_store_pixels(vector_integers sums, uint8_t *pixels) {
  vector_bytes bytes = vector_rounded_down(sums);
#if VECTOR_LANES == 16
  bytes = __builtin_shufflevector(bytes, bytes, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
#elif VECTOR_LANES == 8
  bytes = __builtin_shufflevector(bytes, bytes, 0, 1, 2, 4, 5, 6, 7, 7);
#endif
  __builtin_memcpy(pixels, &bytes, sizeof bytes);
}

#undef PIXEL_PRODUCT
#undef PIXELS_OF_WINDOWS
#undef PIXEL_OF
#undef PIXEL_BYTE
#undef PIXEL_ZEROS
#endif
