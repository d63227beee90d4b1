package dev.perennial.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.examples.FakeDiscord.End;
import dev.perennial.testkit.EventRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the recipes for servers with sessions over servers that cut, and repeat as the real do. */
@Timeout(60)
class GatewayRecipesTest {
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(5));

  private final EventRecorder<JsonNode> recorder =
      EventRecorder.<JsonNode>create().waitingAtMost(ofSeconds(20));

  private List<String> take(int count, String pointer) {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Event<JsonNode> event = recorder.takeEvent();
      taken.add(event.data().at(pointer).asText());
    }
    return taken;
  }

  private static List<String> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }

  @Test
  void sessionOfAGatewayGoesOnWhereItWasAtTheAddressThatItNames() throws Exception {
    FakeDiscord gateway = new FakeDiscord();
    try (ScriptedSockets server =
        ScriptedSockets.start(
            gateway.with(50, End.CUT),
            gateway.with(0, End.CUT),
            gateway.with(50, End.ASK_TO_RECONNECT),
            gateway.with(50, End.MAY_RESUME),
            gateway.with(50, End.STAY))) {
      new DiscordGateway(server.url("/gateway"), "secret", QUICK)
          .events()
          .subscribe(recorder.listener());

      assertEquals("READY", recorder.takeEvent().data().get("t").asText());
      assertEquals(
          IntStream.of(0, 2, 3, 4)
              .boxed()
              .flatMap(connection -> IntStream.range(0, 50).mapToObj(i -> "1-" + i))
              .toList(),
          take(200, "/d/content"));
      recorder.close();
      recorder.assertExhausted(); // No gap.
      assertEquals(
          List.of("/gateway 2 ", "/resume1 6", "/resume1 6", "/resume1 6", "/resume1 6"),
          gateway.asked().stream().map(first -> first.replaceAll("6 .*", "6")).toList());
      assertEquals("close 4000", lastHeard(server));
    }
  }

  private static String lastHeard(ScriptedSockets server) throws InterruptedException {
    String heard = server.takeHeard();
    while (!heard.startsWith("close 4000")) {
      assertTrue(heard.contains("\"op\":1"), heard);
      heard = server.takeHeard();
    }
    return heard;
  }

  @Test
  void sessionThatAGatewayHasGivenUpIsAGapAndANewOneBegins() throws Exception {
    FakeDiscord gateway = new FakeDiscord();
    try (ScriptedSockets server =
        ScriptedSockets.start(
            gateway.with(3, End.INVALID), gateway.with(0, End.STAY), gateway.with(3, End.STAY))) {
      new DiscordGateway(server.url("/gateway"), "secret", QUICK)
          .events()
          .withGapPolicy(GapPolicy.liveOnly())
          .subscribe(recorder.listener());

      recorder.takeEvent();
      assertEquals(List.of("1-0", "1-1", "1-2"), take(3, "/d/content"));
      assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
      assertEquals("READY", recorder.takeEvent().data().get("t").asText());
      assertEquals(List.of("2-0", "2-1", "2-2"), take(3, "/d/content"));
      recorder.close();
      assertEquals(List.of("/gateway 2 ", "/resume1 6 4", "/gateway 2 "), gateway.asked());
    }
  }

  @Test
  void sessionThatAGatewayDoesNotBeginYetIsTriedAgainLater() throws Exception {
    BlockingQueue<Duration> delays = new LinkedBlockingQueue<>();
    recorder.onState(
        state -> {
          if (state instanceof StreamState.Waiting waiting) {
            delays.add(waiting.delay());
          }
        });
    try (ScriptedSockets server =
        ScriptedSockets.start(
            socket -> {
              socket.send("{\"op\":10,\"d\":{\"heartbeat_interval\":41250}}");
              socket.read();
              socket.send("{\"op\":1,\"d\":null}");
              socket.send("{\"op\":9,\"d\":false}");
            })) {
      new DiscordGateway(server.url("/gateway"), "secret", QUICK)
          .events()
          .subscribe(recorder.listener());

      Duration delay = delays.poll(20, TimeUnit.SECONDS);
      assertTrue(delay != null && delay.compareTo(ofSeconds(5)) >= 0, () -> "waits " + delay);
      recorder.close();
    }
  }

  @Test
  void tokenThatAGatewayRefusesIsFinal() throws Exception {
    try (ScriptedSockets server =
        ScriptedSockets.start(
            socket -> {
              socket.send("{\"op\":10,\"d\":{\"heartbeat_interval\":41250}}");
              socket.read();
              socket.close(4004);
            })) {
      new DiscordGateway(server.url("/gateway"), "wrong", QUICK)
          .events()
          .subscribe(recorder.listener());

      assertEquals(4004, recorder.takeFailure().code());
      assertEquals(1, server.server().requests().size());
    }
  }

  @Test
  void sessionOfSocketIoIsRecovered() throws Exception {
    FakeSocketIo io = new FakeSocketIo();
    try (ScriptedSockets server =
        ScriptedSockets.start(
            io.cutAfter(50, /* isKept= */ true),
            io.cutAfter(0, /* isKept= */ true),
            io.disconnectingAfter(50),
            io.cutAfter(50, /* isKept= */ true),
            io.cutAfter(0, /* isKept= */ true),
            io.cutAfter(0, /* isKept= */ true),
            io.disconnectingAfter(0))) {
      new SocketIoEvents(server.url("/socket.io/?EIO=4&transport=websocket"))
          .events()
          .withRetry(QUICK)
          .subscribe(recorder.listener());

      assertEquals(numbers(1, 150), take(150, "/1"));
      recorder.assertCompleted(); // Without a gap.
    }
  }

  @Test
  void sessionThatSocketIoHasForgottenIsAGap() throws Exception {
    FakeSocketIo io = new FakeSocketIo();
    try (ScriptedSockets server =
        ScriptedSockets.start(
            io.cutAfter(3, /* isKept= */ false),
            io.disconnectingAfter(0),
            io.disconnectingAfter(3))) {
      new SocketIoEvents(server.url("/socket.io/?EIO=4&transport=websocket"))
          .events()
          .withRetry(QUICK)
          .withGapPolicy(GapPolicy.liveOnly())
          .subscribe(recorder.listener());

      assertEquals(numbers(1, 3), take(3, "/1"));
      assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
      assertEquals(numbers(4, 6), take(3, "/1"));
      recorder.assertCompleted();
    }
  }

  @Test
  void namespaceThatSocketIoRefusesIsFinal() throws Exception {
    try (ScriptedSockets server =
        ScriptedSockets.start(
            socket -> {
              socket.send("0{}");
              socket.read();
              socket.send("44{\"message\":\"not authorized\"}");
            })) {
      new SocketIoEvents(server.url("/socket.io/?EIO=4&transport=websocket"))
          .events()
          .subscribe(recorder.listener());

      assertEquals(Reason.SERVER_ERROR, recorder.takeFailure().reason());
      assertEquals(1, server.server().requests().size());
    }
  }
}
