package dev.perennial.testkit;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as a {@link LoopbackServer} received it. Immutable; header names are matched without
 * regard to case, and values are decoded as UTF-8.
 *
 * @since 0.1.0
 */
public final class ReceivedRequest {

  private final int connection;
  private final long arrivalNanos;
  private final String method;
  private final String target;
  private final List<Map.Entry<String, String>> headers;
  private final byte[] body;

  ReceivedRequest(
      int connection,
      long arrivalNanos,
      String method,
      String target,
      List<Map.Entry<String, String>> headers,
      byte[] body) {
    this.connection = connection;
    this.arrivalNanos = arrivalNanos;
    this.method = method;
    this.target = target;
    this.headers = List.copyOf(headers);
    this.body = body;
  }

  /** The number of the connection that brought it; the server's first connection has number 1. */
  public int connection() {
    return connection;
  }

  /** When its head had arrived, on the scale of {@link System#nanoTime}. */
  public long arrivalNanos() {
    return arrivalNanos;
  }

  /** The method, as sent. */
  public String method() {
    return method;
  }

  /** The request target as sent: usually a path with a query. */
  public String target() {
    return target;
  }

  /** The target without its query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /**
   * The first value of a query parameter, decoded if it can be; null when the parameter is absent.
   */
  public @Nullable String queryParameter(String name) {
    int query = target.indexOf('?');
    if (query < 0) {
      return null;
    }
    for (String parameter : target.substring(query + 1).split("&", -1)) {
      int equals = parameter.indexOf('=');
      String parameterName = equals < 0 ? parameter : parameter.substring(0, equals);
      if (decoded(parameterName).equals(name)) {
        return equals < 0 ? "" : decoded(parameter.substring(equals + 1));
      }
    }
    return null;
  }

  private static String decoded(String encoded) {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // A stray percent sign: what was meant is for the test to see.
      return encoded;
    }
  }

  /** The first value of a header; null when the header is absent. */
  public @Nullable String header(String name) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equalsIgnoreCase(name)) {
        return header.getValue();
      }
    }
    return null;
  }

  /** All values of a header, in order; empty when the header is absent. */
  public List<String> headers(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** All headers as name and value, in order and with names as sent. */
  public List<Map.Entry<String, String>> headers() {
    return headers;
  }

  /** A copy of the body; empty when there was none. */
  public byte[] body() {
    return body.clone();
  }

  /** The body decoded as UTF-8. */
  public String bodyUtf8() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The request line without its version, such as {@code GET /ticks}. */
  @Override
  public String toString() {
    return method + " " + target;
  }
}
