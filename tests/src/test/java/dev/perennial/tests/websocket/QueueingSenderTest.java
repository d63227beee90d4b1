package dev.perennial.tests.websocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.MessageFate;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSocketSender.Outcome;
import dev.perennial.websocket.WebSockets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that are sent while no connection is open wait for the next one. */
@Timeout(60)
class QueueingSenderTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final int MEBIBYTE = 1024 * 1024;

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final FakeEventLog log = FakeEventLog.create();
  private final WebSocketSender sender = WebSocketSender.queueing(100, MEBIBYTE);
  private final List<MessageFate> fates = new CopyOnWriteArrayList<>();

  private StreamSubscription subscribe(FakeWebSocketServer server) {
    return WebSockets.builder(server.uri("/ticks").toString())
        .sender(sender)
        .handshake(socket -> socket.send("hello"))
        .onOpen(out -> out.send("subscribe"))
        .stream()
        .withRetry(RetryPolicy.fixed(ofMillis(5)))
        .withGapPolicy(GapPolicy.liveOnly())
        .subscribe(recorder.listener());
  }

  private static List<String> take(FakeWebSocketServer server, int count) throws Exception {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(server.takeMessage(PATIENCE).text());
    }
    return taken;
  }

  private static void becomes(Object expected, Supplier<?> actual) {
    Eventually.holds("becomes " + expected, () -> expected.equals(actual.get()));
  }

  @Test
  void whatIsSentBeforeTheFirstConnectionFollowsTheHandshake() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      assertEquals(Outcome.ACCEPTED, sender.send("a", fates::add));
      assertEquals(Outcome.ACCEPTED, sender.send("b", fates::add));
      assertEquals(2, sender.queued());

      subscribe(server);

      assertEquals(List.of("hello", "subscribe", "a", "b"), take(server, 4));
      becomes(List.of(MessageFate.WRITTEN, MessageFate.WRITTEN), () -> fates);
      recorder.close();
    }
  }

  @Test
  void whatIsSentWhileParkedIsSentInOrderAfterwards() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      StreamSubscription subscription = subscribe(server);
      take(server, 2);
      subscription.park();
      becomes(StreamState.Parked.class, () -> subscription.state().getClass());
      for (String text : List.of("a", "b", "c")) {
        assertEquals(Outcome.ACCEPTED, sender.send(text));
      }

      subscription.unpark();

      assertEquals(List.of("hello", "subscribe", "a", "b", "c"), take(server, 5));
      recorder.close();
    }
  }

  @Test
  void noMessageIsSentTwiceAndEachIsAccountedForWhileTheServerCuts() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      subscribe(server);
      int accepted = 0;
      for (int i = 0; i < 300; i++) {
        Outcome outcome = sender.send("m" + i, fates::add);
        while (outcome == Outcome.QUEUE_FULL) {
          assertTrue(sender.awaitWritable(PATIENCE));
          outcome = sender.send("m" + i, fates::add);
        }
        assertEquals(Outcome.ACCEPTED, outcome);
        accepted++;
        if (i % 50 == 49) {
          server.cutAll(Cut.RST);
        }
      }
      int all = accepted;
      becomes(all, fates::size);

      List<String> texts =
          server.received().stream()
              .map(message -> message.text())
              .filter(text -> text.startsWith("m"))
              .toList();
      assertEquals(texts.stream().distinct().toList(), texts);
      assertTrue(Collections.frequency(fates, MessageFate.NOT_SENT) == 0, fates::toString);
      recorder.close();
    }
  }

  @Test
  void closingASubscriptionThatWaitsGivesUpWhatIsQueued() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      server.answerNext(503, List.of("Retry-After: 3600"), "");
      StreamSubscription subscription = subscribe(server);
      sender.send("a", fates::add);
      becomes(StreamState.Waiting.class, () -> subscription.state().getClass());

      subscription.close();
      assertTrue(subscription.awaitClosed(PATIENCE));

      assertEquals(List.of(MessageFate.NOT_SENT), fates);
      assertEquals(Outcome.CLOSED, sender.send("b"));
      assertFalse(sender.awaitWritable(ofMinutes(1)));
    }
  }

  @Test
  void closingSendsWhatWasAccepted() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      StreamSubscription subscription = subscribe(server);
      take(server, 2);
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        sent.add("m" + i);
        assertEquals(Outcome.ACCEPTED, sender.send("m" + i, fates::add));
      }

      subscription.close();

      assertEquals(sent, take(server, 100));
      becomes(Collections.nCopies(100, MessageFate.WRITTEN), () -> fates);
    }
  }

  @Test
  void plainSenderSaysWhatBecameOfAMessage() throws Exception {
    WebSocketSender plain = WebSocketSender.create();
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      assertEquals(Outcome.NOT_CONNECTED, plain.send("a", fates::add));
      StreamSubscription subscription =
          WebSockets.builder(server.uri("/x").toString()).sender(plain).stream()
              .subscribe(recorder.listener());
      assertTrue(plain.awaitOpen(PATIENCE));
      assertEquals(Outcome.ACCEPTED, plain.send("b", fates::add));
      assertEquals(List.of("b"), take(server, 1));

      becomes(List.of(MessageFate.WRITTEN), () -> fates);
      subscription.close();
    }
  }

  @Test
  void queueingCannotBeCombinedWithRefusing() {
    WebSockets.Builder builder =
        WebSockets.builder("ws://localhost/").sender(sender).refuseEarlySends();

    assertThrows(IllegalStateException.class, builder::stream);
    assertThrows(IllegalStateException.class, () -> WebSocketSender.create().onWritable(() -> {}));
    assertThrows(IllegalArgumentException.class, () -> WebSocketSender.queueing(0, 1));
  }
}
