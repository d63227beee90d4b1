package dev.perennial.ndjson;

import dev.perennial.EventStream;
import dev.perennial.http.Framer;
import dev.perennial.http.HttpStreamBuilder;
import dev.perennial.http.RequestSource;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import java.util.List;
import java.util.Objects;
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

  /** Starts to describe a stream that creates a new request for each attempt to connect. */
  public static Builder builder(RequestSource source) {
    return new Builder(source);
  }

  /**
   * Describes a stream of newline-delimited JSON. Not thread-safe.
   *
   * <p>Each line must be exactly one JSON value (RFC 8259) in UTF-8, nested at most 100 levels
   * deep. Any other line is malformed, even if the decoder could read it. It ends the connection,
   * or is skipped and reported if {@link EventStream#withMalformedSkipped} is set; the cursor does
   * not move, and no function that is set here sees the line. A blank line is a heartbeat. {@link
   * #framing} sets another division than lines.
   *
   * <p>A value without a cursor that looks like an error, {@code {"error":…}}, {@code
   * {"errors":…}}, {@code {"exception":…}} or {@code {"type":"ERROR",…}}, is delivered as any
   * other. But it is no progress, and if the connection ends after it, it did not end in good
   * order: the end is a failure with the server's words, which backs off. {@link #error} finds the
   * errors of a server for certain.
   *
   * <p>By default the cursor is {@code Json.field("/id")}, a string or number exactly as it is
   * written, and is sent as the query parameter {@code since}. The content types {@code
   * application/x-ndjson}, {@code application/ndjson}, {@code text/x-ndjson}, {@code
   * application/jsonl}, {@code application/x-jsonl}, {@code application/jsonlines}, {@code
   * application/x-jsonlines}, {@code application/json-lines}, {@code application/stream+json},
   * {@code application/x-json-stream}, {@code application/json-seq} and {@code application/json}
   * are accepted. The size of an event is that of its line, without the line end.
   */
  public static final class Builder extends HttpStreamBuilder<Builder> {
    private Framing framing = Framing.lines();
    private boolean takesLastLine;

    private Builder(RequestSource source) {
      super(source, List.of("application/x-ndjson", "application/jsonl", "application/json;q=0.9"));
      formatAccepts(
          "application/ndjson",
          "application/x-jsonlines",
          "application/x-jsonl",
          "application/jsonlines",
          "application/json-lines",
          "application/stream+json",
          "application/x-json-stream",
          "application/json-seq",
          "text/x-ndjson");
      formatCursorParameter(CURSOR_PARAMETER);
      cursor(Json.field(CURSOR_POINTER));
    }

    /**
     * Sets how the body is divided into JSON values. By default each line is one.
     *
     * @throws IllegalStateException if it is not {@link Framing#lines} and {@link
     *     #lastLineWithoutNewline} was set
     */
    public Builder framing(Framing framing) {
      Objects.requireNonNull(framing, "framing");
      requireLines(takesLastLine, framing);
      this.framing = framing;
      return this;
    }

    /**
     * Reads events that follow their length instead of lines: {@code framing(}{@link
     * Framing#lengthPrefixed}{@code )}.
     *
     * @throws IllegalStateException if {@link #lastLineWithoutNewline} was set
     */
    public Builder lengthPrefixed() {
      return framing(Framing.lengthPrefixed());
    }

    /**
     * Delivers a last line that has no line end, if the body ends in good order and the line is
     * valid JSON. By default such a line is dropped, since it may be the beginning of a longer one:
     * {@code 12} of {@code 123}. The connection was then cut: it is retried as after a reset, and
     * the line comes again.
     *
     * <p>If the connection was cut, the line is dropped in any case. A response with neither a
     * length nor chunks seems to end in good order wherever it is cut: do not set this for servers
     * that send such responses.
     *
     * @throws IllegalStateException if another {@link #framing} than lines was set
     */
    public Builder lastLineWithoutNewline() {
      requireLines(true, framing);
      takesLastLine = true;
      return this;
    }

    private static void requireLines(boolean takesLastLine, Framing framing) {
      if (takesLastLine && framing != Framing.lines()) {
        throw new IllegalStateException(
            "lastLineWithoutNewline() cannot be combined with "
                + framing
                + ": only a line needs a line end");
      }
    }

    @Override
    protected IntFunction<? extends Framer> framers() {
      JsonField cursor = cursorField();
      int maxCursorBytes = maxCursorBytes();
      if (takesLastLine) {
        return max -> new LineFramer(max, true, new JsonFrames(cursor, maxCursorBytes));
      }
      Framing chosen = framing;
      return max -> chosen.framer(max, new JsonFrames(cursor, maxCursorBytes));
    }

    /** Returns true: the cursor is found in the pass that validates the event. */
    @Override
    protected boolean readsCursorField() {
      return !framing.isCallers();
    }
  }
}
