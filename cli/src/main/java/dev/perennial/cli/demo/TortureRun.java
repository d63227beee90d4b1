package dev.perennial.cli.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.CursorStore;
import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Follows a stream from its first event to its last, while a server, a network and an application
 * do what a seed says. One thread publishes, one does harm, the subscription's own deliver, and the
 * caller's watches.
 *
 * <p>Unlike the demo it does not wait until the client has recovered from one fault before the
 * next.
 */
final class TortureRun {
  private static final int MOST_RETAINED = 4_096;
  private static final int FEWEST_RETAINED = 256;

  private static final int REPLAYED = 32;
  private static final Duration HEARTBEAT = Duration.ofMillis(50);
  private static final Duration STALE_AFTER = Duration.ofMillis(250);
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(2);
  private static final RetryPolicy RETRY =
      RetryPolicy.exponential(Duration.ofMillis(5), Duration.ofMillis(100))
          .withFloor(Duration.ofMillis(5));

  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final Duration STUCK_AFTER = Duration.ofSeconds(60);
  private static final Duration RELEASED_WITHIN = Duration.ofSeconds(10);
  private static final long PUBLISH_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final DemoSettings settings;
  private final TortureAudit audit;
  private final int retained;
  private final FakeEventLog log;
  private final TorturePublisher publisher;
  private final DemoObserver observer = new DemoObserver();
  private final HeapUsage heap = new HeapUsage();
  private final CursorStore store;
  private final StreamRuntime runtime;
  private final long startNanos = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable StreamSubscription subscription;

  @GuardedBy("lock")
  private int subscribed;

  @GuardedBy("lock")
  private @Nullable String failure;

  private volatile boolean isStopped;

  /**
   * @param cursorFile where the cursor is kept between one subscription and the next
   */
  TortureRun(DemoSettings settings, Path cursorFile) {
    this.settings = settings;
    this.audit = new TortureAudit(settings.transport());
    // Of few events, those that are forgotten together are few, too.
    this.retained =
        (int) Math.max(FEWEST_RETAINED, Math.min(MOST_RETAINED, settings.events() / 64));
    this.log = FakeEventLog.retaining(retained);
    this.publisher = new TorturePublisher(log, settings.events());
    this.store = CursorStore.file(cursorFile);
    this.runtime = StreamRuntime.builder().random(new Random(settings.seed())).build();
  }

  /** What is known while it runs, for a line of progress. */
  interface Watcher {
    void update(TortureAudit audit, int injected, Duration elapsed);
  }

  /**
   * Runs until all events have arrived, something has gone wrong, or {@link #stop} is called.
   *
   * @throws IOException when the server or the proxy cannot be started
   */
  TortureSummary run(Watcher watcher) throws IOException, InterruptedException {
    ProcessResources before = ProcessResources.now();
    Map<TortureKind, Integer> injected;
    ExecutorService threads = Executors.newFixedThreadPool(3, TortureRun::daemon);
    try (FakeStreamServer server =
            settings
                .transport()
                .server(log)
                .overlap(REPLAYED)
                .heartbeatEvery(HEARTBEAT)
                .recordingLast(1)
                .start();
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      EventStream<String> stream = stream(proxy.uri("/ticks").toString());
      TortureFaults faults =
          new TortureFaults(
              settings,
              server,
              proxy,
              publisher,
              audit,
              retained,
              new RestartableApplication(stream, threads));
      subscribe(stream, threads);
      threads.execute(() -> publish(faults));
      threads.execute(() -> harm(faults));
      watch(watcher, faults);
      end();
      injected = faults.injected();
    } finally {
      isStopped = true;
      threads.shutdown();
    }
    ProcessResources after = released(before);
    return summary(injected, before, after);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "torture");
    thread.setDaemon(true);
    return thread;
  }

  private EventStream<String> stream(String url) {
    return settings.transport().client(url).stream()
        .withRetry(RETRY)
        .withStaleAfter(STALE_AFTER)
        .withAttemptTimeout(ATTEMPT_TIMEOUT)
        .withCursorStore(store, Duration.ofMillis(20))
        .withGapPolicy(
            GapPolicy.snapshotThenLive(
                gap -> {
                  long last = log.appended();
                  audit.snapshot(last);
                  return Long.toString(last);
                }))
        .withObserver(observer)
        .withRuntime(runtime);
  }

  // ---- What the threads do ----

  private void publish(TortureFaults faults) {
    try {
      while (!isStopped && !publisher.isDone()) {
        LockSupport.parkNanos(PUBLISH_NANOS);
        publisher.publishUpTo(Math.min(audit.highest() + retained / 2, faults.wantedEvents()));
      }
      if (!isStopped) {
        log.end();
      }
    } catch (RuntimeException e) {
      fail("Publishing failed: " + e);
    }
  }

  private void harm(TortureFaults faults) {
    try {
      faults.run();
    } catch (IOException | RuntimeException e) {
      fail("A fault could not be injected: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(Watcher watcher, TortureFaults faults) throws InterruptedException {
    long highest = 0;
    long movedNanos = System.nanoTime();
    long nextSample = 1; // In tenths of the events.
    while (!isOver()) {
      TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
      watcher.update(audit, faults.injectedSoFar(), elapsed());
      long now = audit.highest();
      if (now > highest) {
        highest = now;
        movedNanos = System.nanoTime();
      } else if (System.nanoTime() - movedNanos > STUCK_AFTER.toNanos()) {
        fail("No event arrived for " + HumanFormat.duration(STUCK_AFTER) + ": " + current());
      }
      if (highest * 10 >= nextSample * settings.events()) {
        heap.sample();
        nextSample = highest * 10 / settings.events() + 1;
      }
    }
  }

  // ---- The subscription ----

  /** What the faults see of this run. */
  private final class RestartableApplication implements TortureFaults.Application {
    private final EventStream<String> stream;
    private final ExecutorService executor;

    RestartableApplication(EventStream<String> stream, ExecutorService executor) {
      this.stream = stream;
      this.executor = executor;
    }

    @Override
    public StreamSubscription subscription() {
      return current();
    }

    @Override
    public void restart() throws InterruptedException {
      TortureRun.this.restart(stream, executor);
    }

    @Override
    public boolean isOpen() {
      return observer.stats().isOpen();
    }

    @Override
    public boolean isStopped() {
      return isStopped;
    }
  }

  private void subscribe(EventStream<String> stream, ExecutorService executor) {
    lock.lock();
    try {
      boolean isDirect = subscribed++ % 2 == 0;
      subscription = (isDirect ? stream : stream.withDeliveryOn(executor)).subscribe(audit::accept);
    } finally {
      lock.unlock();
    }
  }

  /** Closes the subscription, and goes on with another one from the stored cursor. */
  private void restart(EventStream<String> stream, ExecutorService executor)
      throws InterruptedException {
    StreamSubscription old = current();
    if (old.isCompleted()) {
      return;
    }
    old.close();
    try {
      if (!old.awaitClosed(STUCK_AFTER)) {
        fail("The subscription was not closed within " + HumanFormat.duration(STUCK_AFTER));
      }
    } catch (StreamException e) {
      fail("The subscription failed: " + e.getMessage());
      return;
    }
    if (!old.isCompleted() && !isStopped) {
      audit.restarted();
      subscribe(stream, executor);
    }
  }

  private StreamSubscription current() {
    lock.lock();
    try {
      if (subscription == null) {
        throw new IllegalStateException("Nothing was subscribed to");
      }
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() throws InterruptedException {
    StreamSubscription now = current();
    try {
      if (now.awaitClosed(Duration.ZERO) && !now.isCompleted()) {
        // Closed by a restart, whose next subscription follows.
        return isStopped;
      }
      return isStopped || now.isCompleted();
    } catch (StreamException e) {
      fail("The subscription failed: " + e.getMessage());
      return true;
    }
  }

  private void end() throws InterruptedException {
    isStopped = true;
    StreamSubscription last = current();
    last.close();
    try {
      if (!last.awaitClosed(RELEASED_WITHIN)) {
        fail("The subscription was not closed within " + HumanFormat.duration(RELEASED_WITHIN));
      }
    } catch (StreamException e) {
      fail("The subscription failed: " + e.getMessage());
    }
    heap.sample();
  }

  /** Stops the run; what has arrived until then is judged. */
  void stop() {
    isStopped = true;
  }

  private void fail(String words) {
    lock.lock();
    try {
      failure = failure == null ? words : failure;
    } finally {
      lock.unlock();
    }
    isStopped = true;
  }

  // ---- The result ----

  /** Waits for what ends a moment after the subscription, such as an idle thread. */
  private static ProcessResources released(ProcessResources before) throws InterruptedException {
    long deadline = System.nanoTime() + RELEASED_WITHIN.toNanos();
    ProcessResources now = ProcessResources.now();
    while (!now.isBackAt(before) && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
      now = ProcessResources.now();
    }
    return now;
  }

  private TortureSummary summary(
      Map<TortureKind, Integer> injected, ProcessResources before, ProcessResources after) {
    lock.lock();
    try {
      boolean isInterrupted = failure == null && !publisher.isDone();
      long expected = isInterrupted ? audit.highest() : log.appended();
      return new TortureSummary(
          expected,
          audit.counts(),
          audit.missingUpTo(expected),
          isInterrupted,
          injected,
          observer.stats(),
          subscribed,
          heap.report(),
          before,
          after,
          elapsed(),
          failure);
    } finally {
      lock.unlock();
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
