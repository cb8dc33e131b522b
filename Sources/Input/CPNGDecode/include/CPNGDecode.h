#ifndef CPNGDECODE_H
#define CPNGDECODE_H

#include <stddef.h>
#include <stdint.h>

/// What `cpng_decode` came to.
enum cpng_status { CPNG_DECODED = 0, CPNG_TRUNCATED = 1, CPNG_BROKEN = 2 };

/// Decodes a whole PNG file in memory.
///
/// `pixels` has room for `width * height` pixels of `pixel_bytes` each, rows from the top without gaps. `pixel_bytes`
/// is 3 for colour and palette files (red, green, blue) and 1 for grey files, whose alpha is dropped. Colours of 16
/// bits keep their upper byte; greys of 16 bits are cut at 255. No gamma or colour profile is applied.
///
/// The file's own header must agree with `width`, `height` and `pixel_bytes`, so no byte is written beyond them. On
/// failure `message` receives libpng's words, ended by a zero and cut to `message_capacity` bytes. libpng's jumps end
/// in here, and it prints nothing.
int cpng_decode(const uint8_t *file, size_t file_bytes, uint32_t width, uint32_t height, int pixel_bytes,
                uint8_t *pixels, char *message, size_t message_capacity);

#endif
