package dev.perennial.http;

import dev.perennial.ServerResponse;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.attempt.HttpFailures;
import dev.perennial.http.internal.exchange.HttpExchange;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of one attempt, from the source of its request to the response 101.
 *
 * @since 0.1.0
 */
public final class Upgrade {
  static final String NO_WAY =
      "needs a way to the server: cursorParameter(…), cursorHeader(…), cursorInRequest() or a"
          + " message on open";

  private final HttpExchange exchange;
  private final Attempt attempt;
  private final boolean canSendCursor;

  Upgrade(HttpExchange exchange, Attempt attempt, boolean canSendCursor) {
    this.exchange = exchange;
    this.attempt = attempt;
    this.canSendCursor = canSendCursor;
  }

  /**
   * Sends the request and follows redirects until the connection is upgraded. Blocks. Called once,
   * by the engine's thread.
   *
   * @return the response 101 whose {@link Response#socket socket} speaks the new protocol; the
   *     caller closes its source and its sink. Its request is the one that was answered
   * @throws TransportException when the server refused
   * @throws IOException when the attempt failed, or was closed
   */
  public Response open() throws IOException {
    if (attempt.cursor() != null && !canSendCursor) {
      throw new TransportException(Reason.PROTOCOL, "A cursor to start after " + NO_WAY)
          .permanent();
    }
    return exchange.open();
  }

  /**
   * What the server answered to the handshake; null until {@link #open} has returned. Called by the
   * engine's thread.
   */
  public @Nullable ServerResponse response() {
    return exchange.answer();
  }

  /** Returns the failure of an upgraded connection that broke, other than by silence. */
  public IOException broken(IOException cause) {
    return HttpFailures.whileReading(cause, endpoint());
  }

  /**
   * Returns a text that the server chose as messages may show it: short, on one line, and without
   * what the request keeps secret. After {@link #open} has returned.
   */
  public String shown(String text) {
    return exchange.errorText().ofValue(text);
  }

  /** Returns where the stream is, as messages may show it. */
  public String endpoint() {
    return exchange.endpoint();
  }

  /**
   * Drops the credential that the server has refused. See {@link
   * dev.perennial.spi.StreamConnection#refuseCredential}.
   */
  public boolean refuseCredential() {
    return exchange.refuseCredential();
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return exchange.isCancelled();
  }

  /**
   * Ends the handshake, or the connection that it led to, at once. Any thread; idempotent; never
   * blocks. The source and the sink remain to be closed, which is not allowed on Android's main
   * thread.
   */
  public void close() {
    exchange.cancel();
  }
}
