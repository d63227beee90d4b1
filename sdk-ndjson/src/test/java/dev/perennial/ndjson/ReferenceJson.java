package dev.perennial.ndjson;

/** A plain reference for RFC 8259: whether text is one JSON value of at most 100 levels. */
final class ReferenceJson {
  private static final int MAX_DEPTH = 100;

  private final String text;
  private int at;

  private ReferenceJson(String text) {
    this.text = text;
  }

  static boolean isOneValue(String text) {
    ReferenceJson json = new ReferenceJson(text);
    return json.isValue(0) && json.at == text.length();
  }

  /** A value with white space around it. */
  private boolean isValue(int depth) {
    skipSpace();
    boolean isValue =
        switch (peek()) {
          case '{' -> depth < MAX_DEPTH && isObject(depth + 1);
          case '[' -> depth < MAX_DEPTH && isArray(depth + 1);
          case '"' -> isString();
          case 't' -> take("true");
          case 'f' -> take("false");
          case 'n' -> take("null");
          default -> isNumber();
        };
    skipSpace();
    return isValue;
  }

  private boolean isObject(int depth) {
    at++;
    skipSpace();
    if (take("}")) {
      return true;
    }
    do {
      skipSpace();
      if (peek() != '"' || !isString()) {
        return false;
      }
      skipSpace();
      if (!take(":") || !isValue(depth)) {
        return false;
      }
    } while (take(","));
    return take("}");
  }

  private boolean isArray(int depth) {
    at++;
    skipSpace();
    if (take("]")) {
      return true;
    }
    do {
      if (!isValue(depth)) {
        return false;
      }
    } while (take(","));
    return take("]");
  }

  private boolean isString() {
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return true;
      }
      if (c < ' ' || (c == '\\' && !isEscape())) {
        return false;
      }
    }
    return false;
  }

  private boolean isEscape() {
    char c = peek();
    at++;
    if (c != 'u') {
      return "\"\\/bfnrt".indexOf(c) >= 0;
    }
    for (int i = 0; i < 4; i++) {
      if ("0123456789abcdefABCDEF".indexOf(peek()) < 0) {
        return false;
      }
      at++;
    }
    return true;
  }

  private boolean isNumber() {
    take("-");
    if (!take("0") && !isDigits()) {
      return false;
    }
    if (take(".") && !isDigits()) {
      return false;
    }
    if (take("e") || take("E")) {
      if (!take("+")) {
        take("-");
      }
      return isDigits();
    }
    return true;
  }

  private boolean isDigits() {
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at > from;
  }

  private void skipSpace() {
    while (" \t\r\n".indexOf(peek()) >= 0) {
      at++;
    }
  }

  private boolean take(String token) {
    boolean isThere = text.startsWith(token, at);
    at += isThere ? token.length() : 0;
    return isThere;
  }

  /** Returns the next character; at the end one that no text here contains. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : '\uffff';
  }
}
