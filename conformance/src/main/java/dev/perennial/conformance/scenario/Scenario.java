package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The script of a run: what the servers and the consumer do, when the run is over, and what is
 * expected. Belongs to the thread that writes it, and does not change once it runs.
 */
public final class Scenario {
  /** Several times the longest default delay of a client. */
  public static final Duration LONG_QUIET = Duration.ofSeconds(6);

  private static final Duration QUIET = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  final Protocol protocol;
  final List<Reply> replies = new ArrayList<>();
  final List<Reply> otherReplies = new ArrayList<>();
  final ClientSettings settings = new ClientSettings();
  final Map<Integer, ConsumerAct> consumer = new LinkedHashMap<>();
  final List<Check> checks = new ArrayList<>();
  final List<Condition> conditions = new ArrayList<>();
  int streams = 1;
  String query = "";
  boolean isProxied;
  boolean isLastRepeated;
  boolean isRestarted;
  boolean isClosedOnce;
  Duration quiet = QUIET;
  Duration limit = LIMIT;

  Scenario(Protocol protocol) {
    this.protocol = protocol;
  }

  public Protocol protocol() {
    return protocol;
  }

  public ClientSettings settings() {
    return settings;
  }

  /**
   * A condition for the end of the run.
   *
   * @param description what is waited for
   */
  record Condition(String description, Predicate<? super Trace> holds) {}

  /** What the kit's consumer does at an event, besides recording it. */
  sealed interface ConsumerAct {
    /** Throws. */
    record Fails() implements ConsumerAct {}

    /** Pauses, for a duration in the scenario's time. */
    record Pauses(Duration time) implements ConsumerAct {}

    /** Closes the client from within the handler. */
    record Closes() implements ConsumerAct {}
  }

  // ---- The servers ----

  /** Adds the reply to the next request. After the last reply the server answers 503. */
  public Scenario reply(Reply reply) {
    replies.add(reply);
    return this;
  }

  public Scenario replies(int count, Reply reply) {
    for (int i = 0; i < count; i++) {
      replies.add(reply);
    }
    return this;
  }

  /** Sets the reply to all further requests. */
  public Scenario always(Reply reply) {
    isLastRepeated = true;
    return reply(reply);
  }

  /** Sets the other origin's reply to each request. */
  public Scenario other(Reply reply) {
    otherReplies.add(reply);
    return this;
  }

  /** Adds a query to the URL that the client is sent to, such as {@code ?limit=5}. */
  public Scenario query(String text) {
    query = text;
    return this;
  }

  /** Sends the client to an https URL through a proxy, as which the server plays the replies. */
  public Scenario throughProxy() {
    isProxied = true;
    return this;
  }

  // ---- The client ----

  public Scenario set(Consumer<? super ClientSettings> setting) {
    setting.accept(settings);
    return this;
  }

  /** Sets how many streams the client follows at once. If not invoked: one. */
  public Scenario streams(int count) {
    streams = count;
    return this;
  }

  /** Lets the consumer throw at an event. */
  public Scenario failsAt(int event) {
    return failsAt(event, 1);
  }

  /** Lets the consumer throw at an event, and whenever it is called after that, so many times. */
  public Scenario failsAt(int event, int times) {
    settings.consumerFailsAt = event;
    settings.consumerFailures = times;
    for (int call = event; call < event + times; call++) {
      consumer.put(call, new ConsumerAct.Fails());
    }
    return this;
  }

  /** Lets the consumer pause at an event. */
  public Scenario pausesAt(int event, Duration time) {
    consumer.put(event, new ConsumerAct.Pauses(time));
    return this;
  }

  /** Lets the consumer close the client at an event. */
  public Scenario closesAt(int event) {
    isClosedOnce = true;
    settings.consumerClosesAt = event;
    consumer.put(event, new ConsumerAct.Closes());
    return this;
  }

  /** Starts a second process after the first, from the cursor that the first one stored. */
  public Scenario restarts() {
    isRestarted = true;
    return this;
  }

  // ---- When the run is over ----

  public Scenario until(String description, Predicate<? super Trace> condition) {
    conditions.add(new Condition(description, condition));
    return this;
  }

  public Scenario untilDelivered(int events) {
    return until(Format.count(events, "event"), trace -> trace.delivered() >= events);
  }

  public Scenario untilEnded() {
    return until("the end of the stream", Trace::hasEnded);
  }

  public Scenario untilRequests(int requests) {
    return until(Format.count(requests, "request"), trace -> trace.requestCount() >= requests);
  }

  /** Waits until the server has finished its reply to a request. */
  public Scenario untilServed(int request) {
    return until(
        "the server to finish its reply to request " + request,
        trace -> !trace.all(Kind.SERVED, request).isEmpty());
  }

  /** Sets how long to watch when the conditions hold, in the scenario's time. */
  public Scenario quiet(Duration time) {
    quiet = time;
    return this;
  }

  /** Limits the wait for the conditions, in real time at the usual speed. */
  public Scenario limit(Duration time) {
    limit = time;
    return this;
  }

  /** Closes the client when the conditions hold, and watches what follows. */
  public Scenario thenClosed() {
    isClosedOnce = true;
    return this;
  }

  boolean isOver(Trace trace) {
    return conditions.stream().allMatch(condition -> condition.holds().test(trace));
  }

  // ---- What is expected ----

  public Scenario expect(Check... expected) {
    checks.addAll(List.of(expected));
    return this;
  }

  // ---- The replies ----

  /** Returns the reply to a request of an origin, counted from 1; null when there is none. */
  @Nullable Reply replyTo(int request, boolean isAtOther) {
    List<Reply> from = isAtOther ? otherReplies : replies;
    if (from.isEmpty()) {
      return null;
    }
    if (request <= from.size()) {
      return from.get(request - 1);
    }
    return isLastRepeated || isAtOther ? from.get(from.size() - 1) : null;
  }

  /** Replaces the replies by recorded ones. A reply that repeats follows the recorded ones. */
  void replaceReplies(List<Reply> recorded, List<Reply> recordedAtOther) {
    List<Reply> here = new ArrayList<>(recorded);
    List<Reply> other = new ArrayList<>(recordedAtOther);
    if (isLastRepeated) {
      here.add(replies.get(replies.size() - 1));
    }
    if (!otherReplies.isEmpty()) {
      other.add(otherReplies.get(otherReplies.size() - 1));
    }
    replies.clear();
    replies.addAll(here);
    otherReplies.clear();
    otherReplies.addAll(other);
  }
}
