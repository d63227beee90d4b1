package dev.perennial.http.internal.attempt;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.http.internal.attempt.AbandonableCall.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/**
 * A caller's {@link Dns} whose lookups end in time. A lookup cannot be interrupted, so it runs on a
 * thread of its own, and an attempt waits for it no longer than it lives.
 *
 * <p>Attempts that look up the same name share the lookup. When all attempts have given a lookup
 * up, the next attempt starts another one, in case only that one hangs. No more than {@link
 * #MAX_THREADS_PER_NAME} threads hang for one name, however many attempts there are.
 *
 * <p>Two instances are equal when they wrap the same resolver, since OkHttp's pool shares a
 * connection only between calls whose {@code Dns} are equal.
 */
public final class BoundedDns implements Dns {
  public static final int MAX_THREADS_PER_NAME = 3;

  /** The attempt that this thread makes; OkHttp looks names up on the thread of the call. */
  private static final ThreadLocal<@Nullable OpeningAttempt> ATTEMPT = new ThreadLocal<>();

  private static final ReentrantLock LOCK = new ReentrantLock();

  /** The lookup that the next attempt joins, for each name that is being looked up. */
  @GuardedBy("LOCK")
  private static final Map<Name, Lookup> LOOKUPS = new HashMap<>();

  private final Dns delegate;

  public BoundedDns(Dns delegate) {
    this.delegate = delegate;
  }

  /** Code that looks names up for an attempt. */
  @FunctionalInterface
  public interface Body<V> {
    V run() throws IOException;
  }

  /** Runs {@code body}; what it looks up on this thread is looked up for {@code attempt}. */
  public static <V> V during(OpeningAttempt attempt, Body<V> body) throws IOException {
    ATTEMPT.set(attempt);
    try {
      return body.run();
    } finally {
      ATTEMPT.remove();
    }
  }

  /**
   * A resolver that is asynchronous itself needs no extra thread, only to be cancelled. For any
   * other OkHttp ignores this call and uses {@link #lookup}.
   */
  @Override
  public Call newCall(Request request) {
    Call call = delegate.newCall(request);
    OpeningAttempt attempt = ATTEMPT.get();
    if (attempt != null) {
      attempt.onCancel(call::cancel);
    }
    return call;
  }

  @Override
  public List<InetAddress> lookup(String hostname) throws UnknownHostException {
    OpeningAttempt attempt = ATTEMPT.get();
    if (attempt == null) {
      // An interceptor of the caller moved to another thread, where no limit applies.
      return delegate.lookup(hostname);
    }
    try {
      return await(attempt, new Name(delegate, hostname));
    } catch (UnknownHostException e) {
      throw e;
    } catch (IOException e) {
      // The only checked exception that OkHttp expects here; HttpFailures looks for its cause.
      UnknownHostException carrier = new UnknownHostException(hostname);
      carrier.initCause(e);
      throw carrier;
    }
  }

  private static List<InetAddress> await(OpeningAttempt attempt, Name name) throws IOException {
    while (true) {
      Lookup lookup = join(name);
      Outcome<List<InetAddress>> outcome;
      boolean wasGivenUp;
      try {
        outcome = lookup.addresses.await(attempt);
      } finally {
        wasGivenUp = leave(lookup);
      }
      if (outcome == null) {
        throw attempt.timedOut("an address for " + name.host());
      }
      List<InetAddress> addresses = outcome.value();
      if (addresses != null) {
        return addresses;
      }
      if (wasGivenUp) {
        // It failed because other attempts, whose time was up, interrupted it.
        continue;
      }
      throw asFailure(name, outcome.failure());
    }
  }

  private static IOException asFailure(Name name, @Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof IOException checked) {
      return checked;
    }
    // As OkHttp does for an Android that throws NullPointerException here, and for others.
    UnknownHostException unknown =
        new UnknownHostException("The resolver failed for " + name.host());
    unknown.initCause(failure);
    return unknown;
  }

  private static Lookup join(Name name) {
    LOCK.lock();
    try {
      Lookup lookup = LOOKUPS.get(name);
      if (lookup == null) {
        lookup = Lookup.start(name, new Threads());
      } else if (lookup.isGivenUp && lookup.threads.running < MAX_THREADS_PER_NAME) {
        lookup = Lookup.start(name, lookup.threads);
      }
      lookup.waiting++;
      return lookup;
    } finally {
      LOCK.unlock();
    }
  }

  /** Returns whether the lookup had been given up before by all attempts that waited for it. */
  private static boolean leave(Lookup lookup) {
    LOCK.lock();
    try {
      boolean wasGivenUp = lookup.isGivenUp;
      lookup.waiting--;
      if (lookup.waiting == 0 && !lookup.isDone) {
        lookup.isGivenUp = true;
        lookup.addresses.abandon();
      }
      return wasGivenUp;
    } finally {
      LOCK.unlock();
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BoundedDns that && delegate.equals(that.delegate);
  }

  @Override
  public int hashCode() {
    return delegate.hashCode();
  }

  @Override
  public String toString() {
    return delegate.toString();
  }

  /** A name, and the resolver that looks it up. */
  private record Name(Dns dns, String host) {}

  /** Counts the lookups of one name that have not ended. */
  private static final class Threads {
    @GuardedBy("LOCK")
    private int running;
  }

  /** One lookup on its thread. */
  private static final class Lookup {
    private final Threads threads;
    private final AbandonableCall<List<InetAddress>> addresses;

    @GuardedBy("LOCK")
    private int waiting;

    @GuardedBy("LOCK")
    private boolean isGivenUp;

    @GuardedBy("LOCK")
    private boolean isDone;

    private Lookup(Name name, Threads threads) {
      this.threads = threads;
      this.addresses =
          AbandonableCall.start(
              "perennial-dns-" + name.host(),
              () -> name.dns().lookup(name.host()),
              () -> end(name));
    }

    /** Starts a lookup that the next attempts find. Its end waits for the lock. */
    @GuardedBy("LOCK")
    static Lookup start(Name name, Threads threads) {
      Lookup lookup = new Lookup(name, threads);
      threads.running++;
      LOOKUPS.put(name, lookup);
      return lookup;
    }

    private void end(Name name) {
      LOCK.lock();
      try {
        isDone = true;
        threads.running--;
        LOOKUPS.remove(name, this);
      } finally {
        LOCK.unlock();
      }
    }
  }
}
