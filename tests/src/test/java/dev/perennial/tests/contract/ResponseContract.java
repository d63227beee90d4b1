package dev.perennial.tests.contract;

import static dev.perennial.tests.contract.TransportContract.append;
import static dev.perennial.tests.contract.TransportContract.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.ServedRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP responses: statuses, credentials and redirects. */
interface ResponseContract extends TransportContract {

  @ParameterizedTest
  @CsvSource({"400, HTTP_STATUS", "403, HTTP_STATUS", "404, HTTP_STATUS", "501, HTTP_STATUS"})
  default void answerThatLooksLikeAMistakeIsTerminalAtFirst(int status, Reason reason)
      throws Exception {
    try (FakeStreamServer server = serverOf(FakeEventLog.create()).start()) {
      server.answerNext(status, List.of("Content-Type: text/plain"), "no such stream");
      streamOf(server.uri("/ticks")).subscribe(recorder().listener());

      StreamException failure = recorder().takeFailure();

      assertEquals(reason, failure.reason());
      assertEquals(status, failure.code());
      assertTrue(failure.getMessage().contains("no such stream"), failure::getMessage);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  default void answerThatMayPassIsTriedAgain(int status) throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    try (FakeStreamServer server = serverOf(log).start()) {
      server.answerNext(status, List.of("Retry-After: 0"), "");
      streamOf(server.uri("/ticks")).subscribe(recorder().listener());
      recorder().assertEvents(events(1, 1));
      assertEquals(2, server.requests().size());
      recorder().close();
    }
  }

  @Test
  default void noContentCompletes() throws Exception {
    try (FakeStreamServer server = serverOf(FakeEventLog.create()).start()) {
      server.answerNext(204, NO_HEADERS, "");
      streamOf(server.uri("/ticks")).subscribe(recorder().listener());
      recorder().assertCompleted();
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  default void refusedCredentialIsReplacedAtOnce() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    AtomicInteger asked = new AtomicInteger();
    try (FakeStreamServer server = serverOf(log).start()) {
      server.answerNext(401, NO_HEADERS, "");
      streamOf(
              clientOf(server.uri("/ticks").toString())
                  .credentials(() -> "Bearer token-" + asked.incrementAndGet()))
          .withRetry(QUICK)
          .subscribe(recorder().listener());
      recorder().assertEvents(events(1, 1));
      assertEquals("Bearer token-1", authorization(server.takeRequest(PATIENCE)));
      assertEquals("Bearer token-2", authorization(server.takeRequest(PATIENCE)));
      recorder().close();
    }
  }

  private static @Nullable String authorization(ServedRequest served) {
    return served.request().header("Authorization");
  }

  @Test
  default void redirectToAnotherOriginTakesTheCursorAndNoSecret() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 8);
    try (FakeStreamServer there = serverOf(log).start();
        FakeStreamServer here = serverOf(FakeEventLog.create()).start()) {
      here.answerNext(307, List.of("Location: " + there.uri("/moved")), "");
      streamOf(
              clientOf(here.uri("/ticks").toString())
                  .header("X-Api-Key", "s3cret")
                  .credentials(() -> "Bearer s3cret"))
          .withRetry(QUICK)
          .withCursor("5")
          .subscribe(recorder().listener());
      recorder().assertEvents(events(6, 8));

      ServedRequest first = here.takeRequest(PATIENCE);
      assertEquals("Bearer s3cret", authorization(first));
      ServedRequest second = there.takeRequest(PATIENCE);
      assertEquals("5", second.cursor());
      assertNull(authorization(second));
      assertNull(second.request().header("X-Api-Key"));
      recorder().close();
    }
  }
}
