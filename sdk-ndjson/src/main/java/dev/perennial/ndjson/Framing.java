package dev.perennial.ndjson;

import dev.perennial.http.Framer;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * How a body is divided into JSON values. A body that begins with another framing than the one that
 * was chosen is malformed; the message says which one it looks like.
 *
 * <pre>{@code
 * EventStream<Change> changes =
 *     Ndjson.builder("https://db.example.com/query")
 *         .framing(Framing.array())
 *         .stream(Change.class);
 * }</pre>
 *
 * <p>A value; safe for use by any thread.
 *
 * @since 0.1.0
 */
public final class Framing {
  private static final Framing LINES =
      new Framing("lines()", (max, events) -> new LineFramer(max, false, events));
  private static final Framing CONCATENATED =
      new Framing("concatenated()", ValueFramer::concatenated);
  private static final Framing ARRAY = new Framing("array()", ValueFramer::array);
  private static final Framing JSON_SEQUENCE = new Framing("jsonSequence()", SequenceFramer::new);
  private static final Framing LENGTH_PREFIXED =
      new Framing("lengthPrefixed()", PrefixedFramer::new);
  private static final Framing NETSTRINGS = new Framing("netstrings()", NetstringFramer::new);
  private static final Framing FOUR_BYTE_LENGTHS =
      new Framing("fourByteLengths()", FourByteFramer::new);

  private final String name;
  private final Kind kind;

  /** Makes the framer of one connection. */
  @FunctionalInterface
  interface Kind {

    /**
     * Makes a framer.
     *
     * @param maxEventBytes the most bytes of an event; positive
     * @param events makes its frames
     */
    Framer framer(int maxEventBytes, JsonFrames events);
  }

  /** Makes a caller's framers, which make frames of their own. */
  private record Callers(IntFunction<? extends Framer> framers) implements Kind {
    @Override
    public Framer framer(int maxEventBytes, JsonFrames events) {
      return framers.apply(maxEventBytes);
    }
  }

  private Framing(String name, Kind kind) {
    this.name = name;
    this.kind = kind;
  }

  /** One value on each line (ndjson-spec 1.0). LF or CRLF ends a line. The default. */
  public static Framing lines() {
    return LINES;
  }

  /**
   * Values one after another, with white space or nothing between them and line ends anywhere
   * within: concatenated, printed over several lines, or with an LF before each instead of after
   * it. An object, an array or a string is delivered with its last byte; a number, {@code true},
   * {@code false} or {@code null} when the byte after it has come.
   *
   * <p>Bytes that are not a value end the connection even if malformed events are skipped, since
   * the beginning of the next event is unknown then.
   */
  public static Framing concatenated() {
    return CONCATENATED;
  }

  /**
   * The elements of one JSON array that is the whole body, {@code [{…},{…}]}, each as soon as it
   * has come. A body that ends without the closing bracket was cut.
   *
   * <p>As for {@link #concatenated}, what is not a value ends the connection.
   */
  public static Framing array() {
    return ARRAY;
  }

  /**
   * A JSON text sequence (RFC 7464, {@code application/json-seq}): the byte 0x1E before each value
   * and an LF after it. What is malformed is skipped up to the next 0x1E if that is asked for.
   */
  public static Framing jsonSequence() {
    return JSON_SEQUENCE;
  }

  /**
   * A line with the length in bytes before each value: {@code 8}, LF, {@code {"id":1}}. The length
   * is in ASCII digits; a CR may precede its LF, and blank lines between events are heartbeats.
   *
   * <p>A malformed length, or an event that is not exactly one value, ends the connection even if
   * malformed events are skipped, since the beginning of the next event is unknown then. This holds
   * for every framing by lengths.
   */
  public static Framing lengthPrefixed() {
    return LENGTH_PREFIXED;
  }

  /** Netstrings: {@code 8:{"id":1},}. White space between them is a heartbeat. */
  public static Framing netstrings() {
    return NETSTRINGS;
  }

  /** Four bytes with the length, the highest first, before each value. 0 is a heartbeat. */
  public static Framing fourByteLengths() {
    return FOUR_BYTE_LENGTHS;
  }

  /**
   * A framing of your own. Its events are taken as its frames have them: the framer checks the JSON
   * and the size itself, and {@link Ndjson.Builder#cursor} finds the cursors.
   *
   * @param framers makes the framer of one connection, given the most bytes that an event may have
   */
  public static Framing of(IntFunction<? extends Framer> framers) {
    return new Framing("of(…)", new Callers(Objects.requireNonNull(framers, "framers")));
  }

  /** Whether the framer is the caller's, whose frames have no cursors of a JSON field. */
  boolean isCallers() {
    return kind instanceof Callers;
  }

  Framer framer(int maxEventBytes, JsonFrames events) {
    return kind.framer(maxEventBytes, events);
  }

  @Override
  public String toString() {
    return "Framing." + name;
  }
}
