package dev.perennial.tests.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that takes connections and says nothing holds an attempt up until its deadline. */
class AttemptDeadlineTest {

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void coversTheHandshakeAndTheAnswer(String scheme) throws Exception {
    EventRecorder<String> recorder = EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
    // The system completes connections that the program never accepts.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = scheme + "://127.0.0.1:" + silent.getLocalPort() + "/";
      Sse.stream(url)
          .withAttemptTimeout(ofMillis(150))
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.ATTEMPT_TIMEOUT, failure.reason());
      assertEquals(
          "Expected an answer from " + url + " within 150 ms but got none", failure.getMessage());
    }
  }
}
