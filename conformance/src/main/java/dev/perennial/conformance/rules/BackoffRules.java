package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.FOLLOWS_MANY;
import static dev.perennial.conformance.Capability.RECOGNIZES_ERRORS;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.TAKES_DELAYS;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.SLACK;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.TraceView;
import dev.perennial.conformance.scenario.TracedRequest;
import dev.perennial.testkit.Cut;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long a client waits, and how many clients spread, by the server's clock. */
final class BackoffRules {
  private static final Duration GROWING = ofMillis(1_200);
  private static final String DELAYS = "decision: full jitter under a ceiling that doubles";

  private BackoffRules() {}

  static List<Rule> all() {
    return List.of(
        rule("backoff-01", "Delays are jittered, also at the maximum.")
            .stochastic()
            .covers("D-jitter", "D-cap", "P6-herd", "R16")
            .scenario(
                s ->
                    s.set(to -> to.baseDelay(ofSeconds(2)))
                        .set(to -> to.maxDelay(ofSeconds(2)))
                        .always(unavailable(s))
                        .untilRequests(14)
                        .limit(ofSeconds(20))
                        .expect(
                            Checks.custom(
                                "Expected one of 13 delays to be below four fifths of the maximum.",
                                BackoffRules::unjittered))),
        rule("backoff-02", "No delay that the client chooses exceeds the maximum.")
            .covers("D-cap", "F46")
            .scenario(
                s ->
                    s.set(to -> to.baseDelay(ofMillis(100)))
                        .set(to -> to.maxDelay(ofSeconds(2)))
                        .always(unavailable(s))
                        .untilRequests(14)
                        .limit(ofSeconds(12))
                        .expect(
                            Checks.custom(
                                "Expected no delay above the maximum.",
                                seen -> longerThan(seen, ofSeconds(2))))),
        rule("backoff-03", "Delays grow while attempts fail.")
            .stochastic()
            .covers("D-jitter", "F46")
            .scenario(s -> growing(s, unavailable(s))),
        rule("backoff-04", "Connecting alone does not reset the backoff.")
            .stochastic()
            .covers("H-open", "D-crash-loop", "R13")
            .scenario(s -> growing(s, Reply.open(s.protocol()).pause(ofMillis(20)).cut(Cut.RST))),
        rule("backoff-05", "Delays grow while a server crashes after each event.")
            .stochastic()
            .covers("F94", "D-crash-loop", "D-reset-progress")
            .needs(RECONNECTS, RESUMES, TAKES_DELAYS)
            .scenario(BackoffRules::crashLoop),
        rule("backoff-06", "A refused connection is retried with backoff.")
            .stochastic()
            .covers("F1", "H-refused")
            .scenario(s -> growing(s, Reply.silent(s.protocol()).cut(Cut.RST))),
        retry("backoff-07", "The server's retry field sets the base delay.")
            .covers("S-retry-base", "D-server-base")
            .scenario(
                s ->
                    s.set(to -> to.baseDelay(ofHours(12)))
                        .set(to -> to.maxDelay(ofHours(12)))
                        .reply(opened().send("retry: 100\nid: 1\ndata: event 1\n\n").end())
                        .reply(opened().replay(2).hold())
                        .untilDelivered(2)
                        .limit(ofSeconds(5))
                        .expect(deliveredLog(2))),
        retry("backoff-08", "A retry of 0 does not cause a hot loop.")
            .covers("F52", "S-retry-clamp")
            .scenario(
                s ->
                    s.always(opened().send("retry: 0\n\n").end())
                        .untilRequests(2)
                        .quiet(ofSeconds(30))
                        .expect(
                            Checks.custom(
                                "Expected at most 20 requests in a second.",
                                BackoffRules::hotLoop))),
        retry("backoff-09", "A retry that is not all digits is ignored.")
            .covers("F52", "S-retry")
            .scenario(
                s -> {
                  String odd = "retry: +9999999\nretry: -5\nretry:\nretry: 9999999x\n";
                  s.reply(opened().send(odd + "id: 1\ndata: event 1\n\n").end())
                      .reply(opened().send(odd + "id: 2\ndata: event 2\n\n").end())
                      .reply(opened().replay(3).hold())
                      .untilDelivered(3)
                      .limit(ofSeconds(5))
                      .expect(deliveredLog(3));
                }),
        retry("backoff-10", "A huge retry does no harm.")
            .covers("F52", "S-retry")
            .scenario(
                s ->
                    s.reply(
                            opened()
                                .send("retry: 99999999999999999999\nid: 1\ndata: event 1\n\n")
                                .send("retry: 100\nid: 2\ndata: event 2\n\n")
                                .end())
                        .reply(opened().replay(3).hold())
                        .untilDelivered(3)
                        .expect(deliveredLog(3))),
        retry("backoff-11", "A retry with each connection does not reset the backoff.")
            .stochastic()
            .covers("S-retry-count")
            .needs(RECONNECTS, TAKES_DELAYS)
            .scenario(
                s ->
                    // The client may not accept a base below 100 ms, so these times are real.
                    s.set(to -> to.maxDelay(ofSeconds(16)))
                        .always(opened().send("retry: 100\n\n").cut(Cut.RST))
                        .untilRequests(14)
                        .limit(ofSeconds(25))
                        .expect(
                            Checks.custom(
                                "Expected 13 delays to add up to more than with the base delay.",
                                seen -> shorterInAll(seen, ofMillis(2_600))))),
        rule("backoff-12", "Clients that lose their server at once reconnect spread over time.")
            .stochastic()
            .covers("P6-herd", "R15")
            .needs(RECONNECTS, TAKES_DELAYS, FOLLOWS_MANY)
            .scenario(BackoffRules::fleet),
        retry("backoff-13", "No reconnect comes before the server's retry.")
            .covers("S-retry-base", "D-server-base")
            .scenario(BackoffRules::retryIsALowerBound),
        rule("backoff-15", "Errors that a server reports in band back off, too.")
            .stochastic()
            .covers("D-crash-loop")
            .on(Protocol.NDJSON)
            .needs(RECONNECTS, TAKES_DELAYS, RECOGNIZES_ERRORS)
            .scenario(
                s ->
                    s.set(to -> to.baseDelay(GROWING))
                        .set(to -> to.maxDelay(GROWING.multipliedBy(32)))
                        .always(
                            Reply.open(s.protocol())
                                .send("{\"error\":{\"code\":503,\"message\":\"leader changed\"}}\n")
                                .end())
                        .untilRequests(11)
                        .limit(ofSeconds(30))
                        .expect(grows())),
        rule("backoff-14", "Cuts while a backlog waits do not increase the delay.")
            .covers("D-forgive")
            .needs(RECONNECTS, RESUMES, TAKES_DELAYS)
            .scenario(BackoffRules::cutBacklog));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.BACKOFF, sentence)
        .source(DELAYS)
        .needs(RECONNECTS, TAKES_DELAYS);
  }

  private static ScenarioRule.Draft retry(String id, String sentence) {
    return ScenarioRule.named(id, Area.BACKOFF, sentence)
        .source("HTML 9.2.6")
        .on(SSE)
        .needs(RECONNECTS);
  }

  private static Reply opened() {
    return Reply.open(SSE);
  }

  private static Reply unavailable(Scenario scenario) {
    return Reply.answer(scenario.protocol(), 503);
  }

  // ---- Scenarios ----

  /** Writes eleven attempts that fail in the same way. */
  private static void growing(Scenario scenario, Reply failing) {
    scenario
        .set(to -> to.baseDelay(GROWING))
        .set(to -> to.maxDelay(GROWING.multipliedBy(32)))
        .always(failing)
        .untilRequests(11)
        .limit(ofSeconds(30))
        .expect(delivered(), grows());
  }

  private static void crashLoop(Scenario scenario) {
    scenario.set(to -> to.baseDelay(GROWING));
    scenario.set(to -> to.maxDelay(GROWING.multipliedBy(32)));
    for (int event = 1; event <= 11; event++) {
      scenario.reply(
          Reply.open(scenario.protocol()).replay(event).awaitDelivered(event).cut(Cut.RST));
    }
    scenario.untilRequests(11).limit(ofSeconds(30)).expect(grows());
  }

  /** After an orderly end, a cut and a refusal; the times are real. */
  private static void retryIsALowerBound(Scenario scenario) {
    Duration least = ofMillis(400);
    scenario
        .reply(opened().send("retry: 400\nid: 1\ndata: event 1\n\n").end())
        .reply(opened().replay(2).awaitDelivered(2).cut(Cut.RST))
        .reply(unavailable(scenario))
        .reply(opened().replay(3).hold())
        .untilDelivered(3)
        .expect(
            deliveredLog(3),
            Checks.realDelayAtLeast(1, least),
            Checks.realDelayAtLeast(2, least),
            Checks.realDelayAtLeast(3, least));
  }

  private static void cutBacklog(Scenario scenario) {
    int perConnection = 20;
    scenario.set(to -> to.baseDelay(ofSeconds(1))).set(to -> to.maxDelay(ofSeconds(60)));
    for (int i = 1; i <= 10; i++) {
      int to = i * perConnection;
      scenario.reply(Reply.open(scenario.protocol()).replay(to).awaitDelivered(to).cut(Cut.RST));
    }
    int all = 11 * perConnection;
    scenario
        .reply(Reply.open(scenario.protocol()).replay(all).hold())
        .untilDelivered(all)
        .expect(
            deliveredLog(all),
            Checks.custom(
                "Expected no delay above the base.", seen -> longerThan(seen, ofSeconds(1))));
  }

  /**
   * The base is three seconds of real time at the usual speed. A machine that stands still lets
   * every client reconnect that is due meanwhile, and half of the base is a long time for that.
   */
  private static void fleet(Scenario scenario) {
    int size = 20;
    Duration base = ofSeconds(60);
    scenario.streams(size);
    scenario.set(to -> to.baseDelay(base)).set(to -> to.maxDelay(base));
    scenario.replies(
        size,
        Reply.open(scenario.protocol())
            .await(trace -> trace.requestCount() >= size, "waits for all clients")
            .await(trace -> trace.count(Kind.SENT) >= size, "waits until all streams are open")
            .cut(Cut.RST));
    scenario
        .always(Reply.open(scenario.protocol()).hold())
        .untilRequests(2 * size)
        .limit(ofSeconds(20))
        .expect(
            Checks.custom(
                "Expected at most 14 of 20 clients to reconnect within a fifth of the base delay.",
                seen -> herd(seen, size, seen.scale().real(base).dividedBy(5))));
  }

  // ---- Judges ----

  private static @Nullable String unjittered(TraceView seen) {
    Duration limit = seen.scale().real(ofSeconds(2)).multipliedBy(4).dividedBy(5);
    return seen.delays().stream().anyMatch(delay -> delay.compareTo(limit) < 0)
        ? null
        : "they were " + seen.delays().stream().map(Format::duration).toList() + ".";
  }

  static @Nullable String longerThan(TraceView seen, Duration longest) {
    Duration limit = seen.scale().real(longest).plus(SLACK);
    List<String> longer =
        seen.delays().stream()
            .filter(delay -> delay.compareTo(limit) > 0)
            .map(Format::duration)
            .toList();
    return longer.isEmpty()
        ? null
        : "there were " + longer + ", above " + Format.duration(limit) + ".";
  }

  /** Ten delays add up to at most ten times a fixed base; with doubling ceilings, to 95 times. */
  private static Check grows() {
    Duration least = GROWING.multipliedBy(20);
    return Checks.custom(
        "Expected ten delays to add up to at least " + Format.duration(least) + ".",
        seen -> shorterInAll(seen, seen.scale().real(least)));
  }

  private static @Nullable String shorterInAll(TraceView seen, Duration least) {
    Duration sum = seen.delays().stream().reduce(Duration.ZERO, Duration::plus);
    return sum.compareTo(least) >= 0
        ? null
        : "they added up to "
            + Format.duration(sum)
            + " of real time: "
            + seen.delays().stream().map(Format::duration).toList()
            + ".";
  }

  private static @Nullable String hotLoop(TraceView seen) {
    List<TracedRequest> requests = seen.requests();
    for (int i = 20; i < requests.size(); i++) {
      if (requests.get(i).atNanos() - requests.get(i - 20).atNanos() < 1_000_000_000L) {
        return "there were " + requests.size() + " in all.";
      }
    }
    return null;
  }

  private static @Nullable String herd(TraceView seen, int size, Duration window) {
    List<TracedRequest> back = seen.requests().subList(size, seen.requests().size());
    int most = 0;
    for (TracedRequest first : back) {
      int within = 0;
      for (TracedRequest other : back) {
        long after = other.atNanos() - first.atNanos();
        within += after >= 0 && after < window.toNanos() ? 1 : 0;
      }
      most = Math.max(most, within);
    }
    return most <= 14
        ? null
        : most + " reconnected within " + Format.duration(window) + " of real time.";
  }
}
