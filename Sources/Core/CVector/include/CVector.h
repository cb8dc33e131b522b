#ifndef CVECTOR_H
#define CVECTOR_H

// Arithmetic on the widest vectors of the instruction set that the including module is compiled for.
//
// Swift imports these vectors as SIMD4, SIMD8 or SIMD16 and inlines the functions. Its own operators on SIMD types are
// mostly written lane by lane and left to the optimiser to put together again, which it does not always manage; what
// stands here is a vector instruction from the start, whatever surrounds it.

#include <stdint.h>

#if defined(__AVX512F__)
#define VECTOR_LANES 16
#elif defined(__AVX2__)
#define VECTOR_LANES 8
#else
#define VECTOR_LANES 4
#endif

typedef float vector_floats __attribute__((ext_vector_type(VECTOR_LANES)));
typedef int32_t vector_integers __attribute__((ext_vector_type(VECTOR_LANES)));

#define VECTOR_FUNCTION static inline __attribute__((always_inline))

VECTOR_FUNCTION vector_floats vector_add(vector_floats a, vector_floats b) { return a + b; }
VECTOR_FUNCTION vector_floats vector_subtract(vector_floats a, vector_floats b) { return a - b; }
VECTOR_FUNCTION vector_floats vector_multiply(vector_floats a, vector_floats b) { return a * b; }
VECTOR_FUNCTION vector_floats vector_divide(vector_floats a, vector_floats b) { return a / b; }

/// sum + a * b, with one rounding where the processor has an instruction for it.
VECTOR_FUNCTION vector_floats vector_add_product(vector_floats sum, vector_floats a, vector_floats b) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  return __builtin_elementwise_fma(a, b, sum);
#else
  return sum + a * b;
#endif
}

/// The larger of each lane; a where either is NaN.
VECTOR_FUNCTION vector_floats vector_larger(vector_floats a, vector_floats b) { return b > a ? b : a; }
/// The larger of each lane; NaN where either is NaN.
VECTOR_FUNCTION vector_floats vector_largest(vector_floats a, vector_floats b) {
  return ((b > a) | (b != b)) ? b : a;
}
/// The smaller of each lane; a where either is NaN.
VECTOR_FUNCTION vector_floats vector_smaller(vector_floats a, vector_floats b) { return b < a ? b : a; }

/// The smaller of each lane; NaN where either is NaN.
VECTOR_FUNCTION vector_floats vector_smallest(vector_floats a, vector_floats b) {
  return ((b < a) | (b != b)) ? b : a;
}

/// Half as many lanes.
typedef float vector_half_floats __attribute__((ext_vector_type(VECTOR_LANES / 2)));
VECTOR_FUNCTION vector_half_floats vector_half_add_product(
    vector_half_floats sum, vector_half_floats a, vector_half_floats b) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  return __builtin_elementwise_fma(a, b, sum);
#else
  return sum + a * b;
#endif
}
/// The lanes of a, then zeros.
VECTOR_FUNCTION vector_floats vector_widened(vector_half_floats a) {
  const vector_half_floats zero = 0.0f;
#if VECTOR_LANES == 16
  return __builtin_shufflevector(a, zero, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#elif VECTOR_LANES == 8
  return __builtin_shufflevector(a, zero, 0, 1, 2, 3, 4, 5, 6, 7);
#else
  return __builtin_shufflevector(a, zero, 0, 1, 2, 3);
#endif
}

VECTOR_FUNCTION vector_integers vector_bits(vector_floats a) {
  union { vector_floats floats; vector_integers integers; } both = {a};
  return both.integers;
}
VECTOR_FUNCTION vector_floats vector_from_bits(vector_integers a) {
  union { vector_integers integers; vector_floats floats; } both = {a};
  return both.floats;
}

VECTOR_FUNCTION vector_integers vector_add_integers(vector_integers a, vector_integers b) { return a + b; }
VECTOR_FUNCTION vector_integers vector_subtract_integers(vector_integers a, vector_integers b) { return a - b; }
VECTOR_FUNCTION vector_integers vector_and(vector_integers a, vector_integers b) { return a & b; }
VECTOR_FUNCTION vector_integers vector_or(vector_integers a, vector_integers b) { return a | b; }
VECTOR_FUNCTION vector_integers vector_xor(vector_integers a, vector_integers b) { return a ^ b; }
VECTOR_FUNCTION vector_integers vector_shift_left(vector_integers a, int32_t bits) { return a << bits; }
/// -1 in lanes where a < b, 0 elsewhere.
VECTOR_FUNCTION vector_integers vector_is_less(vector_integers a, vector_integers b) { return a < b; }
/// -1 in lanes where a == b, 0 elsewhere.
VECTOR_FUNCTION vector_integers vector_is_equal(vector_integers a, vector_integers b) { return a == b; }
/// -1 in lanes where a < b, 0 elsewhere and where either is NaN.
VECTOR_FUNCTION vector_integers vector_is_less_float(vector_floats a, vector_floats b) { return a < b; }
/// -1 in lanes where a <= b, 0 elsewhere and where either is NaN.
VECTOR_FUNCTION vector_integers vector_is_not_above(vector_floats a, vector_floats b) { return a <= b; }
/// -1 in lanes where a == b, 0 elsewhere and where either is NaN.
VECTOR_FUNCTION vector_integers vector_is_equal_float(vector_floats a, vector_floats b) { return a == b; }
VECTOR_FUNCTION vector_integers vector_larger_integers(vector_integers a, vector_integers b) {
  return __builtin_elementwise_max(a, b);
}

/// Bits of a where mask has ones, bits of b elsewhere.
VECTOR_FUNCTION vector_integers vector_select(vector_integers mask, vector_integers a, vector_integers b) {
  return (a & mask) | (b & ~mask);
}

/// Bit patterns of offset + a, rounded down, for 0 <= offset + a and both of them in the same power of two; elsewhere
/// off by one at the most.
VECTOR_FUNCTION vector_integers vector_bits_of_lower_sum(vector_floats offset, vector_floats a) {
#if defined(__AVX512F__)
  // 9: towards minus infinity, for this instruction only.
  return vector_bits(__builtin_ia32_addps512(offset, a, 9));
#else
  vector_floats nearest = offset + a;
  // Where the nearest float lies above the sum, the one below it is meant.
  return vector_bits(nearest) + vector_is_less_float(a, nearest - offset);
#endif
}

/// Half as many integers of twice the size.
typedef int64_t vector_longs __attribute__((ext_vector_type(VECTOR_LANES / 2)));
typedef uint64_t vector_unsigned_longs __attribute__((ext_vector_type(VECTOR_LANES / 2)));

/// The lower (0) or upper (1) half of a, each lane in units of 2^-24: rounded to the nearest integer, ties to even. |a|
/// is at most 2^27.
VECTOR_FUNCTION vector_longs vector_units(vector_floats a, int half) {
  typedef double doubles __attribute__((ext_vector_type(VECTOR_LANES / 2)));
  // From 2^52 to 2^53 a double's last bit is worth 1: adding 1.5 * 2^52 rounds to an integer and leaves it in the low
  // bits.
  const doubles shift = 0x1.8p52;
  union { doubles floats; vector_longs integers; } sum, zero = {shift};
  sum.floats = (half ? __builtin_convertvector(a.hi, doubles) : __builtin_convertvector(a.lo, doubles)) * 0x1p24 + shift;
  return sum.integers - zero.integers;
}
VECTOR_FUNCTION vector_longs vector_add_longs(vector_longs a, vector_longs b) { return a + b; }
VECTOR_FUNCTION vector_longs vector_low_sixteen_bits(vector_longs a) { return a & 0xFFFF; }
VECTOR_FUNCTION vector_longs vector_shift_right_longs(vector_longs a, int64_t bits) { return a >> bits; }
VECTOR_FUNCTION vector_longs vector_magnitude_longs(vector_longs a) { return __builtin_elementwise_abs(a); }
/// Products of the lower 32 bits, without sign.
VECTOR_FUNCTION vector_longs vector_multiply_low(vector_longs a, vector_longs b) {
  union { vector_longs integers; vector_unsigned_longs numbers; } left = {a}, right = {b};
  left.numbers = (left.numbers & 0xFFFFFFFF) * (right.numbers & 0xFFFFFFFF);
  return left.integers;
}
/// -1 in lanes where a < b as numbers without sign, 0 elsewhere.
VECTOR_FUNCTION vector_longs vector_is_below(vector_longs a, vector_longs b) {
  union { vector_longs integers; vector_unsigned_longs numbers; } left = {a}, right = {b};
  return left.numbers < right.numbers;
}
VECTOR_FUNCTION int64_t vector_or_of_longs(vector_longs a) { return __builtin_reduce_or(a); }
VECTOR_FUNCTION int64_t vector_sum_of_longs(vector_longs a) { return __builtin_reduce_add(a); }

/// Lane i of the result is the sum of row i of a square of VECTOR_LANES rows: a tree of additions of neighbouring
/// lanes.
VECTOR_FUNCTION vector_floats vector_sums_of_rows(const float *rows) {
  vector_floats sums[VECTOR_LANES];
  __builtin_memcpy(sums, rows, sizeof sums);
#if VECTOR_LANES == 16
  for (int i = 0; i < 8; i++) {
    sums[i] = __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30) +
              __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
  }
  for (int i = 0; i < 4; i++) {
    sums[i] = __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
              __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  }
  for (int i = 0; i < 2; i++) {
    sums[i] = __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27) +
              __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
  }
  for (int i = 0; i < 1; i++) {
    sums[i] = __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
              __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  }
#elif VECTOR_LANES == 8
  for (int i = 0; i < 4; i++) {
    sums[i] = __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14) +
              __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 2; i++) {
    sums[i] = __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
              __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 1; i++) {
    sums[i] = __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 0, 1, 2, 3, 8, 9, 10, 11) +
              __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 4, 5, 6, 7, 12, 13, 14, 15);
  }
#else
  for (int i = 0; i < 2; i++) {
    sums[i] = __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 0, 4, 2, 6) +
              __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 1, 5, 3, 7);
  }
  for (int i = 0; i < 1; i++) {
    sums[i] = __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 0, 1, 4, 5) +
              __builtin_shufflevector(
                  sums[2 * i], sums[2 * i + 1], 2, 3, 6, 7);
  }
#endif
  return sums[0];
}

VECTOR_FUNCTION int32_t vector_or_of_lanes(vector_integers a) { return __builtin_reduce_or(a); }
VECTOR_FUNCTION int32_t vector_sum_of_lanes(vector_integers a) { return __builtin_reduce_add(a); }
VECTOR_FUNCTION int32_t vector_largest_lane(vector_integers a) { return __builtin_reduce_max(a); }

/// Fetches a cache line that is read soon into the second-level cache.
VECTOR_FUNCTION void vector_prefetch(const float *address) { __builtin_prefetch(address, 0, 2); }

/// Floats that ``vector_zeros`` points to.
#define VECTOR_ZERO_COUNT 4096
/// Zeros to read where a map has no values.
VECTOR_FUNCTION const float *vector_zeros(void) {
  static const float zeros[VECTOR_ZERO_COUNT] __attribute__((aligned(64))) = {0};
  return zeros;
}

#include "CVectorPixels.h"

#undef VECTOR_FUNCTION
#endif
