package dev.perennial.tests.tck;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import org.reactivestreams.tck.TestEnvironment;

/** What the verifications have in common. */
final class TckStreams {
  private static final long TIMEOUT_MILLIS = 1_000;
  private static final long SOCKET_TIMEOUT_MILLIS = 2_500;
  private static final long QUIET_MILLIS = 60;

  private TckStreams() {}

  static TestEnvironment environment() {
    return new TestEnvironment(TIMEOUT_MILLIS, QUIET_MILLIS);
  }

  /** For what has to connect first, on a machine that is busy. */
  static TestEnvironment socketEnvironment() {
    return new TestEnvironment(SOCKET_TIMEOUT_MILLIS, QUIET_MILLIS);
  }

  static EventStream<String> of(long events) {
    return EventStream.of(new CountingTransport(events), Decoder.text());
  }

  /** A stream whose server refuses for good. */
  static EventStream<String> refused() {
    return EventStream.of(
        attempt -> {
          throw new StreamException(StreamException.Reason.PROTOCOL, "refused", null);
        },
        Decoder.text());
  }
}
