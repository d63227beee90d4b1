package dev.perennial.ndjson;

import dev.perennial.EventStream;
import dev.perennial.http.Framer;
import dev.perennial.http.HttpStreamBuilder;
import dev.perennial.http.RequestSource;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import java.util.List;
import java.util.function.IntFunction;
import okhttp3.Request;

/**
 * Streams of newline-delimited JSON (ndjson-spec 1.0), also known as JSON Lines: each line is an
 * event.
 *
 * <p>By default a stream reconnects when its connection is lost, and resumes after the last event
 * by sending the value of its field {@code id} as the query parameter {@code since}.
 *
 * <pre>{@code
 * import dev.perennial.EventStream;
 * import dev.perennial.StreamSubscription;
 * import dev.perennial.ndjson.Ndjson;
 *
 * class Tail {
 *   record Change(long id, String doc) {}
 *
 *   public static void main(String[] args) throws Exception {
 *     EventStream<Change> changes =
 *         Ndjson.stream("https://api.example.com/changes", Change.class);
 *     try (StreamSubscription s = changes.subscribe(event -> System.out.println(event.data()))) {
 *       s.awaitClosed();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Servers differ in where the cursor is and in how a heartbeat looks:
 *
 * <pre>{@code
 * EventStream<Change> changes =
 *     Ndjson.builder("https://db.example.com/_changes?feed=continuous&include_docs=true")
 *         .cursor(Json.field("/seq"))
 *         .heartbeat(Json.fieldEquals("/type", "heartbeat"))
 *         .stream(Change.class);
 * }</pre>
 *
 * <p>Making a stream does no I/O. Each subscription connects, reads and calls its consumer on a
 * thread of its own. Failures go to the consumer as a {@link dev.perennial.StreamException}.
 *
 * @since 0.1.0
 */
public final class Ndjson {
  private static final String CURSOR_PARAMETER = "since";
  private static final String CURSOR_POINTER = "/id";

  private Ndjson() {}

  /**
   * Returns a stream of the events of {@code url}, with the JSON text of each line.
   *
   * @param url an {@code http} or {@code https} URL
   * @throws IllegalArgumentException if the URL is invalid
   */
  public static EventStream<String> stream(String url) {
    return builder(url).stream();
  }

  /**
   * Returns a stream of the events of {@code url}, decoded from JSON.
   *
   * @param url an {@code http} or {@code https} URL
   * @param json the type of each event's data; properties that it does not have are ignored
   * @throws IllegalArgumentException if the URL is invalid
   */
  public static <T> EventStream<T> stream(String url, Class<T> json) {
    return builder(url).stream(json);
  }

  /**
   * Starts to describe a stream that is requested with GET.
   *
   * @param url an {@code http} or {@code https} URL
   * @throws IllegalArgumentException if the URL is invalid
   */
  public static Builder builder(String url) {
    return builder(RequestSource.of(url));
  }

  /**
   * Starts to describe a stream that is requested with {@code request} in each attempt. Its headers
   * are treated as those of {@link Builder#header}.
   *
   * @throws IllegalArgumentException if the request has an {@code Accept-Encoding} header or a
   *     duplex body
   */
  public static Builder builder(Request request) {
    return builder(RequestSource.of(request));
  }

  /** Starts to describe a stream whose request is made anew for each attempt to connect. */
  public static Builder builder(RequestSource source) {
    return new Builder(source);
  }

  /**
   * Describes a stream of newline-delimited JSON. Not thread-safe.
   *
   * <p>Each line must be exactly one JSON value (RFC 8259) in UTF-8, nested at most 100 levels
   * deep. Any other line is malformed, even if the decoder could read it. It ends the connection,
   * or is skipped and reported if {@link EventStream#withMalformedSkipped} is set; the cursor does
   * not move, and no function that is set here sees the line. A blank line is a heartbeat.
   *
   * <p>By default the cursor is {@code Json.field("/id")}, a string or number exactly as it is
   * written, and is sent as the query parameter {@code since}. The content types {@code
   * application/x-ndjson}, {@code application/ndjson}, {@code application/jsonl}, {@code
   * application/x-jsonlines} and {@code application/json} are accepted. The size of an event is
   * that of its line, without the line end.
   */
  public static final class Builder extends HttpStreamBuilder<Builder> {
    private boolean isLengthPrefixed;
    private boolean takesLastLine;

    private Builder(RequestSource source) {
      super(source, List.of("application/x-ndjson", "application/jsonl", "application/json;q=0.9"));
      formatAccepts("application/ndjson", "application/x-jsonlines");
      formatCursorParameter(CURSOR_PARAMETER);
      cursor(Json.field(CURSOR_POINTER));
    }

    /**
     * Reads events that follow their length instead of lines: {@code <length in bytes>\n<json>}.
     * The length is in ASCII digits; a CR may precede its LF, and blank lines between events are
     * heartbeats. Line ends within an event are part of it. By default each line is an event.
     *
     * <p>A malformed length, or an event that is not exactly one JSON value, ends the connection
     * even if malformed events are skipped, since the beginning of the next event is unknown then.
     *
     * @throws IllegalStateException if {@link #lastLineWithoutNewline} was set
     */
    public Builder lengthPrefixed() {
      requireOneFraming(takesLastLine);
      isLengthPrefixed = true;
      return this;
    }

    /**
     * Delivers a last line that has no line end, if the body ends in good order and the line is
     * valid JSON. By default such a line is dropped and comes again with the next connection, since
     * it may be the beginning of a longer one: {@code 12} of {@code 123}.
     *
     * <p>If the connection was cut, the line is dropped in any case. A response with neither a
     * length nor chunks seems to end in good order wherever it is cut: do not set this for servers
     * that send such responses.
     *
     * @throws IllegalStateException if {@link #lengthPrefixed} was set
     */
    public Builder lastLineWithoutNewline() {
      requireOneFraming(isLengthPrefixed);
      takesLastLine = true;
      return this;
    }

    private static void requireOneFraming(boolean isOtherSet) {
      if (isOtherSet) {
        throw new IllegalStateException(
            "lastLineWithoutNewline() cannot be combined with lengthPrefixed(): an event that has"
                + " its length needs no line end");
      }
    }

    @Override
    protected IntFunction<? extends Framer> framers() {
      JsonField cursor = cursorField();
      if (isLengthPrefixed) {
        return maxEventBytes -> new PrefixedFramer(maxEventBytes, new JsonFrames(cursor));
      }
      boolean withLastLine = takesLastLine;
      return maxEventBytes -> new LineFramer(maxEventBytes, withLastLine, new JsonFrames(cursor));
    }

    /** Returns true: the cursor is found in the pass that validates the line. */
    @Override
    protected boolean readsCursorField() {
      return true;
    }
  }
}
