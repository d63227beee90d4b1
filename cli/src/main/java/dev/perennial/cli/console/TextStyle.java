package dev.perennial.cli.console;

/** Styles text by ANSI escape codes, or not at all. */
public enum TextStyle {
  PLAIN {
    @Override
    String styled(String code, String text) {
      return text;
    }
  },
  ANSI {
    @Override
    String styled(String code, String text) {
      return "\u001b[" + code + "m" + text + "\u001b[0m";
    }
  };

  abstract String styled(String code, String text);

  public String bold(String text) {
    return styled("1", text);
  }

  public String dim(String text) {
    return styled("2", text);
  }

  public String red(String text) {
    return styled("1;31", text);
  }

  public String green(String text) {
    return styled("32", text);
  }

  public String yellow(String text) {
    return styled("33", text);
  }
}
