package dev.perennial.tests.micrometer;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.StreamRuntime;
import dev.perennial.micrometer.StreamMetrics;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.testkit.ScriptedTransport;
import dev.perennial.testkit.VirtualTime;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Instant;
import java.util.Random;

/** Subscriptions in virtual time, watched by metrics as a runtime's observer. */
final class Metered {
  /** The time of day when virtual time starts. */
  static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

  /** Text, but for {@code bad}. */
  private static final Decoder<String> GOOD =
      payload -> {
        String text = payload.text();
        if (text.equals("bad")) {
          throw new IOException("bad");
        }
        return text;
      };

  final VirtualTime time = VirtualTime.create();
  private final long startNanos = time.nanoTime();
  final MeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock());
  final EventRecorder<String> recorder = EventRecorder.create();

  /** Watches the stream, beside the metrics. */
  final RecordingObserver observer = RecordingObserver.create();

  ScriptedTransport transport = ScriptedTransport.of(time);

  Clock clock() {
    return new Clock() {
      @Override
      public long wallTime() {
        return START.toEpochMilli() + NANOSECONDS.toMillis(time.nanoTime() - startNanos);
      }

      @Override
      public long monotonicTime() {
        return time.nanoTime();
      }
    };
  }

  EventStream<String> stream(ConnectionScript... scripts) {
    return stream(StreamMetrics.of(registry, "ticks"), scripts);
  }

  EventStream<String> stream(StreamMetrics metrics, ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    StreamRuntime runtime =
        StreamRuntime.builder()
            .timekeeper(time)
            .executor(time.executor())
            .helpers(time.executor())
            .random(new Random(time.seed()))
            .observer(metrics)
            .build();
    return EventStream.of(transport, GOOD).withRuntime(runtime).withObserver(observer);
  }

  void listen(EventStream<String> stream) {
    stream.subscribe(recorder.listener());
    run();
  }

  void run() {
    time.run();
    assertEquals(0, time.pendingTimers());
    transport.assertExhausted();
  }

  double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  double count(String name) {
    return registry.get(name).counter().count();
  }

  double count(String name, Enum<?> reason) {
    return registry.get(name).tag("reason", reason.name()).counter().count();
  }

  /** What a meter has counted for all its reasons together. */
  double sum(String name) {
    return registry.get(name).counters().stream().mapToDouble(one -> one.count()).sum();
  }
}
