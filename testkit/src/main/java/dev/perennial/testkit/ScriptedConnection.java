package dev.perennial.testkit;

import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.testkit.ConnectionScript.Step;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Plays one {@link ConnectionScript} in virtual time. */
final class ScriptedConnection implements StreamConnection {
  private final VirtualTime time;
  private final ConnectionScript script;
  private int next; // The number of the next step.
  private long dueNanos; // When the server takes the next step.
  private long lastByteNanos;
  private long waitingSinceNanos;
  private long bytes;
  private boolean isOpen;
  private boolean isClosed;

  ScriptedConnection(VirtualTime time, ConnectionScript script) {
    this.time = time;
    this.script = script;
    this.lastByteNanos = time.nanoTime();
  }

  @Override
  public void open() throws IOException {
    if (isOpen) {
      throw new IllegalStateException("open() was called twice");
    }
    isOpen = true;
    if (isClosed) {
      // This is not a race, since there is only one thread.
      time.fail(new AssertionError("Expected no attempt to open a connection that was closed"));
    }
    Duration answersAfter = script.answersAfter();
    if (answersAfter == null) {
      time.passUntil(this::isGivenUp);
    } else {
      time.pass(answersAfter, this::isGivenUp);
    }
    throwIfGivenUp();
    script.refuse();
    dueNanos = time.nanoTime();
    lastByteNanos = dueNanos;
    waitingSinceNanos = dueNanos;
  }

  @Override
  public @Nullable Frame read(Deadlines limits) throws IOException {
    if (!isOpen) {
      throw new IllegalStateException("read() was called before open()");
    }
    while (true) {
      Step step = script.step(next);
      if (step instanceof Step.IsSilent silent) {
        next++;
        dueNanos += silent.time().toNanos();
        continue;
      }
      awaitNext(limits, step == null);
      next++;
      if (step instanceof Step.Brings brings) {
        lastByteNanos = time.nanoTime();
        bytes += 1 + brings.frame().length();
        return brings.frame();
      } else if (step instanceof Step.Fails fails) {
        ConnectionScript.throwAsTransport(fails.failure());
      } else if (step instanceof Step.Ends) {
        return null;
      } else if (step instanceof Step.Runs runs) {
        time.perform(runs.action());
        throwIfGivenUp();
      } else {
        throw new IllegalStateException("Unknown step " + step);
      }
    }
  }

  /** Waits for the server's next step; after the last one, forever. */
  private void awaitNext(Deadlines limits, boolean isOver) throws IOException {
    waitingSinceNanos = time.nanoTime();
    long left = isOver ? Long.MAX_VALUE : dueNanos - time.nanoTime();
    BooleanSupplier isHere = () -> !isOver && dueNanos - time.nanoTime() <= 0;
    boolean isInTime =
        left <= 0
            || time.passUntilArrival(
                limits.noByteNanos(), left, () -> isGivenUp() || isHere.getAsBoolean());
    throwIfGivenUp();
    if (!isInTime) {
      throw new SocketTimeoutException("No byte for " + Duration.ofNanos(limits.noByteNanos()));
    }
  }

  private boolean isGivenUp() {
    return isClosed || Thread.currentThread().isInterrupted();
  }

  /** Ends a blocking call on an interrupt, and keeps the thread's status, like Okio. */
  private void throwIfGivenUp() throws IOException {
    if (isClosed) {
      throw new SocketException("Socket closed");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted");
    }
  }

  @Override
  public long bytesRead() {
    return bytes;
  }

  @Override
  public long lastByteNanos() {
    return lastByteNanos;
  }

  @Override
  public long waitingSinceNanos() {
    return waitingSinceNanos;
  }

  boolean isClosed() {
    return isClosed;
  }

  @Override
  public void close() {
    isClosed = true;
  }
}
