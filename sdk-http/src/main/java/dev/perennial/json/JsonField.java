package dev.perennial.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.perennial.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the text of one field of a JSON payload: the cursor, the id, a number. Made by {@link
 * Json#field}.
 *
 * <p>It reads the payload's bytes directly, stops at the field and builds no tree, so that errors
 * after the field are not noticed. If an object has a name twice, the first one counts. It may be
 * used by any number of threads.
 *
 * @since 0.1.0
 */
public final class JsonField implements Function<Payload, @Nullable String> {

  /** No further limits: a payload is limited already, and the field may be as long as that. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          // The names are the server's: they would stay in the JVM's table.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private static final int NO_INDEX = -1;

  /** RFC 6901 leaves to applications what this means in an array that is read. */
  private static final String LAST = "-";

  private final String pointer;
  private final List<Step> steps;

  /**
   * One step into an object or array.
   *
   * @param name in an object
   * @param index in an array; {@link #NO_INDEX} when the name is none
   */
  private record Step(String name, int index) {}

  private JsonField(String pointer, List<Step> steps) {
    this.pointer = pointer;
    this.steps = steps;
  }

  static JsonField of(String pointer) {
    List<Step> steps = new ArrayList<>();
    if (!pointer.isEmpty()) {
      if (pointer.charAt(0) != '/') {
        throw refused(pointer, "be empty or start with /");
      }
      for (String escaped : pointer.substring(1).split("/", -1)) {
        String name = unescaped(pointer, escaped);
        steps.add(new Step(name, indexOf(name)));
      }
    }
    return new JsonField(pointer, List.copyOf(steps));
  }

  /** RFC 6901, 3 and 4. */
  private static String unescaped(String pointer, String escaped) {
    for (int i = escaped.indexOf('~'); i >= 0; i = escaped.indexOf('~', i + 1)) {
      char next = i + 1 < escaped.length() ? escaped.charAt(i + 1) : ' ';
      if (next != '0' && next != '1') {
        throw refused(pointer, "have 0 or 1 after each ~");
      }
    }
    return escaped.replace("~1", "/").replace("~0", "~");
  }

  private static IllegalArgumentException refused(String pointer, String rule) {
    return new IllegalArgumentException(
        "pointer must " + rule + " (RFC 6901) but was \"" + pointer + "\"");
  }

  /** RFC 6901, 4: digits without a leading zero. No array has more elements than an int counts. */
  private static int indexOf(String name) {
    if (!name.matches("0|[1-9][0-9]{0,9}")) {
      return NO_INDEX;
    }
    long index = Long.parseLong(name);
    return index <= Integer.MAX_VALUE ? (int) index : NO_INDEX;
  }

  /** Returns the JSON pointer (RFC 6901) of this field. */
  public String pointer() {
    return pointer;
  }

  /**
   * Returns the text of the field: a string's characters; a number, a boolean, an object or an
   * array as it is written.
   *
   * @return null when there is no such field, it is null, or the payload up to its end is not JSON
   */
  @Override
  public @Nullable String apply(Payload payload) {
    byte[] array = payload.array();
    try (JsonParser parser = FACTORY.createParser(array, payload.offset(), payload.length())) {
      return find(parser, array, payload.offset());
    } catch (IOException e) {
      // Not JSON. If it is an event, its decoder reports that.
      return null;
    }
  }

  /**
   * Returns the text of the field in the value that {@code parser} reads next, for callers that
   * read the rest of it, too. Leaves the parser where the field was found, or where it turned out
   * that there is none.
   *
   * @param parser reads bytes of {@code array} and has read nothing
   * @param offset the index of the first byte that it reads
   * @return null when there is no such field, or it is null
   * @throws IOException when the value up to there is not JSON
   */
  public @Nullable String find(JsonParser parser, byte[] array, int offset) throws IOException {
    return find(parser, parser.nextToken(), 0, array, offset);
  }

  /** Returns the text at the end of the steps from {@code number} on. */
  private @Nullable String find(
      JsonParser parser, @Nullable JsonToken token, int number, byte[] array, int offset)
      throws IOException {
    JsonToken value = token;
    for (int i = number; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (value == JsonToken.START_OBJECT) {
        value = member(parser, step.name());
      } else if (value != JsonToken.START_ARRAY) {
        return null;
      } else if (step.name().equals(LAST)) {
        return findInLast(parser, i + 1, array, offset);
      } else {
        value = element(parser, step.index());
      }
    }
    return text(parser, value, array, offset);
  }

  /** Returns what the other steps lead to in the last element of the array. */
  private @Nullable String findInLast(JsonParser parser, int number, byte[] array, int offset)
      throws IOException {
    JsonStreamContext elements = parser.getParsingContext();
    String last = null;
    for (JsonToken element = parser.nextToken();
        element != null && element != JsonToken.END_ARRAY;
        element = parser.nextToken()) {
      last = find(parser, element, number, array, offset);
      while (parser.getParsingContext() != elements) { // It may be anywhere within the element.
        parser.nextToken();
      }
    }
    return last;
  }

  private static @Nullable String text(
      JsonParser parser, @Nullable JsonToken value, byte[] array, int offset) throws IOException {
    if (value == null || value == JsonToken.VALUE_NULL) {
      return null;
    }
    if (value.isScalarValue()) {
      return parser.getText();
    }
    if (!value.isStructStart()) {
      return null;
    }
    int from = offset + (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    int to = offset + (int) parser.currentLocation().getByteOffset();
    return new String(array, from, to - from, StandardCharsets.UTF_8);
  }

  private static @Nullable JsonToken member(JsonParser parser, String name) throws IOException {
    for (String each = parser.nextFieldName(); each != null; each = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (each.equals(name)) {
        return value;
      }
      parser.skipChildren();
    }
    return null;
  }

  private static @Nullable JsonToken element(JsonParser parser, int index) throws IOException {
    for (int i = 0; index != NO_INDEX; i++) {
      JsonToken value = parser.nextToken();
      if (value == null || value == JsonToken.END_ARRAY) {
        return null;
      }
      if (i == index) {
        return value;
      }
      parser.skipChildren();
    }
    return null;
  }

  @Override
  public String toString() {
    return "field(\"" + pointer + "\")";
  }
}
