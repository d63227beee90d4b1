package dev.perennial.cli.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Direction;
import dev.perennial.testkit.FakeStreamServer;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Draws faults by a seed, and injects each when its part of the events is published: half of them
 * into a connection that is open, the others whatever the client is doing.
 */
final class TortureFaults {
  private static final int PERCENT = 100;
  private static final int MOST_BYTES = 4_096;
  private static final int TRICKLE_BYTES = 7;
  private static final int STALL_MILLIS = 400;
  private static final int OPEN_WITHIN_MILLIS = 1_000;

  private final DemoSettings settings;
  private final FakeStreamServer server;
  private final ChaosProxy proxy;
  private final TorturePublisher publisher;
  private final TortureAudit audit;
  private final int retained;
  private final Application application;
  private final Random random;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<TortureKind, Integer> injected = new EnumMap<>(TortureKind.class);

  @GuardedBy("lock")
  private int injectedSoFar;

  /** The application that the faults are for. Thread-safe. */
  interface Application {
    StreamSubscription subscription();

    /** Closes the subscription, and starts another one at the stored cursor. */
    void restart() throws InterruptedException;

    boolean isOpen();

    boolean isStopped();
  }

  TortureFaults(
      DemoSettings settings,
      FakeStreamServer server,
      ChaosProxy proxy,
      TorturePublisher publisher,
      TortureAudit audit,
      int retained,
      Application application) {
    this.settings = settings;
    this.server = server;
    this.proxy = proxy;
    this.publisher = publisher;
    this.audit = audit;
    this.retained = retained;
    this.application = application;
    this.random = new Random(settings.seed());
  }

  /** Injects all faults, or until the run is stopped. */
  void run() throws IOException, InterruptedException {
    for (int i = 1; i <= settings.faults() && !application.isStopped(); i++) {
      long position = Math.max(1, settings.events() * i / (settings.faults() + 1));
      while (audit.highest() < position && !application.isStopped()) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      if (random.nextBoolean()) {
        awaitOpen();
      }
      TortureKind kind = TortureKind.of(random.nextInt(PERCENT));
      inject(kind);
      count(kind);
    }
  }

  private void awaitOpen() throws InterruptedException {
    for (int i = 0;
        i < OPEN_WITHIN_MILLIS && !application.isOpen() && !application.isStopped();
        i++) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private void inject(TortureKind kind) throws IOException, InterruptedException {
    switch (kind) {
      case RESET -> proxy.cutAll(Cut.RST);
      case CLOSE -> server.cutAll(Cut.FIN);
      case HALF_CLOSE -> proxy.cutAll(Cut.HALF_CLOSE);
      case END -> server.endAll();
      case TRUNCATED -> truncate();
      case UNAVAILABLE -> answer(503, List.of());
      case THROTTLED -> answer(429, List.of("Retry-After: 0"));
      case REFUSED -> refuse(50);
      case PAUSE -> freeze(random.nextInt(100));
      case STALL -> freeze(STALL_MILLIS);
      case TRICKLE -> trickle();
      case SLOW_CONSUMER -> audit.slowDown(TimeUnit.MILLISECONDS.toNanos(random.nextInt(100)));
      case PARK -> park();
      case WAKE -> application.subscription().wake();
      case RECONNECT -> application.subscription().reconnectNow();
      case RESTART -> application.restart();
      case FORGET -> forget();
    }
  }

  private void truncate() {
    Cut how = random.nextBoolean() ? Cut.RST : Cut.FIN;
    proxy.cutNext(Direction.TO_CLIENT, 1 + random.nextInt(MOST_BYTES), how);
    proxy.cutAll(Cut.RST);
  }

  private void answer(int status, List<String> headers) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      server.answerNext(status, headers, "Come back in a moment\n");
    }
    server.cutAll(Cut.FIN);
  }

  private void refuse(int mostMillis) throws IOException, InterruptedException {
    proxy.down();
    try {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(mostMillis));
    } finally {
      proxy.up();
    }
  }

  private void freeze(int millis) throws InterruptedException {
    proxy.freeze();
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } finally {
      proxy.thaw();
    }
  }

  private void trickle() throws InterruptedException {
    proxy.slice(Direction.TO_CLIENT, TRICKLE_BYTES, Duration.ZERO);
    try {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(50));
    } finally {
      proxy.calm();
    }
  }

  private void park() throws InterruptedException {
    application.subscription().park();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
    application.subscription().unpark();
  }

  /** More events than the server retains while no connection can be made. */
  private void forget() throws IOException, InterruptedException {
    proxy.down();
    try {
      publisher.publishMore(retained + 1 + random.nextInt(100));
      TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
    } finally {
      proxy.up();
    }
  }

  // ---- Counts, for other threads ----

  private void count(TortureKind kind) {
    lock.lock();
    try {
      injected.merge(kind, 1, Integer::sum);
      injectedSoFar++;
    } finally {
      lock.unlock();
    }
  }

  Map<TortureKind, Integer> injected() {
    lock.lock();
    try {
      return new EnumMap<>(injected);
    } finally {
      lock.unlock();
    }
  }

  int injectedSoFar() {
    lock.lock();
    try {
      return injectedSoFar;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The last event that is wanted before the fault after the next one; so faults keep their pace.
   */
  long wantedEvents() {
    long next = injectedSoFar() + 2L;
    return next > settings.faults()
        ? settings.events()
        : settings.events() * next / (settings.faults() + 1);
  }
}
