package dev.perennial.cli;

/** Colours for a terminal, or none. */
enum Paint {
  PLAIN {
    @Override
    String painted(String code, String text) {
      return text;
    }
  },
  COLOURED {
    @Override
    String painted(String code, String text) {
      return "\u001b[" + code + "m" + text + "\u001b[0m";
    }
  };

  abstract String painted(String code, String text);

  String bold(String text) {
    return painted("1", text);
  }

  String dim(String text) {
    return painted("2", text);
  }

  String red(String text) {
    return painted("1;31", text);
  }

  String green(String text) {
    return painted("32", text);
  }

  String yellow(String text) {
    return painted("33", text);
  }
}
