package dev.perennial.http.internal.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.attempt.AbandonableCall;
import dev.perennial.http.internal.attempt.AbandonableCall.Outcome;
import dev.perennial.http.internal.attempt.OpeningAttempt;
import dev.perennial.http.internal.message.HeaderRules;
import dev.perennial.internal.time.Durations;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The credential that a caller's {@code Credentials} gave last, and the call that is under way for
 * the next one, which is called the flight. All streams that were given the same object share both.
 *
 * <p><b>Threads.</b> The engine threads of any number of subscriptions call {@link #get} before
 * they connect, and {@link #refuse} when the server has refused what they showed. The caller's code
 * runs on the flight's own thread, with no lock held, and no two flights are current at once. The
 * timer's thread gives up a flight that takes too long.
 *
 * <p><b>States.</b> One lock guards the state, which is one of these:
 *
 * <ul>
 *   <li><i>empty</i>: there is neither a credential nor a flight. So it begins.
 *   <li><i>asking</i>: there is a flight and no credential. Whoever needs a credential waits for
 *       the flight, without the lock.
 *   <li><i>holding</i>: there is a credential and no flight.
 * </ul>
 *
 * <p><b>Transitions.</b>
 *
 * <ul>
 *   <li><i>empty</i> to <i>asking</i>: the first {@link #get} takes off. However many connections
 *       were refused at once, the caller is asked once.
 *   <li><i>asking</i> to <i>holding</i>: the flight lands with a credential, which gets the next
 *       generation. All that wait for the flight get this credential.
 *   <li><i>asking</i> to <i>empty</i>: the caller's code fails, or the flight is given up after a
 *       minute, or after the attempt's timeout where that is longer. All that wait for it fail, and
 *       the next {@link #get} takes off again. A flight that was given up is interrupted. Its
 *       thread counts until it ends, and while {@value #MAX_THREADS} hang no other takes off. What
 *       it still returns is dropped: it is not the current flight any more.
 *   <li><i>holding</i> to <i>empty</i>: the server refuses a credential of the newest generation.
 *   <li>The refusal of an older generation changes nothing: a newer credential is there already, or
 *       was refused itself. {@link #refuse} reports which, so that the engine connects again with
 *       the newer one, and ends the subscription when a fresh one is refused, too.
 * </ul>
 *
 * <p>An attempt whose time is up, or whose subscription is closed, stops waiting. The flight goes
 * on: the server may have revoked the old credential by then, and only this call learns the new
 * one.
 *
 * <p><b>Memory.</b> The shared state is found by the identity of the caller's object, since its
 * {@code equals} may say anything. It has no reference to that object, so it goes when the caller
 * drops the object and the streams that were made with it.
 */
public final class CredentialCache {
  static final long SHORTEST_LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How many calls may hang after they were given up. */
  static final int MAX_THREADS = 3;

  private static final ReentrantLock ALL_LOCK = new ReentrantLock();

  /** The state of each caller's object that is still reachable. */
  @GuardedBy("ALL_LOCK")
  private static final Map<IdentityKey, Shared> ALL = new HashMap<>();

  private static final ReferenceQueue<Object> UNREACHABLE = new ReferenceQueue<>();

  private final Callable<String> authorization;
  private final Shared shared;

  private CredentialCache(Callable<String> authorization, Shared shared) {
    this.authorization = authorization;
    this.shared = shared;
  }

  /**
   * Returns the cache of a caller's object.
   *
   * @param owner what is shared is found by this object's identity
   * @param authorization asks {@code owner} for the value of the header; may block
   */
  public static CredentialCache of(Object owner, Callable<String> authorization) {
    ALL_LOCK.lock();
    try {
      for (Reference<?> gone = UNREACHABLE.poll(); gone != null; gone = UNREACHABLE.poll()) {
        ALL.remove(gone);
      }
      Shared shared = ALL.computeIfAbsent(new IdentityKey(owner), absent -> new Shared());
      return new CredentialCache(authorization, shared);
    } finally {
      ALL_LOCK.unlock();
    }
  }

  /**
   * Returns the current credential; waits for it while there is none.
   *
   * @throws TransportException when there is no credential
   * @throws IOException when the attempt is cancelled
   */
  Issued get(OpeningAttempt attempt) throws IOException {
    return shared.get(authorization, attempt);
  }

  /**
   * Drops a credential that the server has refused.
   *
   * @return whether it was the newest, so that the next one has to be asked for
   */
  boolean refuse(Issued refused) {
    return shared.refuse(refused);
  }

  boolean isSharedWith(CredentialCache other) {
    return shared == other.shared;
  }

  /**
   * A credential and its number.
   *
   * @param value of the header
   */
  record Issued(String value, long generation) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "credential " + generation;
    }
  }

  /** One call of the caller's code. Both fields are set before any other thread sees it. */
  private static final class Flight {
    private @Nullable AbandonableCall<Issued> call;
    private Timekeeper.@Nullable Timer limit;

    AbandonableCall<Issued> call() {
      return Objects.requireNonNull(call, "call");
    }

    Timekeeper.Timer limit() {
      return Objects.requireNonNull(limit, "limit");
    }
  }

  /** What all streams with the same object share. */
  private static final class Shared {
    private final ReentrantLock lock = new ReentrantLock();

    /** The number of the newest credential; 0 before the first. */
    @GuardedBy("lock")
    private long generation;

    /** Null unless <i>holding</i>. */
    @GuardedBy("lock")
    private @Nullable Issued current;

    /** Null unless <i>asking</i>. */
    @GuardedBy("lock")
    private @Nullable Flight flight;

    /** The calls that have not returned, with those that were given up. */
    @GuardedBy("lock")
    private int running;

    Issued get(Callable<String> authorization, OpeningAttempt attempt) throws IOException {
      AbandonableCall<Issued> call;
      lock.lock();
      try {
        if (current != null) {
          return current;
        }
        Flight joined = flight != null ? flight : takeOff(authorization, attempt);
        call = joined.call();
      } finally {
        lock.unlock();
      }
      Outcome<Issued> outcome = call.await(attempt);
      if (outcome == null) {
        throw attempt.timedOut("a credential");
      }
      Issued issued = outcome.value();
      return issued != null ? issued : fail(outcome.failure());
    }

    private static Issued fail(@Nullable Throwable failure) throws TransportException {
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof TransportException known) {
        throw known;
      }
      Throwable thrown = Objects.requireNonNull(failure, "failure");
      throw new TransportException(
          Reason.CREDENTIALS,
          "Expected a credential but the Credentials threw " + thrown.getClass().getName(),
          thrown);
    }

    boolean refuse(Issued refused) {
      lock.lock();
      try {
        boolean isNewest = refused.generation() == generation;
        current = isNewest ? null : current;
        return isNewest;
      } finally {
        lock.unlock();
      }
    }

    /** Starts a flight. Its thread and its timer wait for the lock, until all is in place. */
    @GuardedBy("lock")
    private Flight takeOff(Callable<String> authorization, OpeningAttempt attempt)
        throws TransportException {
      if (running == MAX_THREADS) {
        throw new TransportException(
            Reason.CREDENTIALS,
            "Expected a credential but " + MAX_THREADS + " calls of the Credentials hang");
      }
      Flight started = new Flight();
      started.call =
          AbandonableCall.start(
              "perennial-credentials",
              () -> land(started, checked(authorization.call())),
              () -> end(started));
      running++;
      long nanos = Math.max(SHORTEST_LIMIT_NANOS, attempt.timeoutNanos());
      started.limit = attempt.attempt().timekeeper().schedule(() -> giveUp(started, nanos), nanos);
      flight = started;
      return started;
    }

    private static String checked(@Nullable String value) throws TransportException {
      if (value == null || value.trim().isEmpty()) {
        throw new TransportException(
            Reason.CREDENTIALS,
            "Expected a value for Authorization from the Credentials but was "
                + (value == null ? "null" : "empty"));
      }
      if (HeaderRules.breaksHeader(value)) {
        throw new TransportException(
            Reason.CREDENTIALS,
            "Expected a value for Authorization without CR, LF and NUL from the Credentials but it"
                + " has one");
      }
      return value;
    }

    private Issued land(Flight landing, String value) {
      lock.lock();
      try {
        Issued issued = new Issued(value, generation + 1);
        if (flight == landing) { // Otherwise it was given up, and nothing waits for it.
          generation++;
          current = issued;
          flight = null;
        }
        return issued;
      } finally {
        lock.unlock();
      }
    }

    /** The call has returned or failed. */
    private void end(Flight ended) {
      lock.lock();
      try {
        running--;
        flight = flight == ended ? null : flight;
      } finally {
        lock.unlock();
      }
      ended.limit().close();
    }

    private void giveUp(Flight late, long nanos) {
      lock.lock();
      try {
        if (flight != late) {
          return;
        }
        flight = null;
      } finally {
        lock.unlock();
      }
      late.call()
          .giveUp(
              new TransportException(
                  Reason.CREDENTIALS,
                  "Expected a credential within "
                      + Durations.ofNanos(nanos)
                      + " but the Credentials did not return"));
    }
  }

  /** An object by its identity, which is not kept alive. */
  private static final class IdentityKey extends WeakReference<Object> {
    private final int hash;

    IdentityKey(Object owner) {
      super(owner, UNREACHABLE);
      this.hash = System.identityHashCode(owner);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // The identity is what counts.
    public boolean equals(@Nullable Object other) {
      if (this == other) {
        return true;
      }
      Object mine = get();
      return mine != null && other instanceof IdentityKey that && mine == that.get();
    }
  }
}
