package dev.perennial.testkit.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** A buffer for bytes to write, which grows and is reused. */
public final class ByteBuilder {

  private final int headroom;
  private byte[] buffer;
  private int start;
  private int end;

  /**
   * Creates an empty buffer.
   *
   * @param headroom how many bytes can be prepended
   * @param capacity how many bytes it holds before it grows
   */
  public ByteBuilder(int headroom, int capacity) {
    this.headroom = headroom;
    this.buffer = new byte[headroom + capacity];
    clear();
  }

  public int size() {
    return end - start;
  }

  public void add(byte[] bytes) {
    add(bytes, 0, bytes.length);
  }

  public void add(ByteBuilder other) {
    add(other.buffer, other.start, other.size());
  }

  private void add(byte[] bytes, int offset, int length) {
    require(length);
    System.arraycopy(bytes, offset, buffer, end, length);
    end += length;
  }

  /** Adds a character up to U+00FF as one byte. */
  public void add(char latin) {
    require(1);
    buffer[end++] = (byte) latin;
  }

  public void add(String text) {
    add(text.getBytes(UTF_8));
  }

  public void prepend(char latin) {
    buffer[--start] = (byte) latin;
  }

  private void require(int bytes) {
    int needed = end + bytes;
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, buffer.length * 2));
    }
  }

  public void clear() {
    start = headroom;
    end = headroom;
  }

  /** Writes everything at once, unless the buffer is empty, and clears it. */
  public void writeTo(OutputStream output) throws IOException {
    int offset = start;
    int length = size();
    clear();
    if (length > 0) {
      output.write(buffer, offset, length);
    }
  }
}
