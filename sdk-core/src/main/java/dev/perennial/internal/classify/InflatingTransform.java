package dev.perennial.internal.classify;

import dev.perennial.Payload;
import dev.perennial.PayloadTransform;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Inflates binary payloads, each for itself. Keeps nothing between two. */
public final class InflatingTransform implements PayloadTransform {
  private static final int CHUNK_BYTES = 8 * 1024;

  /** Opens a stream of the inflated bytes. */
  private interface Format {
    InputStream open(Payload payload) throws IOException;
  }

  private final Format format;

  private InflatingTransform(Format format) {
    this.format = format;
  }

  public static InflatingTransform gzip() {
    return new InflatingTransform(payload -> new GZIPInputStream(bytesOf(payload), CHUNK_BYTES));
  }

  public static InflatingTransform deflate() {
    return new InflatingTransform(DeflateStream::new);
  }

  @Override
  public Step begin(int maxBytes) {
    return (payload, out) -> {
      if (payload.isBinary()) {
        out.text(inflated(payload, maxBytes));
      } else {
        out.text(Payloads.copyOf(payload));
      }
    };
  }

  private byte[] inflated(Payload payload, int maxBytes) throws IOException {
    ByteArrayOutputStream inflated = new ByteArrayOutputStream(Math.max(1, 4 * payload.length()));
    byte[] chunk = new byte[CHUNK_BYTES];
    try (InputStream in = format.open(payload)) {
      for (int count = in.read(chunk); count != -1; count = in.read(chunk)) {
        if (count > maxBytes - inflated.size()) {
          throw new TransportException(
              Reason.LIMIT,
              "Expected a payload of at most "
                  + maxBytes
                  + " bytes (maxEventBytes) when inflated but was more");
        }
        inflated.write(chunk, 0, count);
      }
    }
    return inflated.toByteArray();
  }

  private static InputStream bytesOf(Payload payload) {
    return new ByteArrayInputStream(payload.array(), payload.offset(), payload.length());
  }

  /** Frees its inflater when it is closed, which its superclass leaves to whoever made it. */
  private static final class DeflateStream extends InflaterInputStream {
    private static final int HEADER_BYTES = 2;
    private static final int METHOD_MASK = 0x0f;
    private static final int DEFLATE = 8;
    private static final int CHECK = 31;

    DeflateStream(Payload payload) {
      super(bytesOf(payload), new Inflater(!hasZlibHeader(payload)), CHUNK_BYTES);
    }

    /** RFC 1950, 2.2: the method, and two bytes that are a multiple of 31. */
    private static boolean hasZlibHeader(Payload payload) {
      if (payload.length() < HEADER_BYTES) {
        return false;
      }
      int first = payload.array()[payload.offset()] & 0xff;
      int second = payload.array()[payload.offset() + 1] & 0xff;
      boolean isMultiple = ((first << Byte.SIZE) + second) % CHECK == 0;
      return (first & METHOD_MASK) == DEFLATE && isMultiple;
    }

    @Override
    public void close() throws IOException {
      super.close();
      inf.end();
    }
  }
}
