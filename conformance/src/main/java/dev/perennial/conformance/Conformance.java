package dev.perennial.conformance;

import dev.perennial.conformance.scenario.MachineLoad;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioResult;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.ScenarioRun;
import dev.perennial.conformance.scenario.TimeScale;
import dev.perennial.conformance.scenario.TimerLateness;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the rules against a client.
 *
 * <pre>{@code
 * Report report = Conformance.of(new MyClient()).run();
 * report.results(Verdict.FAILED).forEach(System.out::println);
 * }</pre>
 *
 * <p>Each rule is run over each transport that the client speaks, against its own servers on
 * 127.0.0.1. Several rules run at once, since most of them wait most of the time.
 *
 * <p>Configure it on one thread, before {@link #run}. {@link #soFar} may be called from any thread.
 *
 * @since 0.1.0
 */
public final class Conformance {
  private static final int MOST_RUNS = 5;

  private final ClientUnderTest client;
  private final List<Rule> rules;
  private Set<Protocol> protocols;
  private Predicate<? super Rule> wanted = rule -> true;
  private long seed = new Random().nextInt(1_000_000_000);
  private double speed = TimeScale.USUAL;
  private int atOnce = 12;
  private int runsWhenBusy = 1;
  private Supplier<? extends MachineLoad> machine = TimerLateness::measure;
  private Consumer<? super Result> listener = result -> {};

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Map<Planned, Result> done = new HashMap<>();

  // Results that the listener has not seen yet.
  private final Deque<Result> unreported = new ArrayDeque<>();

  // Whether a thread is calling the listener.
  private boolean isReporting;

  // 0 until a run begins.
  private long beganNanos;

  Conformance(ClientUnderTest client, List<Rule> rules) {
    this.client = Objects.requireNonNull(client, "client");
    this.rules = rules;
    this.protocols = EnumSet.copyOf(client.protocols());
  }

  /** Prepares a run of all rules that apply to a client. The client is not closed. */
  public static Conformance of(ClientUnderTest client) {
    return new Conformance(client, Rules.all());
  }

  /**
   * Runs the rules over these transports only. If not invoked: over all that the client speaks.
   *
   * @throws IllegalArgumentException if the client does not speak one of them
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

  /** Runs these rules only. If not invoked: all. */
  public Conformance rules(Predicate<? super Rule> these) {
    this.wanted = Objects.requireNonNull(these, "these");
    return this;
  }

  /** Sets the seed for the order of the rules. If not invoked: another one each time. */
  public Conformance seed(long value) {
    this.seed = value;
    return this;
  }

  /**
   * Sets how many times faster than the scenarios' own time to run. If not invoked: 20. A busy
   * machine may need a lower value.
   *
   * @param times above 0, up to 1,000
   * @throws IllegalArgumentException if it is out of range
   */
  public Conformance speed(double times) {
    TimeScale.of(times);
    this.speed = times;
    return this;
  }

  /**
   * Sets how many scenarios to run at once. If not invoked: 12.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Conformance atOnce(int scenarios) {
    if (scenarios <= 0) {
      throw new IllegalArgumentException("atOnce must be positive but was " + scenarios);
    }
    this.atOnce = scenarios;
    return this;
  }

  /**
   * Sets how often a rule may run that fails while the machine is busy. Threads that wait for a
   * processor make a sound client look slow, so each further run has half the speed of the one
   * before. A failure while the machine is not busy is final. If not invoked: once.
   *
   * @param most 1 to 5
   * @throws IllegalArgumentException if it is out of range
   */
  public Conformance runsWhenBusy(int most) {
    if (most < 1 || most > MOST_RUNS) {
      throw new IllegalArgumentException("runsWhenBusy must be 1 to 5 but was " + most);
    }
    this.runsWhenBusy = most;
    return this;
  }

  /** Sets what tells whether the machine is busy. */
  Conformance machine(Supplier<? extends MachineLoad> load) {
    this.machine = load;
    return this;
  }

  /**
   * Sets a listener for each result as it comes. It is called for one result at a time, with no
   * lock held, on threads of the run, and for all results before {@link #run} returns.
   */
  public Conformance onResult(Consumer<? super Result> listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Returns the number of scenarios that will run: one for each rule that applies and transport.
   */
  public int size() {
    return (int)
        planned().stream().filter(one -> ScenarioRun.missing(client, one.rule).isEmpty()).count();
  }

  /**
   * Runs the rules, and returns when all have a result.
   *
   * @throws InterruptedException if the thread is interrupted; all streams are closed then
   */
  public Report run() throws InterruptedException {
    begin();
    List<Planned> planned = planned();
    List<Result> results = new ArrayList<>();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce,
            task -> {
              Thread thread = new Thread(task, "perennial-conformance");
              thread.setDaemon(true);
              return thread;
            });
    try (MachineLoad load = machine.get()) {
      Map<Planned, Future<Result>> running = new LinkedHashMap<>();
      List<Planned> order = new ArrayList<>(planned);
      Collections.shuffle(order, new Random(seed));
      order.forEach(one -> running.put(one, threads.submit(() -> run(one, load))));
      for (Planned one : planned) {
        results.add(get(Objects.requireNonNull(running.get(one))));
      }
    } finally {
      threads.shutdownNow();
    }
    return report(results);
  }

  private void begin() {
    lock.lock();
    try {
      done.clear();
      unreported.clear();
      beganNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  private Result run(Planned planned, MachineLoad load) throws InterruptedException {
    Result result = judge(planned, load);
    if (isFirstToReport(planned, result)) {
      reportAll();
    }
    return result;
  }

  /** Runs a rule, and again while it fails on a busy machine. */
  private Result judge(Planned planned, MachineLoad load) throws InterruptedException {
    double runSpeed = speed;
    for (int runs = 1; ; runs++) {
      long began = load.now();
      Scenario scenario = ScenarioRule.scenarioOf(planned.rule, planned.protocol);
      Result result = ScenarioRun.run(client, planned.rule, scenario, TimeScale.of(runSpeed));
      if (runs == runsWhenBusy || result.verdict() != Verdict.FAILED || !load.wasBusySince(began)) {
        return ScenarioResult.after(runs, result);
      }
      runSpeed /= 2;
    }
  }

  /** Adds a result, and returns whether this thread has to call the listener. */
  private boolean isFirstToReport(Planned planned, Result result) {
    lock.lock();
    try {
      done.put(planned, result);
      unreported.add(result);
      boolean isFirst = !isReporting;
      isReporting = true;
      return isFirst;
    } finally {
      lock.unlock();
    }
  }

  /** Calls the listener until there is nothing to report; other threads add to it meanwhile. */
  private void reportAll() {
    Result result = nextToReport();
    while (result != null) {
      try {
        listener.accept(result);
      } catch (RuntimeException | Error e) {
        stopReporting();
        throw e;
      }
      result = nextToReport();
    }
  }

  private @Nullable Result nextToReport() {
    lock.lock();
    try {
      isReporting = !unreported.isEmpty();
      return unreported.poll();
    } finally {
      lock.unlock();
    }
  }

  private void stopReporting() {
    lock.lock();
    try {
      isReporting = false;
    } finally {
      lock.unlock();
    }
  }

  private static Result get(Future<Result> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The kit itself failed: " + e.getCause(), e);
    }
  }

  /**
   * Returns the results of the last run so far, while it runs or after it was interrupted. Empty
   * before the first run.
   */
  public Report soFar() {
    List<Planned> planned = planned();
    List<Result> results = new ArrayList<>();
    lock.lock();
    try {
      for (Planned one : planned) {
        Result result = done.get(one);
        if (result != null) {
          results.add(result);
        }
      }
    } finally {
      lock.unlock();
    }
    return report(results);
  }

  private Report report(List<Result> results) {
    return new Report(client.name(), seed, speed, took(), results);
  }

  private Duration took() {
    lock.lock();
    try {
      return beganNanos == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - beganNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Returns what to run, in the order of the rules. */
  private List<Planned> planned() {
    List<Planned> planned = new ArrayList<>();
    for (Rule rule : rules) {
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
}
