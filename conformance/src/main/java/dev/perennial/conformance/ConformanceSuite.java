package dev.perennial.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules as JUnit tests, one for each rule and transport of a client.
 *
 * <pre>{@code
 * final class MyClientConformanceTest extends ConformanceSuite {
 *   protected ClientUnderTest client() { return new MyClient(); }
 * }
 * }</pre>
 *
 * <p>A test is aborted, with the reason, when its rule needs a capability that the client does not
 * claim, or when the client fails an optional rule. The first test starts all rules, several at
 * once; each test waits for its own result. JUnit's API, version 5.9 or later, must be on the class
 * path; this module does not bring it.
 *
 * @since 0.1.0
 */
public abstract class ConformanceSuite {

  /** For subclasses. */
  protected ConformanceSuite() {}

  /** Creates the client to test. The suite closes it when all rules have a result. */
  protected abstract ClientUnderTest client();

  /** Returns whether to run a rule. By default all are run. */
  protected boolean isWanted(Rule rule) {
    return true;
  }

  /**
   * Returns how many times faster than the scenarios' own time to run: above 0, up to 1,000. By
   * default 20. A busy machine may need a lower value.
   */
  protected double speed() {
    return 20;
  }

  /** Returns how many scenarios to run at once. By default 12. */
  protected int atOnce() {
    return 12;
  }

  /**
   * Returns how often a rule may run that fails while the machine is busy, each time at half the
   * speed: 1 to 5. By default 3.
   *
   * @see Conformance#runsWhenBusy
   */
  protected int runsWhenBusy() {
    return 3;
  }

  /** Returns a container for each area, with a test for each of its rules and transports. */
  @TestFactory
  protected final Stream<DynamicNode> rules() {
    ClientUnderTest client = client();
    Conformance conformance =
        Conformance.of(client)
            .rules(this::isWanted)
            .speed(speed())
            .atOnce(atOnce())
            .runsWhenBusy(runsWhenBusy());
    SuiteRun run = new SuiteRun(client, conformance);
    Map<Area, List<DynamicNode>> tests = new LinkedHashMap<>();
    for (Rule rule : Rules.all()) {
      for (Protocol protocol : Protocol.values()) {
        if (isWanted(rule)
            && rule.protocols().contains(protocol)
            && client.protocols().contains(protocol)) {
          tests
              .computeIfAbsent(rule.area(), area -> new ArrayList<>())
              .add(run.test(new Key(rule, protocol)));
        }
      }
    }
    run.start();
    return tests.entrySet().stream()
        .map(area -> DynamicContainer.dynamicContainer(area.getKey().title(), area.getValue()));
  }

  private record Key(Rule rule, Protocol protocol) {
    @Override
    public String toString() {
      return rule.id() + " " + protocol.label();
    }
  }

  /** Runs the rules on its own thread, while tests wait for their results. */
  private static final class SuiteRun {
    /** Longer than any run, since each scenario has its own limit. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final ClientUnderTest client;
    private final Conformance conformance;
    private final Map<Key, CompletableFuture<Result>> results = new LinkedHashMap<>();

    SuiteRun(ClientUnderTest client, Conformance conformance) {
      this.client = client;
      this.conformance = conformance;
    }

    /** Returns a test that waits for a result. All tests are made before the start. */
    DynamicTest test(Key key) {
      CompletableFuture<Result> result = new CompletableFuture<>();
      results.put(key, result);
      return DynamicTest.dynamicTest(key + ": " + key.rule.sentence(), () -> judge(await(result)));
    }

    void start() {
      conformance.onResult(this::complete);
      Thread thread = new Thread(this::run, "perennial-conformance-suite");
      thread.setDaemon(true);
      thread.start();
    }

    private void complete(Result result) {
      Key key = new Key(result.rule(), result.protocol());
      Objects.requireNonNull(results.get(key), () -> "No test waits for " + key).complete(result);
    }

    private void run() {
      try (client) {
        conformance.run();
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

    private static Result await(CompletableFuture<Result> result) throws InterruptedException {
      try {
        return result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError("The run ended before this rule: " + e.getCause(), e.getCause());
      } catch (TimeoutException e) {
        throw new AssertionError("There was no result within 10 minutes", e);
      }
    }

    private void judge(Result result) {
      if (result.verdict() == Verdict.NOT_APPLICABLE) {
        Assumptions.abort("Not applicable: " + String.join(" ", result.problems()));
      } else if (result.isFailure()) {
        Assertions.fail(describe(result));
      } else if (result.verdict() == Verdict.FAILED) {
        Assumptions.abort("Optional, and not passed: " + describe(result));
      }
    }

    private String describe(Result result) {
      Rule rule = result.rule();
      StringBuilder text = new StringBuilder(256);
      text.append(client.name()).append(" fails ").append(result.key()).append(": ");
      text.append(rule.sentence()).append(" (").append(rule.source()).append(')');
      result.problems().forEach(problem -> text.append("\n  ").append(problem));
      text.append("\nThe scenario:");
      rule.describe(result.protocol()).forEach(line -> text.append("\n  ").append(line));
      return text.toString();
    }
  }
}
