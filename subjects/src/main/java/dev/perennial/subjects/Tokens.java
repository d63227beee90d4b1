package dev.perennial.subjects;

import java.util.List;

/** The tokens of a scenario: a new one for each call, and then the last one for ever. */
final class Tokens {
  private final List<String> tokens;
  private int asked;

  Tokens(List<String> tokens) {
    this.tokens = tokens;
  }

  synchronized String next() {
    return tokens.get(Math.min(asked++, tokens.size() - 1));
  }
}
