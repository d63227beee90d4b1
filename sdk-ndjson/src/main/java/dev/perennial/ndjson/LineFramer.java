package dev.perennial.ndjson;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Framer;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Splits a body into lines, each with one JSON value (ndjson-spec 1.0, 3.1). A line ends with LF or
 * CRLF; a lone CR is white space of JSON. A blank line is a heartbeat (3.2 lets a parser ignore
 * it).
 */
final class LineFramer implements Framer {
  private final int maxEventBytes;
  private final boolean takesLastLine;
  private final JsonFrames events;

  /** The current line begins at the start of the buffer; there is no LF between that and here. */
  private int scanned;

  /** True until the first byte that cannot belong to a byte order mark. */
  private boolean isAtStart = true;

  /** The lines that were read. */
  private long lines;

  /** The bytes before the current line. */
  private long bytes;

  /**
   * A framer at the start of a body.
   *
   * @param maxEventBytes the size limit of a line without its line end, in bytes; positive
   * @param takesLastLine whether the orderly end of the body also ends a line
   */
  LineFramer(int maxEventBytes, boolean takesLastLine, JsonFrames events) {
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
    int length = scanned;
    if (!takesLastLine || length == 0) {
      return null;
    }
    Frame last = takeLine(in, in.start(), in.end(), in.end());
    if (last.defect() == null) {
      return last;
    }
    scanned = length; // It was cut off: the body has ended inside of it.
    return null;
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
