package dev.perennial.http.internal.connection;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the bytes that OkHttp reads in one call before it gives something back. It reads the
 * extensions of a chunk, or interim answers, for as long as they come.
 *
 * <p>On HTTP/1.1 OkHttp reads a socket on the thread that wants an answer or a part of its body, so
 * the budget belongs to the thread. What other threads read has none: that of HTTP/2, above all.
 */
public final class ReadBudget {

  /** OkHttp allows 256 KiB for one head; interim answers come before it. */
  public static final int HEAD_BYTES = 1024 * 1024;

  /** An interceptor of the caller may have to read much before its body has a byte. */
  public static final int BODY_BYTES = 16 * 1024 * 1024;

  private static final ThreadLocal<@Nullable ReadBudget> CURRENT = new ThreadLocal<>();

  /** Code that reads. */
  @FunctionalInterface
  public interface Body<V> {
    V run() throws IOException;
  }

  private final int maxBytes;
  private final Supplier<String> endpoint;
  private long bytes;

  private ReadBudget(int maxBytes, Supplier<String> endpoint) {
    this.maxBytes = maxBytes;
    this.endpoint = endpoint;
  }

  /**
   * Runs {@code body}, in which this thread may read so many bytes from sockets of ours.
   *
   * @param endpoint returns where the bytes come from, a redacted URL
   */
  public static <V> V within(int maxBytes, Supplier<String> endpoint, Body<V> body)
      throws IOException {
    CURRENT.set(new ReadBudget(maxBytes, endpoint));
    try {
      return body.run();
    } finally {
      CURRENT.remove();
    }
  }

  /**
   * Counts bytes that this thread has read.
   *
   * @throws ProtocolException when they are too many: OkHttp does not send the request again
   */
  static void spend(int count) throws ProtocolException {
    ReadBudget budget = CURRENT.get();
    if (budget == null) {
      return;
    }
    budget.bytes += count;
    if (budget.bytes > budget.maxBytes) {
      String message =
          "Expected a part of the answer from "
              + budget.endpoint.get()
              + " within "
              + budget.maxBytes
              + " bytes of the connection but there was none";
      ProtocolException failure = new ProtocolException(message);
      failure.initCause(new TransportException(Reason.LIMIT, message));
      throw failure;
    }
  }
}
