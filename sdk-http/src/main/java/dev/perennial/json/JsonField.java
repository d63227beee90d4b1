package dev.perennial.json;

import dev.perennial.Payload;
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

  /** As deep as Jackson's own limit, so that a decoder and a field agree. */
  private static final int MAX_DEPTH = 1_000;

  private final JsonPointer pointer;

  private JsonField(JsonPointer pointer) {
    this.pointer = pointer;
  }

  static JsonField of(String pointer) {
    return new JsonField(JsonPointer.of(pointer));
  }

  /** Returns the JSON pointer (RFC 6901) of this field. */
  public String pointer() {
    return pointer.toString();
  }

  /**
   * Returns the text of the field: a string's characters; a number, a boolean, an object or an
   * array as it is written.
   *
   * @return null when there is no such field, it is null, or the payload up to its end is not JSON
   */
  @Override
  public @Nullable String apply(Payload payload) {
    return scanner(MAX_DEPTH).readUpTo(payload.array(), payload.offset(), payload.length());
  }

  /**
   * Returns a scanner that finds this field in one text after another and checks the rest of it.
   *
   * <p>Internal: for the transports of this library.
   *
   * @param maxDepth the most levels of objects and arrays; positive
   */
  public JsonScanner scanner(int maxDepth) {
    return new JsonScanner(pointer, maxDepth);
  }

  @Override
  public String toString() {
    return "field(\"" + pointer + "\")";
  }
}
