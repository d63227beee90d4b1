package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.StreamSubscription;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the requests over a scripted server. */
@Timeout(60)
class RequestsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void eachRequestGetsItsOwnAnswerWhileTheConsumerIsBusy() throws Exception {
    CountDownLatch isBusy = new CountDownLatch(1);
    CountDownLatch isReleased = new CountDownLatch(1);
    try (ScriptedSockets server =
        ScriptedSockets.start(
            socket -> {
              socket.send("{\"price\":1}");
              assertEquals("{\"id\":\"1\",\"method\":\"a\"}", socket.read());
              assertEquals("{\"id\":\"2\",\"method\":\"b\"}", socket.read());
              socket.send("{\"id\":\"2\",\"result\":\"B\"}");
              socket.send("{\"id\":\"1\",\"result\":\"A\"}");
            })) {
      Requests requests = new Requests(server.url("/rpc"));
      try (StreamSubscription subscription =
          requests.connect(
              notification -> {
                isBusy.countDown();
                await(isReleased);
              })) {
        assertTrue(isBusy.await(20, TimeUnit.SECONDS));

        CompletableFuture<JsonNode> a = requests.call("a", PATIENCE);
        CompletableFuture<JsonNode> b = requests.call("b", PATIENCE);

        assertEquals("A", a.get(20, TimeUnit.SECONDS).asText());
        assertEquals("B", b.get(20, TimeUnit.SECONDS).asText());
        isReleased.countDown();
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void requestWhoseConnectionIsLostFails() throws Exception {
    try (ScriptedSockets server =
        ScriptedSockets.start(
            socket -> {
              socket.read();
              socket.cut();
            })) {
      Requests requests = new Requests(server.url("/rpc"));
      try (StreamSubscription subscription = requests.connect(notification -> {})) {
        assertTrue(subscription.awaitOpen(PATIENCE));

        CompletableFuture<JsonNode> answer = requests.call("a", PATIENCE);

        ExecutionException failure =
            assertThrows(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS));
        assertInstanceOf(IOException.class, failure.getCause());
      }
    }
  }

  @Test
  void requestWithoutAConnectionFailsAtOnce() {
    CompletableFuture<JsonNode> answer = new Requests("ws://localhost/").call("a", PATIENCE);

    assertTrue(answer.isCompletedExceptionally());
  }
}
