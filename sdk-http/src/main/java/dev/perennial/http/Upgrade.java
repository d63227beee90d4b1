package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.CredentialCache.Issued;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of one attempt, from the supplier of its request to the answer 101.
 *
 * @since 0.1.0
 */
public final class Upgrade {
  private final HttpTransport transport;
  private final HttpOptions options;
  private final Attempt attempt;
  private final boolean isCursorInMessage;
  private final Cancellation cancellation = new Cancellation();

  /** Null until {@link #open} is called; any thread may look. */
  private volatile @Nullable HttpExchange exchange;

  Upgrade(
      HttpTransport transport, HttpOptions options, Attempt attempt, boolean isCursorInMessage) {
    this.transport = transport;
    this.options = options;
    this.attempt = attempt;
    this.isCursorInMessage = isCursorInMessage;
  }

  /**
   * Sends the request and follows redirects until the connection is upgraded. Blocks. Called once,
   * by the engine's thread.
   *
   * @return the answer 101 whose {@link Response#socket socket} speaks the new protocol; the caller
   *     closes its source and its sink. Its request is the one that was answered
   * @throws dev.perennial.spi.TransportException when the server refused
   * @throws IOException when the attempt failed, or was closed
   */
  public Response open() throws IOException {
    String cursor = attempt.cursor();
    boolean isSent =
        isCursorInMessage || !(options.cursorPlace() instanceof CursorLocation.Nowhere);
    if (cursor != null && !isSent) {
      throw new TransportException(
              Reason.PROTOCOL, "A cursor to start after " + UpgradeBuilder.NO_WAY)
          .permanent();
    }
    OpeningAttempt opening = OpeningAttempt.start(attempt, cancellation);
    HttpExchange begun =
        new HttpExchange(options, transport.clientFor(attempt), opening, transport::asks);
    exchange = begun;
    try {
      return begun.open().response();
    } catch (IOException e) {
      throw cancellation.isCancelled() ? closed(e) : e;
    }
  }

  /** What broke an upgraded connection, other than silence, as a subscription decides by it. */
  public IOException broken(IOException cause) {
    return HttpFailures.whileReading(cause, endpoint());
  }

  private IOException closed(IOException cause) {
    return new IOException("The connection to " + endpoint() + " was closed", cause);
  }

  /** A header's value as messages may show it: short, on one line. */
  public static String shown(String value) {
    return ErrorText.ofValue(value);
  }

  /** Where the stream is, as messages may show it. */
  public String endpoint() {
    return transport.endpoint();
  }

  /** As {@link dev.perennial.spi.StreamConnection#refuseCredential}. */
  public boolean refuseCredential() {
    HttpExchange begun = exchange;
    Issued shown = begun == null ? null : begun.credential();
    Authorizer authorizer = options.authorizer();
    return shown == null || authorizer == null || authorizer.refuse(shown);
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return cancellation.isCancelled();
  }

  /**
   * Ends the handshake, or the connection that it led to, at once. Any thread; idempotent; never
   * blocks. The source and the sink remain to be closed, which is not for Android's main thread.
   */
  public void close() {
    cancellation.cancel();
  }
}
