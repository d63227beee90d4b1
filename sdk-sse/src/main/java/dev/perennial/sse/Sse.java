package dev.perennial.sse;

import dev.perennial.EventStream;
import dev.perennial.http.Framer;
import dev.perennial.http.HttpStreamBuilder;
import dev.perennial.http.RequestSource;
import java.util.List;
import java.util.function.IntFunction;
import okhttp3.Request;

/**
 * Streams of Server-Sent Events (HTML 9.2). By default a stream reconnects, and resumes after the
 * last event with the {@code Last-Event-ID} header.
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
 * <p>A finite stream, such as the tokens of a language model, says how it ends:
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
 * @since 0.1.0
 */
public final class Sse {
  private static final String TYPE = "text/event-stream";

  private Sse() {}

  /**
   * The events of {@code url} as text.
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
   * Describes a stream of Server-Sent Events. An event's size is that of its data lines; an id may
   * have 4 KiB and a type 1 KiB.
   */
  public static final class Builder extends HttpStreamBuilder<Builder> {
    private Builder(RequestSource source) {
      super(source, List.of(TYPE));
      formatHeader("Cache-Control", "no-cache");
    }

    @Override
    protected IntFunction<? extends Framer> framers() {
      return SseFramer::new;
    }
  }
}
