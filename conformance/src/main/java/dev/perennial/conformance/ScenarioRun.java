package dev.perennial.conformance;

import dev.perennial.conformance.ClientUnderTest.Following;
import dev.perennial.conformance.Instructions.Draft;
import dev.perennial.conformance.TraceEvent.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Runs one scenario with one client, and judges it. */
final class ScenarioRun {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(8);
  private static final Duration LONGEST_CLOSE = Duration.ofMillis(1_200);

  private final ClientUnderTest client;
  private final Rule rule;
  private final Scenario scenario;
  private final TimeScale scale;
  private final Trace trace = new Trace();
  private final List<Following> followings = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private volatile boolean isClosedByConsumer;

  ScenarioRun(ClientUnderTest client, Rule rule, Scenario scenario, TimeScale scale) {
    this.client = client;
    this.rule = rule;
    this.scenario = scenario;
    this.scale = scale;
  }

  Result run() throws InterruptedException {
    boolean asksForDelay = !client.capabilities().contains(Capability.TAKES_DELAYS);
    try (ScenarioServer server = new ScenarioServer(scenario, trace, scale, asksForDelay)) {
      Draft settings = scenario.settings.scaled(scale);
      process(server, settings, true);
      if (scenario.isRestarted) {
        trace.await(one -> false, scale.real(scenario.quiet));
        close();
        process(server, settings.restarted(trace.storedCursor()), false);
      }
      awaitEnd();
      close();
      if (scenario.isClosedOnce) {
        trace.await(ScenarioRun::isEachLeft, LONGEST_CLOSE);
        trace.await(one -> false, scale.real(Scenario.LONG_QUIET));
      }
    } catch (IOException e) {
      problems.add("The kit's own server could not be started: " + e);
    } finally {
      close();
    }
    TraceView seen = new TraceView(scenario, trace, scale);
    for (Check check : scenario.checks) {
      String problem = check.problem(seen);
      if (problem != null) {
        problems.add(problem);
      }
    }
    return Result.ran(rule, scenario.protocol, problems, trace);
  }

  private void process(ScenarioServer server, Draft settings, boolean isFirst)
      throws InterruptedException {
    for (int stream = 1; stream <= scenario.streams; stream++) {
      trace.add(Kind.STARTED, stream, isFirst ? "" : "the next process");
      ScenarioConsumer reporter =
          new ScenarioConsumer(scenario, trace, scale, stream, isFirst, this::closeQuietly);
      try {
        Instructions instructions =
            new Instructions(rule, scenario.protocol, server.url(), settings);
        followings.add(client.follow(instructions, reporter));
        if (isClosedByConsumer) {
          closeFollowings(); // Events came before there was anything to close.
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        trace.add(Kind.BROKEN, stream, String.valueOf(e));
        problems.add("The client could not be started: " + e);
      }
    }
    if (isFirst && scenario.isRestarted) {
      trace.await(one -> one.count(Kind.CONSUMER_FAILED) > 0, scale.limit(scenario.limit));
    }
  }

  private void awaitEnd() throws InterruptedException {
    if (followings.isEmpty()) {
      return; // Nobody is there who could do anything.
    }
    if (!trace.await(scenario::isOver, scale.limit(scenario.limit))) {
      scenario.conditions.stream()
          .filter(condition -> !condition.holds().test(trace))
          .forEach(
              condition ->
                  problems.add(
                      "Expected "
                          + condition.words()
                          + " within "
                          + Format.duration(scale.limit(scenario.limit))
                          + ". But there were "
                          + (Format.count(trace.delivered(), "event") + ", ")
                          + (Format.count(trace.requestCount(), "request") + ", and ")
                          + new TraceView(scenario, trace, scale).end()
                          + "."));
    }
    trace.await(one -> false, scale.real(scenario.quiet));
  }

  private static boolean isEachLeft(Trace trace) {
    return trace.count(Kind.LEFT) + trace.count(Kind.ANSWER) >= trace.requestCount();
  }

  private void closeQuietly() {
    isClosedByConsumer = true;
    closeFollowings();
    trace.add(Kind.CLOSED, 1, "by its consumer");
  }

  private void close() {
    if (!followings.isEmpty()) {
      closeInTime();
      if (trace.count(Kind.CLOSED) == 0) {
        trace.add(Kind.CLOSED, 1, "");
      }
      followings.clear();
    }
  }

  /** A client that never returns from its close must not hold up all other runs. */
  private void closeInTime() {
    Thread closer = new Thread(this::closeFollowings, "perennial-testkit-closer");
    closer.setDaemon(true);
    closer.start();
    try {
      closer.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closer.isAlive()) {
      trace.add(Kind.BROKEN, 1, "close has not returned");
      problems.add(
          "Expected the client to close within "
              + Format.duration(CLOSE_LIMIT)
              + ". But it had not.");
    }
  }

  private void closeFollowings() {
    for (Following following : followings) {
      try {
        following.close();
      } catch (IOException | RuntimeException e) {
        trace.add(Kind.BROKEN, 1, "close: " + e);
        problems.add("Expected the client to close, but it threw " + e + ".");
      }
    }
  }
}
