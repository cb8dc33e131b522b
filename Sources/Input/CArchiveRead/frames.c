#include "CArchiveRead.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { most_words = 4096, header_bytes = 5 };

static const char mark[] = "dyviz archives 1\n";
enum { mark_bytes = sizeof mark - 1 };

struct archive_frames {
  int descriptor;
  bool are_found;
  /// Whether the first archive has begun.
  bool is_begun;
  /// Bytes of a pipe that were read to look for the mark and are no part of it.
  uint8_t peeked[mark_bytes];
  size_t peeked_count;
  /// Bytes of an archive's data that are still to come of the record that was begun.
  uint32_t left;
  /// The record that comes next, once its header was read; 0 before.
  uint8_t kind;
  uint32_t length;
  char words[most_words + 1];
  const char *problem;
};

/// Reads `count` bytes; less at the end, -1 for an error.
static ssize_t read_all(int descriptor, void *bytes, size_t count) {
  size_t got = 0;
  while (got < count) {
    ssize_t more = read(descriptor, (uint8_t *)bytes + got, count - got);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return -1;
    if (more == 0) break;
    got += (size_t)more;
  }
  return (ssize_t)got;
}

archive_frames *archive_frames_open(int descriptor) {
  archive_frames *frames = calloc(1, sizeof *frames);
  if (!frames) return NULL;
  frames->descriptor = descriptor;
  struct stat status;
  bool is_file = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  while (frames->peeked_count < mark_bytes && memcmp(frames->peeked, mark, frames->peeked_count) == 0) {
    uint8_t *place = frames->peeked + frames->peeked_count;
    // One byte at a time: of what is no sequence nothing is taken that would not be looked at anyway.
    ssize_t got = is_file ? pread(descriptor, place, 1, (off_t)frames->peeked_count) : read(descriptor, place, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    frames->peeked_count += 1;
  }
  frames->are_found = frames->peeked_count == mark_bytes && memcmp(frames->peeked, mark, mark_bytes) == 0;
  if (frames->are_found && is_file) lseek(descriptor, mark_bytes, SEEK_SET);
  if (is_file || frames->are_found) frames->peeked_count = 0;
  return frames;
}

bool archive_frames_are_found(const archive_frames *frames) { return frames->are_found; }

size_t archive_frames_peeked(const archive_frames *frames, void *bytes, size_t most) {
  size_t count = frames->peeked_count < most ? frames->peeked_count : most;
  memcpy(bytes, frames->peeked, count);
  return count;
}

static bool fail(archive_frames *frames, const char *words) {
  frames->problem = words;
  frames->left = 0;
  return false;
}

static bool end_early(archive_frames *frames, ssize_t got) {
  if (got >= 0) return fail(frames, "what names and sends the archives ended in the middle");
  snprintf(frames->words, sizeof frames->words, "%s", strerror(errno));
  return fail(frames, frames->words);
}

/// Goes to the next record that is not empty data; false for a problem.
static bool find(archive_frames *frames) {
  while (frames->kind == 0 && !frames->problem) {
    uint8_t header[header_bytes];
    ssize_t got = read_all(frames->descriptor, header, sizeof header);
    if (got < (ssize_t)sizeof header) return end_early(frames, got);
    uint32_t length = header[1] | (uint32_t)header[2] << 8 | (uint32_t)header[3] << 16 | (uint32_t)header[4] << 24;
    if (header[0] == 'd') {
      frames->left = length;
      if (length > 0) return true;
      continue;
    }
    bool has_words = header[0] == 'n' || header[0] == 'f';
    if ((!has_words && header[0] != 'e') || length > (has_words ? most_words : 0) || (header[0] == 'n' && length == 0))
      return fail(frames, "between the archives stands what is no record of a sequence of archives");
    frames->kind = header[0];
    frames->length = length;
    got = read_all(frames->descriptor, frames->words, length);
    if (got < (ssize_t)length) return end_early(frames, got);
    frames->words[length] = 0;
    if (frames->kind == 'f') return fail(frames, length > 0 ? frames->words : "it cannot be read");
  }
  return !frames->problem;
}

ssize_t archive_frames_read(archive_frames *frames, void *bytes, size_t count) {
  if (frames->left == 0 && (frames->kind != 0 || !find(frames))) return frames->problem ? -1 : 0;
  if (frames->left == 0) return 0;
  for (;;) {
    ssize_t got = read(frames->descriptor, bytes, count < frames->left ? count : frames->left);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      end_early(frames, got);
      return -1;
    }
    frames->left -= (uint32_t)got;
    return got;
  }
}

int archive_frames_next(archive_frames *frames, const char **name) {
  // What the archive has behind its own end.
  uint8_t rest[4096];
  for (;;) {
    ssize_t got = archive_frames_read(frames, rest, sizeof rest);
    if (got < 0) return -1;
    if (got == 0) break;
    if (!frames->is_begun) {
      fail(frames, "a sequence of archives begins with data, and no name before them");
      return -1;
    }
  }
  frames->is_begun = true;
  if (frames->kind == 'e') return 0;
  frames->kind = 0;
  *name = frames->words;
  return 1;
}

const char *archive_frames_problem(const archive_frames *frames) { return frames->problem; }

void archive_frames_close(archive_frames *frames) { free(frames); }
