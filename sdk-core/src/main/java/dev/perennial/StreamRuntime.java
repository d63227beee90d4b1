package dev.perennial;

import dev.perennial.spi.NetworkMonitor;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * What subscriptions share: the threads of their engines, the clock and timer, and the OkHttp
 * client. There is one for the process, {@link #shared()}; most programs need no other.
 *
 * <p>What a caller puts in is used, never changed and never shut down.
 *
 * @since 0.1.0
 */
public final class StreamRuntime {
  private static final StreamRuntime SHARED = builder().build();

  /** Long enough for a redirect to use the connection again; nothing of ours stays for longer. */
  private static final Duration IDLE_CONNECTION = Duration.ofMillis(500);

  private final Executor executor;
  private final Executor helpers;
  private final Timekeeper timekeeper;
  private final DoubleSupplier random;
  private final @Nullable StreamObserver observer;
  private final @Nullable NetworkMonitor network;
  private final HostBudget budget;

  private final ReentrantLock lock = new ReentrantLock();

  /** The caller's from the start, or null until it is asked for. Guarded by {@link #lock}. */
  private @Nullable OkHttpClient client;

  private StreamRuntime(Builder builder) {
    this.client = builder.client;
    this.executor = builder.executor != null ? builder.executor : EngineThreads.perTask();
    this.helpers = builder.helpers != null ? builder.helpers : EngineThreads.helpers();
    this.timekeeper = builder.timekeeper != null ? builder.timekeeper : new SystemTimekeeper();
    Random seeded = builder.random;
    this.random =
        seeded != null ? seeded::nextDouble : () -> ThreadLocalRandom.current().nextDouble();
    this.observer = builder.observer;
    this.network = builder.network;
    this.budget = new HostBudget(builder.burst, builder.perSecond);
  }

  /** The runtime of all streams that name no other. */
  public static StreamRuntime shared() {
    return SHARED;
  }

  /** Starts a runtime of one's own. */
  public static Builder builder() {
    return new Builder();
  }

  /** The client for streams that bring none of their own. */
  public OkHttpClient client() {
    lock.lock();
    try {
      if (client == null) {
        ConnectionPool pool =
            new ConnectionPool(5, IDLE_CONNECTION.toMillis(), TimeUnit.MILLISECONDS);
        client = new OkHttpClient.Builder().connectionPool(pool).build();
      }
      return client;
    } finally {
      lock.unlock();
    }
  }

  Executor executor() {
    return executor;
  }

  Executor helpers() {
    return helpers;
  }

  Timekeeper timekeeper() {
    return timekeeper;
  }

  DoubleSupplier random() {
    return random;
  }

  HostBudget budget() {
    return budget;
  }

  /** Null where nobody knows. */
  @Nullable NetworkMonitor network() {
    return network;
  }

  @Nullable StreamObserver observer() {
    return observer;
  }

  /** Builds a {@link StreamRuntime}; each part has a default. */
  public static final class Builder {
    private @Nullable OkHttpClient client;
    private @Nullable Executor executor;
    private @Nullable Executor helpers;
    private @Nullable Timekeeper timekeeper;
    private @Nullable Random random;
    private @Nullable StreamObserver observer;
    private @Nullable NetworkMonitor network;
    private int burst = HostBudget.DEFAULT_BURST;
    private double perSecond = HostBudget.DEFAULT_PER_SECOND;

    private Builder() {}

    /**
     * The client of all streams that bring none of their own. By default one with OkHttp's defaults
     * is made when it is first needed.
     */
    public Builder client(OkHttpClient client) {
      this.client = Objects.requireNonNull(client, "client");
      return this;
    }

    /**
     * Where the engines run: one task for each live subscription, for as long as it lives. An
     * executor with fewer threads makes further subscriptions wait for one. By default each
     * subscription has a thread of its own, virtual where the JVM has them.
     */
    public Builder executor(Executor engineThreads) {
      this.executor = Objects.requireNonNull(engineThreads, "engineThreads");
      return this;
    }

    /**
     * Where short tasks run that may block: saving a cursor. By default each has a daemon thread of
     * its own.
     */
    public Builder helpers(Executor helpers) {
      this.helpers = Objects.requireNonNull(helpers, "helpers");
      return this;
    }

    /** The clock, the waits and the timer. By default the system's monotonic clock. */
    public Builder timekeeper(Timekeeper timekeeper) {
      this.timekeeper = Objects.requireNonNull(timekeeper, "timekeeper");
      return this;
    }

    /** The source of jitter, for tests that must repeat. By default it cannot be predicted. */
    public Builder random(Random random) {
      this.random = Objects.requireNonNull(random, "random");
      return this;
    }

    /**
     * What the platform knows about the network. By default nothing: an attempt without a network
     * is a failed attempt.
     */
    public Builder networkMonitor(NetworkMonitor monitor) {
      this.network = Objects.requireNonNull(monitor, "monitor");
      return this;
    }

    /**
     * Bounds the retries of all subscriptions against one host and port: a token bucket. First
     * connects are exempt. Default: a burst of 100, and 50 a second.
     */
    public Builder attemptsPerHost(int burst, double perSecond) {
      if (burst < 1) {
        throw new IllegalArgumentException("burst must be at least 1 but was " + burst);
      }
      if (!(perSecond > 0) || Double.isInfinite(perSecond)) {
        throw new IllegalArgumentException(
            "perSecond must be positive and finite but was " + perSecond);
      }
      this.burst = burst;
      this.perSecond = perSecond;
      return this;
    }

    /** Watches every subscription of this runtime. By default nobody does. */
    public Builder observer(StreamObserver observer) {
      this.observer = Objects.requireNonNull(observer, "observer");
      return this;
    }

    /** Builds the runtime. Does no I/O and starts no thread. */
    public StreamRuntime build() {
      return new StreamRuntime(this);
    }
  }
}
