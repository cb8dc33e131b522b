#include "CPNGDecode.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

/// One decoding: libpng's pointers, the unread bytes and the place for an error's words.
struct decoding {
  png_structp png;
  png_infop info;
  const uint8_t *next;
  size_t left;
  int truncated;
  uint8_t *wide_rows; // two bytes per pixel, for 16-bit grey; else null
  char *message;
  size_t message_capacity;
};

static void fail(png_structp png, png_const_charp words) {
  struct decoding *decoding = png_get_error_ptr(png);
  size_t length = 0;
  while (length + 1 < decoding->message_capacity && words[length]) {
    decoding->message[length] = words[length];
    length++;
  }
  if (decoding->message_capacity) decoding->message[length] = 0;
  png_longjmp(png, 1);
}

static void stay_silent(png_structp png, png_const_charp words) {
  (void)png;
  (void)words;
}

static void take(png_structp png, png_bytep bytes, size_t count) {
  struct decoding *decoding = png_get_io_ptr(png);
  if (count > decoding->left) {
    decoding->truncated = 1;
    png_error(png, "the file ends too early");
  }
  for (size_t index = 0; index < count; index++) bytes[index] = decoding->next[index];
  decoding->next += count;
  decoding->left -= count;
}

/// Asks libpng for 8-bit grey or for three bytes of colour; 16-bit grey stays wide, because it is cut and not shifted.
static void choose_transforms(png_structp png, int color_type, int depth) {
  if (color_type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (color_type == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
  png_set_strip_alpha(png);
  if (depth == 16 && color_type != PNG_COLOR_TYPE_GRAY) png_set_strip_16(png);
}

static void cut_row(const uint8_t *wide, uint8_t *narrow, uint32_t width) {
  for (uint32_t x = 0; x < width; x++) narrow[x] = wide[2 * (size_t)x] ? 255 : wide[2 * (size_t)x + 1];
}

static void read_rows(struct decoding *decoding, uint32_t width, uint32_t height, int pixel_bytes, int wide,
                      uint8_t *pixels) {
  png_structp png = decoding->png;
  size_t row_bytes = (size_t)width * (size_t)pixel_bytes;
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, decoding->info);
  if (png_get_rowbytes(png, decoding->info) != row_bytes * (wide ? 2 : 1)) png_error(png, "unexpected row size");
  if (!wide) {
    for (int pass = 0; pass < passes; pass++)
      for (uint32_t y = 0; y < height; y++) png_read_row(png, pixels + y * row_bytes, NULL);
    return;
  }
  // An interlaced image is whole only after its last pass, so then every wide row has to be kept.
  uint32_t kept = passes > 1 ? height : 1;
  decoding->wide_rows = malloc(row_bytes * 2 * kept);
  if (!decoding->wide_rows) png_error(png, "out of memory");
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t y = 0; y < height; y++) {
      uint8_t *row = decoding->wide_rows + row_bytes * 2 * (kept > 1 ? y : 0);
      png_read_row(png, row, NULL);
      if (pass == passes - 1) cut_row(row, pixels + y * row_bytes, width);
    }
}

static void decode(struct decoding *decoding, uint32_t width, uint32_t height, int pixel_bytes, uint8_t *pixels) {
  png_structp png = decoding->png;
  png_set_read_fn(png, decoding, take);
  // Of the optional chunks none changes the pixels asked for, and some can be made to cost much.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_read_info(png, decoding->info);
  int color_type = png_get_color_type(png, decoding->info);
  int depth = png_get_bit_depth(png, decoding->info);
  if (png_get_image_width(png, decoding->info) != width || png_get_image_height(png, decoding->info) != height ||
      pixel_bytes != (color_type & PNG_COLOR_MASK_COLOR ? 3 : 1))
    png_error(png, "contradicting headers");
  choose_transforms(png, color_type, depth);
  read_rows(decoding, width, height, pixel_bytes, color_type == PNG_COLOR_TYPE_GRAY && depth == 16, pixels);
}

/// Where libpng's jumps land. What it works on belongs to the caller, so a jump loses none of it.
static int decode_or_land(struct decoding *decoding, uint32_t width, uint32_t height, int pixel_bytes,
                          uint8_t *pixels) {
  if (setjmp(png_jmpbuf(decoding->png))) return decoding->truncated ? CPNG_TRUNCATED : CPNG_BROKEN;
  decode(decoding, width, height, pixel_bytes, pixels);
  return CPNG_DECODED;
}

int cpng_decode(const uint8_t *file, size_t file_bytes, uint32_t width, uint32_t height, int pixel_bytes,
                uint8_t *pixels, char *message, size_t message_capacity) {
  struct decoding decoding = {.next = file, .left = file_bytes, .message = message, .message_capacity = message_capacity};
  int status = CPNG_BROKEN;
  if (message_capacity) message[0] = 0;
  decoding.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoding, fail, stay_silent);
  if (!decoding.png) return CPNG_BROKEN;
  decoding.info = png_create_info_struct(decoding.png);
  if (decoding.info) status = decode_or_land(&decoding, width, height, pixel_bytes, pixels);
  free(decoding.wide_rows);
  png_destroy_read_struct(&decoding.png, &decoding.info, NULL);
  return status;
}
