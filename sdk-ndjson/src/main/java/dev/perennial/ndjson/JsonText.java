package dev.perennial.ndjson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.perennial.http.Utf8Validator;
import dev.perennial.http.internal.message.JsonFailure;
import dev.perennial.json.JsonField;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Checks that bytes are exactly one JSON value (RFC 8259) in UTF-8, and finds the cursor on the
 * way: in one pass, without building a tree or recursing. Not thread-safe.
 */
final class JsonText {
  static final int MAX_DEPTH = 100;

  /** The size of an event is limited elsewhere; it may be one long name, number or string. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          // The server chooses the names, and interned strings stay in the JVM's table.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // NDJSON is UTF-8: what looks like UTF-16 is malformed.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .build();

  private final Utf8Validator utf8 = new Utf8Validator();

  /** Null to look for none. */
  private final @Nullable JsonField cursor;

  JsonText(@Nullable JsonField cursor) {
    this.cursor = cursor;
  }

  /**
   * Reads one text to its end.
   *
   * @return the text of the cursor's field; null if there is none
   * @throws IOException if it is not exactly one JSON value; the message shows nothing of it
   */
  @Nullable String read(byte[] array, int offset, int length) throws IOException {
    int end = offset + length;
    int malformed = utf8.firstMalformed(array, offset, end);
    if (malformed < end) {
      throw new IOException("byte " + (malformed - offset) + " of it is not UTF-8");
    }
    String found;
    boolean hasMore;
    try (JsonParser parser = FACTORY.createParser(array, offset, length)) {
      found = cursorIn(parser, array, offset);
      if (parser.currentToken() == null) {
        throw new IOException("it is blank instead of a JSON value");
      }
      while (!parser.getParsingContext().inRoot()) {
        parser.nextToken();
      }
      hasMore = parser.nextToken() != null;
    } catch (JsonProcessingException e) {
      throw new IOException("it is not a JSON value: " + JsonFailure.wordsOf(e), e);
    }
    if (hasMore) {
      throw new IOException("there is more after its JSON value");
    }
    return found;
  }

  private @Nullable String cursorIn(JsonParser parser, byte[] array, int offset)
      throws IOException {
    if (cursor != null) {
      return cursor.find(parser, array, offset);
    }
    parser.nextToken();
    return null;
  }
}
