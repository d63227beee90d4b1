package dev.perennial;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.internal.log.DefaultLog;
import dev.perennial.internal.retry.HostRateLimiter;
import dev.perennial.internal.settings.RuntimeServices;
import dev.perennial.internal.time.EngineThreads;
import dev.perennial.internal.time.SystemTimekeeper;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.spi.StreamLog;
import dev.perennial.spi.Timekeeper;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What subscriptions share: the threads of their engines, the clock and timer, and the resources of
 * their transports, such as an HTTP client. There is one for the process, {@link #shared()}; most
 * programs need no other.
 *
 * <p>What a caller puts in is used, never changed and never shut down.
 *
 * @since 0.1.0
 */
public final class StreamRuntime {
  private static final StreamRuntime SHARED = builder().build();

  private final RuntimeServices services;
  private final @Nullable StreamObserver observer;

  private final ConcurrentMap<Class<?>, Resource> resources = new ConcurrentHashMap<>();

  private StreamRuntime(Builder builder) {
    builder.resources.forEach((type, value) -> resources.put(type, new Resource(value)));
    Random seeded = builder.random;
    this.services =
        new RuntimeServices(
            builder.executor != null ? builder.executor : EngineThreads.perTask(),
            builder.helpers != null ? builder.helpers : EngineThreads.helpers(),
            builder.timekeeper != null ? builder.timekeeper : new SystemTimekeeper(),
            seeded != null ? seeded::nextDouble : () -> ThreadLocalRandom.current().nextDouble(),
            new HostRateLimiter(builder.burst, builder.perSecond),
            builder.network,
            builder.log);
    this.observer = builder.observer;
  }

  /** The runtime of all streams that name no other. */
  public static StreamRuntime shared() {
    return SHARED;
  }

  /** Starts to build another runtime. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the one object of a type that the transports of this runtime share: what {@link
   * Builder#resource} set, or else what {@code ifAbsent} makes.
   *
   * <p>Any thread may call this. The first call makes the object, and concurrent calls for the same
   * type wait for it; calls for other types do not. When {@code ifAbsent} throws, this call throws
   * the same, and the next call tries again.
   *
   * @param type what identifies the resource
   * @param ifAbsent makes the resource; must not ask this runtime for the same type
   */
  public <R> R resource(Class<R> type, Supplier<? extends R> ifAbsent) {
    Objects.requireNonNull(ifAbsent, "ifAbsent");
    Resource shared =
        resources.computeIfAbsent(
            Objects.requireNonNull(type, "type"), absent -> new Resource(null));
    return type.cast(shared.get(ifAbsent));
  }

  RuntimeServices services() {
    return services;
  }

  @Nullable StreamObserver observer() {
    return observer;
  }

  /** One shared object: made once, under a lock of its own. */
  private static final class Resource {
    private final ReentrantLock lock = new ReentrantLock();

    /** Null until it is made. */
    @GuardedBy("lock")
    private @Nullable Object value;

    Resource(@Nullable Object value) {
      this.value = value;
    }

    Object get(Supplier<?> ifAbsent) {
      lock.lock();
      try {
        if (value == null) {
          value = Objects.requireNonNull(ifAbsent.get(), "resource");
        }
        return value;
      } finally {
        lock.unlock();
      }
    }
  }

  /** Builds a {@link StreamRuntime}; each part has a default. */
  public static final class Builder {
    private final Map<Class<?>, Object> resources = new HashMap<>();
    private @Nullable Executor executor;
    private @Nullable Executor helpers;
    private @Nullable Timekeeper timekeeper;
    private @Nullable Random random;
    private @Nullable StreamObserver observer;
    private @Nullable NetworkMonitor network;
    private StreamLog log = DefaultLog.INSTANCE;
    private int burst = HostRateLimiter.DEFAULT_BURST;
    private double perSecond = HostRateLimiter.DEFAULT_PER_SECOND;

    private Builder() {}

    /**
     * Sets an object that the transports of this runtime share, such as an {@code OkHttpClient} for
     * the transports over HTTP. By default a transport makes what it needs when it first needs it,
     * once for the runtime.
     *
     * @param type what identifies the resource; setting the same type again replaces it
     */
    public <R> Builder resource(Class<R> type, R resource) {
      Objects.requireNonNull(type, "type");
      resources.put(type, type.cast(Objects.requireNonNull(resource, "resource")));
      return this;
    }

    /**
     * Where the engines run: one task for each live subscription, for as long as it lives. An
     * executor with fewer threads makes further subscriptions wait for one. A subscription with a
     * queue and no {@link EventStream#withDeliveryOn} takes a second task for a while when another
     * thread requests events; without a free thread the engine makes those calls itself, later. By
     * default each subscription has a thread of its own, virtual where the JVM has them.
     */
    public Builder executor(Executor engineThreads) {
      this.executor = Objects.requireNonNull(engineThreads, "engineThreads");
      return this;
    }

    /**
     * Where short tasks run that may block: calls of cursor stores. It has to run a task on another
     * thread than the one that hands it over. A store is called by one task at a time, so one that
     * hangs occupies one thread. When this executor refuses the last save of a subscription or does
     * not begin it within a second, a thread of ours makes it. By default a few daemon threads
     * ({@code perennial-helper-}) serve all runtimes of the process: tasks that take longer than a
     * second each have one, and all others share four.
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

    /** Observes every subscription of this runtime. By default nothing does. */
    public Builder observer(StreamObserver observer) {
      this.observer = Objects.requireNonNull(observer, "observer");
      return this;
    }

    /**
     * Where subscriptions write their failures. By default the {@link System.Logger} named {@code
     * dev.perennial}; {@link StreamLog#none()} writes nothing.
     */
    public Builder log(StreamLog log) {
      this.log = Objects.requireNonNull(log, "log");
      return this;
    }

    /** Builds the runtime. Does no I/O and starts no thread. */
    public StreamRuntime build() {
      return new StreamRuntime(this);
    }
  }
}
