package dev.perennial.http;

import java.io.IOException;

/**
 * Gives what a request is authorised with, such as a token that expires. It is asked when a
 * connection first needs a credential, and again when the server has refused the one it gave.
 *
 * <pre>{@code
 * EventStream<String> ticks =
 *     Sse.builder("https://api.example.com/ticks")
 *         .credentials(() -> "Bearer " + tokens.refresh())
 *         .stream();
 * }</pre>
 *
 * <p>All connections of all streams that were given the same object share its current credential.
 * However many are refused at once, it is asked once; one whose refusal comes late, when there is a
 * newer credential already, takes that one. After a refusal the next attempt follows at once,
 * without a backoff, and resumes from the position. When the fresh credential is refused too, the
 * subscription ends with {@link dev.perennial.StreamException.Reason#CREDENTIALS}.
 *
 * <p>A refusal is a 401 from the origin (scheme, host, port) that was asked first, and what the
 * caller's retry policy says with {@link dev.perennial.RetryPolicy.Action#REFRESH_CREDENTIALS}.
 * Another origin that a redirect leads to never sees the credential; its 401 says nothing about it
 * and ends the subscription.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Credentials {

  /**
   * Returns the whole value of the {@code Authorization} header, such as {@code "Bearer …"}.
   *
   * <p>It is called on a thread of its own, one call at a time, and may block. An attempt waits for
   * it no longer than its own timeout, or until its subscription is closed; the call goes on, and
   * the attempts that follow wait for the same one. After a minute, or the attempt timeout where
   * that is longer, the call is interrupted and what it still returns is dropped.
   *
   * @return anything but null, an empty text, and what has CR, LF or NUL; those count as failures
   * @throws IOException when there is no credential now: the attempts that wait for it have failed
   *     with {@link dev.perennial.StreamException.Reason#CREDENTIALS} and are tried again after a
   *     backoff. So it is with any exception, except that a {@link
   *     dev.perennial.spi.TransportException} counts as it is: a {@linkplain
   *     dev.perennial.spi.TransportException#permanent permanent} one ends the subscriptions
   */
  String authorization() throws IOException;
}
