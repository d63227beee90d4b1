package dev.perennial.cli.console;

/** Colours for a terminal, or none. */
public enum Paint {
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

  public String bold(String text) {
    return painted("1", text);
  }

  public String dim(String text) {
    return painted("2", text);
  }

  public String red(String text) {
    return painted("1;31", text);
  }

  public String green(String text) {
    return painted("32", text);
  }

  public String yellow(String text) {
    return painted("33", text);
  }
}
