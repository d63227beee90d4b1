package dev.perennial.internal.delivery;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamState;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.internal.consumer.IllegalDemandException;
import dev.perennial.internal.consumer.Target;
import dev.perennial.internal.resume.AcknowledgedCursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls the consumer on the engine thread, with no queue in between. */
public final class DirectDelivery<T> implements Delivery<T> {
  private final Target<T> target;
  private final AcknowledgedCursor acknowledged;

  public DirectDelivery(Target<T> target, AcknowledgedCursor acknowledged) {
    this.target = target;
    this.acknowledged = acknowledged;
  }

  @Override
  public long claim(long atMost) {
    return target.takeDemand(atMost);
  }

  @Override
  public long claimBytes() {
    return Long.MAX_VALUE; // Nothing waits.
  }

  @Override
  public List<Event<T>> event(Event<T> event, int bytes) throws CallbackException {
    try {
      target.event(event);
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, target.reportsOwnFailure());
    }
    acknowledged.handled(event);
    return List.of();
  }

  @Override
  public void checkpoint(Runnable passed) {
    passed.run();
  }

  @Override
  public void gap(Gap gap) throws CallbackException {
    try {
      target.gap(gap);
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, target.reportsOwnFailure());
    }
  }

  @Override
  public void state(StreamState state) throws CallbackException {
    try {
      target.state(state);
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, target.reportsOwnFailure());
    }
  }

  @Override
  public void finish(@Nullable Throwable failure) {
    Callbacks.runLast(() -> target.closed(failure));
    target.release();
  }

  @Override
  public void abandon() {
    target.release();
  }

  @Override
  public void demandAdded() {
    // The engine takes the demand itself.
  }

  @Override
  public void illegalDemand(IllegalDemandException asked) {
    // The end was delivered when the engine ended.
  }

  @Override
  public void cancel() {
    // The engine checks before each callback and releases the target when it ends.
  }

  @Override
  public boolean isDrained() {
    return true;
  }

  @Override
  public boolean isQuiet() {
    return true; // The last callback ends before the engine does.
  }

  @Override
  public boolean isInCallback() {
    return false; // The engine knows its own thread.
  }

  @Override
  public int buffered() {
    return 0;
  }
}
