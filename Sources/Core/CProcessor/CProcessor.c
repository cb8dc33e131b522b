#include "CProcessor.h"

int processor_x86_64_level(void) {
#if defined(__x86_64__)
  // The builtin asks CPUID and, for the vector registers, whether the operating system saves them (XGETBV).
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return 4;
  if (__builtin_cpu_supports("x86-64-v3")) return 3;
  return 1;
#else
  return 0;
#endif
}
