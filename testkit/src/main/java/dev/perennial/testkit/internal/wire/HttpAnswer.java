package dev.perennial.testkit.internal.wire;

import java.util.List;

/**
 * A whole answer in place of a stream.
 *
 * @param headerLines headers as {@code "Name: value"}, sent as they are
 * @param body sent as UTF-8
 */
public record HttpAnswer(int status, List<String> headerLines, String body) {

  /** Returns a status line without a reason phrase: HTTP needs only the space before it. */
  public static String statusLine(int status) {
    return "HTTP/1.1 " + status + " \r\n";
  }
}
