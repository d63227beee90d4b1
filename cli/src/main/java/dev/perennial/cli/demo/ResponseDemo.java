package dev.perennial.cli.demo;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
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

/**
 * A small subscription beside the demo's own, whose server answers its reconnects with what servers
 * have to say: another credential, later, elsewhere, and gone.
 */
final class ResponseDemo implements StreamListener<String> {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration FIRST_DELAY = Duration.ofMillis(5);
  private static final Duration LONGEST_DELAY = Duration.ofMillis(200);
  private static final Duration SHORTEST_DELAY = Duration.ofMillis(10);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int FIRST_EVENTS = 3;
  private static final int MISSED_EVENTS = 5;

  private final DemoTransport transport;
  private final InterruptHandler interruptHandler;
  private final FakeEventLog log = FakeEventLog.retaining(100);
  private final AtomicInteger tokens = new AtomicInteger();
  private final List<String> reported = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Written by the subscription's thread, with the lock held. */
  private volatile Stats seen = new Stats(0, 0, "", new StreamState.Parked());

  /**
   * What the subscription has told.
   *
   * @param event the number of the last one
   * @param opened how often it was opened
   * @param gap the cursor before the gap; empty before there was one
   * @param lastWait the last state of waiting; another state before there was one
   */
  private record Stats(long event, int opened, String gap, StreamState lastWait) {}

  ResponseDemo(DemoTransport transport, InterruptHandler interruptHandler) {
    this.transport = transport;
    this.interruptHandler = interruptHandler;
  }

  /** A part of the tour did not go as it has to. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
      super(message);
    }
  }

  /**
   * Provokes each answer and returns a line for each; fewer when it was interrupted.
   *
   * @throws FailedException when the subscription does not do what it has to
   */
  List<String> run() throws IOException, InterruptedException, FailedException {
    try (FakeStreamServer server = transport.server(log).startingLive().start();
        StreamSubscription subscription =
            transport
                .client(server.uri("/ticks").toString())
                .credentials(() -> "Bearer token-" + tokens.incrementAndGet())
                .stream()
                .withRetry(
                    RetryPolicy.exponential(FIRST_DELAY, LONGEST_DELAY).withFloor(SHORTEST_DELAY))
                .withGapPolicy(GapPolicy.liveOnly())
                .subscribe(this)) {
      await(() -> seen.opened == 1, "the first open");
      publish(FIRST_EVENTS);
      refusedCredential(server);
      tooManyRequests(server);
      redirect(server);
      goneCursor(server);
      String last = String.valueOf(seen.event);
      await(() -> last.equals(subscription.cursor()), "the cursor " + last);
    }
    return reported;
  }

  private void refusedCredential(FakeStreamServer server)
      throws InterruptedException, FailedException {
    answered(server, 401, List.of());
    require(tokens.get() == 2, "Expected one fresh credential but " + tokens + " were asked for");
    reported.add("status 401: asked for a fresh credential once, tried again at once, resumed");
  }

  private void tooManyRequests(FakeStreamServer server)
      throws InterruptedException, FailedException {
    answered(server, 429, List.of("Retry-After: 1"));
    Duration wait = Duration.ZERO;
    if (seen.lastWait instanceof StreamState.Waiting waiting
        && waiting.rule().equals("retry-after")) {
      wait = waiting.delay();
    }
    require(
        wait.compareTo(Duration.ofSeconds(1)) >= 0,
        "Expected a wait of 1 s by the rule retry-after but was " + seen.lastWait);
    reported.add(
        "status 429 with Retry-After 1 s: waited "
            + HumanFormat.duration(wait)
            + " by that rule, resumed");
  }

  private void redirect(FakeStreamServer server) throws InterruptedException, FailedException {
    answered(server, 307, List.of("Location: /moved"));
    String path = server.requests().get(server.requests().size() - 1).request().path();
    require(path.equals("/moved"), "Expected a request for /moved but was " + path);
    reported.add("redirect 307 to /moved: followed, the cursor went along, resumed");
  }

  private void goneCursor(FakeStreamServer server) throws InterruptedException, FailedException {
    long before = seen.event;
    int openedBefore = seen.opened;
    server.answerNext(410, List.of(), "Gone\n");
    server.answerNext(503, List.of(), "Back in a moment\n"); // Time to miss something.
    server.cutAll(Cut.FIN);
    for (int i = 0; i < MISSED_EVENTS; i++) {
      log.append(TickEvents.TYPE, TickEvents.data(before + 1 + i));
    }
    await(() -> !seen.gap.isEmpty() && seen.opened > openedBefore, "the gap");
    publish(1);
    reported.add(
        "status 410, the cursor is gone: gap told after event "
            + seen.gap
            + ", went on live with event "
            + seen.event);
  }

  /** Cuts the stream, answers the reconnect like this, and waits until the stream goes on. */
  private void answered(FakeStreamServer server, int status, List<String> headers)
      throws InterruptedException, FailedException {
    int openedBefore = seen.opened;
    server.answerNext(status, headers, "");
    server.cutAll(Cut.FIN);
    await(() -> seen.opened > openedBefore, "the stream to go on after status " + status);
    publish(1);
  }

  private void publish(int count) throws InterruptedException, FailedException {
    for (int i = 0; i < count; i++) {
      log.append(TickEvents.TYPE, TickEvents.data(log.appended() + 1));
    }
    long last = log.appended();
    await(() -> seen.event == last, "event " + last);
  }

  private void await(BooleanSupplier condition, String what)
      throws InterruptedException, FailedException {
    long endNanos = System.nanoTime() + PATIENCE.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (interruptHandler.isInterrupted()) {
          throw new InterruptedException("Interrupted while waiting for " + what);
        }
        long left = endNanos - System.nanoTime();
        require(left > 0, "Expected " + what + " within " + PATIENCE.toSeconds() + " s");
        changed.awaitNanos(Math.min(left, LOOK_NANOS));
      }
    } finally {
      lock.unlock();
    }
  }

  private static void require(boolean isSo, String otherwise) throws FailedException {
    if (!isSo) {
      throw new FailedException(otherwise);
    }
  }

  // ---- The subscription's thread ----

  @Override
  public void onEvent(Event<String> event) {
    long number = Long.parseLong(String.valueOf(event.id()));
    note(new Stats(number, seen.opened, seen.gap, seen.lastWait));
  }

  @Override
  public void onGap(Gap gap) {
    note(new Stats(seen.event, seen.opened, String.valueOf(gap.lastCursor()), seen.lastWait));
  }

  @Override
  public void onState(StreamState state) {
    if (state instanceof StreamState.Open) {
      note(new Stats(seen.event, seen.opened + 1, seen.gap, seen.lastWait));
    } else if (state instanceof StreamState.Waiting) {
      note(new Stats(seen.event, seen.opened, seen.gap, state));
    }
  }

  private void note(Stats now) {
    lock.lock();
    try {
      seen = now;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
