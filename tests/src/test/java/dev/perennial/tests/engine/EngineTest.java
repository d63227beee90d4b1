package dev.perennial.tests.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.Transport;
import dev.perennial.spi.TransportException;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.testkit.ScriptedTransport;
import dev.perennial.testkit.VirtualTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A subscription in virtual time over a scripted transport, on the test's own thread. */
abstract class EngineTest {
  final VirtualTime time = VirtualTime.create();
  final EventRecorder<String> recorder = EventRecorder.create();
  final RecordingObserver observer = RecordingObserver.create();

  @RegisterExtension
  final AfterEachCallback seed =
      context ->
          context
              .getExecutionException()
              .ifPresent(
                  failure ->
                      System.out.printf(
                          "%s: repeat with -Dperennial.seed=%d%n",
                          context.getDisplayName(), time.seed()));

  /** The transport of the last {@link #stream}. */
  ScriptedTransport transport = ScriptedTransport.of(time);

  /** A stream whose attempts play these scripts. */
  final EventStream<String> stream(ConnectionScript... scripts) {
    return stream(ScriptedTransport.of(time, scripts));
  }

  final EventStream<String> stream(ScriptedTransport scripted) {
    transport = scripted;
    return over(scripted);
  }

  final EventStream<String> over(Transport any) {
    return EventStream.of(any, Decoder.text()).withRuntime(time.runtime()).withObserver(observer);
  }

  /** Subscribes the recorder as a listener and runs to the end. */
  final void listen(EventStream<String> stream) {
    stream.subscribe(recorder.listener());
    run();
  }

  /** Subscribes the recorder as a subscriber and runs to the end. */
  final void subscribe(EventStream<String> stream) {
    stream.subscribe(recorder.subscriber());
    run();
  }

  /** Runs to the end, where nothing may be left behind. */
  final void run() {
    time.run();
    assertEquals(0, time.pendingTimers(), () -> "timers were left behind: " + time);
    transport.assertAllClosed();
  }

  final void closeAt(Duration sinceStart) {
    time.at(sinceStart, recorder::close);
  }

  final StreamSubscription subscription() {
    return recorder.subscription();
  }

  static TransportException status(int code) {
    return status(code, null);
  }

  static TransportException status(int code, @Nullable Duration retryAfter) {
    return new TransportException(
        StreamException.Reason.HTTP_STATUS, code, "The answer was " + code, retryAfter);
  }

  static TransportException failure(StreamException.Reason reason) {
    return new TransportException(reason, "The answer was " + reason);
  }
}
