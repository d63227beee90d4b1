package dev.perennial.conformance;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/** A run of the rules on a thread of its own, whose results are waited for one by one. */
final class SuiteRun {
  /** No run takes as long: each scenario has a limit of its own. */
  private static final Duration MOST = Duration.ofMinutes(10);

  private final ClientUnderTest client;
  private final Conformance run;
  private final Map<String, CompletableFuture<Result>> results = new LinkedHashMap<>();

  /**
   * @param client is closed at the end of the run
   */
  SuiteRun(ClientUnderTest client, Conformance run) {
    this.client = client;
    this.run = run;
  }

  /** Says which results will be waited for, before the start. */
  void expect(Rule rule, Protocol protocol) {
    results.put(Result.keyOf(rule, protocol), new CompletableFuture<>());
  }

  /** Tries all rules, and returns at once. */
  void start() {
    run.onResult(result -> resultOf(result.rule(), result.protocol()).complete(result));
    Thread thread = new Thread(this::run, "perennial-testkit-conformance-suite");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try (client) {
      run.run();
    } catch (InterruptedException e) {
      failOthers(e);
    } catch (RuntimeException e) {
      failOthers(e);
      throw e; // It may have come after the last result.
    } finally {
      failOthers(new IllegalStateException("The run is over"));
    }
  }

  private void failOthers(Exception cause) {
    results.values().forEach(result -> result.completeExceptionally(cause));
  }

  private CompletableFuture<Result> resultOf(Rule rule, Protocol protocol) {
    String key = Result.keyOf(rule, protocol);
    return Objects.requireNonNull(results.get(key), () -> "No test waits for " + key);
  }

  /**
   * Waits for a result, and passes it on to JUnit.
   *
   * @throws TestAbortedException when the rule does not apply, or is optional and not kept
   * @throws AssertionError when the rule is not kept
   */
  void judge(Rule rule, Protocol protocol) throws InterruptedException {
    Result result = await(rule, protocol);
    if (result.verdict() == Verdict.NOT_APPLICABLE) {
      Assumptions.abort("Not applicable: " + String.join(" ", result.problems()));
    } else if (result.isFailure()) {
      Assertions.fail(words(result));
    } else if (result.verdict() == Verdict.FAILED) {
      Assumptions.abort("Optional, and not kept: " + words(result));
    }
  }

  private Result await(Rule rule, Protocol protocol) throws InterruptedException {
    try {
      return resultOf(rule, protocol).get(MOST.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("The run ended before this rule: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("There was no result within " + Format.duration(MOST), e);
    }
  }

  private String words(Result result) {
    Rule rule = result.rule();
    StringBuilder words = new StringBuilder(256);
    words.append(client.name()).append(" does not keep ").append(result.key()).append(": ");
    words.append(rule.sentence()).append(" (").append(rule.source()).append(')');
    result.problems().forEach(problem -> words.append("\n  ").append(problem));
    words.append("\nThe scenario:");
    rule.words(result.protocol()).forEach(line -> words.append("\n  ").append(line));
    return words.toString();
  }
}
