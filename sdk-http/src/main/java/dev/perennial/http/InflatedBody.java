package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.GzipSource;
import okio.Okio;
import okio.Source;

/**
 * A body in the gzip coding, inflated as its bytes come: what the server has flushed is there at
 * once. A few bytes on the wire can stand for very many, so there is a bound.
 */
final class InflatedBody extends ForwardingSource {
  /** So many bytes may come from as few as they like. */
  static final long FREE_BYTES = 1024 * 1024;

  static final int MAX_RATIO = 100;

  private final Counted wire;
  private final String endpoint;
  private long inflatedBytes;

  private InflatedBody(Counted wire, String endpoint) {
    super(new GzipSource(wire));
    this.wire = wire;
    this.endpoint = endpoint;
  }

  /**
   * The answer with its body inflated.
   *
   * @param endpoint a redacted URL
   */
  static Response of(Response answer, String endpoint) {
    ResponseBody body = answer.body();
    InflatedBody inflated = new InflatedBody(new Counted(body.source()), endpoint);
    return answer
        .newBuilder()
        .body(ResponseBody.create(Okio.buffer(inflated), body.contentType(), -1))
        .build();
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long count = super.read(sink, byteCount);
    inflatedBytes += Math.max(count, 0);
    if (inflatedBytes > FREE_BYTES && inflatedBytes > MAX_RATIO * wire.bytes) {
      throw new TransportException(
          Reason.LIMIT,
          "Expected at most "
              + MAX_RATIO
              + " times the bytes of the wire when inflated but was at least "
              + inflatedBytes
              + " bytes from "
              + wire.bytes
              + " of "
              + endpoint);
    }
    return count;
  }

  /** What came over the wire. */
  private static final class Counted extends ForwardingSource {
    private long bytes;

    Counted(Source body) {
      super(body);
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long count = super.read(sink, byteCount);
      bytes += Math.max(count, 0);
      return count;
    }
  }
}
