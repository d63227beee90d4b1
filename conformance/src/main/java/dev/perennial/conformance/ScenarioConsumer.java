package dev.perennial.conformance;

import dev.perennial.conformance.TraceEvent.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Notes what a client tells of one stream, and plays its consumer. */
final class ScenarioConsumer implements ClientReport {
  private final Scenario scenario;
  private final Trace trace;
  private final TimeScale scale;
  private final int stream;
  private final Runnable closer;
  private final AtomicInteger events = new AtomicInteger();

  /** Whether this is the consumer of the scenario, and not of the process after it. */
  private final boolean actsUp;

  /**
   * @param closer closes the client, when the scenario's consumer does
   */
  ScenarioConsumer(
      Scenario scenario,
      Trace trace,
      TimeScale scale,
      int stream,
      boolean actsUp,
      Runnable closer) {
    this.scenario = scenario;
    this.trace = trace;
    this.scale = scale;
    this.stream = stream;
    this.actsUp = actsUp;
    this.closer = closer;
  }

  @Override
  public void opened() {
    trace.add(Kind.OPENED, stream, "");
  }

  @Override
  public void event(@Nullable String id, @Nullable String type, String data) {
    Scenario.ConsumerAct act =
        actsUp && stream == 1 ? scenario.consumer.get(events.incrementAndGet()) : null;
    if (act instanceof Scenario.ConsumerAct.Fails) {
      trace.add(Kind.CONSUMER_FAILED, stream, Format.visible(data));
      throw new ConsumerFailedException("The consumer fails at event " + events + ", on purpose");
    }
    trace.event(stream, id, type == null || type.isEmpty() ? "message" : type, data);
    if (act instanceof Scenario.ConsumerAct.Pauses pauses) {
      hold(scale.real(pauses.time()));
    } else if (act instanceof Scenario.ConsumerAct.Closes) {
      closer.run();
    }
  }

  private void hold(Duration time) {
    trace.add(Kind.HELD, stream, "");
    try {
      trace.await(one -> false, time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      trace.add(Kind.RELEASED, stream, "");
    }
  }

  @Override
  public void gap(String detail) {
    trace.add(Kind.GAP, stream, detail);
  }

  @Override
  public void cursorStored(String cursor) {
    trace.add(Kind.STORED, stream, cursor);
  }

  @Override
  public void completed() {
    trace.add(Kind.COMPLETED, stream, "");
  }

  @Override
  public void failed(String reason) {
    trace.add(Kind.FAILED, stream, reason);
  }

  /** What the scenario's consumer throws. */
  static final class ConsumerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConsumerFailedException(String message) {
      super(message);
    }
  }
}
