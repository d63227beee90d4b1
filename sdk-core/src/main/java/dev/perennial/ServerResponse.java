package dev.perennial;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered to the request of a connection: the head of its answer and, where the
 * answer did not open the stream, its body. Made by the transport.
 *
 * <p>Its parts are as the server sent them and may repeat secrets of the request. {@link #toString}
 * shows none of their values, so that a response may be logged.
 *
 * <p>An immutable value.
 *
 * @since 0.1.0
 */
public final class ServerResponse {
  private final int status;
  private final String protocol;
  private final Map<String, List<String>> headers;
  private final String body;
  private final boolean isBodyComplete;
  private final @Nullable Duration retryAfter;

  private ServerResponse(
      int status,
      String protocol,
      Map<String, List<String>> headers,
      String body,
      boolean isBodyComplete,
      @Nullable Duration retryAfter) {
    this.status = status;
    this.protocol = protocol;
    this.headers = headers;
    this.body = body;
    this.isBodyComplete = isBodyComplete;
    this.retryAfter = retryAfter;
  }

  /**
   * A response without a body that asks for no delay.
   *
   * @param status the HTTP status
   * @param protocol as ALPN names it (RFC 7301, 6): {@code http/1.1} or {@code h2}; empty when it
   *     is not known
   * @param headers the values of each name, in the order in which they came; copied
   */
  public static ServerResponse of(
      int status, String protocol, Map<String, ? extends List<String>> headers) {
    Objects.requireNonNull(protocol, "protocol");
    Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(
        (name, values) ->
            copy.computeIfAbsent(name.toLowerCase(Locale.ROOT), any -> new ArrayList<>())
                .addAll(values));
    copy.replaceAll((name, values) -> List.copyOf(values));
    return new ServerResponse(
        status, protocol, Collections.unmodifiableMap(copy), "", /* isBodyComplete= */ true, null);
  }

  /**
   * Returns the same response with a body.
   *
   * @param text all of it
   */
  public ServerResponse withBody(String text) {
    Objects.requireNonNull(text, "text");
    return new ServerResponse(status, protocol, headers, text, true, retryAfter);
  }

  /**
   * Returns the same response with the beginning of a body that was too long, or came too slowly,
   * to be read whole.
   *
   * @param beginning what was read of it
   */
  public ServerResponse withBodyCut(String beginning) {
    Objects.requireNonNull(beginning, "beginning");
    return new ServerResponse(status, protocol, headers, beginning, false, retryAfter);
  }

  /**
   * Returns the same response with what its {@code Retry-After} says.
   *
   * @param delay null when it says nothing
   */
  public ServerResponse withRetryAfter(@Nullable Duration delay) {
    return new ServerResponse(status, protocol, headers, body, isBodyComplete, delay);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /**
   * The protocol as ALPN names it (RFC 7301, 6): {@code http/1.1} or {@code h2}; empty when it is
   * not known.
   */
  public String protocol() {
    return protocol;
  }

  /**
   * The value of a header, by its name in either case: the first of several; null when there is
   * none.
   */
  public @Nullable String header(String name) {
    List<String> values = headers.get(name);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  /**
   * All headers: the values of each name in the order in which they came. The names are in lower
   * case, and found in either case. Unmodifiable.
   */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /**
   * The body of an answer that did not open the stream, as text; empty when it had none, when it
   * was not text, and for an answer that opened the stream. At most 64 KiB are read of it, for at
   * most a second: see {@link #isBodyComplete}.
   */
  public String body() {
    return body;
  }

  /** Whether {@link #body} is all that the server sent; false when it is only the beginning. */
  public boolean isBodyComplete() {
    return isBodyComplete;
  }

  /**
   * How long the server asks to wait before the next request (RFC 9110, 10.2.3), from when it
   * answered; null when it does not.
   */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServerResponse that
        && status == that.status
        && protocol.equals(that.protocol)
        && headers.equals(that.headers)
        && body.equals(that.body)
        && isBodyComplete == that.isBodyComplete
        && Objects.equals(retryAfter, that.retryAfter);
  }

  @Override
  public int hashCode() {
    return Objects.hash(status, protocol, headers, body, isBodyComplete, retryAfter);
  }

  /** The status, the protocol, the names of the headers, and how long the body is. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("ServerResponse(").append(status);
    if (!protocol.isEmpty()) {
      text.append(", ").append(protocol);
    }
    for (String name : headers.keySet()) {
      text.append(", ").append(name).append(": …");
    }
    if (!body.isEmpty()) {
      text.append(", a body of ").append(isBodyComplete ? "" : "more than ");
      text.append(body.length()).append(" characters");
    }
    return text.append(")").toString();
  }
}
