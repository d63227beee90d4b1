package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.StreamException;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs each recipe against a fake that answers as the real service does. */
class RecipesTest {
  @TempDir private Path folder;

  // ---- An LLM's token stream ----

  private static final String OPEN =
      "HTTP/1.1 200 OK\r\n"
          + "Content-Type: text/event-stream; charset=utf-8\r\n"
          + "Transfer-Encoding: chunked\r\n"
          + "\r\n";
  private static final String END_OF_BODY = "0\r\n\r\n";
  private static final String REQUEST =
      "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

  @Test
  void tokensAreShownAsTheyComeAndTheMarkerIsNot() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              exchange.write(OPEN);
              exchange.write(chunk(token("{\"role\":\"assistant\",\"content\":\"\"}")));
              exchange.write(chunk(content("Hel")));
              exchange.write(chunk(content("lo")));
              exchange.write(chunk(token("{}")));
              exchange.write(chunk("data: [DONE]\n\n"));
              exchange.write(END_OF_BODY);
            })) {
      List<String> shown = new ArrayList<>();

      LlmTokens.Answer answer = program(server).complete(REQUEST, shown::add);

      ReceivedRequest request = server.takeRequest(Duration.ofSeconds(5));
      assertEquals(new LlmTokens.Answer("Hello", true), answer);
      assertEquals(List.of("", "Hel", "lo", ""), shown);
      assertEquals("POST", request.method());
      assertEquals("Bearer s3cret", request.header("Authorization"));
      assertEquals(REQUEST, request.bodyUtf8());
    }
  }

  @Test
  void aConnectionThatBreaksAmongTheTokensIsNotAskedAgain() throws IOException {
    assertCutOffAndAskedOnce(exchange -> exchange.cut(Cut.RST));
  }

  @Test
  void aBodyThatEndsWithoutTheMarkerIsNotAskedAgain() throws IOException {
    assertCutOffAndAskedOnce(exchange -> exchange.write(END_OF_BODY));
  }

  private static void assertCutOffAndAskedOnce(LoopbackServer.Handler end) throws IOException {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              exchange.write(OPEN);
              exchange.write(chunk(content("Hel")));
              end.handle(exchange);
            })) {

      LlmTokens.Answer answer = program(server).complete(REQUEST, token -> {});

      assertEquals(new LlmTokens.Answer("Hel", false), answer);
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void aBodyThatEndsBeforeTheFirstTokenIsIncomplete() throws IOException {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              exchange.write(OPEN);
              exchange.write(END_OF_BODY);
            })) {

      StreamException failure =
          assertThrows(StreamException.class, () -> program(server).complete(REQUEST, token -> {}));

      assertEquals(StreamException.Reason.INCOMPLETE, failure.reason());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void aRequestThatWasTurnedAwayIsSentAgain() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              if (requests.incrementAndGet() == 1) {
                exchange.answer(429, List.of("Retry-After: 0"), "");
                return;
              }
              exchange.write(OPEN);
              exchange.write(chunk(content("Hello") + "data: [DONE]\n\n"));
              exchange.write(END_OF_BODY);
            })) {

      LlmTokens.Answer answer = program(server).complete(REQUEST, token -> {});

      assertEquals(new LlmTokens.Answer("Hello", true), answer);
      assertEquals(2, requests.get());
    }
  }

  @Test
  void aRefusedKeyIsReportedInTheServersWords() throws IOException {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange ->
                exchange.answer(
                    401,
                    List.of("Content-Type: application/json"),
                    "{\"error\":\"Incorrect API key: s3cret\"}"))) {

      StreamException failure =
          assertThrows(StreamException.class, () -> program(server).complete(REQUEST, token -> {}));

      assertEquals(401, failure.code());
      assertTrue(failure.getMessage().contains("Incorrect API key"), failure::getMessage);
      assertFalse(failure.getMessage().contains("s3cret"), failure::getMessage);
    }
  }

  private static LlmTokens program(LoopbackServer server) {
    return new LlmTokens(server.uri("/v1/chat/completions").toString(), "s3cret");
  }

  private static String content(String text) {
    return token("{\"content\":\"" + text + "\"}");
  }

  private static String token(String delta) {
    return "data: {\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
        + "\"delta\":"
        + delta
        + ",\"finish_reason\":null}]}\n\n";
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  // ---- Wikimedia's changes ----

  @Test
  void changesAreHandledOnceAcrossCutsAndRuns() throws IOException {
    FakeEventLog log = FakeEventLog.retaining(100, RecipesTest::kafkaId);
    Path file = folder.resolve("recentchange.cursor");
    List<String> handled = new ArrayList<>();
    try (FakeSseServer server =
        FakeSseServer.builder(log).heartbeatEvery(Duration.ofMillis(100)).overlap(1).start()) {
      WikimediaChanges program =
          new WikimediaChanges(server.uri("/v2/stream/recentchange").toString(), file);
      append(log, 1, 3);

      assertThrows(
          IllegalStateException.class,
          () ->
              program.follow(
                  change -> {
                    if (change.title().equals("Page 3")) {
                      throw new IllegalStateException("The bot fell over");
                    }
                    handled.add(change.title());
                  }));
      append(log, 4, 5);
      followWhenTheStoreIsFree(
          program,
          change -> {
            handled.add(change.title());
            if (change.title().equals("Page 4")) {
              server.cutAll(Cut.RST);
            }
            if (change.title().equals("Page 5") && !log.isEnded()) {
              append(log, 6, 6);
              log.end();
            }
          });

      assertEquals(kafkaId(2), server.requests().get(1).request().header("Last-Event-ID"));
      assertTrue(
          server.requests().get(0).request().header("User-Agent").startsWith("my-bot/"),
          () -> server.requests().toString());
    }

    // The overlap gives Page 2 to the second run too, which knows it as the event of its cursor.
    assertEquals(List.of("Page 1", "Page 2", "Page 3", "Page 4", "Page 5", "Page 6"), handled);
  }

  /** Like the next process: the closed reader may still be saving its cursor. */
  private static void followWhenTheStoreIsFree(
      WikimediaChanges program, Consumer<WikimediaChanges.Change> handle) {
    long begin = System.nanoTime();
    while (true) {
      try {
        program.follow(handle);
        return;
      } catch (StreamException e) {
        boolean isInTime = System.nanoTime() - begin < Duration.ofSeconds(20).toNanos();
        if (e.reason() != StreamException.Reason.CURSOR_STORE || !isInTime) {
          throw e;
        }
      }
    }
  }

  @Test
  void aPositionThatIsTooOldGoesOnLive() throws IOException {
    FakeEventLog log = FakeEventLog.retaining(2, RecipesTest::kafkaId);
    Path file = folder.resolve("recentchange.cursor");
    CursorStore.file(file).save(kafkaId(1));
    append(log, 1, 10);
    log.end();
    List<String> handled = new ArrayList<>();
    try (FakeSseServer server = FakeSseServer.start(log)) {
      WikimediaChanges program =
          new WikimediaChanges(server.uri("/v2/stream/recentchange").toString(), file);

      program.follow(change -> handled.add(change.title()));
    }

    assertEquals(List.of("Page 9", "Page 10"), handled);
  }

  private static void append(FakeEventLog log, int first, int last) {
    for (int i = first; i <= last; i++) {
      log.append(
          "message",
          "{\"$schema\":\"/mediawiki/recentchange/1.0.0\",\"meta\":{\"stream\":"
              + "\"mediawiki.recentchange\"},\"type\":\"edit\",\"namespace\":0,\"title\":\"Page "
              + i
              + "\",\"wiki\":\"enwiki\",\"bot\":false}");
    }
  }

  /** An id as EventStreams sends it: the positions in the two Kafka topics. */
  private static String kafkaId(long number) {
    return "[{\"topic\":\"eqiad.mediawiki.recentchange\",\"partition\":0,\"timestamp\":"
        + (1_790_000_000_000L + number)
        + "},{\"topic\":\"codfw.mediawiki.recentchange\",\"partition\":0,\"offset\":-1}]";
  }
}
