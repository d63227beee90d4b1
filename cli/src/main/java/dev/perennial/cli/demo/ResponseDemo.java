package dev.perennial.cli.demo;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a subscription handles the responses that a reconnect may get: 401, 429, a redirect and
 * 410. It uses a server and a subscription of its own.
 */
final class ResponseDemo implements StreamListener<String> {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int FIRST_EVENTS = 3;
  private static final int MISSED_EVENTS = 5;

  private final DemoTransport transport;
  private final InterruptHandler interruptHandler;
  private final FakeEventLog log = FakeEventLog.retaining(100);
  private final AtomicInteger tokens = new AtomicInteger();
  private final List<String> results = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Written by the subscription's thread alone, with the lock held. */
  private volatile Observed observed = new Observed(0, 0, "", null);

  /**
   * What the subscription has reported.
   *
   * @param event the number of the last event; 0 before the first
   * @param opened connections that were opened
   * @param gap the cursor before the gap; empty while there was none
   * @param lastWait the last wait; null before the first
   */
  private record Observed(
      long event, int opened, String gap, StreamState.@Nullable Waiting lastWait) {}

  ResponseDemo(DemoTransport transport, InterruptHandler interruptHandler) {
    this.transport = transport;
    this.interruptHandler = interruptHandler;
  }

  /** The subscription did not handle a response as expected. */
  static final class UnexpectedException extends Exception {
    private static final long serialVersionUID = 1L;

    UnexpectedException(String message) {
      super(message);
    }
  }

  /**
   * Provokes each response.
   *
   * @return a line for each, which says how it was handled
   * @throws IOException when the server cannot be started
   * @throws InterruptedException when the demo is interrupted
   * @throws UnexpectedException when the subscription does not handle a response as expected
   */
  List<String> run() throws IOException, InterruptedException, UnexpectedException {
    try (FakeStreamServer server = transport.server(log).startingLive().start();
        StreamSubscription subscription =
            transport
                .client(server.uri("/ticks").toString())
                .credentials(() -> "Bearer token-" + tokens.incrementAndGet())
                .stream()
                .withRetry(DemoRetry.policy())
                .withGapPolicy(GapPolicy.liveOnly())
                .subscribe(this)) {
      await(() -> observed.opened == 1, "the first connection");
      publish(FIRST_EVENTS);
      refusedCredential(server);
      tooManyRequests(server);
      redirect(server);
      goneCursor(server);
      String last = String.valueOf(observed.event);
      await(() -> last.equals(subscription.cursor()), "the cursor " + last);
    }
    return results;
  }

  private void refusedCredential(FakeStreamServer server)
      throws InterruptedException, UnexpectedException {
    reconnect(server, 401, List.of());
    require(tokens.get() == 2, "Expected 2 credential requests but was " + tokens);
    results.add("status 401: asked for a fresh credential once, retried at once, resumed");
  }

  private void tooManyRequests(FakeStreamServer server)
      throws InterruptedException, UnexpectedException {
    reconnect(server, 429, List.of("Retry-After: 1"));
    StreamState.Waiting wait = observed.lastWait;
    if (wait == null
        || wait.rule() != StreamState.DelayRule.RETRY_AFTER
        || wait.delay().compareTo(Duration.ofSeconds(1)) < 0) {
      throw new UnexpectedException(
          "Expected a wait of 1 s by the rule retry-after but was " + wait);
    }
    results.add(
        "status 429 with Retry-After 1 s: waited "
            + HumanFormat.duration(wait.delay())
            + ", resumed");
  }

  private void redirect(FakeStreamServer server) throws InterruptedException, UnexpectedException {
    reconnect(server, 307, List.of("Location: /moved"));
    String path = server.requests().get(server.requests().size() - 1).request().path();
    require(path.equals("/moved"), "Expected a request for /moved but was " + path);
    results.add("redirect 307 to /moved: followed with the cursor, resumed");
  }

  private void goneCursor(FakeStreamServer server)
      throws InterruptedException, UnexpectedException {
    long before = observed.event;
    int openedBefore = observed.opened;
    server.answerNext(410, List.of(), "Gone\n");
    server.answerNext(503, List.of(), "Back in a moment\n"); // Time to miss some events.
    server.cutAll(Cut.FIN);
    for (int i = 0; i < MISSED_EVENTS; i++) {
      log.append(TickEvents.TYPE, TickEvents.data(before + 1 + i));
    }
    await(() -> !observed.gap.isEmpty() && observed.opened > openedBefore, "the gap");
    publish(1);
    results.add(
        "status 410, cursor unknown: gap reported after event "
            + observed.gap
            + ", continued live with event "
            + observed.event);
  }

  /** Cuts the stream, answers the reconnect with this, and waits until the stream continues. */
  private void reconnect(FakeStreamServer server, int status, List<String> headers)
      throws InterruptedException, UnexpectedException {
    int openedBefore = observed.opened;
    server.answerNext(status, headers, "");
    server.cutAll(Cut.FIN);
    await(() -> observed.opened > openedBefore, "a connection after status " + status);
    publish(1);
  }

  private void publish(int count) throws InterruptedException, UnexpectedException {
    for (int i = 0; i < count; i++) {
      log.append(TickEvents.TYPE, TickEvents.data(log.appended() + 1));
    }
    long last = log.appended();
    await(() -> observed.event == last, "event " + last);
  }

  private void await(BooleanSupplier condition, String expected)
      throws InterruptedException, UnexpectedException {
    long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (interruptHandler.isInterrupted()) {
          throw new InterruptedException("Interrupted while waiting for " + expected);
        }
        long left = deadlineNanos - System.nanoTime();
        require(left > 0, "Expected " + expected + " within " + TIMEOUT.toSeconds() + " s");
        changed.awaitNanos(Math.min(left, POLL_NANOS));
      }
    } finally {
      lock.unlock();
    }
  }

  private static void require(boolean condition, String message) throws UnexpectedException {
    if (!condition) {
      throw new UnexpectedException(message);
    }
  }

  // ---- Called by the subscription's thread ----

  @Override
  public void onEvent(Event<String> event) {
    long number = Long.parseLong(String.valueOf(event.id()));
    set(new Observed(number, observed.opened, observed.gap, observed.lastWait));
  }

  @Override
  public void onGap(Gap gap) {
    String cursor = String.valueOf(gap.lastCursor());
    set(new Observed(observed.event, observed.opened, cursor, observed.lastWait));
  }

  @Override
  public void onState(StreamState state) {
    if (state instanceof StreamState.Open) {
      set(new Observed(observed.event, observed.opened + 1, observed.gap, observed.lastWait));
    } else if (state instanceof StreamState.Waiting waiting) {
      set(new Observed(observed.event, observed.opened, observed.gap, waiting));
    }
  }

  private void set(Observed newObserved) {
    lock.lock();
    try {
      observed = newObserved;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
