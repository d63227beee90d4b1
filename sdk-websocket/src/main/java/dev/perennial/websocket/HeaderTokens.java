package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.HeaderRules;
import dev.perennial.spi.TransportException;

/**
 * Splits the value of a header into tokens, quoted strings and separators, by the grammar of {@code
 * Sec-WebSocket-Extensions} (RFC 6455, 9.1).
 */
final class HeaderTokens {
  /** More than twice the length of any token we know; error messages show whole tokens. */
  private static final int MAX_TOKEN_CHARS = 64;

  private final String name;
  private final String text;
  private int at;

  /** Starts before the first token of the header {@code name} with the value {@code text}. */
  HeaderTokens(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /** Whether only white space is left. */
  boolean isAtEnd() {
    skipSpace();
    return at == text.length();
  }

  /** Takes {@code mark} if it comes next; returns whether it did. */
  boolean take(char mark) {
    skipSpace();
    if (at == text.length() || text.charAt(at) != mark) {
      return false;
    }
    at++;
    return true;
  }

  /** Takes a token. All its characters are printable ASCII. */
  String token() throws TransportException {
    skipSpace();
    int from = at;
    while (at < text.length() && HeaderRules.isTokenChar(text.charAt(at))) {
      at++;
    }
    if (at == from || at - from > MAX_TOKEN_CHARS) {
      throw malformed();
    }
    return text.substring(from, at);
  }

  /** Takes a token, or a quoted string that contains one. */
  String value() throws TransportException {
    if (!take('"')) {
      return token();
    }
    StringBuilder unquoted = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 1 : 0;
      if (at == text.length() || !HeaderRules.isTokenChar(text.charAt(at))) {
        throw malformed();
      }
      unquoted.append(text.charAt(at++));
    }
    int length = unquoted.length();
    if (length == 0 || length > MAX_TOKEN_CHARS || !take('"')) {
      throw malformed();
    }
    return unquoted.toString();
  }

  /** Returns the exception for what comes next, which the grammar does not allow there. */
  TransportException malformed() {
    return new TransportException(
        Reason.PROTOCOL,
        "Expected in " + name + " the syntax of RFC 6455 9.1 but was invalid at character " + at);
  }

  private void skipSpace() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }
}
