package dev.perennial.cli.demo;

import dev.perennial.EventStream;
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

/**
 * Runs one subscription through the public API, against a server with a proxy in front of it that
 * injects faults. One thread publishes, one injects, the subscription's own delivers, and the
 * caller's prints the progress.
 */
final class DemoRun {
  private static final int RETAINED_EVENTS = 8_192;

  /** How far publishing may be ahead of the consumer, so that the log can replay the rest. */
  private static final int MAX_AHEAD = RETAINED_EVENTS / 2;

  private static final Duration HEARTBEAT = Duration.ofMillis(50);
  private static final Duration STALE_AFTER = Duration.ofMillis(200);
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(2);

  // The time between two faults, if nothing takes longer.
  private static final long ALL_FAULTS_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long MIN_SPACING_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long MAX_SPACING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  private static final Duration STUCK_AFTER = Duration.ofSeconds(30);

  private final DemoSettings settings;
  private final DemoProgress progress;
  private final InterruptHandler interruptHandler;
  private final UnaryOperator<StreamListener<String>> decorator;

  private final FakeEventLog log = FakeEventLog.retaining(RETAINED_EVENTS);
  private final DeliveryAudit audit;
  private final DemoObserver observer = new DemoObserver();
  private final HeapUsage heap = new HeapUsage();
  private final long startNanos = System.nanoTime();

  private volatile boolean isStopped;

  /**
   * @param decorator wraps the consumer; for tests
   */
  DemoRun(
      DemoSettings settings,
      DemoProgress progress,
      InterruptHandler interruptHandler,
      UnaryOperator<StreamListener<String>> decorator) {
    this.settings = settings;
    this.audit = new DeliveryAudit(settings.transport());
    this.progress = progress;
    this.interruptHandler = interruptHandler;
    this.decorator = decorator;
  }

  /**
   * Runs until all events have arrived, the subscription fails or the demo is interrupted.
   *
   * @throws IOException when the server or the proxy cannot be started
   */
  DemoSummary run() throws IOException, InterruptedException {
    FaultPlan plan = FaultPlan.of(settings.seed(), settings.events(), settings.faults());
    try (FakeStreamServer server =
            settings
                .transport()
                .server(log)
                .overlap(DemoSettings.REPLAYED_EVENTS)
                .heartbeatEvery(HEARTBEAT)
                .recordingLast(1)
                .start();
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      FaultInjector injector =
          new FaultInjector(plan, server, proxy, observer, audit, progress, () -> isStopped);
      try (StreamSubscription subscription =
          stream(proxy.uri("/ticks")).subscribe(decorator.apply(audit::accept))) {
        interruptHandler.onInterrupt(() -> stop(subscription));
        CompletableFuture<Void> work = publishAndInject(injector, subscription);
        String failure = awaitClosed(subscription);
        stop(subscription);
        work.handle((done, thrown) -> thrown).join();
        return summary(injector, failure, failureOf(work));
      }
    }
  }

  private EventStream<String> stream(URI uri) {
    EventStream<String> ticks =
        settings.transport().client(uri.toString()).stream()
            .withRetry(DemoRetry.policy())
            .withObserver(observer)
            .withRuntime(StreamRuntime.builder().random(new Random(settings.seed())).build());
    // Limits as short as these detect stalls, but a busy machine can exceed them without any fault.
    return settings.faults() == 0
        ? ticks
        : ticks.withStaleAfter(STALE_AFTER).withAttemptTimeout(ATTEMPT_TIMEOUT);
  }

  private CompletableFuture<Void> publishAndInject(
      FaultInjector injector, StreamSubscription subscription) {
    long spacingNanos =
        settings.faults() == 0
            ? 0
            : Math.max(
                MIN_SPACING_NANOS,
                Math.min(MAX_SPACING_NANOS, ALL_FAULTS_NANOS / settings.faults()));
    long eventsPerFault = Math.max(64, settings.events() / Math.max(1, settings.faults()));
    EventPublisher publisher =
        new EventPublisher(
            log,
            settings.events(),
            spacingNanos * settings.faults(),
            () -> audit.highest() + MAX_AHEAD,
            () -> wanted(injector, eventsPerFault),
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

  /** Events are wanted from the first connection on, up to a little after the next fault. */
  private long wanted(FaultInjector injector, long eventsPerFault) {
    if (observer.stats().opened() == 0) {
      return 0;
    }
    long position = injector.nextPosition();
    return position == Long.MAX_VALUE ? position : position + eventsPerFault;
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

  /**
   * Shows the progress until the subscription has ended.
   *
   * @return why the subscription failed; null when it did not
   */
  private @Nullable String awaitClosed(StreamSubscription subscription)
      throws InterruptedException {
    long nextSample = 1; // In tenths of the events.
    try {
      while (!subscription.awaitClosed(POLL_INTERVAL)) {
        progress.update(audit, elapsedNanos());
        if (audit.highest() * 10 >= nextSample * settings.events()) {
          heap.sample();
          nextSample = audit.highest() * 10 / settings.events() + 1;
        }
        boolean isWaitingForEvents = audit.highest() < settings.events();
        long sinceLastNanos = System.nanoTime() - audit.lastNanos();
        if (isWaitingForEvents && sinceLastNanos > STUCK_AFTER.toNanos()) {
          return "No event arrived for " + HumanFormat.duration(STUCK_AFTER);
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
        observer.stats(),
        heap.report(),
        Duration.ofNanos(elapsedNanos()),
        workFailure != null ? workFailure : failure);
  }

  private long elapsedNanos() {
    return System.nanoTime() - startNanos;
  }
}
