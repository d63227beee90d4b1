package dev.perennial.internal.classify;

import dev.perennial.Payload;
import dev.perennial.PayloadTransform;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Parts payloads into records at a byte. */
public final class RecordTransform implements PayloadTransform {
  private final byte separator;
  private final End end;

  /** What ends a record besides its separator. */
  public enum End {
    /** The end of its payload. */
    OF_PAYLOAD,
    /** Nothing. */
    OF_RECORD
  }

  public RecordTransform(byte separator, End end) {
    this.separator = separator;
    this.end = end;
  }

  @Override
  public Step begin(int maxBytes) {
    return new Records(maxBytes);
  }

  private final class Records implements Step {
    private final int maxBytes;

    /** The beginning of a record whose end has not come. */
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    Records(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public void apply(Payload payload, Output out) throws TransportException {
      byte[] bytes = payload.array();
      int last = payload.offset() + payload.length();
      int from = payload.offset();
      for (int at = from; at < last; at++) {
        if (bytes[at] == separator) {
          add(bytes, from, at);
          emit(payload, out);
          from = at + 1;
        }
      }
      add(bytes, from, last);
      if (end == End.OF_PAYLOAD) {
        emit(payload, out);
      }
    }

    private void add(byte[] bytes, int from, int until) throws TransportException {
      if (until - from > maxBytes - begun.size()) {
        throw new TransportException(
            Reason.LIMIT,
            "Expected a record of at most " + maxBytes + " bytes (maxEventBytes) but was more");
      }
      begun.write(bytes, from, until - from);
    }

    private void emit(Payload payload, Output out) {
      byte[] whole = begun.toByteArray();
      begun.reset();
      int length = whole.length;
      if (separator == '\n' && length > 0 && whole[length - 1] == '\r') {
        whole = Arrays.copyOf(whole, --length);
      }
      if (length == 0) {
        return;
      }
      if (payload.isBinary()) {
        out.binary(whole);
      } else {
        out.text(whole);
      }
    }
  }
}
