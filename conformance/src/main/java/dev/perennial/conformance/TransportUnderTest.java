package dev.perennial.conformance;

import dev.perennial.ConsumerFailurePolicy;
import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Streams of this SDK over any transport, as a client to run the rules against.
 *
 * <pre>{@code
 * ClientUnderTest client =
 *     TransportUnderTest.of(
 *         "my transport",
 *         Set.of(Protocol.SSE),
 *         instructions ->
 *             EventStream.of(new MyTransport(instructions.url()), Decoder.text()));
 * }</pre>
 *
 * <p>This class configures the engine: delays, cursor store, gap policy and timeouts. What goes
 * over the wire is up to the function that makes the stream: {@linkplain #withCapabilities claim}
 * what it does. Immutable.
 *
 * @since 0.1.0
 */
public final class TransportUnderTest implements ClientUnderTest {
  private static final Duration MOST_FLOOR = Duration.ofMillis(10);
  private static final Duration SAVED_EVERY = Duration.ofMillis(5);

  /** What the engine does over any transport that sends its cursor. */
  private static final Set<Capability> OF_THE_ENGINE =
      EnumSet.of(
          Capability.RECONNECTS,
          Capability.RESUMES,
          Capability.REPORTS_IDS,
          Capability.REPORTS_END,
          Capability.TAKES_DELAYS,
          Capability.SUPPRESSES_REPLAYS,
          Capability.REPORTS_GAPS,
          Capability.GOES_ON_AFTER_GAPS,
          Capability.NOTICES_SILENCE,
          Capability.TAKES_ATTEMPT_TIMEOUT,
          Capability.STARTS_AT_CURSOR,
          Capability.STORES_CURSOR,
          Capability.WAITS_FOR_CONSUMER,
          Capability.SKIPS_MALFORMED,
          Capability.REPEATS_EVENTS,
          Capability.FOLLOWS_MANY,
          Capability.LIMITS_EVENT_TIME);

  private final String name;
  private final Set<Protocol> protocols;
  private final Set<Capability> capabilities;
  private final Function<? super Instructions, EventStream<String>> streams;

  private TransportUnderTest(
      String name,
      Set<Protocol> protocols,
      Set<Capability> capabilities,
      Function<? super Instructions, EventStream<String>> streams) {
    this.name = name;
    this.protocols = Set.copyOf(protocols);
    this.capabilities = Set.copyOf(capabilities);
    this.streams = streams;
  }

  /**
   * Returns a client that claims what the engine does over any transport: it reconnects and
   * resumes, reports ids, gaps and ends, stores a cursor, waits for its consumer, and follows the
   * delays and timeouts of the instructions.
   *
   * @param name the client's name in reports
   * @param protocols what the transport speaks
   * @param streams makes a stream for a URL, with the text of each event as its data: for
   *     server-sent events the data, otherwise the whole line or message. May be called from
   *     several threads
   * @throws IllegalArgumentException if there is no protocol
   */
  public static TransportUnderTest of(
      String name,
      Set<Protocol> protocols,
      Function<? super Instructions, EventStream<String>> streams) {
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("protocols must not be empty");
    }
    return new TransportUnderTest(
        Objects.requireNonNull(name, "name"),
        protocols,
        OF_THE_ENGINE,
        Objects.requireNonNull(streams, "streams"));
  }

  /**
   * Returns a copy that claims these, too: that its streams are made with the {@linkplain
   * Instructions#headers headers}, the {@linkplain Instructions#tokens tokens}, the {@linkplain
   * Instructions#body body}, the {@linkplain Instructions#maxEventBytes size limit}, the
   * {@linkplain Instructions#endMarker end marker} or whatever else of the instructions.
   */
  public TransportUnderTest withCapabilities(Capability... claimed) {
    Set<Capability> all = EnumSet.copyOf(capabilities);
    all.addAll(List.of(claimed));
    return new TransportUnderTest(name, protocols, all, streams);
  }

  /** Returns a copy that does not claim these. */
  public TransportUnderTest withoutCapabilities(Capability... lacking) {
    Set<Capability> rest = EnumSet.copyOf(capabilities);
    List.of(lacking).forEach(rest::remove);
    return new TransportUnderTest(name, protocols, rest, streams);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Protocol> protocols() {
    return protocols;
  }

  @Override
  public Set<Capability> capabilities() {
    return capabilities;
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    EventStream<String> stream = configured(streams.apply(instructions), instructions, report);
    StreamSubscription subscription = stream.subscribe(new Listener(instructions, report));
    return subscription::close;
  }

  private static EventStream<String> configured(
      EventStream<String> made, Instructions instructions, ClientReport report) {
    Duration base = instructions.baseDelay();
    EventStream<String> stream =
        made.withRetry(
                RetryPolicy.exponential(base, instructions.maxDelay()).withFloor(floor(base)))
            .withGapPolicy(
                instructions.isLiveAfterGaps() ? GapPolicy.liveOnly() : GapPolicy.fail());
    if (instructions.consumerRetries() > 0 || instructions.isFailedEventSkipped()) {
      stream = stream.withConsumerFailurePolicy(consumerFailurePolicy(instructions));
    }
    if (!instructions.isPositionAtServer()) {
      stream = stream.withCursorStore(new ReportingStore(instructions, report), SAVED_EVERY);
    }
    Duration staleAfter = instructions.staleAfter();
    if (staleAfter != null) {
      stream = stream.withStaleAfter(staleAfter);
    }
    Duration eventTimeout = instructions.eventTimeout();
    if (eventTimeout != null) {
      stream = stream.withEventTimeout(eventTimeout);
    }
    Duration attemptTimeout = instructions.attemptTimeout();
    if (attemptTimeout != null) {
      stream = stream.withAttemptTimeout(attemptTimeout);
    }
    return instructions.isMalformedSkipped() ? stream.withMalformedSkipped() : stream;
  }

  private static ConsumerFailurePolicy consumerFailurePolicy(Instructions instructions) {
    int retries = instructions.consumerRetries();
    if (retries == 0) {
      return ConsumerFailurePolicy.skip();
    }
    ConsumerFailurePolicy policy = ConsumerFailurePolicy.retry(retries, instructions.baseDelay());
    return instructions.isFailedEventSkipped() ? policy.thenSkip() : policy;
  }

  /** Returns a floor far below the base, so that the jitter can be measured. */
  private static Duration floor(Duration base) {
    Duration tenth = base.dividedBy(10).plusNanos(1);
    return tenth.compareTo(MOST_FLOOR) < 0 ? tenth : MOST_FLOOR;
  }

  /** Starts after the cursor of the instructions, and reports what is saved. */
  private record ReportingStore(Instructions instructions, ClientReport report)
      implements CursorStore {
    @Override
    public @Nullable String load() {
      return instructions.startCursor();
    }

    @Override
    public void save(String checkpoint) {
      report.cursorStored(checkpoint);
    }
  }

  private record Listener(Instructions instructions, ClientReport report)
      implements StreamListener<String> {
    @Override
    public void onEvent(Event<String> event) {
      boolean isSse = instructions.protocol() == Protocol.SSE;
      report.event(isSse ? event.cursor() : event.id(), event.type(), event.data());
    }

    @Override
    public void onGap(Gap gap) {
      report.gap(gap.toString());
    }

    @Override
    public void onState(StreamState state) {
      if (state instanceof StreamState.Open) {
        report.opened();
      }
    }

    @Override
    public void onClosed(@Nullable StreamException failure) {
      if (failure == null) {
        report.completed();
      } else {
        report.failed(failure.reason() + " " + failure.getMessage());
      }
    }
  }
}
