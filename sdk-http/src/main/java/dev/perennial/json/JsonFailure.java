package dev.perennial.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.perennial.DecodingException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in Jackson's words why a value cannot be read, and where: names of fields and types are
 * shown, values are not.
 */
final class JsonFailure {
  private static final int MAX_CHARS = 300;

  /** Jackson quotes values, and names. A single character is one that it did not expect. */
  private static final Pattern QUOTED = Pattern.compile("'[^']{2,}'|\"[^\"]*\"");

  private static final Pattern FROM_FIRST_TO_LAST = Pattern.compile("'.*'|\".*\"", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("\\(-?[0-9][0-9.eE+-]*\\)");

  /** Words of JSON that the parser names. */
  private static final Set<String> PUBLIC = Set.of("'null'", "'true'", "'false'");

  /** Jackson's own place within its words; the source itself is not shown. */
  private static final Pattern SOURCE =
      Pattern.compile("\\[Source: [^\\]]*?line: (\\d+), column: (\\d+)]");

  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}\\p{Cf}]+");

  private JsonFailure() {}

  /** Returns what to report of an exception of Jackson. */
  static DecodingException of(JsonProcessingException e) {
    DecodingException failure = new DecodingException(path(e) + reason(e) + place(e), e);
    return e instanceof InvalidDefinitionException ? failure.permanent() : failure;
  }

  /** The path as a JSON pointer (RFC 6901). */
  private static String path(JsonProcessingException e) {
    if (!(e instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
      return "";
    }
    StringBuilder pointer = new StringBuilder();
    for (JsonMappingException.Reference step : mapping.getPath()) {
      String name = step.getFieldName();
      pointer
          .append('/')
          .append(
              name == null
                  ? String.valueOf(step.getIndex())
                  : name.replace("~", "~0").replace("/", "~1"));
    }
    return pointer + ": ";
  }

  private static String reason(JsonProcessingException e) {
    Throwable cause = e.getCause();
    if (cause instanceof JsonProcessingException inner) {
      return reason(inner);
    } else if (cause != null && !(cause instanceof JacksonException)) {
      // Its words are those of the caller's constructor or deserializer, which may repeat values.
      return "the type's own code threw " + cause.getClass().getSimpleName();
    }
    String words = SOURCE.matcher(e.getOriginalMessage()).replaceAll("line $1, column $2");
    String shown = BLANKS.matcher(withoutValues(words, e)).replaceAll(" ").trim();
    return shown.length() <= MAX_CHARS ? shown : shown.substring(0, MAX_CHARS) + "…";
  }

  private static String withoutValues(String words, JsonProcessingException e) {
    if (e instanceof InvalidDefinitionException
        || e instanceof UnrecognizedPropertyException
        || e instanceof StreamConstraintsException) {
      return words; // It is about names, types or sizes alone.
    }
    String value = valueIn(e);
    String without = value == null ? words : words.replace(value, "…");
    boolean isFound = !without.equals(words);
    // A value may hold quotes itself, unless the parser has found its end.
    Pattern quoted = isFound || e instanceof StreamReadException ? QUOTED : FROM_FIRST_TO_LAST;
    return NUMBER.matcher(withoutQuoted(without, quoted)).replaceAll("(…)");
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

  private static @Nullable String valueIn(JsonProcessingException e) {
    if (e instanceof InvalidFormatException format) {
      return format.getValue() instanceof String text ? "\"" + text + "\"" : null;
    }
    return e instanceof InvalidTypeIdException type ? "'" + type.getTypeId() + "'" : null;
  }

  private static String place(JsonProcessingException e) {
    JsonLocation place = e.getLocation();
    return place == null || place.getLineNr() < 1
        ? ""
        : ", at line " + place.getLineNr() + ", column " + place.getColumnNr() + " of the data";
  }
}
