package dev.perennial.testkit;

import dev.perennial.testkit.internal.RealTime;
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

  /**
   * Returns the number of the connection that brought it; the server's first connection has number
   * 1.
   */
  public int connection() {
    return connection;
  }

  /** Returns when its head had arrived, as a value of {@link System#nanoTime}. */
  public long arrivalNanos() {
    return arrivalNanos;
  }

  /**
   * Returns a request without a body that arrives now, for servers that are not of this kit.
   *
   * @param connection counts the server's connections, from 1
   * @param method such as {@code GET}
   * @param target usually a path with a query
   * @param headers as name and value, in order
   */
  public static ReceivedRequest of(
      int connection, String method, String target, List<Map.Entry<String, String>> headers) {
    return new ReceivedRequest(
        connection, RealTime.nanoTime(), method, target, headers, new byte[0]);
  }

  /** Returns the method, as sent. */
  public String method() {
    return method;
  }

  /** Returns the request target as sent: usually a path with a query. */
  public String target() {
    return target;
  }

  /** Returns the target without its query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /**
   * Returns the first value of a query parameter, decoded if it can be; null when the parameter is
   * absent.
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
      // A stray percent sign: the test sees the parameter as it was sent.
      return encoded;
    }
  }

  /** Returns the first value of a header; null when the header is absent. */
  public @Nullable String header(String name) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equalsIgnoreCase(name)) {
        return header.getValue();
      }
    }
    return null;
  }

  /** Returns all values of a header, in order; empty when the header is absent. */
  public List<String> headers(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Returns all headers as name and value, in order and with names as sent. */
  public List<Map.Entry<String, String>> headers() {
    return headers;
  }

  /** Returns a copy of the body; empty when there was none. */
  public byte[] body() {
    return body.clone();
  }

  /** Returns the body decoded as UTF-8. */
  public String bodyUtf8() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Returns the request line without its version, such as {@code GET /ticks}. */
  @Override
  public String toString() {
    return method + " " + target;
  }
}
