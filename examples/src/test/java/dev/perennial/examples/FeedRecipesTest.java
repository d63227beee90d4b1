package dev.perennial.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.Gap;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.examples.OrderBook.Depth;
import dev.perennial.testkit.EventRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the recipes for subscriptions and whole states over servers that cut their connections. */
@Timeout(60)
class FeedRecipesTest {
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(5));

  private final EventRecorder<JsonNode> recorder =
      EventRecorder.<JsonNode>create().waitingAtMost(ofSeconds(20));

  private List<String> take(int count, String pointer) {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(recorder.takeEvent().data().at(pointer).asText());
    }
    return taken;
  }

  private static List<String> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }

  // ---- GraphQL ----

  private final AtomicInteger tokens = new AtomicInteger();
  private final FakeGraphQl graphQl = new FakeGraphQl();

  private void subscribeToOrders(ScriptedSockets server) {
    new GraphQlFeed(server.url("/graphql"), () -> "Bearer " + tokens.incrementAndGet(), QUICK)
        .orders()
        .subscribe(recorder.listener());
  }

  @Test
  void subscriptionOfGraphQlGoesOnAfterEachCutAndEachRefusal() throws Exception {
    try (ScriptedSockets server =
        ScriptedSockets.speaking(
            "graphql-transport-ws",
            graphQl.refusingWith(4429),
            graphQl.cutAfter(50),
            graphQl.refusingWith(4401),
            graphQl.cutAfter(0),
            graphQl.refusingWith(4408),
            graphQl.cutAfter(50),
            graphQl.refusingWith(4409),
            graphQl.endingWith("{\"id\":\"1\",\"type\":\"complete\"}", 50))) {
      subscribeToOrders(server);

      assertEquals(numbers(1, 150), take(150, "/payload/data/orders/id"));
      recorder.assertCompleted(); // Without a gap.
      assertEquals(2, tokens.get());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4400, 4403})
  void refusalOfGraphQlIsFinal(int code) throws Exception {
    try (ScriptedSockets server =
        ScriptedSockets.speaking("graphql-transport-ws", graphQl.refusingWith(code))) {
      subscribeToOrders(server);

      assertEquals(code, recorder.takeFailure().code());
      assertEquals(1, server.server().requests().size());
    }
  }

  @Test
  void errorOfAQueryIsFinal() throws Exception {
    String error = "{\"id\":\"1\",\"type\":\"error\",\"payload\":[{\"message\":\"no orders\"}]}";
    try (ScriptedSockets server =
        ScriptedSockets.speaking("graphql-transport-ws", graphQl.endingWith(error, 0))) {
      subscribeToOrders(server);

      StreamException failure = recorder.takeFailure();
      assertTrue(failure.getMessage().contains("no orders"), failure::getMessage);
    }
  }

  // ---- SignalR ----

  private final FakeSignalR hub = new FakeSignalR();

  private void subscribeToTicks(ScriptedSockets server) {
    new SignalRHub(server.url("/hub")).ticks().withRetry(QUICK).subscribe(recorder.listener());
  }

  @Test
  void streamOfAHubGoesOnAfterEachCut() throws Exception {
    try (ScriptedSockets server =
        ScriptedSockets.start(
            hub.cutAfter(50),
            hub.cutAfter(0),
            hub.endingWith("{\"type\":7,\"allowReconnect\":true}", 50),
            hub.endingWith("{\"type\":3,\"invocationId\":\"1\"}", 50))) {
      subscribeToTicks(server);

      assertEquals(numbers(1, 150), take(150, "/item/number"));
      recorder.assertCompleted(); // Without a gap.
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":3,\"invocationId\":\"1\",\"error\":\"no ticks\"}",
        "{\"type\":7,\"error\":\"no ticks\"}"
      })
  void errorOfAHubIsFinal(String last) throws Exception {
    try (ScriptedSockets server = ScriptedSockets.start(hub.endingWith(last, 0))) {
      subscribeToTicks(server);

      StreamException failure = recorder.takeFailure();
      assertTrue(failure.getMessage().contains("no ticks"), failure::getMessage);
      assertEquals(1, server.server().requests().size());
    }
  }

  // ---- An order book ----

  @Test
  void bookIsTheExchangesAfterEachCutAndEachHole() throws Exception {
    FakeExchange exchange = new FakeExchange();
    exchange.answerFromCache(2);
    EventRecorder<Depth> changes =
        EventRecorder.<Depth>create()
            .waitingAtMost(ofSeconds(20))
            .onEvent(event -> exchange.apply(event.data()));
    try (ScriptedSockets server =
        ScriptedSockets.start(
            exchange.cutAfter(50),
            exchange.cutAfter(40),
            exchange.cutAfter(30),
            exchange.losingOneAfter(20))) {
      new OrderBook(server.url("/ws/btcusdt@depth"), exchange)
          .changes()
          .withRetry(QUICK)
          .subscribe(changes.listener());

      assertTrue(changes.subscription().awaitClosed(ofSeconds(20)));
    }
    assertEquals(exchange.books().get(0), exchange.books().get(1));
    long holes =
        changes.signals().stream()
            .filter(signal -> signal instanceof Gap gap && gap.reason() == Gap.Reason.SEQUENCE)
            .count();
    assertTrue(holes >= 1, changes.signals()::toString);
    assertEquals(2 + 1 + holes, exchange.loads()); // From the cache, the first, for each hole.
  }

  // ---- Home Assistant ----

  private static void apply(JsonNode message, Map<String, String> copy) {
    if (message.get("type").asText().equals("result")) {
      copy.clear();
      message.get("result").forEach(state -> put(state, copy));
    } else {
      put(message.at("/event/data/new_state"), copy);
    }
  }

  private static void put(JsonNode state, Map<String, String> copy) {
    copy.put(state.get("entity_id").asText(), state.get("state").asText());
  }

  @Test
  void statesOfAHomeAreRightAfterEachCut() throws Exception {
    FakeHome home = new FakeHome();
    Map<String, String> copy = new TreeMap<>();
    recorder.onEvent(event -> apply(event.data(), copy));
    try (ScriptedSockets server =
        ScriptedSockets.start(
            home.cutAfter(50), home.cutAfter(1), home.cutAfter(50), home.closingAfter(1))) {
      new HomeStates(server.url("/api/websocket"), "secret")
          .states()
          .withRetry(QUICK)
          .subscribe(recorder.listener());

      assertTrue(recorder.subscription().awaitClosed(ofSeconds(20)));
    }
    assertEquals(home.states(), copy);
  }

  @Test
  void loginThatAHomeRefusesIsFinal() throws Exception {
    try (ScriptedSockets server = ScriptedSockets.start(new FakeHome().cutAfter(0))) {
      new HomeStates(server.url("/api/websocket"), "wrong")
          .states()
          .withRetry(QUICK)
          .subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure(); // And no attempt that leads to a ban.
      assertEquals(Reason.SERVER_ERROR, failure.reason());
      assertTrue(failure.getMessage().contains("Invalid access token"), failure::getMessage);
      assertEquals(1, server.server().requests().size());
    }
  }
}
