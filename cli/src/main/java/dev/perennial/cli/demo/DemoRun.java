package dev.perennial.cli.demo;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One subscription through the public API, on a server behind a proxy that commits faults. */
final class DemoRun {
  /** How many events a resumed stream repeats. */
  static final int OVERLAP = 32;

  private static final int RETAINED = 8_192;

  /** How far publishing may be ahead of the consumer: the log still holds what that has not. */
  private static final int MOST_AHEAD = RETAINED / 2;

  private static final Duration FIRST_DELAY = Duration.ofMillis(5);
  private static final Duration SHORTEST_DELAY = Duration.ofMillis(10);
  private static final Duration LONGEST_DELAY = Duration.ofMillis(200);
  private static final Duration HEARTBEAT = Duration.ofMillis(50);
  private static final Duration STALE = Duration.ofMillis(200);
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(2);

  // How long one fault is after the other, if nothing takes longer.
  private static final long ALL_FAULTS_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long LEAST_SPACING_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long MOST_SPACING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Between the last byte, which counts, and the event, which is seen. */
  private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** More would be longer than the ten seconds that always suffice. */
  private static final int MOST_DOUBLINGS = 10;

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * What to run.
   *
   * @param wire the transport
   * @param seed of the faults and of the jitter
   * @param events to publish, at least one
   * @param faults to inject, zero or more
   */
  record Settings(DemoTransport transport, long seed, long events, int faults) {}

  private final Settings settings;
  private final DemoProgress progress;
  private final InterruptHandler interruptHandler;
  private final UnaryOperator<StreamListener<String>> between;

  private final FakeEventLog log = FakeEventLog.retaining(RETAINED);
  private final DeliveryAudit audit;
  private final DemoObserver observer = new DemoObserver();
  private final HeapUsage heap = new HeapUsage();
  private final long beganNanos = System.nanoTime();

  private volatile boolean isStopped;

  /**
   * @param between stands between the subscription and the consumer, for tests
   */
  DemoRun(
      Settings settings,
      DemoProgress progress,
      InterruptHandler interruptHandler,
      UnaryOperator<StreamListener<String>> between) {
    this.settings = settings;
    this.audit = new DeliveryAudit(settings.transport());
    this.progress = progress;
    this.interruptHandler = interruptHandler;
    this.between = between;
  }

  /** How long a connection must have brought events for the backoff to start anew. */
  static long progressNanosThatReset(int attempt) {
    int failures = Math.min(attempt - 1, MOST_DOUBLINGS);
    return (FIRST_DELAY.toNanos() << failures) + MARGIN_NANOS;
  }

  /**
   * Runs to the end, or until it is interrupted.
   *
   * @throws IOException when a server on loopback cannot be started
   */
  DemoSummary run() throws IOException, InterruptedException {
    FaultPlan plan = FaultPlan.of(settings.seed(), settings.events(), settings.faults());
    try (FakeStreamServer server =
            settings
                .transport()
                .server(log)
                .overlap(OVERLAP)
                .heartbeatEvery(HEARTBEAT)
                .recordingLast(1)
                .start();
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      FaultInjector injector =
          new FaultInjector(plan, server, proxy, observer, audit, progress, () -> isStopped);
      try (StreamSubscription subscription =
          stream(proxy.uri("/ticks")).subscribe(between.apply(audit::take))) {
        interruptHandler.onInterrupt(() -> stop(subscription));
        CompletableFuture<Void> work = publishAndInject(injector, subscription);
        String failure = untilClosed(subscription);
        stop(subscription);
        work.handle((done, thrown) -> thrown).join();
        return summary(injector, failure, failureOf(work));
      }
    }
  }

  private EventStream<String> stream(URI uri) {
    EventStream<String> ticks =
        settings.transport().client(uri.toString()).stream()
            .withRetry(
                RetryPolicy.exponential(FIRST_DELAY, LONGEST_DELAY).withFloor(SHORTEST_DELAY))
            .withObserver(observer)
            .withRuntime(StreamRuntime.builder().random(new Random(settings.seed())).build());
    // Limits as short as these take a machine that is busy for a fault; they are for stalls alone.
    return settings.faults() == 0
        ? ticks
        : ticks.withStaleAfter(STALE).withAttemptTimeout(ATTEMPT_TIMEOUT);
  }

  private CompletableFuture<Void> publishAndInject(
      FaultInjector injector, StreamSubscription subscription) {
    long spacingNanos =
        settings.faults() == 0
            ? 0
            : Math.max(
                LEAST_SPACING_NANOS,
                Math.min(MOST_SPACING_NANOS, ALL_FAULTS_NANOS / settings.faults()));
    long perFault = Math.max(64, settings.events() / Math.max(1, settings.faults()));
    EventPublisher publisher =
        new EventPublisher(
            log,
            settings.events(),
            spacingNanos * settings.faults(),
            () -> audit.highest() + MOST_AHEAD,
            () -> wanted(injector, perFault),
            () -> isStopped);
    CompletableFuture<Void> published =
        CompletableFuture.runAsync(publisher::run, daemon("publisher"));
    CompletableFuture<Void> injected =
        CompletableFuture.runAsync(
            () -> {
              try {
                injector.run();
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            daemon("faults"));
    return CompletableFuture.allOf(published, injected)
        .whenComplete(
            (done, thrown) -> {
              log.end();
              if (thrown != null) {
                stop(subscription);
              }
            });
  }

  /** Up to the next fault and a little further, as soon as there is somebody to receive. */
  private long wanted(FaultInjector injector, long perFault) {
    if (observer.seen().opened() == 0) {
      return 0;
    }
    long position = injector.nextPosition();
    return position == Long.MAX_VALUE ? position : position + perFault;
  }

  private static Executor daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, "perennial-demo-" + name);
      thread.setDaemon(true);
      thread.start();
    };
  }

  private void stop(StreamSubscription subscription) {
    isStopped = true;
    subscription.close();
  }

  /** Reports until the subscription has ended; what it failed with, null when with nothing. */
  private @Nullable String untilClosed(StreamSubscription subscription)
      throws InterruptedException {
    long nextLook = 1;
    try {
      while (!subscription.awaitClosed(LOOK)) {
        progress.progress(audit, elapsedNanos());
        if (audit.highest() * 10 >= nextLook * settings.events()) {
          heap.sample();
          nextLook = audit.highest() * 10 / settings.events() + 1;
        }
        boolean isWaitingForEvents = audit.highest() < settings.events();
        if (isWaitingForEvents && System.nanoTime() - audit.lastNanos() > STUCK_NANOS) {
          return "No event came for " + HumanFormat.duration(Duration.ofNanos(STUCK_NANOS));
        }
      }
      heap.sample();
      return null;
    } catch (StreamException e) {
      return "The subscription failed: " + e.getMessage();
    }
  }

  private static @Nullable String failureOf(CompletableFuture<Void> work) {
    try {
      work.join();
      return null;
    } catch (CompletionException e) {
      return String.valueOf(e.getCause());
    }
  }

  private DemoSummary summary(
      FaultInjector injector, @Nullable String failure, @Nullable String workFailure) {
    boolean isInterrupted = interruptHandler.isInterrupted();
    long published = log.appended();
    long expected = isInterrupted ? audit.highest() : published;
    return new DemoSummary(
        published,
        audit.delivered(),
        audit.missingUpTo(expected),
        audit.duplicated(),
        audit.outOfOrder(),
        audit.damaged(),
        published - expected,
        isInterrupted,
        injector.injected(),
        observer.seen(),
        heap.report(),
        Duration.ofNanos(elapsedNanos()),
        workFailure != null ? workFailure : failure);
  }

  private long elapsedNanos() {
    return System.nanoTime() - beganNanos;
  }
}
