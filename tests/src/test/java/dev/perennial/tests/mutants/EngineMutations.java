package dev.perennial.tests.mutants;

import static dev.perennial.tests.mutants.Mutations.CORE;
import static dev.perennial.tests.mutants.Mutations.DELIVERY;
import static dev.perennial.tests.mutants.Mutations.ENGINE;
import static dev.perennial.tests.mutants.Mutations.HTTP;
import static dev.perennial.tests.mutants.Mutations.QUEUE;
import static dev.perennial.tests.mutants.Mutations.RETRY;
import static dev.perennial.tests.mutants.Mutations.sse;

import java.util.List;

/** Bugs in what the engine does between connections, and with the events of one. */
final class EngineMutations {
  static final List<Mutation> ALL =
      List.of(
          // ---- Delays ----
          sse("no-jitter", "delays are the ceiling", RETRY + "Jitter.java")
              .replacing(
                  "return (long) (random.getAsDouble() * ceilingNanos);", "return ceilingNanos;")
              .caughtBy("backoff-01", "backoff-12"),
          sse("no-growth", "the ceiling does not double", RETRY + "JitteredBackoff.java")
              .replacing(
                  "Math.max(schedule.capNanos, baseNanos), Nanos.doubled(baseNanos,"
                      + " earlierFailures));",
                  "Math.max(schedule.capNanos, baseNanos), baseNanos);")
              .caughtBy("backoff-03")
              .mayFail("backoff-04", "backoff-05", "backoff-06", "backoff-11"),
          sse("no-cap", "the ceiling doubles for ever", RETRY + "JitteredBackoff.java")
              .replacing(
                  "return Math.min(\n        Math.max(schedule.capNanos, baseNanos),"
                      + " Nanos.doubled(baseNanos, earlierFailures));",
                  "return Nanos.doubled(baseNanos, earlierFailures);")
              .caughtBy("backoff-02")
              .mayFail(
                  "backoff-01",
                  "backoff-03",
                  "backoff-04",
                  "backoff-05",
                  "backoff-06",
                  "backoff-08",
                  "backoff-11",
                  "resume-12",
                  "reconnect-07"),
          sse("retry-unclamped", "a retry of 0 is obeyed", RETRY + "JitteredBackoff.java")
              .replacing("Math.max(MIN_SERVER_NANOS, nanos);", "nanos;")
              .caughtBy("backoff-08"),
          sse("retry-halved", "half of a retry is enough", RETRY + "Reconnector.java")
              .replacing("Nanos.of(delay));", "Nanos.of(delay.dividedBy(2)));")
              .caughtBy("backoff-13"),
          sse("progress-unforgiving", "a cut is a cut", RETRY + "Reconnector.java")
              .replacing("backoff.forgive(63 - ", "backoff.forgive(0 * ")
              .caughtBy("backoff-14"),
          sse("open-resets", "a mere open ends the failing", RETRY + "Reconnector.java")
              .replacing(
                  "(hasProgress && period.progressNanos >= backoff.resetAfterNanos());",
                  "period.openNanos >= 0;")
              .caughtBy("backoff-04")
              .mayFail("backoff-05", "backoff-11"),
          sse("any-progress-resets", "one event ends the failing", RETRY + "Reconnector.java")
              .replacing(
                  "(hasProgress && period.progressNanos >= backoff.resetAfterNanos());",
                  "hasProgress;")
              .caughtBy("backoff-05"),
          sse("clean-end-punished", "an orderly end is a failure", RETRY + "ConnectionEnd.java")
              .replacing("new ConnectionEnd(Kind.ORDERLY,", "new ConnectionEnd(Kind.FAILED,")
              .caughtBy("reconnect-12"),
          sse(
                  "poison-for-ever",
                  "a poisoned cursor is asked for for ever",
                  RETRY + "Reconnector.java")
              .replacing("return repeatedCount >= REPEATED_FAILURES;", "return repeatedCount < 0;")
              .caughtBy("limit-01", "replay-05"),
          sse("retry-resets", "a retry begins the backoff anew", RETRY + "Reconnector.java")
              .replacing(
                  "backoff.serverBase(serverDelayNanos);",
                  "backoff.serverBase(serverDelayNanos);\n    backoff.reset();")
              .caughtBy("backoff-11"),
          sse("retry-ignored", "a retry does not count", ENGINE + "Engine.java")
              .replacing("reconnector().serverDelay(serverDelay);", "serverDelay.toMillis();")
              .caughtBy("backoff-07")
              .mayFail("backoff-08", "backoff-11", "backoff-13"),
          sse("retry-after-ignored", "Retry-After does not count", RETRY + "ServerDelays.java")
              .replacing("Duration asked = end.notBefore();", "Duration asked = null;")
              .caughtBy("http-after-01", "http-after-02", "http-after-03", "http-after-04"),
          sse(
                  "retry-after-date-ignored",
                  "a date does not count",
                  HTTP + "internal/message/RetryAfter.java")
              .replacing("Instant date = HttpDate.parse(value, now);", "Instant date = null;")
              .caughtBy("http-after-03"),
          sse(
                  "retry-after-by-own-clock",
                  "the local clock counts",
                  HTTP + "internal/message/RetryAfter.java")
              .replacing("return sent != null ? sent : received;", "return received;")
              .caughtBy("http-after-03"),

          // ---- Delivery ----
          sse(
                  "acknowledged-early",
                  "the cursor is ahead of the handler",
                  CORE + "internal/delivery/DirectDelivery.java")
              .replacing(
                  "    try {\n      target.event(event);",
                  "    acknowledged.handled(event);\n    try {\n      target.event(event);")
              .caughtBy("resume-13", "resume-14"),
          sse(
                  "replays-delivered",
                  "what is replayed is delivered again",
                  ENGINE + "ReplayFilter.java")
              .replacing("return sighting != Sighting.NEW;", "return false;")
              .caughtBy("resume-07", "resume-12")
              .mayFail("position-03", "replay-03"),
          sse("window-unbounded", "every id is remembered", ENGINE + "ReplayFilter.java")
              .replacing("new RecentIds(settings.dedupeSize())", "new RecentIds(1 << 16)")
              .caughtBy("resume-11"),
          sse(
                  "repeated-dropped",
                  "an id counts once on one connection",
                  ENGINE + "ReplayFilter.java")
              .replacing(
                  "(sighting == Sighting.REPEATED || sighting == Sighting.CHANGED);",
                  "sighting == Sighting.CHANGED;")
              .caughtBy("resume-08"),
          sse("content-ignored", "an id alone makes a replay", ENGINE + "ReplayFilter.java")
              .replacing("DedupeScope.REPLAYS ? Fingerprint.of(frame) : 0", "null ? 1 : 0")
              .caughtBy("replay-01"),
          sse("window-kept", "a gap leaves the window as it is", ENGINE + "GapHandler.java")
              .replacing("    replays.clear();\n    breaks++;", "    breaks++;")
              .caughtBy("replay-02"),
          sse("start-included", "the event of the cursor comes again", ENGINE + "ReplayFilter.java")
              .replacing("Sighting.NEW && isOfTheStart", "null && isOfTheStart")
              .caughtBy("replay-03"),
          sse("now-resumed", "now is a position", CORE + "internal/resume/SymbolicStart.java")
              .replacing("WORDS.contains(", "WORDS.contains(\"-\" + ")
              .caughtBy("replay-04"),
          sse("poison-without-end", "progress is another event", RETRY + "Reconnector.java")
              .replacing(
                  "(position != null || isSameWithoutCursor(end));",
                  "(position != null || end.events() == 0 && isSameWithoutCursor(end));")
              .caughtBy("replay-05"),
          sse("silence-unnoticed", "silence has no limit", ENGINE + "ReadLimits.java")
              .replacing("staleAfter == null ? UNTIL_HEARTBEAT : staleAfter", "UNTIL_HEARTBEAT")
              .caughtBy("silence-01")
              .mayFail("reconnect-08", "reconnect-10"),
          sse("heartbeats-ignored", "heartbeats are no life", ENGINE + "Engine.java")
              .replacing(
                  "          limits.heartbeatAfter(run.silenceNanos());",
                  "          if (status.lastEventNanos() != SubscriptionStatus.NEVER\n"
                      + "              && time.nanoTime() - status.lastEventNanos()\n"
                      + "                  > limits.deadlines().noByteNanos()) {\n"
                      + "            return limits.staleEnd(null);\n"
                      + "          }\n"
                      + "          limits.heartbeatAfter(run.silenceNanos());")
              .caughtBy("silence-02")
              .mayFail("silence-05"),
          sse("stale-while-paused", "silence counts while nothing is read", ENGINE + "Engine.java")
              .replacing(
                  "      Frame frame = run.read();",
                  "      if (time.nanoTime() - run.lastByteNanos()"
                      + " > limits.deadlines().noByteNanos()) {\n"
                      + "        return limits.staleEnd(null);\n"
                      + "      }\n"
                      + "      Frame frame = run.read();")
              .caughtBy("silence-05"),
          sse("old-connection-kept", "what was left is not closed", ENGINE + "ConnectionRun.java")
              .replacing(
                  "    signals.release();\n"
                      + "    Callbacks.runLast(() -> connection.close(occasion));",
                  "    signals.release();\n"
                      // Reachable: OkHttp closes a connection that it finds leaked.
                      + "    System.getProperties().put(connection, connection);")
              .caughtBy("finite-01")
              .mayFail("limit-02"),

          // ---- Consumers that fail ----
          sse("repeated-late", "a repeated event is left out", QUEUE + "DeliveryStates.java")
              .replacing("      again = event;\n", "      again = null;\n")
              .caughtBy("consumer-07")
              .mayFail("consumer-09"),
          sse("failed-passed", "a failed event is passed", DELIVERY + "QueuedDelivery.java")
              .replacing(
                  "        return broke(thrown.after(policy.failures()));",
                  "        acknowledged.handled(event);\n"
                      + "        return broke(thrown.after(policy.failures()));")
              .caughtBy("consumer-08"),
          sse("skip-ends", "nothing is skipped", RETRY + "ConsumerFailures.java")
              .replacing("return rule.skips ? SKIP : FAIL;", "return FAIL;")
              .caughtBy("consumer-09"),

          // ---- Positions and ends ----
          sse("position-guessed", "a server keeps no position", ENGINE + "Position.java")
              .replacing("return isAtServer || cursor != null;", "return cursor != null;")
              .caughtBy("position-01")
              .mayFail("position-03"),
          sse("position-sent", "a server is sent its own position", ENGINE + "Position.java")
              .replacing("cursor = isAtServer ? null : next;", "cursor = next;")
              .caughtBy("position-02")
              .mayFail("position-03"),
          sse("position-forgets", "no position, no replays", ENGINE + "Engine.java")
              .replacing(
                  "    status.openConnection(run);",
                  "    if (position.cursor() == null) {\n"
                      + "      replays.clear();\n"
                      + "    }\n"
                      + "    status.openConnection(run);")
              .caughtBy("position-03"),
          sse("closed-completes", "what was left is complete", ENGINE + "Engine.java")
              .replacing(
                  "if (isReported && !signals.isClosing()) {",
                  "if (isReported || failure == null) {")
              .caughtBy("closing-06"));

  private EngineMutations() {}
}
