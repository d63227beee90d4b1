package dev.perennial.tests.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A program finds the server's response in the failure. */
class FailureResponseTest extends FailureMessageTest {
  @Test
  void programDecidesByTheBody() throws Exception {
    String body =
        "{\"error\":{\"code\":\"insufficient_quota\",\"text\":\"" + "x".repeat(5_000) + "\"}}";
    String answer =
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 3600\nX-Request-Id: 7\n"
            + "Content-Type: application/json\nContent-Length: "
            + body.length()
            + "\n\n"
            + body;
    try (BrokenServer server = BrokenServer.answering(answer)) {
      EventRecorder<String> recorder =
          EventRecorder.<String>create().waitingAtMost(Duration.ofSeconds(60));
      Sse.stream(url("http", server))
          .withRetry(
              RetryPolicy.fixed(Duration.ofHours(1))
                  .onFailure(FailureResponseTest::isOutOfQuota, RetryPolicy.Action.FAIL))
          .subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure(); // Otherwise it would wait for an hour.

      ServerResponse response = failure.response();
      assertEquals(429, response.status());
      assertEquals("http/1.1", response.protocol());
      assertEquals("7", response.header("x-request-id"));
      assertEquals(Duration.ofHours(1), response.retryAfter());
      assertEquals(body, response.body());
      assertTrue(response.isBodyComplete());
    }
  }

  private static boolean isOutOfQuota(StreamException failure) {
    ServerResponse response = failure.response();
    return response != null && response.body().contains("insufficient_quota");
  }

  @Test
  void gapCarriesTheResponse() throws Exception {
    String answer = "HTTP/1.1 410 Gone\nX-Oldest: 9\nContent-Length: 4\n\nlost";
    try (BrokenServer server = BrokenServer.answering(answer)) {
      StreamException failure = Failures.of(Sse.stream(url("http", server)).withCursor("5"));

      assertEquals(Reason.GAP, failure.reason());
      assertEquals("9", failure.response().header("X-Oldest"));
      assertEquals("lost", failure.response().body());
    }
  }

  @Test
  void longBodyIsTruncated() throws Exception {
    String answer =
        "HTTP/1.1 500 Oops\nContent-Type: text/plain\nContent-Length: 70000\n\n"
            + "x".repeat(70_000);
    try (BrokenServer server = BrokenServer.answering(answer)) {
      ServerResponse response = Failures.of(Sse.stream(url("http", server))).response();

      assertEquals("x".repeat(65_536), response.body());
      assertFalse(response.isBodyComplete());
    }
  }
}
