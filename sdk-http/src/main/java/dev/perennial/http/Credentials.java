package dev.perennial.http;

import java.io.IOException;

/**
 * Gives the credential that requests are authorised with, such as a token that expires. It is
 * called when a connection first needs a credential, and again when the server has refused that.
 *
 * <pre>{@code
 * EventStream<String> ticks =
 *     Sse.builder("https://api.example.com/ticks")
 *         .credentials(() -> "Bearer " + tokens.refresh())
 *         .stream();
 * }</pre>
 *
 * <p>All connections of all streams that were given the same object share its current credential.
 * However many connections are refused at once, it is called once. A connection that is refused
 * when there is a newer credential already uses that one. After a refusal the next attempt follows
 * at once, without a backoff, and resumes from the position. When the fresh credential is refused
 * too, the subscription ends with {@link dev.perennial.StreamException.Reason#CREDENTIALS}.
 *
 * <p>A refusal is a 401 from the origin (scheme, host, port) of the first request, and any failure
 * for which the caller's retry policy returns {@link
 * dev.perennial.RetryPolicy.Action#REFRESH_CREDENTIALS}. The credential is never sent to another
 * origin that a redirect leads to; a 401 from there ends the subscription.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Credentials {

  /**
   * Returns the whole value of the {@code Authorization} header, such as {@code "Bearer …"}.
   *
   * <p>It is called on a thread of its own, one call at a time, and may block. An attempt waits for
   * it no longer than its own timeout, and not when its subscription is closed. The call continues,
   * and the attempts that follow wait for the same one. After a minute, or the attempt timeout
   * where that is longer, the call is interrupted and what it still returns is dropped.
   *
   * @return a value that is not empty and has no CR, LF or NUL; null and any other value count as
   *     failures
   * @throws IOException when there is no credential now: the attempts that wait for it fail with
   *     {@link dev.perennial.StreamException.Reason#CREDENTIALS} and are retried after a backoff.
   *     Any other exception has the same effect, except a {@link
   *     dev.perennial.spi.TransportException}, which is the failure itself: a {@linkplain
   *     dev.perennial.spi.TransportException#permanent permanent} one ends the subscriptions
   */
  String authorization() throws IOException;
}
