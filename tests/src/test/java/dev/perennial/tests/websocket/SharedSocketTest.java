package dev.perennial.tests.websocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.SharedSocket;
import dev.perennial.websocket.WebSockets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many subscriptions over one socket. */
@Timeout(60)
class SharedSocketTest {
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(5));

  private final EventRecorder<String> a = recorder();
  private final EventRecorder<String> b = recorder();

  private static EventRecorder<String> recorder() {
    return EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
  }

  private static @Nullable String word(Payload message, int index) {
    String[] words = message.text().split(" ");
    return words.length > index ? words[index] : null;
  }

  private static SharedSocket.Builder socket(TopicServer server) {
    return SharedSocket.builder(WebSockets.builder(server.url()))
        .topicOf(message -> word(message, 0))
        .subscribe(topic -> "sub " + topic)
        .unsubscribe(topic -> "unsub " + topic)
        .retry(QUICK);
  }

  private static SharedSocket resuming(TopicServer server) {
    return socket(server)
        .resume(
            (topic, cursor) -> "sub " + topic + (cursor == null ? "" : " " + cursor),
            message -> "ok".equals(word(message, 0)) ? word(message, 1) : null)
        .queue(10, 1_000)
        .build();
  }

  private static EventStream<String> live(SharedSocket socket, String topic) {
    return socket.topic(topic).id(message -> word(message, 1)).stream()
        .withRetry(QUICK)
        .withGapPolicy(GapPolicy.liveOnly());
  }

  private static EventStream<String> resumed(SharedSocket socket, String topic) {
    return socket.topic(topic).cursor(message -> word(message, 1)).stream().withRetry(QUICK);
  }

  @Test
  void eachTopicGetsItsOwnMessagesOverOneConnection() throws Exception {
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket = socket(server).build();
      live(socket, "a").subscribe(a.listener());
      assertEquals("sub a", server.takeCommand());
      live(socket, "b").subscribe(b.listener());
      assertEquals("sub b", server.takeCommand());

      server.append("a");
      server.append("b");
      server.append("a");

      a.assertEvents("a 1", "a 2");
      b.assertEvents("b 1");
      assertEquals(1, server.requests());
      a.close();
      b.close();
    }
  }

  @Test
  void theLastToLeaveClosesTheSocketAndTheNextOpensAnother() throws Exception {
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket = socket(server).build();
      live(socket, "a").subscribe(a.listener());
      assertEquals("sub a", server.takeCommand());
      live(socket, "b").subscribe(b.listener());
      assertEquals("sub b", server.takeCommand());

      a.close();
      assertEquals("unsub a", server.takeCommand());
      server.append("b");
      b.assertEvents("b 1");
      b.close();
      Eventually.holds("the socket is closed", () -> server.liveConnections() == 0);

      EventRecorder<String> third = recorder();
      live(socket, "a").subscribe(third.listener());
      while (!server.takeCommand().equals("sub a")) {
        // The end of b's subscription.
      }
      server.append("a");
      third.assertEvents("a 1");
      assertEquals(2, server.requests());
      third.close();
    }
  }

  @Test
  void lostConnectionIsReplacedAndEachTopicGoesOnInItsOwnWay() throws Exception {
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket = resuming(server);
      resumed(socket, "a").subscribe(a.listener());
      resumed(socket, "b").subscribe(b.listener());
      server.takeCommand();
      server.takeCommand();
      server.append("a");
      a.assertEvents("a 1");
      server.append("b");
      server.append("b");
      b.assertEvents("b 1", "b 2");

      server.cut();
      server.append("a");
      server.append("b");

      a.assertEvents("a 2");
      b.assertEvents("b 3");
      assertEquals(2, server.requests());
      a.close();
      b.close();
    }
  }

  @Test
  void withoutAWayToResumeALostConnectionIsAGapOfEachTopic() throws Exception {
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket = socket(server).build();
      live(socket, "a").subscribe(a.listener());
      live(socket, "b").subscribe(b.listener());
      server.takeCommand();
      server.takeCommand();
      server.append("a");
      server.append("b");
      a.assertEvents("a 1");
      b.assertEvents("b 1");

      server.cut();

      assertEquals(Gap.Reason.NO_CURSOR, a.takeGap().reason());
      assertEquals(Gap.Reason.NO_CURSOR, b.takeGap().reason());
      a.close();
      b.close();
    }
  }

  @Test
  void slowConsumerIsPutAwayAndMissesNothingWhileTheOthersGoOn() throws Exception {
    CountDownLatch isReleased = new CountDownLatch(1);
    a.onEvent(event -> isReleased.await());
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket = resuming(server);
      resumed(socket, "a").subscribe(a.listener());
      resumed(socket, "b").subscribe(b.listener());
      server.takeCommand();
      server.takeCommand();
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        sent.add(server.append("a"));
      }
      assertEquals("unsub a", server.takeCommand());
      server.append("b");
      b.assertEvents("b 1");

      isReleased.countDown();

      a.assertEvents(sent.toArray(new String[0]));
      assertEquals(1, server.requests());
      a.close();
      b.close();
    }
  }

  @Test
  void slowConsumerWithoutAWayToResumeHasAGap() throws Exception {
    CountDownLatch isReleased = new CountDownLatch(1);
    CountDownLatch isBusy = new CountDownLatch(1);
    a.onEvent(
        event -> {
          isBusy.countDown();
          isReleased.await();
        });
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket = socket(server).queue(10, 1_000).build();
      live(socket, "a").subscribe(a.listener());
      assertEquals("sub a", server.takeCommand());
      server.append("a");
      isBusy.await();
      for (int i = 0; i < 100; i++) {
        server.append("a");
      }
      assertEquals("unsub a", server.takeCommand());

      isReleased.countDown();

      for (int i = 1; i <= 11; i++) { // One was being handled.
        assertEquals("a " + i, a.takeEvent().data());
      }
      assertEquals(Gap.Reason.NO_CURSOR, a.takeGap().reason());
      a.close();
    }
  }

  @Test
  void failureOfTheSocketReachesEachSubscriptionOnce() throws Exception {
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket =
          socket(server).retry(QUICK.onCloseCode(4401, RetryPolicy.Action.FAIL)).build();
      live(socket, "a").subscribe(a.listener());
      live(socket, "b").subscribe(b.listener());
      server.takeCommand();
      server.takeCommand();

      server.closeWith(4401);

      for (EventRecorder<String> each : List.of(a, b)) {
        assertEquals(Reason.CLOSE_CODE, each.takeFailure().reason());
        each.assertExhausted();
      }
    }
  }

  @Test
  void completionOfTheSocketReachesEachSubscription() throws Exception {
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket =
          SharedSocket.builder(WebSockets.builder(server.url()).endsWithClose())
              .topicOf(message -> word(message, 0))
              .subscribe(topic -> "sub " + topic)
              .build();
      live(socket, "a").subscribe(a.listener());
      live(socket, "b").subscribe(b.listener());
      server.takeCommand();
      server.takeCommand();

      server.closeWith(1000);

      assertNull(a.takeEnd().failure());
      assertNull(b.takeEnd().failure());
    }
  }

  @Test
  void parkedSubscriptionNeedsNoSocket() throws Exception {
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket = resuming(server);
      StreamSubscription subscription = resumed(socket, "a").subscribe(a.listener());
      server.takeCommand();
      server.append("a");
      a.assertEvents("a 1");

      subscription.park();
      Eventually.holds("the socket is closed", () -> server.liveConnections() == 0);
      server.append("a");
      subscription.unpark();

      a.assertEvents("a 2");
      a.close();
    }
  }

  @Test
  void twoSubscriptionsOfOneTopicBothGetItsMessages() throws Exception {
    try (TopicServer server = new TopicServer()) {
      SharedSocket socket = resuming(server);
      resumed(socket, "a").subscribe(a.listener());
      server.takeCommand();
      resumed(socket, "a").subscribe(b.listener());
      server.takeCommand();
      List<String> sent = new ArrayList<>();
      for (int i : IntStream.range(0, 5).toArray()) {
        sent.add(server.append("a"));
      }

      a.assertEvents(sent.toArray(new String[0]));
      b.assertEvents(sent.toArray(new String[0]));
      a.close();
      server.append("a");
      b.assertEvents("a 6");
      b.close();
    }
  }

  @Test
  void whatIsMissingIsSaidWhereItIsSet() throws Exception {
    try (TopicServer server = new TopicServer()) {
      SharedSocket.Builder empty = SharedSocket.builder(WebSockets.builder(server.url()));
      assertThrows(IllegalStateException.class, empty::build);
      SharedSocket socket = socket(server).build();
      assertThrows(
          IllegalStateException.class, () -> socket.topic("a").cursor(Payload::text).stream());
      assertTrue(
          socket.topic("a").stream().toString().startsWith("EventStream[topic a of ws://"),
          () -> socket.topic("a").stream().toString());
      live(socket, "a").withCursor("7").subscribe(a.listener());
      assertEquals(Reason.PROTOCOL, a.takeFailure().reason());
    }
  }
}
