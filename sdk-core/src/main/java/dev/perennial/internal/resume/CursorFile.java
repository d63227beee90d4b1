package dev.perennial.internal.resume;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A file that holds one cursor: a header line with format, length in bytes and CRC-32, then the
 * cursor in UTF-8. A save writes a second file, forces it to the disk and moves it into place. Two
 * objects are equal when their path is.
 */
public final class CursorFile {
  private static final String FORMAT = "perennial-cursor 1";
  private static final int MAX_CURSOR_BYTES = 1024 * 1024;
  private static final int MAX_HEADER_BYTES = 80;
  private static final int MAX_BYTES = MAX_CURSOR_BYTES + MAX_HEADER_BYTES;

  private final Path path;

  /** Names the file; does no I/O. */
  public CursorFile(Path path) {
    this.path = Objects.requireNonNull(path, "path").toAbsolutePath().normalize();
  }

  /** Reads the cursor; null when there is no file. */
  public @Nullable String load() throws IOException {
    byte[] bytes;
    try {
      long size = Files.size(path);
      if (size > MAX_BYTES) {
        throw unreadable("it has " + size + " bytes, more than " + MAX_BYTES);
      }
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return null; // Nothing was saved yet.
    }
    int headerEnd = headerEnd(bytes);
    String[] header = new String(bytes, 0, headerEnd, US_ASCII).split(" ", -1);
    if (header.length != 4 || !FORMAT.equals(header[0] + " " + header[1])) {
      throw unreadable("it does not begin with \"" + FORMAT + "\" and may be another program's");
    }
    int start = headerEnd + 1;
    String checksum = checksum(bytes, start, bytes.length - start);
    if (!header[2].equals(String.valueOf(bytes.length - start)) || !header[3].equals(checksum)) {
      throw unreadable("its length or checksum is wrong: the file is damaged");
    }
    return new String(bytes, start, bytes.length - start, UTF_8);
  }

  private static int headerEnd(byte[] bytes) {
    for (int i = 0; i < Math.min(bytes.length, MAX_HEADER_BYTES); i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return 0;
  }

  private IOException unreadable(String why) {
    return new IOException(
        "The cursor file "
            + path
            + " cannot be used, "
            + why
            + ". Remove it to start without a cursor");
  }

  /** Replaces the file. */
  public void save(String checkpoint) throws IOException {
    byte[] cursor = checkpoint.getBytes(UTF_8);
    if (cursor.length > MAX_CURSOR_BYTES) {
      throw new IOException(
          "Expected a cursor of at most "
              + MAX_CURSOR_BYTES
              + " bytes but was "
              + cursor.length
              + " bytes");
    }
    String header = FORMAT + " " + cursor.length + " " + checksum(cursor, 0, cursor.length) + "\n";
    byte[] head = header.getBytes(US_ASCII);
    byte[] bytes = Arrays.copyOf(head, head.length + cursor.length);
    System.arraycopy(cursor, 0, bytes, head.length, cursor.length);
    ByteBuffer all = ByteBuffer.wrap(bytes); // Android 8 lacks ByteBuffer's own flip().
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      while (all.hasRemaining()) {
        channel.write(all);
      }
      channel.force(true); // Before the move: else a crash may leave an empty file in place.
    }
    try {
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("The file system of " + path + " cannot replace a file at once", e);
    }
  }

  private static String checksum(byte[] bytes, int offset, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, offset, length);
    return Long.toHexString(crc.getValue());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CursorFile that && path.equals(that.path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return "CursorStore.file(" + path + ")";
  }
}
