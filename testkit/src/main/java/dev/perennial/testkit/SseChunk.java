package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Events as the bytes of one HTTP chunk, in a buffer that is used again and again. */
final class SseChunk {

  static final byte[] LAST = "0\r\n\r\n".getBytes(ISO_8859_1);

  private static final byte[] ID = "id: ".getBytes(ISO_8859_1);
  private static final byte[] EVENT = "event: ".getBytes(ISO_8859_1);
  private static final byte[] DATA = "data: ".getBytes(ISO_8859_1);
  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

  /** Room for the size line, which is written last: eight digits, CR, LF. */
  private static final int HEAD_BYTES = 10;

  private byte[] buffer = new byte[48 * 1024];
  private int end = HEAD_BYTES;

  /** The number of content bytes. */
  int size() {
    return end - HEAD_BYTES;
  }

  void addComment() {
    add(':');
    add('\n');
    add('\n');
  }

  void addRetry(long millis) {
    addLine("retry: ".getBytes(ISO_8859_1), Long.toString(millis));
    add('\n');
  }

  /** Adds an event; an id or type goes out as it is, even with a line end in it. */
  void add(LoggedEvent event) {
    if (event.id() != null) {
      addLine(ID, event.id());
    }
    if (event.type() != null) {
      addLine(EVENT, event.type());
    }
    addData(event.data());
    add('\n');
  }

  private void addData(String data) {
    int start = 0;
    for (int i = 0; i < data.length(); i++) {
      char character = data.charAt(i);
      if (character == '\n' || character == '\r') {
        addLine(DATA, data.substring(start, i));
        if (character == '\r' && i + 1 < data.length() && data.charAt(i + 1) == '\n') {
          i++;
        }
        start = i + 1;
      }
    }
    addLine(DATA, start == 0 ? data : data.substring(start));
  }

  private void addLine(byte[] name, String value) {
    add(name);
    add(value.getBytes(UTF_8));
    add('\n');
  }

  private void add(byte[] bytes) {
    require(bytes.length);
    System.arraycopy(bytes, 0, buffer, end, bytes.length);
    end += bytes.length;
  }

  private void add(char ascii) {
    require(1);
    buffer[end++] = (byte) ascii;
  }

  /** Makes room, and keeps two bytes more for the line end after the content. */
  private void require(int bytes) {
    int needed = end + bytes + 2;
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, buffer.length * 2));
    }
  }

  /** Writes the chunk at once, unless it has no content, and empties it. */
  void writeTo(OutputStream output) throws IOException {
    int size = size();
    if (size == 0) {
      return;
    }
    buffer[end] = '\r';
    buffer[end + 1] = '\n';
    int start = HEAD_BYTES;
    buffer[--start] = '\n';
    buffer[--start] = '\r';
    for (int rest = size; rest > 0; rest >>>= 4) {
      buffer[--start] = HEX[rest & 0xf];
    }
    int length = end + 2 - start;
    end = HEAD_BYTES;
    output.write(buffer, start, length);
  }
}
