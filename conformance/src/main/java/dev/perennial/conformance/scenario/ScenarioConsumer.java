package dev.perennial.conformance.scenario;

import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Records what a client reports about one stream, and plays the stream's consumer. */
public final class ScenarioConsumer implements ClientReport {
  private final RunContext run;
  private final int stream;
  private final Runnable closer;
  private final AtomicInteger events = new AtomicInteger();

  /** Whether this consumer does what the scenario says: not so in the second process. */
  private final boolean isActing;

  /**
   * @param closer closes the client, when the scenario's consumer does
   */
  ScenarioConsumer(RunContext run, int stream, boolean isFirstProcess, Runnable closer) {
    this.run = run;
    this.stream = stream;
    this.isActing = isFirstProcess && stream == 1;
    this.closer = closer;
  }

  @Override
  public void opened() {
    add(Kind.OPENED, "");
  }

  @Override
  public void event(@Nullable String id, @Nullable String type, String data) {
    Scenario.ConsumerAct act =
        isActing ? run.scenario().consumer.get(events.incrementAndGet()) : null;
    if (act instanceof Scenario.ConsumerAct.Fails) {
      add(Kind.CONSUMER_FAILED, Format.visible(data));
      throw new ConsumerFailedException("The consumer fails at event " + events + ", on purpose");
    }
    run.trace().event(stream, id, type == null || type.isEmpty() ? "message" : type, data);
    if (act instanceof Scenario.ConsumerAct.Pauses pauses) {
      hold(run.scale().real(pauses.time()));
    } else if (act instanceof Scenario.ConsumerAct.Closes) {
      closer.run();
    }
  }

  private void hold(Duration time) {
    add(Kind.HELD, "");
    try {
      run.trace().pause(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      add(Kind.RELEASED, "");
    }
  }

  @Override
  public void gap(String detail) {
    add(Kind.GAP, detail);
  }

  @Override
  public void cursorStored(String cursor) {
    add(Kind.STORED, cursor);
  }

  @Override
  public void completed() {
    add(Kind.COMPLETED, "");
  }

  @Override
  public void failed(String reason) {
    add(Kind.FAILED, reason);
  }

  private void add(Kind kind, String text) {
    run.trace().add(kind, stream, text);
  }

  /** Thrown by the consumer when the scenario demands it. */
  public static final class ConsumerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConsumerFailedException(String message) {
      super(message);
    }
  }
}
