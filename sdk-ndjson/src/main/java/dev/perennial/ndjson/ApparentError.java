package dev.perennial.ndjson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.perennial.ServerError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recognises errors that servers report in place of an event: {@code {"error":{"message":…}}},
 * {@code {"errors":[…]}}, {@code {"exception":…}} and {@code {"type":"ERROR",…}}. It is a guess, so
 * such a value is still an event; but a connection that ends after it has not ended in good order.
 */
final class ApparentError {
  private static final List<String> NAMES = List.of("error", "errors", "exception");
  private static final String TYPE = "type";

  /** The members that hold what people may read, the best first. */
  private static final List<String> WORDS =
      List.of("message", "detail", "title", "reason", "error", "errors", "exception");

  private static final List<String> STATUSES = List.of("code", "status", "http_code", "statusCode");

  /** The size of an event is limited elsewhere; it may be one long name, number or string. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          // The server chooses the names, and interned strings stay in the JVM's table.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // NDJSON is UTF-8: what looks like UTF-16 is malformed.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .build();

  private ApparentError() {}

  /** Returns the error that a valid JSON value without a cursor reports; null if it is none. */
  static @Nullable ServerError in(byte[] array, int offset, int length) {
    if (!mayBeError(array, offset, offset + length)) {
      return null;
    }
    try (JsonParser parser = FACTORY.createParser(array, offset, length)) {
      parser.nextToken();
      return reportedBy(parser, new String(array, offset, length, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return null; // Not JSON, which is reported elsewhere.
    }
  }

  /** Whether it is an object that begins with one of those members: nearly no event does. */
  private static boolean mayBeError(byte[] array, int from, int to) {
    int brace = ValueScanner.skipBlanks(array, from, to);
    if (brace == to || array[brace] != '{') {
      return false;
    }
    int name = ValueScanner.skipBlanks(array, brace + 1, to);
    if (isAt(array, name, to, "\"error") || isAt(array, name, to, "\"exception\"")) {
      return true;
    }
    if (!isAt(array, name, to, "\"type\"")) {
      return false;
    }
    int colon = ValueScanner.skipBlanks(array, name + "\"type\"".length(), to);
    int value = ValueScanner.skipBlanks(array, Math.min(colon + 1, to), to);
    return isAt(array, value, to, "\"error\"");
  }

  /** Whether these characters, in lower or upper case, are at {@code from}. */
  private static boolean isAt(byte[] array, int from, int to, String expected) {
    int length = expected.length();
    if (to - from < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (Character.toLowerCase((char) array[from + i]) != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable ServerError reportedBy(JsonParser parser, String json)
      throws IOException {
    String name = parser.nextFieldName();
    JsonToken value = parser.nextToken();
    if (name == null || !isReport(name, value, parser)) {
      return null;
    }
    Map<String, String> members = new HashMap<>();
    do {
      JsonToken token = parser.currentToken();
      String member = parser.currentName();
      if (token.isScalarValue() && member != null) {
        members.putIfAbsent(member, parser.getText());
      }
    } while (parser.nextToken() != null);
    String words = firstOf(WORDS, members);
    int status = statusOf(members);
    String shown = words == null ? json : words;
    return status < 0 ? ServerError.retryable(shown) : ServerError.ofStatus(status, shown);
  }

  private static boolean isReport(String name, JsonToken value, JsonParser parser)
      throws IOException {
    if (name.equals(TYPE)) {
      return value == JsonToken.VALUE_STRING && parser.getText().equalsIgnoreCase("error");
    }
    return NAMES.contains(name)
        && value != JsonToken.VALUE_NULL
        && value != JsonToken.VALUE_FALSE
        && !(value == JsonToken.VALUE_STRING && parser.getText().isEmpty());
  }

  private static @Nullable String firstOf(List<String> names, Map<String, String> members) {
    for (String name : names) {
      String found = members.get(name);
      if (found != null && !found.isEmpty()) {
        return found;
      }
    }
    return null;
  }

  /** An HTTP status; other codes, such as those of gRPC, say nothing here. */
  private static int statusOf(Map<String, String> members) {
    for (String name : STATUSES) {
      String code = members.get(name);
      if (code != null && code.matches("[45][0-9][0-9]")) {
        return Integer.parseInt(code);
      }
    }
    return -1;
  }
}
