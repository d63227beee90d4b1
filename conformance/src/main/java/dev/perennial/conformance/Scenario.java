package dev.perennial.conformance;

import dev.perennial.conformance.Instructions.Draft;
import dev.perennial.conformance.TraceEvent.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a server does, what the consumer does, when it is over, and what has to be seen. Belongs to
 * the thread that writes it; not changed once it is run.
 */
final class Scenario {
  /** Several times the longest delay of a client that was told nothing else. */
  static final Duration LONG_QUIET = Duration.ofSeconds(6);

  private static final Duration QUIET = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  final Protocol protocol;
  final List<Reply> replies = new ArrayList<>();
  final List<Reply> otherReplies = new ArrayList<>();
  final Draft settings = new Draft();
  final Map<Integer, ConsumerAct> consumer = new LinkedHashMap<>();
  final List<Check> checks = new ArrayList<>();
  final List<Condition> conditions = new ArrayList<>();
  int streams = 1;
  boolean isLastRepeated;
  boolean isRestarted;
  boolean isClosedOnce;
  Duration quiet = QUIET;
  Duration limit = LIMIT;

  Scenario(Protocol protocol) {
    this.protocol = protocol;
  }

  /**
   * Something that is waited for.
   *
   * @param words what, for people
   */
  record Condition(String words, Predicate<? super Trace> holds) {}

  /** What the kit's consumer does at an event, besides noting it. */
  sealed interface ConsumerAct {
    /** It throws. */
    record Fails() implements ConsumerAct {}

    /** It takes this time of the scenario's. */
    record Pauses(Duration time) implements ConsumerAct {}

    /** It closes the client from within the handler. */
    record Closes() implements ConsumerAct {}
  }

  // ---- The server ----

  /** The reply to the next request; after the last one the server answers 204 or closes. */
  Scenario reply(Reply reply) {
    replies.add(reply);
    return this;
  }

  Scenario replies(int count, Reply reply) {
    for (int i = 0; i < count; i++) {
      replies.add(reply);
    }
    return this;
  }

  /** All further requests get this. */
  Scenario always(Reply reply) {
    isLastRepeated = true;
    return reply(reply);
  }

  /** The reply of the other origin, to each request. */
  Scenario other(Reply reply) {
    otherReplies.add(reply);
    return this;
  }

  // ---- The client ----

  Scenario set(Consumer<? super Draft> setting) {
    setting.accept(settings);
    return this;
  }

  Scenario streams(int count) {
    streams = count;
    return this;
  }

  /** The consumer throws at this event. */
  Scenario failsAt(int event) {
    settings.consumerFailsAt = event;
    consumer.put(event, new ConsumerAct.Fails());
    return this;
  }

  /** The consumer takes this long at this event. */
  Scenario pausesAt(int event, Duration time) {
    consumer.put(event, new ConsumerAct.Pauses(time));
    return this;
  }

  Scenario closesAt(int event) {
    isClosedOnce = true;
    settings.consumerClosesAt = event;
    consumer.put(event, new ConsumerAct.Closes());
    return this;
  }

  /** When the first process has come to its end, another one goes on with what it stored. */
  Scenario restarts() {
    isRestarted = true;
    return this;
  }

  // ---- When it is over ----

  Scenario until(String words, Predicate<? super Trace> condition) {
    conditions.add(new Condition(words, condition));
    return this;
  }

  Scenario untilDelivered(int events) {
    return until(Format.count(events, "event"), trace -> trace.delivered() >= events);
  }

  Scenario untilEnded() {
    return until("the end of the stream", Trace::hasEnded);
  }

  Scenario untilRequests(int requests) {
    return until(Format.count(requests, "request"), trace -> trace.requestCount() >= requests);
  }

  /** Until the server is done with the reply to this request. */
  Scenario untilServed(int request) {
    return until(
        "the server to be done with request " + request,
        trace -> !trace.all(Kind.SERVED, request).isEmpty());
  }

  /** How long nothing further may be waited for, in the scenario's time. */
  Scenario quiet(Duration time) {
    quiet = time;
    return this;
  }

  /** The longest that it may take, in real time at the usual speed. */
  Scenario limit(Duration time) {
    limit = time;
    return this;
  }

  /** The client is closed when the conditions hold, and watched for a while afterwards. */
  Scenario thenClosed() {
    isClosedOnce = true;
    return this;
  }

  // ---- What has to be seen ----

  Scenario expect(Check... expected) {
    checks.addAll(List.of(expected));
    return this;
  }

  /** The reply to this request; null when there is none. */
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

  boolean isOver(Trace trace) {
    return conditions.stream().allMatch(condition -> condition.holds().test(trace));
  }
}
