package dev.perennial.http;

import dev.perennial.ServerResponse;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.AcceptedTypes;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Answers that are one document in place of a stream. A value.
 *
 * @param types the content types of a document
 * @param maxBytes the most bytes of one
 */
record Documents(AcceptedTypes types, int maxBytes) {
  static final String TYPE = "document";

  boolean accepts(ServerResponse answer) {
    return types.accepts(answer.header("Content-Type"));
  }

  Framer framer() {
    return new WholeBody(maxBytes);
  }

  /** The body is one event, and complete when it ends in good order. */
  private static final class WholeBody implements Framer {
    private final int maxBytes;
    private final BufferFrame frame = new BufferFrame();
    private boolean isInside;

    WholeBody(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public @Nullable Frame next(ReadBuffer in) throws TransportException {
      int length = in.end() - in.start();
      isInside = length > 0;
      if (length > maxBytes) {
        throw new TransportException(
            Reason.LIMIT,
            "Expected a document of at most "
                + maxBytes
                + " bytes (maxEventBytes) but was at least "
                + length);
      }
      return null;
    }

    @Override
    public @Nullable Frame end(ReadBuffer in) {
      int from = in.start();
      int length = in.end() - from;
      isInside = false;
      in.consume(in.end());
      return length == 0 ? null : frame.asEvent(TYPE, null, in.array(), from, length);
    }

    @Override
    public boolean isInsideEvent() {
      return isInside;
    }
  }
}
