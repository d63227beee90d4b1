package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;

/** Takes a header apart into tokens, quoted strings and the marks between (RFC 6455 9.1). */
final class HeaderTokens {
  /** No token that is known is half as long, and messages show them. */
  private static final int MAX_TOKEN_CHARS = 64;

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final String name;
  private final String text;
  private int at;

  /** The tokens of the header {@code name} with the value {@code text}. */
  HeaderTokens(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /** Whether only spaces are left. */
  boolean isAtEnd() {
    skipSpace();
    return at == text.length();
  }

  /** Whether {@code mark} is next, which is taken then. */
  boolean take(char mark) {
    skipSpace();
    if (at == text.length() || text.charAt(at) != mark) {
      return false;
    }
    at++;
    return true;
  }

  /** Takes a token, whose characters are all printable ASCII. */
  String token() throws TransportException {
    skipSpace();
    int from = at;
    while (at < text.length() && isTokenChar(text.charAt(at))) {
      at++;
    }
    if (at == from || at - from > MAX_TOKEN_CHARS) {
      throw malformed();
    }
    return text.substring(from, at);
  }

  /** Takes a token, or a quoted string that has one in it. */
  String value() throws TransportException {
    if (!take('"')) {
      return token();
    }
    StringBuilder unquoted = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 1 : 0;
      if (at == text.length() || !isTokenChar(text.charAt(at))) {
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

  /** What stands here must not. */
  TransportException malformed() {
    return new TransportException(
        Reason.PROTOCOL,
        "Expected in " + name + " the syntax of RFC 6455 9.1 but was none at character " + at);
  }

  private void skipSpace() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private static boolean isTokenChar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }
}
