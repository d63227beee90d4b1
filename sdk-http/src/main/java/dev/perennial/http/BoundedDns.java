package dev.perennial.http;

import dev.perennial.http.AbandonableCall.Outcome;
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
 * <p>Attempts that look up one name share the lookup. One that hangs gets company from the next
 * attempts, in case only it is lost, but no more than {@link #MAX_THREADS_PER_NAME} threads hang
 * for one name however many attempts there are.
 *
 * <p>Two are equal when they wrap the same resolver, since OkHttp's pool shares a connection only
 * between calls whose {@code Dns} are equal.
 */
final class BoundedDns implements Dns {
  static final int MAX_THREADS_PER_NAME = 3;

  /** The attempt that this thread makes; OkHttp looks names up on the thread of the call. */
  private static final ThreadLocal<@Nullable OpeningAttempt> OPENING = new ThreadLocal<>();

  /** Guards {@link #LOOKUPS} and the fields of what it holds. */
  private static final ReentrantLock LOCK = new ReentrantLock();

  /** The lookup that the next attempt joins; only names that are being looked up stand here. */
  private static final Map<Name, Lookup> LOOKUPS = new HashMap<>();

  private final Dns delegate;

  BoundedDns(Dns delegate) {
    this.delegate = delegate;
  }

  /** Code that looks names up for an attempt. */
  @FunctionalInterface
  interface Body<V> {
    V run() throws IOException;
  }

  /** Runs {@code body}; what it looks up on this thread is looked up for {@code opening}. */
  static <V> V during(OpeningAttempt opening, Body<V> body) throws IOException {
    OPENING.set(opening);
    try {
      return body.run();
    } finally {
      OPENING.remove();
    }
  }

  /**
   * A resolver that is asynchronous itself needs no thread of ours, only to be ended. For any other
   * OkHttp ignores this call and uses {@link #lookup}.
   */
  @Override
  public Call newCall(Request request) {
    Call call = delegate.newCall(request);
    OpeningAttempt opening = OPENING.get();
    if (opening != null) {
      opening.cancellation().onCancel(call::cancel);
    }
    return call;
  }

  @Override
  public List<InetAddress> lookup(String hostname) throws UnknownHostException {
    OpeningAttempt opening = OPENING.get();
    if (opening == null) {
      // An interceptor of the caller went to another thread; it lives with what that means.
      return delegate.lookup(hostname);
    }
    try {
      return await(opening, new Name(delegate, hostname));
    } catch (UnknownHostException e) {
      throw e;
    } catch (IOException e) {
      // The only checked exception that OkHttp expects here; HttpFailures looks for its cause.
      UnknownHostException carrier = new UnknownHostException(hostname);
      carrier.initCause(e);
      throw carrier;
    }
  }

  private static List<InetAddress> await(OpeningAttempt opening, Name name) throws IOException {
    while (true) {
      Lookup lookup = join(name);
      Outcome<List<InetAddress>> outcome;
      boolean wasGivenUp;
      try {
        outcome = lookup.addresses().await(opening);
      } finally {
        wasGivenUp = leave(lookup);
      }
      if (outcome == null) {
        throw opening.timedOut("an address for " + name.host());
      }
      List<InetAddress> addresses = outcome.value();
      if (addresses != null) {
        return addresses;
      }
      if (wasGivenUp) {
        // It failed because others who had no more time interrupted it.
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
        lookup = new Lookup(name, new Threads());
      } else if (lookup.isGivenUp && lookup.threads.running < MAX_THREADS_PER_NAME) {
        lookup = new Lookup(name, lookup.threads);
      }
      lookup.waiting++;
      return lookup;
    } finally {
      LOCK.unlock();
    }
  }

  /** Returns whether the lookup had been given up before by all who waited. */
  private static boolean leave(Lookup lookup) {
    LOCK.lock();
    try {
      boolean wasGivenUp = lookup.isGivenUp;
      lookup.waiting--;
      if (lookup.waiting == 0 && !lookup.isDone) {
        lookup.isGivenUp = true;
        lookup.addresses().abandon();
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

  /** What is looked up, and by whom. */
  private record Name(Dns dns, String host) {}

  /** How many lookups of one name have not ended. Guarded by {@link #LOCK}. */
  private static final class Threads {
    int running;
  }

  /** One lookup on its thread. */
  private static final class Lookup {
    private final Name name;
    final Threads threads;

    // Guarded by LOCK.
    int waiting;
    boolean isGivenUp;
    boolean isDone;
    private final AbandonableCall<List<InetAddress>> addresses;

    /** Starts it, and lets the next attempts find it. The caller holds the lock. */
    Lookup(Name name, Threads threads) {
      this.name = name;
      this.threads = threads;
      this.addresses =
          AbandonableCall.start(
              "perennial-dns-" + name.host(), () -> name.dns().lookup(name.host()), this::end);
      threads.running++;
      LOOKUPS.put(name, this);
    }

    AbandonableCall<List<InetAddress>> addresses() {
      return addresses;
    }

    private void end() {
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
