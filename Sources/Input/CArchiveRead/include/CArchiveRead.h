#ifndef CARCHIVEREAD_H
#define CARCHIVEREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// An archive that is read from its first member to its last.
typedef struct archive_stream archive_stream;

enum archive_member_kind {
  ARCHIVE_MEMBER_FILE = 0,
  ARCHIVE_MEMBER_FOLDER = 1,
  ARCHIVE_MEMBER_LINK = 2,
  ARCHIVE_MEMBER_OTHER = 3
};

/// What an archive says of a member.
typedef struct {
  /// Its name's bytes as they stand in the archive, ended by a zero, until the next call; null where they cannot be told.
  const char *name;
  /// Bytes of its data; -1 where the archive says that behind them.
  int64_t size;
  /// Where its data begin in the file, where they lie there as they are; -1 elsewhere.
  int64_t offset;
  /// One of `archive_member_kind`.
  int kind;
  bool is_encrypted;
  /// Whether its data have holes, which are not in the archive.
  bool is_sparse;
} archive_member;

/// Several archives with their names on one descriptor (`docs/sources.md`).
typedef struct archive_frames archive_frames;

/// Looks whether a sequence of archives begins on an open descriptor, which stays the caller's. Null where there is no
/// memory.
archive_frames *archive_frames_open(int descriptor);

/// Whether one does; else the descriptor gives one archive.
bool archive_frames_are_found(const archive_frames *frames);

/// Copies the bytes that were taken of a pipe that gives no sequence; how many.
size_t archive_frames_peeked(const archive_frames *frames, void *bytes, size_t most);

/// Goes to the next archive, past the rest of the last one: 1 and its name, which ends with a zero and lives until the next
/// call, 0 behind the last archive, -1 for a problem.
int archive_frames_next(archive_frames *frames, const char **name);

/// The next bytes of the archive, at most `count`: how many, 0 at its end, -1 for a problem.
ssize_t archive_frames_read(archive_frames *frames, void *bytes, size_t count);

/// Why nothing more can be read: what the sender says, or how the sequence is broken; null where all is well.
const char *archive_frames_problem(const archive_frames *frames);

void archive_frames_close(archive_frames *frames);

/// Begins to read tar (plain, or by gzip, xz or zstd) or zip from an open descriptor, which stays the caller's. Regular
/// files are read by position, so that what is skipped is not read. `block` is how many bytes are asked for at once. A compressed
/// archive that becomes 200 times as long is damaged there: images do not compress so.
/// With `frames`, which must outlive it, it is the archive of a sequence that those are at, or goes on behind the bytes that they
/// took of the descriptor; null reads the descriptor alone. Null where there is no memory.
archive_stream *archive_stream_open(int descriptor, size_t block, archive_frames *frames);

/// Goes to the next member: 1, 0 at the end of the archive, -1 for damage (`archive_stream_problem`), behind which nothing can
/// be read.
int archive_stream_next(archive_stream *stream, archive_member *member);

/// The next bytes of the member's data, at most `count`: how many, 0 at their end, -1 for damage.
int64_t archive_stream_read(archive_stream *stream, void *bytes, size_t count);

/// What was wrong last, in the library's words.
const char *archive_stream_problem(archive_stream *stream);

void archive_stream_close(archive_stream *stream);

#endif
