package dev.perennial.internal.resume;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
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
 * objects are equal when their path is. An interrupt of the calling thread changes nothing: it is
 * still set afterwards.
 */
public final class CursorFile {
  private static final String FORMAT = "perennial-cursor 1";
  private static final int MAX_CURSOR_BYTES = 1024 * 1024;
  private static final int MAX_HEADER_BYTES = 80;
  private static final int MAX_LINKS = 40; // As Linux.
  private static final int MAX_BYTES = MAX_CURSOR_BYTES + MAX_HEADER_BYTES;

  private final Path path;

  /** Names the file; does no I/O. */
  public CursorFile(Path path) {
    this.path = Objects.requireNonNull(path, "path").toAbsolutePath().normalize();
  }

  /** Work on channels, which an interrupt closes. */
  private interface Work<T> {
    @Nullable T run() throws IOException;
  }

  /** Reads the cursor; null when there is no file. */
  public @Nullable String load() throws IOException {
    return uninterrupted(this::read);
  }

  private @Nullable String read() throws IOException {
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
    uninterrupted(
        () -> {
          replace(bytes);
          return null;
        });
  }

  private void replace(byte[] bytes) throws IOException {
    Path target = real(); // Otherwise the move would replace a link by a file.
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    boolean isReplaced = false;
    try {
      write(bytes, fresh);
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      isReplaced = true;
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("The file system of " + path + " cannot replace a file at once", e);
    } finally {
      if (!isReplaced) {
        deleteQuietly(fresh);
      }
    }
  }

  private static void write(byte[] bytes, Path fresh) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(bytes); // Android 8 lacks ByteBuffer's own flip().
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
  }

  /** What it could not hold is of no use; the failure that led here is reported. */
  private static void deleteQuietly(Path fresh) {
    try {
      if (Files.isRegularFile(fresh)) {
        Files.delete(fresh);
      }
    } catch (IOException e) {
      // The next save overwrites it.
    }
  }

  /** Does the work again when an interrupt has closed its channel. */
  private static <T> @Nullable T uninterrupted(Work<T> work) throws IOException {
    boolean wasInterrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return work.run();
        } catch (ClosedByInterruptException | FileLockInterruptionException e) {
          wasInterrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns what is equal for all names of the file. Does I/O. */
  public Object key() {
    try {
      return real();
    } catch (IOException e) {
      return path; // Loading it or saving to it will fail for the same reason, and say so.
    }
  }

  /** Returns the one name of the file that is not a link and leads through none. */
  private Path real() throws IOException {
    Path name = path;
    for (int links = 0; links < MAX_LINKS; links++) {
      try {
        return name.toRealPath();
      } catch (NoSuchFileException e) {
        if (!Files.isSymbolicLink(name)) {
          return folder(name).toRealPath().resolve(name.getFileName());
        }
        name = folder(name).resolve(Files.readSymbolicLink(name)).normalize();
      }
    }
    throw new FileSystemLoopException(path.toString());
  }

  private static Path folder(Path absolute) {
    return Objects.requireNonNull(absolute.getParent(), "a cursor file has a folder");
  }

  /**
   * Keeps other processes from using the file until the result is closed: locks the file next to it
   * whose name ends in {@code .lock}, which stays. The system releases the lock when the process
   * ends, however it ends. Where the file system has no locks, or the folder cannot be written to,
   * nothing is locked.
   *
   * @throws IOException when another process has locked it
   */
  public Closeable lock() throws IOException {
    return Objects.requireNonNull(uninterrupted(this::tryLock));
  }

  private Closeable tryLock() throws IOException {
    FileChannel channel;
    Path name;
    try {
      Path real = real();
      name = real.resolveSibling(real.getFileName() + ".lock");
      channel = FileChannel.open(name, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      return () -> {}; // A save will fail for the same reason, and say so.
    }
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // By this process, with a name or class loader that nothing else reveals.
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      throw e;
    } catch (IOException e) {
      return () -> {}; // The file system has no locks.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new IOException(
          "The cursor file " + path + " is used by another process, which has locked " + name);
    }
    FileLock held = lock; // The JVM knows of a lock only as long as something refers to it.
    return () -> {
      try (channel) {
        held.release();
      }
    };
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
