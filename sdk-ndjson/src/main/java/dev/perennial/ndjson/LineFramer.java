package dev.perennial.ndjson;

import dev.perennial.ServerError;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.BufferFrame;
import dev.perennial.http.Framer;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Splits a body into lines, each with one JSON value (ndjson-spec 1.0, 3.1). A line ends with LF or
 * CRLF; a lone CR is white space of JSON. A blank line is a heartbeat (3.2 lets a parser ignore
 * it), and so are blanks before the end of their line is here.
 */
final class LineFramer implements Framer {
  private static final String OVERDUE =
      "the LF after a whole value (values without one, or with one before each, are"
          + " framing(Framing.concatenated()))";

  private final int maxEventBytes;
  private final boolean takesLastLine;
  private final JsonFrames events;

  /** The current line begins at the start of the buffer; there is no LF between that and here. */
  private int scanned;

  /** True until the first byte that cannot belong to a byte order mark. */
  private boolean isAtStart = true;

  /** The lines that were read. */
  private long lines;

  /** The bytes before the start of the buffer. */
  private long bytes;

  /** The blanks of the current line, which were given up already. */
  private long blanks;

  /** Null once the first line has come, which shows whether these are lines. */
  private @Nullable FirstLine first = new FirstLine();

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
    if (scanned == 0 && skipBlanks(in)) {
      return events.heartbeat();
    }
    int from = in.start();
    int lineFeed = in.lineFeed(from + scanned);
    if (lineFeed == in.end()) {
      scanned = lineFeed - from;
      checkBeginning(in.array(), from, lineFeed);
      checkLine(Lines.endWithoutCr(in.array(), from, lineFeed) - from);
      return null;
    }
    return takeLine(in, from, lineFeed, lineFeed + 1);
  }

  /**
   * Gives up blanks at the start of a line. They are none of its value, and a server may send
   * nothing else for hours.
   *
   * @return whether there were some, and nothing follows them yet
   */
  private boolean skipBlanks(ReadBuffer in) {
    byte[] array = in.array();
    int from = in.start();
    int to = from;
    while (to < in.end() && Lines.isBlank(array[to])) {
      to++;
    }
    if (to == from) {
      return false;
    }
    consume(in, to);
    blanks += to - from;
    return to == in.end();
  }

  @Override
  public @Nullable Frame end(ReadBuffer in) throws TransportException {
    if (scanned == 0) {
      return null;
    }
    Place place = new Place(lines + 1, bytes - blanks);
    int length = in.end() - in.start();
    BufferFrame last = takeLine(in, in.start(), in.end(), in.end());
    IOException defect = last.defect();
    if (defect == null && takesLastLine) {
      return last;
    }
    ServerError error = last.error();
    if (error != null) {
      throw TransportException.reported(error);
    }
    throw new TransportException(
        Reason.RESET,
        "Expected the LF of the last line but the body ended "
            + length
            + " bytes into it, "
            + place
            + (defect == null ? " (lastLineWithoutNewline() delivers it)" : ""));
  }

  @Override
  public boolean isInsideEvent() {
    return scanned > 0;
  }

  @Override
  public @Nullable String overdue() {
    return first != null && first.isWhole() ? OVERDUE : null;
  }

  private BufferFrame takeLine(ReadBuffer in, int from, int to, int next)
      throws TransportException {
    byte[] array = in.array();
    long lineByte = bytes - blanks;
    consume(in, next);
    scanned = 0;
    blanks = 0;
    lines++;
    int end = Lines.endWithoutCr(array, from, to);
    checkBeginning(array, from, end);
    checkLine(end - from);
    if (end == from) {
      return events.heartbeat();
    }
    if (first != null) {
      first = null;
      FirstLine.check(array, from, end);
    }
    return events.event(array, from, end - from).at(lines, lineByte);
  }

  private void consume(ReadBuffer in, int to) {
    bytes += to - in.start();
    in.consume(to);
  }

  /** Looks at no more than may come before the limit, so that the same is found by any reads. */
  private void checkBeginning(byte[] array, int from, int to) throws TransportException {
    if (first != null) {
      first.checkBeginning(array, from, (int) Math.min(to, from + maxEventBytes + 1L));
    }
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
