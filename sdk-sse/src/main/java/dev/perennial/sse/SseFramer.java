package dev.perennial.sse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.StreamException;
import dev.perennial.http.BufferFrame;
import dev.perennial.http.Framer;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Parses an event stream (WHATWG HTML, 9.2.5 and 9.2.6) from bytes. An event is a view of the read
 * buffer: a single data line is not copied at all, several are joined in place.
 *
 * <p>Unlike a browser it also returns comments and {@code retry} fields, as soon as their line
 * ends, and blocks with an id but no data, which move the position.
 *
 * <p>The buffer while a block with data is open, from {@link ReadBuffer#start()}:
 *
 * <pre>
 * | joined data | not needed: field names, comments, moved data | current line | not read yet |
 * 0        dataLength                                       lineStart       scanned
 * </pre>
 */
final class SseFramer implements Framer {
  /** The type of an event without an {@code event} field (HTML, 9.2.6). */
  private static final String MESSAGE = "message";

  static final int MAX_TYPE_BYTES = 1024;

  private static final byte[] DATA = "data".getBytes(US_ASCII);
  private static final byte[] EVENT = "event".getBytes(US_ASCII);
  private static final byte[] ID = "id".getBytes(US_ASCII);
  private static final byte[] RETRY = "retry".getBytes(US_ASCII);

  /** Allowed beside the value, so that an event of exactly the limit fits in one line. */
  private static final int DATA_FIELD_BYTES = "data: ".length();

  /** The longest delay whose nanoseconds fit in a long: 292 years. */
  private static final long MAX_RETRY_MILLIS = Long.MAX_VALUE / 1_000_000;

  private final int maxEventBytes;
  private final int maxIdBytes;
  private final boolean takesLastEvent;
  private final boolean takesEventsWithoutData;
  private final EventTypes types = new EventTypes();
  private final BufferFrame frame = new BufferFrame();

  // The position in the buffer, from its start.

  /** The first byte of the current line. */
  private int lineStart;

  /** There is no line end between the start of the line and here. */
  private int scanned;

  /** True until the first byte that cannot belong to a byte order mark. */
  private boolean isAtStart = true;

  /** Whether the last line ended with a CR whose LF, if there is one, was not read yet. */
  private boolean isLineFeedPending;

  // The position in the body, from its start.

  /** The lines that were read. */
  private long lines;

  /** The bytes before the current line. */
  private long bytes;

  // The current block.

  /** Its first line, from 1; meaningful while it is open. */
  private long firstLine;

  /** The bytes before that line. */
  private long firstByte;

  /** Whether the block has a field, of whatever name. */
  private boolean isOpen;

  private boolean hasData;

  /** The length of its data, which is at the start of the buffer. */
  private int dataLength;

  /** Null without an id field; empty if the field was empty. */
  private @Nullable String id;

  private String type = MESSAGE;

  /** Whether the block has named it. */
  private boolean hasType;

  /**
   * A framer at the start of a body.
   *
   * @param maxEventBytes the size limit of an event's data, in bytes; positive. The current line
   *     counts too
   * @param maxIdBytes the size limit of an id, in bytes; positive
   * @param takesLastEvent whether the orderly end of the body also ends a block
   * @param takesEventsWithoutData whether a block with a type and no data is an event
   */
  SseFramer(
      int maxEventBytes, int maxIdBytes, boolean takesLastEvent, boolean takesEventsWithoutData) {
    this.takesEventsWithoutData = takesEventsWithoutData;
    this.maxEventBytes = maxEventBytes;
    this.maxIdBytes = maxIdBytes;
    this.takesLastEvent = takesLastEvent;
  }

  @Override
  public @Nullable Frame next(ReadBuffer in) throws TransportException {
    if (isAtStart) {
      int mark = in.skipByteOrderMark();
      if (mark < 0) {
        return null;
      }
      bytes = mark;
      isAtStart = false;
    }
    if (isLineFeedPending) {
      skipLineFeed(in);
    }
    while (true) {
      int end = in.end();
      int lineEnd = in.lineEnd(in.start() + scanned);
      if (lineEnd == end) {
        compact(in);
        return null;
      }
      Frame frame = takeLine(in, in.start() + lineStart, lineEnd);
      if (frame != null) {
        return frame;
      }
    }
  }

  /** By default returns null: a block that no blank line follows is discarded (HTML, 9.2.6). */
  @Override
  public @Nullable Frame end(ReadBuffer in) throws TransportException {
    if (!takesLastEvent || !isInsideEvent()) {
      return null;
    }
    int from = in.start() + lineStart;
    int to = in.end();
    moveTo(to - in.start());
    if (from < to) {
      if (!isOpen) {
        openBlock(lines + 1, bytes);
      }
      takeField(in, from, to); // Of no use is a delay that it asks for: the body is over.
    }
    return endBlock(in);
  }

  @Override
  public boolean isInsideEvent() {
    return isOpen || scanned > lineStart;
  }

  private void skipLineFeed(ReadBuffer in) {
    int next = in.start() + lineStart;
    if (next == in.end()) {
      return;
    }
    isLineFeedPending = false;
    if (in.array()[next] == '\n') {
      moveTo(lineStart + 1);
      bytes++;
    }
  }

  private void moveTo(int newLineStart) {
    lineStart = newLineStart;
    scanned = newLineStart;
  }

  /** Keeps in the buffer only the data of the open block and the current line, side by side. */
  private void compact(ReadBuffer in) throws TransportException {
    int start = in.start();
    scanned = in.end() - start;
    checkLine(scanned - lineStart);
    int processedBytes = lineStart - dataLength;
    if (processedBytes == 0) {
      return;
    }
    if (hasData) {
      in.discard(start + dataLength, start + lineStart);
    } else {
      in.consume(start + lineStart);
    }
    lineStart -= processedBytes;
    scanned -= processedBytes;
  }

  private @Nullable Frame takeLine(ReadBuffer in, int from, int to) throws TransportException {
    byte[] array = in.array();
    int next = to + 1;
    if (array[to] == '\r') {
      if (next == in.end()) {
        // The line ends here, so that an event never waits for a byte after its own end.
        isLineFeedPending = true;
      } else if (array[next] == '\n') {
        next++;
      }
    }
    moveTo(next - in.start());
    long lineByte = bytes;
    bytes += next - from;
    lines++;
    if (from == to) {
      return endBlock(in);
    }
    checkLine(to - from);
    if (array[from] == ':') {
      int text = valueStart(array, from, to);
      return frame.asHeartbeat(array, text, to - text);
    }
    if (!isOpen) {
      openBlock(lines, lineByte);
    }
    return takeField(in, from, to);
  }

  private void openBlock(long line, long lineByte) {
    isOpen = true;
    firstLine = line;
    firstByte = lineByte;
  }

  private @Nullable Frame endBlock(ReadBuffer in) {
    Frame ended = null;
    if (hasData) {
      ended = frame.asEvent(type, id, in.array(), in.start(), dataLength).at(firstLine, firstByte);
    } else if (hasType && takesEventsWithoutData) {
      ended = frame.asEvent(type, id, in.array(), in.start(), 0).at(firstLine, firstByte);
    } else if (id != null) {
      ended = frame.asCursor(id);
    }
    isOpen = false;
    hasData = false;
    dataLength = 0;
    id = null;
    type = MESSAGE;
    hasType = false;
    return ended;
  }

  private @Nullable Frame takeField(ReadBuffer in, int from, int to) throws TransportException {
    byte[] array = in.array();
    if (isNamed(array, from, to, DATA)) {
      takeData(in, valueStart(array, from + DATA.length, to), to);
    } else if (isNamed(array, from, to, ID)) {
      takeId(array, valueStart(array, from + ID.length, to), to);
    } else if (isNamed(array, from, to, EVENT)) {
      takeType(array, valueStart(array, from + EVENT.length, to), to);
    } else if (isNamed(array, from, to, RETRY)) {
      return takeRetry(array, valueStart(array, from + RETRY.length, to), to);
    }
    return null;
  }

  private static boolean isNamed(byte[] array, int from, int to, byte[] name) {
    int end = from + name.length;
    if (end > to || (end < to && array[end] != ':')) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (array[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns where the value starts: after the colon at {@code colon}, if any, and one space. */
  private static int valueStart(byte[] array, int colon, int to) {
    if (colon == to) {
      return to;
    }
    int start = colon + 1;
    return start < to && array[start] == ' ' ? start + 1 : start;
  }

  private void takeData(ReadBuffer in, int from, int to) throws TransportException {
    int length = to - from;
    if (!hasData) {
      checkEvent(length);
      // Nothing before it in this block is needed: the buffer starts with the data, uncopied.
      moveTo(lineStart - (from - in.start()));
      in.consume(from);
      hasData = true;
      dataLength = length;
      return;
    }
    checkEvent((long) dataLength + 1 + length);
    // At least the field name lies between them, so the LF overwrites nothing that is needed.
    int lineFeed = in.start() + dataLength;
    in.array()[lineFeed] = '\n';
    System.arraycopy(in.array(), from, in.array(), lineFeed + 1, length);
    dataLength += 1 + length;
  }

  private void takeId(byte[] array, int from, int to) throws TransportException {
    checkLength("id", to - from, maxIdBytes, " (maxCursorBytes)");
    for (int i = from; i < to; i++) {
      if (array[i] == 0) {
        return; // HTML, 9.2.6: an id that contains NUL is ignored.
      }
    }
    id = new String(array, from, to - from, UTF_8);
  }

  private void takeType(byte[] array, int from, int to) throws TransportException {
    checkLength("event type", to - from, MAX_TYPE_BYTES, "");
    hasType = from < to;
    type = hasType ? types.of(array, from, to) : MESSAGE;
  }

  private @Nullable Frame takeRetry(byte[] array, int from, int to) {
    if (from == to) {
      return null;
    }
    long millis = 0;
    for (int i = from; i < to; i++) {
      int digit = array[i] - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      millis = Math.min(millis * 10 + digit, MAX_RETRY_MILLIS);
    }
    return frame.asRetry(Duration.ofMillis(millis));
  }

  /** Counts the data of the open block as well, so that one limit bounds the buffer. */
  private void checkLine(int bytes) throws TransportException {
    long held = (long) dataLength + bytes;
    if (held > (long) maxEventBytes + DATA_FIELD_BYTES) {
      throw tooLarge(held);
    }
  }

  private void checkEvent(long bytes) throws TransportException {
    if (bytes > maxEventBytes) {
      throw tooLarge(bytes);
    }
  }

  private TransportException tooLarge(long bytes) {
    return new TransportException(
        StreamException.Reason.LIMIT,
        "Expected an event or line of at most "
            + maxEventBytes
            + " bytes (maxEventBytes) but was at least "
            + bytes);
  }

  private static void checkLength(String what, int bytes, int max, String option)
      throws TransportException {
    if (bytes > max) {
      throw new TransportException(
          StreamException.Reason.LIMIT,
          "Expected an " + what + " of at most " + max + " bytes" + option + " but was " + bytes);
    }
  }
}
