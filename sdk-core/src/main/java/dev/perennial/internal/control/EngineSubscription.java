package dev.perennial.internal.control;

import dev.perennial.StreamException;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.resume.CursorWriter;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the consumer holds: requests to the engine, and questions about it. Thread-safe. */
public final class EngineSubscription implements StreamSubscription {
  private final EngineSignals signals;
  private final SubscriptionStatus status;
  private final SubscriptionContext<?> context;
  private final Delivery<?> delivery;
  private final Timekeeper time;

  public EngineSubscription(SubscriptionContext<?> context, Delivery<?> delivery) {
    this.context = context;
    this.signals = context.signals();
    this.status = context.status();
    this.delivery = delivery;
    this.time = context.time();
  }

  @Override
  public StreamState state() {
    StreamState state = status.state();
    return state instanceof StreamState.Open open && signals.isWaiting()
        ? new StreamState.Open(open.connection(), true, open.response())
        : state;
  }

  @Override
  public @Nullable String cursor() {
    return context.acknowledged().cursor();
  }

  @Override
  public long connection() {
    return signals.number();
  }

  @Override
  public int buffered() {
    return delivery.buffered();
  }

  @Override
  public @Nullable Duration lastByteAge() {
    SubscriptionStatus.OpenConnection open = status.openConnection();
    return open == null ? null : since(open.lastByteNanos());
  }

  @Override
  public @Nullable Duration lastEventAge() {
    long last = status.lastEventNanos();
    return last == SubscriptionStatus.NEVER ? null : since(last);
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(Math.max(0, time.nanoTime() - nanos));
  }

  @Override
  public @Nullable Duration nextAttemptIn() {
    return status.state() instanceof StreamState.Waiting
        ? Duration.ofNanos(Math.max(0, status.nextAttemptNanos() - time.nanoTime()))
        : null;
  }

  @Override
  public void wake() {
    lookAtNetwork();
    signals.wake();
    status.checkSilence();
  }

  @Override
  public void reconnectNow() {
    lookAtNetwork();
    signals.reconnectNow();
    status.replaceConnection();
  }

  /** The monitor may have missed to call back. */
  private void lookAtNetwork() {
    NetworkWatch network = context.network();
    if (network != null) {
      network.look();
    }
  }

  @Override
  public void park() {
    signals.park();
  }

  @Override
  public void unpark() {
    signals.unpark();
  }

  @Override
  public boolean isCompleted() {
    return status.isCompleted()
        && state() instanceof StreamState.Closed closed
        && closed.failure() == null;
  }

  @Override
  public void close() {
    signals.close();
    delivery.cancel();
  }

  @Override
  public void closeNow() {
    signals.closeNow();
    delivery.cancel();
  }

  @Override
  public boolean awaitOpen(Duration timeout) throws InterruptedException {
    requireNoCallback("awaitOpen()");
    StreamState reached = signals.awaitValue(Nanos.of(timeout), this::openOrClosed);
    if (reached instanceof StreamState.Closed closed && closed.failure() != null) {
      throw closed.failure();
    }
    return reached instanceof StreamState.Open;
  }

  private @Nullable StreamState openOrClosed() {
    StreamState state = status.state();
    return state instanceof StreamState.Open || state instanceof StreamState.Closed ? state : null;
  }

  private void requireNoCallback(String call) {
    if (status.isOnThread() || delivery.isInCallback()) {
      throw new IllegalStateException(call + " within a callback would wait for itself");
    }
  }

  @Override
  public void awaitClosed() throws InterruptedException {
    awaitClosed(Nanos.FOREVER);
  }

  @Override
  public boolean awaitClosed(Duration timeout) throws InterruptedException {
    return awaitClosed(Nanos.of(timeout));
  }

  private boolean awaitClosed(long nanos) throws InterruptedException {
    requireNoCallback("awaitClosed()");
    long began = time.nanoTime();
    if (!signals.awaitDone(nanos, delivery::isQuiet)) {
      return false;
    }
    CursorWriter writer = context.writer();
    if (writer != null) {
      // What was acknowledged after the end. It is closed, whatever becomes of that.
      boolean unused = writer.flush(nanos - (time.nanoTime() - began));
    }
    StreamException failure =
        status.state() instanceof StreamState.Closed closed ? closed.failure() : null;
    if (failure != null) {
      throw failure;
    }
    return true;
  }
}
