package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.AbandonableCall.Outcome;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The credential that one {@link Credentials} gave last, and the call that is under way for the
 * next. It does not refer to the {@link Credentials}, which it must not keep alive.
 *
 * <p>A call is never ended because nobody waits for it: a server may have taken back the old
 * credential by then, and only this call learns the new one.
 */
final class CredentialCache {
  static final long SHORTEST_LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How many calls may hang after their time was up. */
  static final int MAX_THREADS = 3;

  /** Guards all fields, those of the flight too. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Of the credential that was issued last; 0 before the first. */
  private long generation;

  /** Null before the first, and from a refusal until the next one is there. */
  private @Nullable Issued current;

  /** Null while nobody is asked. */
  private @Nullable Flight flight;

  /** The calls that have not returned, with those that were given up. */
  private int running;

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

  /** One call of {@link Credentials#authorization}. */
  private static final class Flight {
    private @Nullable AbandonableCall<Issued> call; // Null until it has taken off.
    private Timekeeper.@Nullable Timer limit; // As the call.

    AbandonableCall<Issued> call() {
      return Objects.requireNonNull(call, "call");
    }
  }

  /**
   * The current credential; waits for it while there is none.
   *
   * @throws TransportException when none could be had
   * @throws IOException when the attempt is called off
   */
  Issued get(Credentials credentials, OpeningAttempt opening) throws IOException {
    AbandonableCall<Issued> call;
    lock.lock();
    try {
      if (current != null) {
        return current;
      }
      Flight joined = flight != null ? flight : takeOff(credentials, opening);
      call = joined.call();
    } finally {
      lock.unlock();
    }
    Outcome<Issued> outcome = call.await(opening);
    if (outcome == null) {
      throw opening.timedOut("a credential");
    }
    Issued issued = outcome.value();
    return issued != null ? issued : fail(outcome.failure());
  }

  private static Issued fail(@Nullable Throwable failure) throws TransportException {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof TransportException told) {
      throw told;
    }
    Throwable thrown = Objects.requireNonNull(failure, "failure");
    throw new TransportException(
        Reason.CREDENTIALS,
        "Expected a credential but the Credentials threw " + thrown.getClass().getName(),
        thrown);
  }

  /**
   * The server has refused a credential.
   *
   * @return whether it was the newest, so that the next one has to be asked for
   */
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

  /** The caller holds the lock, and so the call's thread waits until all is in place. */
  private Flight takeOff(Credentials credentials, OpeningAttempt opening)
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
            () -> land(started, checked(credentials.authorization())),
            () -> end(started));
    running++;
    long nanos = Math.max(SHORTEST_LIMIT_NANOS, opening.timeoutNanos());
    started.limit = opening.attempt().timekeeper().schedule(() -> giveUp(started, nanos), nanos);
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
      if (flight == landing) { // Else it was given up, and nobody sees what is returned.
        generation++;
        current = issued;
      }
      return issued;
    } finally {
      lock.unlock();
    }
  }

  private void end(Flight ended) {
    Timekeeper.Timer limit;
    lock.lock();
    try {
      running--;
      flight = flight == ended ? null : flight;
      limit = Objects.requireNonNull(ended.limit, "limit");
    } finally {
      lock.unlock();
    }
    limit.close();
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
                    + Duration.ofNanos(nanos)
                    + " but the Credentials did not return"));
  }
}
