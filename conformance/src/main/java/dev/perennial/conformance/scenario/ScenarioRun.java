package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.ClientUnderTest.Following;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Runs one scenario with one client, and judges it. */
public final class ScenarioRun {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(8);
  private static final Duration LONGEST_CLOSE = Duration.ofMillis(1_200);

  private final ClientUnderTest client;
  private final Rule rule;
  private final Scenario scenario;
  private final TimeScale scale;
  private final RunContext run;
  private final Trace trace;
  private final List<Following> followings = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private volatile boolean isClosedByConsumer;

  private ScenarioRun(ClientUnderTest client, Rule rule, Scenario scenario, TimeScale scale) {
    this.client = client;
    this.rule = rule;
    this.scenario = scenario;
    this.scale = scale;
    this.run = RunContext.of(scenario, scale);
    this.trace = run.trace();
  }

  /** Runs a scenario of a rule, unless the client lacks a capability that the rule needs. */
  public static Result run(ClientUnderTest client, Rule rule, Scenario scenario, TimeScale scale)
      throws InterruptedException {
    Set<Capability> missing = missing(client, rule);
    if (!missing.isEmpty()) {
      String description =
          missing.stream()
              .map(Capability::description)
              .collect(Collectors.joining(", nor that it "));
      return ScenarioResult.notApplicable(
          rule, scenario.protocol, "It does not claim that it " + description + ".");
    }
    return new ScenarioRun(client, rule, scenario, scale).run();
  }

  /** Returns the capabilities that a rule needs and a client does not claim. */
  public static Set<Capability> missing(ClientUnderTest client, Rule rule) {
    Set<Capability> missing = EnumSet.noneOf(Capability.class);
    missing.addAll(rule.needs());
    missing.removeAll(client.capabilities());
    return missing;
  }

  private Result run() throws InterruptedException {
    boolean asksForDelay = !client.capabilities().contains(Capability.TAKES_DELAYS);
    try (ScenarioServer server = new ScenarioServer(run, asksForDelay)) {
      ClientSettings settings = scenario.settings.scaled(scale);
      process(server, settings, true);
      if (scenario.isRestarted) {
        trace.pause(scale.real(scenario.quiet));
        close();
        process(server, settings.restarted(trace.storedCursor()), false);
      }
      awaitEnd();
      close();
      if (scenario.isClosedOnce) {
        trace.await(ScenarioRun::isEachLeft, LONGEST_CLOSE);
        trace.pause(scale.real(Scenario.LONG_QUIET));
      }
    } catch (IOException e) {
      problems.add("The kit's own server could not be started: " + e);
    } finally {
      close();
    }
    TraceView view = run.view();
    for (Check check : scenario.checks) {
      String problem = check.problem(view);
      if (problem != null) {
        problems.add(problem);
      }
    }
    return ScenarioResult.ran(rule, scenario.protocol, problems, trace, run.recording());
  }

  /** Starts all streams of one process. */
  private void process(ScenarioServer server, ClientSettings settings, boolean isFirst)
      throws InterruptedException {
    for (int stream = 1; stream <= scenario.streams; stream++) {
      trace.add(Kind.STARTED, stream, isFirst ? "" : "the next process");
      ScenarioConsumer consumer =
          new ScenarioConsumer(run, stream, isFirst, this::closedByConsumer);
      try {
        Instructions instructions =
            new ScenarioInstructions(
                rule, scenario.protocol, server.url(), server.proxy(), settings);
        followings.add(client.follow(instructions, consumer));
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
      trace.await(running -> running.count(Kind.CONSUMER_FAILED) > 0, scale.limit(scenario.limit));
    }
  }

  private void awaitEnd() throws InterruptedException {
    if (followings.isEmpty()) {
      return; // No stream could be started.
    }
    if (!trace.await(scenario::isOver, scale.limit(scenario.limit))) {
      String actual =
          Format.count(trace.delivered(), "event")
              + (", " + Format.count(trace.requestCount(), "request"))
              + (", and " + run.view().end());
      scenario.conditions.stream()
          .filter(condition -> !condition.holds().test(trace))
          .forEach(
              condition ->
                  problems.add(
                      "Expected "
                          + condition.description()
                          + " within "
                          + Format.duration(scale.limit(scenario.limit))
                          + ". But there were "
                          + actual
                          + "."));
    }
    trace.pause(scale.real(scenario.quiet));
  }

  private static boolean isEachLeft(Trace trace) {
    return trace.count(Kind.LEFT) + trace.count(Kind.ANSWER) >= trace.requestCount();
  }

  // ---- Closing ----

  private void closedByConsumer() {
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

  /** Closes on another thread: a client whose close never returns must not block all other runs. */
  private void closeInTime() {
    Thread closer = new Thread(this::closeFollowings, "perennial-conformance-closer");
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
