package dev.perennial.sse;

import dev.perennial.EventStream;
import dev.perennial.http.Framer;
import dev.perennial.http.HttpStreamBuilder;
import dev.perennial.http.RequestSource;
import java.util.List;
import java.util.function.IntFunction;
import okhttp3.Request;

/**
 * Streams of Server-Sent Events, {@code text/event-stream} (WHATWG HTML, 9.2).
 *
 * <p>By default a stream reconnects when its connection is lost, and resumes after the last event
 * by sending its id in the {@code Last-Event-ID} header (HTML, 9.2.4).
 *
 * <pre>{@code
 * import dev.perennial.EventStream;
 * import dev.perennial.StreamSubscription;
 * import dev.perennial.sse.Sse;
 *
 * class Tail {
 *   public static void main(String[] args) throws Exception {
 *     EventStream<String> ticks = Sse.stream("https://api.example.com/ticks");
 *     try (StreamSubscription s = ticks.subscribe(event -> System.out.println(event.data()))) {
 *       s.awaitClosed();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>A finite stream, such as the tokens of a language model, declares how it ends. Then an end
 * that comes earlier is a failure, not success:
 *
 * <pre>{@code
 * EventStream<Token> tokens =
 *     Sse.builder("https://llm.example.com/v1/chat/completions")
 *         .header("Authorization", "Bearer " + key)
 *         .post(RequestBody.create(prompt, MediaType.get("application/json")))
 *         .endsAt(payload -> payload.text().equals("[DONE]"))
 *         .stream(Token.class);
 * }</pre>
 *
 * <p>Making a stream does no I/O. Each subscription connects, reads and calls its consumer on a
 * thread of its own. Failures go to the consumer as a {@link dev.perennial.StreamException}.
 *
 * @since 0.1.0
 */
public final class Sse {
  private static final String TYPE = "text/event-stream";

  private Sse() {}

  /**
   * Returns a stream of the events of {@code url}, with their data as text.
   *
   * @param url an {@code http} or {@code https} URL
   * @throws IllegalArgumentException if the URL is invalid
   */
  public static EventStream<String> stream(String url) {
    return builder(url).stream();
  }

  /**
   * Returns a stream of the events of {@code url}, with their data decoded from JSON.
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
   * Describes a stream of Server-Sent Events. The size of an event is that of its data lines,
   * joined by line feeds; an id may have 4 KiB and a type 1 KiB. A comment is a heartbeat. Not
   * thread-safe.
   */
  public static final class Builder extends HttpStreamBuilder<Builder> {
    private boolean takesLastEvent;
    private boolean takesEventsWithoutData;

    private Builder(RequestSource source) {
      super(source, List.of(TYPE));
      formatHeader("Cache-Control", "no-cache");
    }

    /**
     * Delivers a last event that no blank line ends, if the body ends in good order, as if its line
     * end and the blank line were there. Some servers omit them after {@code data: [DONE]}. By
     * default such an event is dropped (HTML, 9.2.6), and a stream that declares its end is
     * incomplete, since it may be the beginning of a longer one.
     *
     * <p>If the connection was cut, the event is dropped in any case. A response with neither a
     * length nor chunks seems to end in good order wherever it is cut: do not set this for servers
     * that send such responses.
     */
    public Builder lastEventWithoutBlankLine() {
      takesLastEvent = true;
      return this;
    }

    /**
     * Delivers a block that names a type but has no {@code data} line as an event without data.
     * Some servers send {@code event: ping} or {@code event: done} like this. By default such a
     * block is no event (HTML, 9.2.6); its id counts in any case.
     */
    public Builder eventsWithoutData() {
      takesEventsWithoutData = true;
      return this;
    }

    @Override
    protected IntFunction<? extends Framer> framers() {
      int maxIdBytes = maxCursorBytes();
      boolean withLastEvent = takesLastEvent;
      boolean withoutData = takesEventsWithoutData;
      return maxEventBytes -> new SseFramer(maxEventBytes, maxIdBytes, withLastEvent, withoutData);
    }
  }
}
