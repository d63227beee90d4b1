package dev.perennial.ndjson;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Framer;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value in each line (ndjson-spec 1.0). A line ends with LF or CRLF; a lone CR is white
 * space of JSON. A blank line is a heartbeat.
 */
final class LineFramer implements Framer {
  private final int maxEventBytes;
  private final boolean takesLastLine;
  private final JsonEvents events;

  /** No LF lies between the buffer's start, where the line in work begins, and here. */
  private int scanned;

  /** Until the first byte that cannot be a byte order mark's. */
  private boolean isAtStart = true;

  /** The lines that were taken. */
  private long lines;

  /** The bytes before the line in work. */
  private long bytes;

  /**
   * A framer at the start of a body.
   *
   * @param maxEventBytes how many bytes a line may have without its end; positive
   * @param takesLastLine whether the orderly end of the body ends a line
   */
  LineFramer(int maxEventBytes, boolean takesLastLine, JsonEvents events) {
    this.maxEventBytes = maxEventBytes;
    this.takesLastLine = takesLastLine;
    this.events = events;
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
    int from = in.start();
    int lineFeed = in.lineFeed(from + scanned);
    if (lineFeed == in.end()) {
      scanned = lineFeed - from;
      checkLine(Lines.endWithoutCr(in.array(), from, lineFeed) - from);
      return null;
    }
    return takeLine(in, from, lineFeed, lineFeed + 1);
  }

  @Override
  public @Nullable Frame end(ReadBuffer in) throws TransportException {
    if (!takesLastLine || scanned == 0) {
      return null;
    }
    Frame last = takeLine(in, in.start(), in.end(), in.end());
    return last.defect() == null ? last : null;
  }

  @Override
  public boolean isInsideEvent() {
    return scanned > 0;
  }

  private Frame takeLine(ReadBuffer in, int from, int to, int next) throws TransportException {
    byte[] array = in.array();
    long lineByte = bytes;
    in.consume(next);
    scanned = 0;
    lines++;
    bytes += next - from;
    int end = Lines.endWithoutCr(array, from, to);
    checkLine(end - from);
    return Lines.isBlank(array, from, end)
        ? events.heartbeat()
        : events.event(array, from, end - from).at(lines, lineByte);
  }

  private void checkLine(int bytes) throws TransportException {
    if (bytes > maxEventBytes) {
      throw new TransportException(
          Reason.LIMIT,
          "Expected a line of at most "
              + maxEventBytes
              + " bytes (maxEventBytes) but was at least "
              + bytes);
    }
  }
}
