package dev.perennial.testkit.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Tries the rules on a client.
 *
 * <pre>{@code
 * Report report = Conformance.of(new MyClient()).run();
 * report.results(Verdict.FAILED).forEach(System.out::println);
 * }</pre>
 *
 * <p>Each rule is tried over each transport that the client speaks, against servers of its own on
 * 127.0.0.1. Many are tried at once, since most of them wait most of the time.
 *
 * @since 0.1.0
 */
public final class Conformance {
  private final ClientUnderTest client;
  private Set<Protocol> protocols;
  private Predicate<? super Rule> wanted = rule -> true;
  private long seed = new Random().nextInt(1_000_000_000);
  private double speed = TimeScale.USUAL;
  private int atOnce = 12;
  private Consumer<? super Result> listener = result -> {};

  // Guarded by this.
  private final Map<Planned, Result> done = new HashMap<>();
  private long beganNanos; // 0 until begun.

  private Conformance(ClientUnderTest client) {
    this.client = Objects.requireNonNull(client, "client");
    this.protocols = EnumSet.copyOf(client.protocols());
  }

  /** A run of all rules with this client. The client is not closed. */
  public static Conformance of(ClientUnderTest client) {
    return new Conformance(client);
  }

  /**
   * Tries these transports only.
   *
   * @throws IllegalArgumentException when the client does not speak one of them
   */
  public Conformance over(Protocol... these) {
    for (Protocol protocol : these) {
      if (!client.protocols().contains(protocol)) {
        throw new IllegalArgumentException(
            "transport must be one that "
                + client.name()
                + " speaks, of "
                + client.protocols()
                + ", but was "
                + protocol);
      }
    }
    this.protocols = EnumSet.copyOf(List.of(these));
    return this;
  }

  /** Tries these rules only. */
  public Conformance rules(Predicate<? super Rule> these) {
    this.wanted = Objects.requireNonNull(these, "these");
    return this;
  }

  /** Sets the seed of what is drawn: the order of the rules. If not invoked: another each time. */
  public Conformance seed(long value) {
    this.seed = value;
    return this;
  }

  /**
   * Runs so many times faster than the scenarios' own time. If not invoked: 20. Slower is needed on
   * machines that are very busy.
   *
   * @throws IllegalArgumentException when it is not above 0, or above 1,000
   */
  public Conformance speed(double times) {
    TimeScale.of(times);
    this.speed = times;
    return this;
  }

  /**
   * Tries so many at once. If not invoked: 12.
   *
   * @throws IllegalArgumentException when it is not positive
   */
  public Conformance atOnce(int scenarios) {
    if (scenarios <= 0) {
      throw new IllegalArgumentException("atOnce must be positive but was " + scenarios);
    }
    this.atOnce = scenarios;
    return this;
  }

  /** Is told each result as it comes, one at a time, on threads of the run. */
  public Conformance onResult(Consumer<? super Result> told) {
    this.listener = Objects.requireNonNull(told, "told");
    return this;
  }

  /** How many runs there will be: rules that apply, times transports. */
  public int size() {
    return (int) planned().stream().filter(one -> missing(client, one.rule).isEmpty()).count();
  }

  /**
   * Tries the rules, and returns when all are done.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile; the client was closed then
   */
  public Report run() throws InterruptedException {
    begin();
    List<Planned> planned = planned();
    List<Result> results = new ArrayList<>();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce,
            task -> {
              Thread thread = new Thread(task, "perennial-testkit-conformance");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Map<Planned, Future<Result>> running = new LinkedHashMap<>();
      List<Planned> order = new ArrayList<>(planned);
      Collections.shuffle(order, new Random(seed));
      order.forEach(one -> running.put(one, threads.submit(() -> run(one))));
      for (Planned one : planned) {
        results.add(get(Objects.requireNonNull(running.get(one))));
      }
    } finally {
      threads.shutdownNow();
    }
    return report(results);
  }

  private synchronized void begin() {
    done.clear();
    beganNanos = System.nanoTime();
  }

  /**
   * What the run that was begun last has come to. May be asked from any thread, while it runs and
   * after it was interrupted. Empty before the first.
   */
  public synchronized Report soFar() {
    List<Result> results = new ArrayList<>();
    for (Planned one : planned()) {
      Result result = done.get(one);
      if (result != null) {
        results.add(result);
      }
    }
    return report(results);
  }

  private synchronized Report report(List<Result> results) {
    long took = beganNanos == 0 ? 0 : System.nanoTime() - beganNanos;
    return new Report(client.name(), seed, speed, Duration.ofNanos(took), results);
  }

  private static Result get(Future<Result> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The kit itself failed: " + e.getCause(), e);
    }
  }

  private List<Planned> planned() {
    List<Planned> planned = new ArrayList<>();
    for (Rule rule : Rules.all()) {
      for (Protocol protocol : Protocol.values()) {
        if (wanted.test(rule)
            && protocols.contains(protocol)
            && rule.protocols().contains(protocol)) {
          planned.add(new Planned(rule, protocol));
        }
      }
    }
    return planned;
  }

  private record Planned(Rule rule, Protocol protocol) {}

  private static Set<Capability> missing(ClientUnderTest client, Rule rule) {
    Set<Capability> missing = EnumSet.noneOf(Capability.class);
    missing.addAll(rule.needs());
    missing.removeAll(client.capabilities());
    return missing;
  }

  /** Tries one scenario, unless the client lacks what the rule needs. */
  static Result run(ClientUnderTest client, Rule rule, Scenario scenario, TimeScale scale)
      throws InterruptedException {
    Set<Capability> missing = missing(client, rule);
    if (!missing.isEmpty()) {
      String words =
          missing.stream().map(Capability::words).collect(Collectors.joining(", nor that it "));
      return Result.notApplicable(
          rule, scenario.protocol, "It does not claim that it " + words + ".");
    }
    return new ScenarioRun(client, rule, scenario, scale).run();
  }

  private Result run(Planned planned) throws InterruptedException {
    Scenario scenario = planned.rule.scenario(planned.protocol);
    Result result = run(client, planned.rule, scenario, TimeScale.of(speed));
    synchronized (this) {
      done.put(planned, result);
      listener.accept(result);
    }
    return result;
  }
}
