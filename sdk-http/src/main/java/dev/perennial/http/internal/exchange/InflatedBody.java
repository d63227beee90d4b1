package dev.perennial.http.internal.exchange;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.InflationLimit;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;

/**
 * A body in the gzip coding, inflated as its bytes come: what the server has flushed is available
 * at once. A few bytes on the wire can inflate to very many, so there is a limit.
 */
final class InflatedBody extends ForwardingSource {
  // RFC 1952, 2.3.1.
  private static final byte FIRST_BYTE = 0x1f;
  private static final byte SECOND_BYTE = (byte) 0x8b;

  private final Counted wire;
  private final String endpoint;
  private long inflatedBytes;

  private InflatedBody(Counted wire, String endpoint, boolean mayBeEmpty) {
    super(new GzipSource(Okio.buffer(wire), endpoint, mayBeEmpty));
    this.wire = wire;
    this.endpoint = endpoint;
  }

  /**
   * Returns the response with its body inflated.
   *
   * @param endpoint a redacted URL
   */
  static Response of(Response response, String endpoint) {
    ResponseBody body = response.body();
    InflatedBody inflated =
        new InflatedBody(
            new Counted(body.source()), endpoint, ResponseChecks.isEndDeclared(response));
    return response
        .newBuilder()
        .body(ResponseBody.create(Okio.buffer(inflated), body.contentType(), -1))
        .build();
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    if (inflatedBytes == 0) {
      requireGzip();
    }
    long count = super.read(sink, byteCount);
    inflatedBytes += Math.max(count, 0);
    if (InflationLimit.isExceeded(inflatedBytes, wire.bytes)) {
      throw new TransportException(
          Reason.LIMIT, InflationLimit.describe(inflatedBytes, wire.bytes) + " of " + endpoint);
    }
    return count;
  }

  /** Names what is else an error of the decompressor: a plain body that is labelled gzip. */
  private void requireGzip() throws IOException {
    if (wire.body.request(2) && !isGzip(wire.body.getBuffer())) {
      throw new TransportException(
          Reason.CONTENT_TYPE,
          "Expected a body in gzip, as its Content-Encoding says, but it is not compressed, from "
              + endpoint);
    }
  }

  private static boolean isGzip(Buffer bytes) {
    return bytes.getByte(0) == FIRST_BYTE && bytes.getByte(1) == SECOND_BYTE;
  }

  /** Counts the bytes that came over the wire. */
  private static final class Counted extends ForwardingSource {
    private final BufferedSource body;
    private long bytes;

    Counted(BufferedSource body) {
      super(body);
      this.body = body;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long count = super.read(sink, byteCount);
      bytes += Math.max(count, 0);
      return count;
    }
  }
}
