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
 * event. By default a stream reconnects, and resumes after the last event with the text of its
 * field {@code id} as the query parameter {@code since}.
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
 * <p>Servers differ in where the cursor is and how a heartbeat looks:
 *
 * <pre>{@code
 * EventStream<Change> changes =
 *     Ndjson.builder("https://db.example.com/_changes?feed=continuous&include_docs=true")
 *         .cursor(Json.field("/seq"))
 *         .heartbeat(Json.fieldEquals("/type", "heartbeat"))
 *         .stream(Change.class);
 * }</pre>
 */
public final class Ndjson {
  private static final String CURSOR_PARAMETER = "since";
  private static final String CURSOR_POINTER = "/id";

  private Ndjson() {}

  /**
   * The events of {@code url} as the JSON text of each line.
   *
   * @param url an {@code http} or {@code https} URL
   * @throws IllegalArgumentException when it is not
   */
  public static EventStream<String> stream(String url) {
    return builder(url).stream();
  }

  /**
   * The events of {@code url}, decoded from JSON.
   *
   * @param url an {@code http} or {@code https} URL
   * @param json the type of each event's data; properties that it does not know are ignored
   * @throws IllegalArgumentException when the URL is not one
   */
  public static <T> EventStream<T> stream(String url, Class<T> json) {
    return builder(url).stream(json);
  }

  /**
   * Starts the description of a stream that is asked for with GET.
   *
   * @param url an {@code http} or {@code https} URL
   * @throws IllegalArgumentException when it is not
   */
  public static Builder builder(String url) {
    return builder(RequestSource.of(url));
  }

  /**
   * Starts the description of a stream that is asked for with {@code request} on each attempt. Its
   * headers are sent as {@link Builder#header} says.
   *
   * @throws IllegalArgumentException when the request cannot be sent as it is
   */
  public static Builder builder(Request request) {
    return builder(RequestSource.of(request));
  }

  /** Starts the description of a stream whose request is made anew on each attempt. */
  public static Builder builder(RequestSource source) {
    return new Builder(source);
  }

  /**
   * Describes a stream of newline-delimited JSON.
   *
   * <p>Each line must be exactly one JSON value in UTF-8, nested at most 100 levels deep. Any other
   * is malformed, whatever the decoder makes of it: it ends the connection, or is skipped and
   * reported where {@link EventStream#withMalformedSkipped} says so. No function that is set here
   * sees it, and the cursor does not move by it. A blank line is a heartbeat.
   *
   * <p>If these methods are not invoked, the cursor is {@code Json.field("/id")}, a string or
   * number as it is written, and it is sent as the query parameter {@code since}. The content types
   * that open the stream are {@code application/x-ndjson}, {@code application/ndjson}, {@code
   * application/jsonl}, {@code application/x-jsonlines} and {@code application/json}. An event's
   * size is that of its line without the line's end.
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
     * Reads events that stand behind their length, as {@code <length in bytes>\n<json>}, instead of
     * lines. The length is in ASCII digits; a CR may stand before its LF, and blank lines between
     * events are heartbeats. Line ends within an event are part of it.
     *
     * <p>A length that is none, or an event that is not exactly one JSON value, ends the connection
     * as malformed, also where malformed events are skipped: what follows cannot be told apart. By
     * default each line is an event.
     *
     * @throws IllegalStateException when {@link #lastLineWithoutNewline} was set
     */
    public Builder lengthPrefixed() {
      requireOneFraming(takesLastLine);
      isLengthPrefixed = true;
      return this;
    }

    /**
     * Takes the orderly end of the body for the end of the last line: it is delivered when it is
     * whole JSON. By default such a line is dropped and comes again with the next connection, since
     * half of it may be JSON too: {@code 12} of {@code 123}.
     *
     * <p>After a connection that was cut the line is dropped in any case. An answer that has
     * neither a length nor chunks ends in good order wherever it is cut: do not set this for
     * servers that send such answers.
     *
     * @throws IllegalStateException when {@link #lengthPrefixed} was set
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

    /** True: it is found in the pass that checks the line. */
    @Override
    protected boolean readsCursorField() {
      return true;
    }
  }
}
