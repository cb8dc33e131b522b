#define _GNU_SOURCE
#include "CArchiveRead.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// A compressed archive may become so many times as long; before so many bytes that is not judged, as a short one may be
/// mostly padding.
enum { most_growth = 200, judged_from = 64 << 20 };

struct archive_stream {
  struct archive *archive;
  int descriptor;
  /// The sequence that it is an archive of; null for a single one.
  archive_frames *frames;
  /// Bytes of a regular file, which is read by position; -1 for a pipe.
  int64_t file_size;
  int64_t position;
  uint8_t *buffer;
  size_t block;
  /// Bytes of the buffer that were read to see what the archive is, and are still to be given.
  size_t pending;
  /// Names are converted to the locale's characters: in `C` those of tar stay the bytes that they are; those of zip that are
  /// UTF-8 are told in a locale that has them only.
  locale_t locale;
  const char *problem;
  /// Why no more is given, which the library's compressions take for another end; empty while more is.
  char refusal[160];
};

/// The next bytes of the descriptor into `bytes`; those of a regular file from `place` on.
static ssize_t take(archive_stream *stream, uint8_t *bytes, size_t count, int64_t place) {
  for (;;) {
    ssize_t got = stream->frames           ? archive_frames_read(stream->frames, bytes, count)
                  : stream->file_size < 0 ? read(stream->descriptor, bytes, count)
                                          : pread(stream->descriptor, bytes, count, place);
    if (got >= 0 || stream->frames || errno != EINTR) return got;
  }
}

static ssize_t fill(archive_stream *stream) {
  ssize_t got = take(stream, stream->buffer, stream->block, stream->position);
  if (got > 0) stream->position += got;
  return got;
}

static la_ssize_t give(struct archive *archive, void *data, const void **bytes) {
  archive_stream *stream = data;
  // Every compressed byte comes through here, whatever the library does with it: reads, skips, looks for an end.
  int64_t given = archive_filter_bytes(archive, 0);
  if (given > judged_from && given / most_growth > stream->position) {
    snprintf(stream->refusal, sizeof stream->refusal,
             "%lld compressed bytes become %lld, more than %d times as many; images do not", (long long)stream->position,
             (long long)given, (int)most_growth);
    archive_set_error(archive, ENOMEM, "%s", stream->refusal);
    return -1;
  }
  ssize_t got = (ssize_t)stream->pending;
  stream->pending = 0;
  if (got == 0) got = fill(stream);
  if (got < 0) {
    const char *words = stream->frames ? archive_frames_problem(stream->frames) : NULL;
    archive_set_error(archive, errno, "%s", words ? words : strerror(errno));
  }
  *bytes = stream->buffer;
  return got;
}

static la_int64_t skip(struct archive *archive, void *data, la_int64_t count) {
  (void)archive;
  archive_stream *stream = data;
  // What is pending was read already; what lies behind the end is found missing by the next read.
  if (stream->file_size < 0 || stream->pending > 0) return 0;
  int64_t left = stream->file_size - stream->position;
  if (left < 0) left = 0;
  if (count > left) count = left;
  stream->position += count;
  return count;
}

static la_int64_t seek(struct archive *archive, void *data, la_int64_t offset, int whence) {
  archive_stream *stream = data;
  int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? stream->position : stream->file_size;
  int64_t place;
  if (stream->file_size < 0 || __builtin_add_overflow(base, offset, &place) || place < 0) {
    archive_set_error(archive, EINVAL, "a place before its beginning");
    return ARCHIVE_FATAL;
  }
  stream->pending = 0;
  stream->position = place;
  return place;
}

archive_stream *archive_stream_open(int descriptor, size_t block, archive_frames *frames) {
  archive_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  struct stat status;
  bool is_sequence = frames && archive_frames_are_found(frames);
  bool is_file = !is_sequence && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  *stream = (archive_stream){
      .archive = archive_read_new(), .descriptor = descriptor, .frames = is_sequence ? frames : NULL, .file_size = is_file ? status.st_size : -1,
      .buffer = malloc(block), .block = block};
  struct archive *archive = stream->archive;
  if (!archive || !stream->buffer) {
    archive_stream_close(stream);
    return NULL;
  }
  // A pipe may give less than the mark of a format at once: two bytes tell zip from all others.
  size_t seen = frames ? archive_frames_peeked(frames, stream->buffer, block) : 0;
  while (seen < 4) {
    ssize_t got = take(stream, stream->buffer + seen, block - seen, (int64_t)seen);
    if (got <= 0) break;
    seen += (size_t)got;
  }
  bool is_zip = seen >= 2 && memcmp(stream->buffer, "PK", 2) == 0;
  if (!is_file) stream->pending = seen;
  stream->locale = newlocale(LC_ALL_MASK, is_zip ? "C.UTF-8" : "C", (locale_t)0);
  // By name, so that nothing else is linked.
  archive_read_support_filter_gzip(archive);
  archive_read_support_filter_xz(archive);
  archive_read_support_filter_zstd(archive);
  archive_read_support_format_tar(archive);
  if (is_file) archive_read_support_format_zip_seekable(archive);
  archive_read_support_format_zip_streamable(archive);
  // `cat a.tar b.tar` is one archive.
  archive_read_set_format_option(archive, "tar", "read_concatenated_archives", "1");
  archive_read_set_read_callback(archive, give);
  archive_read_set_skip_callback(archive, skip);
  if (is_file) archive_read_set_seek_callback(archive, seek);
  archive_read_set_callback_data(archive, stream);
  if (archive_read_open1(archive) < ARCHIVE_WARN) stream->problem = archive_error_string(archive);
  return stream;
}

static int kind(struct archive_entry *entry) {
  if (archive_entry_hardlink(entry)) return ARCHIVE_MEMBER_LINK;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG: return ARCHIVE_MEMBER_FILE;
    case AE_IFDIR: return ARCHIVE_MEMBER_FOLDER;
    case AE_IFLNK: return ARCHIVE_MEMBER_LINK;
    default: return ARCHIVE_MEMBER_OTHER;
  }
}

int archive_stream_next(archive_stream *stream, archive_member *member) {
  struct archive *archive = stream->archive;
  if (stream->problem) return -1;
  struct archive_entry *entry;
  locale_t former = stream->locale ? uselocale(stream->locale) : (locale_t)0;
  int status = archive_read_next_header(archive, &entry);
  if (status == ARCHIVE_OK || status == ARCHIVE_WARN) {
    bool is_plain = archive_filter_count(archive) == 1 &&
                    (archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
    *member = (archive_member){
        .name = archive_entry_pathname(entry),
        .size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : -1,
        .offset = is_plain ? archive_filter_bytes(archive, 0) : -1,
        .kind = kind(entry),
        .is_encrypted = archive_entry_is_encrypted(entry) > 0,
        .is_sparse = archive_entry_sparse_count(entry) > 0};
  }
  if (stream->locale) uselocale(former);
  if (status == ARCHIVE_EOF) return 0;
  if (status == ARCHIVE_OK || status == ARCHIVE_WARN) return 1;
  const char *words = archive_error_string(archive);
  stream->problem = words ? words : "damaged";
  return -1;
}

int64_t archive_stream_read(archive_stream *stream, void *bytes, size_t count) {
  if (stream->problem) return -1;
  la_ssize_t got = archive_read_data(stream->archive, bytes, count);
  return got < 0 ? -1 : got;
}

const char *archive_stream_problem(archive_stream *stream) {
  if (stream->refusal[0]) return stream->refusal;
  if (stream->problem) return stream->problem;
  const char *words = archive_error_string(stream->archive);
  return words ? words : "damaged";
}

void archive_stream_close(archive_stream *stream) {
  if (stream->archive) archive_read_free(stream->archive);
  if (stream->locale) freelocale(stream->locale);
  free(stream->buffer);
  free(stream);
}
