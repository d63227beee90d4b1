package dev.perennial.tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamRuntime;
import dev.perennial.sse.Sse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One POST begins a stream, and other requests resume it. */
@Timeout(120)
class ResumeWithTest {
  private static final RetryPolicy SOON =
      RetryPolicy.fixed(Duration.ofMillis(1)).withFloor(Duration.ofMillis(1));

  private final StreamRuntime runtime =
      StreamRuntime.builder().attemptsPerHost(100_000, 100_000).build();

  private Sse.Builder begun(RunServer server) {
    return Sse.builder(server.url("/runs"))
        .post(RequestBody.create("{}", MediaType.get("application/json")))
        .cursorFromAnswer(answer -> answer.header("X-Run"))
        .cursor(
            (before, payload) ->
                before == null || payload.id() == null
                    ? before
                    : before.replaceFirst("/.*", "") + "/" + payload.id())
        .resumeWith(attempt -> resuming(server, String.valueOf(attempt.cursor())))
        .endsAt(payload -> payload.type().equals("done"));
  }

  private static Request resuming(RunServer server, String cursor) {
    String[] parts = cursor.split("/", 2);
    String after = parts.length == 1 ? "0" : parts[1];
    return new Request.Builder().url(server.url("/runs/" + parts[0] + "?after=" + after)).build();
  }

  private List<String> readAll(EventStream<String> stream) {
    List<String> data = new ArrayList<>();
    try (EventReader<String> reader = stream.withRuntime(runtime).open()) {
      for (Event<String> event : reader) {
        data.add(event.data());
      }
    }
    return data;
  }

  private StreamException failureOf(EventStream<String> stream) {
    return Assertions.assertThrows(StreamException.class, () -> readAll(stream));
  }

  @Test
  void thePostIsSentOnceUnderAThousandCutsAndNoEventIsMissing() throws Exception {
    long seed = new Random().nextInt(1_000_000);
    try (RunServer server = new RunServer(4000, 1000, seed)) {
      List<String> data = readAll(begun(server).stream().withRetry(SOON));

      assertEquals(1, server.posts.get(), "seed " + seed);
      assertEquals(0, server.cutsLeft(), "seed " + seed);
      assertEquals(1000, server.resumes.size(), "seed " + seed);
      assertEquals(4000, data.size(), "seed " + seed);
      assertEquals("event 4000", data.get(3999));
    }
  }

  @Test
  void aPostThatIsLostBeforeThereIsACursorIsNotSentAgain() throws Exception {
    try (RunServer server = new RunServer(1, 0, 1)) {
      server.isBeginLost = true;

      StreamException failure = failureOf(begun(server).stream().withRetry(SOON));

      assertEquals(1, server.posts.get());
      assertTrue(
          String.valueOf(failure.getMessage()).contains("must not be sent again")
              || failure.reason() == Reason.INCOMPLETE,
          failure::toString);
    }
  }

  @Test
  void aRuleOfTheCallerDoesNotSendThePostAgain() throws Exception {
    try (RunServer server = new RunServer(1, 0, 1)) {
      server.isBeginLost = true;

      failureOf(
          begun(server).stream().withRetry(SOON.onFailure(any -> true, RetryPolicy.Action.RETRY)));

      assertEquals(1, server.posts.get());
    }
  }

  @Test
  void aPostThatWasNotProcessedIsSentAgain() throws Exception {
    try (RunServer server = new RunServer(5, 2, 1)) {
      server.refusals.addAll(List.of(503, 429));

      assertEquals(5, readAll(begun(server).stream().withRetry(SOON)).size());

      assertEquals(3, server.posts.get());
    }
  }

  @Test
  void aPostThatFailedIsNotSentAgain() throws Exception {
    try (RunServer server = new RunServer(5, 2, 1)) {
      server.refusals.add(500);

      assertEquals(500, failureOf(begun(server).stream().withRetry(SOON)).code());

      assertEquals(1, server.posts.get());
    }
  }

  @Test
  void aLostCursorDoesNotBeginAnotherRun() throws Exception {
    try (RunServer server = new RunServer(50, 50, 1)) {
      server.resumeStatus = 410;

      StreamException failure =
          failureOf(begun(server).stream().withRetry(SOON).withGapPolicy(GapPolicy.liveOnly()));

      assertEquals(1, server.posts.get());
      assertTrue(
          String.valueOf(failure.getMessage()).contains("no cursor for resumeWith"),
          failure::toString);
    }
  }

  @Test
  void aStoredCursorResumesWithoutAPost() throws Exception {
    try (RunServer server = new RunServer(5, 0, 1)) {
      assertEquals(
          List.of("event 4", "event 5"), readAll(begun(server).stream().withCursor("7/3")));

      assertEquals(0, server.posts.get());
      assertEquals(List.of("after=3"), server.resumes);
    }
  }

  @Test
  void aRequestToAnotherOriginIsRefused() throws Exception {
    try (RunServer server = new RunServer(5, 5, 1);
        RunServer other = new RunServer(5, 0, 1)) {
      StreamException failure =
          failureOf(
              begun(server)
                  .resumeWith(attempt -> resuming(other, String.valueOf(attempt.cursor())))
                  .stream()
                  .withRetry(SOON));

      assertEquals(Reason.PROTOCOL, failure.reason());
      assertEquals(List.of(), other.resumes);
    }
  }
}
