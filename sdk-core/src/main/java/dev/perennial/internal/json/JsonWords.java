package dev.perennial.internal.json;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of Jackson's words about a payload what they quote of it: names of fields and types are
 * shown, values are not. It knows no version of Jackson, whose words are alike in all of them.
 */
public final class JsonWords {
  private static final int MAX_CHARS = 300;

  /** Jackson quotes values, and names. A single character is one that it did not expect. */
  private static final Pattern QUOTED = Pattern.compile("'[^']{2,}'|\"[^\"]*\"");

  private static final Pattern FROM_FIRST_TO_LAST = Pattern.compile("'.*'|\".*\"", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("\\(-?[0-9][0-9.eE+-]*\\)");

  /** Words of JSON that the parser names. */
  private static final Set<String> PUBLIC = Set.of("'null'", "'true'", "'false'");

  /** Jackson's own place within its words; the source itself is not shown. */
  private static final Pattern SOURCE_AND_PLACE =
      Pattern.compile("\\[Source: [^\\]]*?line: (\\d+), column: (\\d+)]");

  private static final Pattern SOURCE = Pattern.compile("\\[Source: [^\\]]*]");

  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}\\p{Cf}]+");

  private JsonWords() {}

  /** Returns the words of a message that is about names, types or sizes alone. */
  public static String withNames(String words) {
    return tidy(placed(words));
  }

  /** Returns the words of the parser, which finds the end of each value that it quotes. */
  public static String ofParser(String words) {
    return tidy(withoutValues(placed(words), QUOTED));
  }

  /**
   * Returns the words about a value.
   *
   * @param value the value as the words quote it, with its quotes; null if that is not known
   */
  public static String withoutValue(String words, @Nullable String value) {
    String placed = placed(words);
    String without = value == null ? placed : placed.replace(value, "…");
    boolean isFound = !without.equals(placed);
    // A value may hold quotes itself, unless it is known.
    return tidy(withoutValues(without, isFound ? QUOTED : FROM_FIRST_TO_LAST));
  }

  /** Returns what to show of an exception of the caller's own constructor or deserializer. */
  public static String ofTypesOwnCode(Throwable thrown) {
    // Its message may repeat values.
    return "the type's own code threw " + thrown.getClass().getSimpleName();
  }

  /** Returns the way to a field as a JSON pointer (RFC 6901), for the begin of a message. */
  public static String path(List<String> steps) {
    StringBuilder pointer = new StringBuilder();
    for (String step : steps) {
      pointer.append('/').append(step.replace("~", "~0").replace("/", "~1"));
    }
    return steps.isEmpty() ? "" : pointer + ": ";
  }

  /** Returns where it is, for the end of a message: nothing if the line is not known. */
  public static String place(int line, int column) {
    return line < 1 ? "" : ", at line " + line + ", column " + column + " of the data";
  }

  private static String placed(String words) {
    String placed = SOURCE_AND_PLACE.matcher(words).replaceAll("line $1, column $2");
    return SOURCE.matcher(placed).replaceAll("…");
  }

  private static String tidy(String words) {
    String shown = BLANKS.matcher(words).replaceAll(" ").trim();
    return shown.length() <= MAX_CHARS ? shown : shown.substring(0, MAX_CHARS) + "…";
  }

  private static String withoutValues(String words, Pattern quoted) {
    return NUMBER.matcher(withoutQuoted(words, quoted)).replaceAll("(…)");
  }

  private static String withoutQuoted(String words, Pattern quoted) {
    StringBuilder shown = new StringBuilder();
    Matcher found = quoted.matcher(words);
    int from = 0;
    while (found.find()) {
      shown.append(words, from, found.start());
      shown.append(PUBLIC.contains(found.group()) ? found.group() : "…");
      from = found.end();
    }
    return shown.append(words, from, words.length()).toString();
  }
}
