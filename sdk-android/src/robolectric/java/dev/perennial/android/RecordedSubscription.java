package dev.perennial.android;

import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Records the calls it gets. */
final class RecordedSubscription implements StreamSubscription {
  final List<String> calls = new ArrayList<>();
  StreamState state = new StreamState.Parked();

  @Override
  public StreamState state() {
    return state;
  }

  @Override
  public String cursor() {
    return null;
  }

  @Override
  public long connection() {
    return 0;
  }

  @Override
  public int buffered() {
    return 0;
  }

  @Override
  public Duration lastByteAge() {
    return null;
  }

  @Override
  public Duration lastEventAge() {
    return null;
  }

  @Override
  public Duration nextAttemptIn() {
    return null;
  }

  @Override
  public void wake() {
    calls.add("wake");
  }

  @Override
  public void park() {
    calls.add("park");
  }

  @Override
  public void unpark() {
    calls.add("unpark");
  }

  @Override
  public void close() {
    calls.add("close");
  }

  @Override
  public boolean awaitOpen(Duration timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void awaitClosed() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean awaitClosed(Duration timeout) {
    throw new UnsupportedOperationException();
  }
}
