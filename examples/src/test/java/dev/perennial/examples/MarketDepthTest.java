package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.EventRecorder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the market data over a server that numbers, pings and cuts as an exchange does. */
@Timeout(60)
class MarketDepthTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<String> loaded = new CopyOnWriteArrayList<>();
  private final EventRecorder<MarketDepth.Depth> recorder =
      EventRecorder.<MarketDepth.Depth>create().waitingAtMost(PATIENCE);

  private MarketDepth program(long lastInBook) {
    return new MarketDepth(
        symbol -> {
          loaded.add(symbol);
          return lastInBook;
        });
  }

  @Test
  void holeInABookIsFilledBeforeItsNextChange() throws Exception {
    MarketDepth program = program(5);
    program.add("A");
    program.add("B");
    try (ScriptedSockets server =
        ScriptedSockets.start(
            socket -> {
              assertEquals(subscribed("A", "B"), Set.of(socket.read(), socket.read()));
              for (String change : List.of("A:1", "B:1", "A:2", "A:5", "A:6", "B:2")) {
                socket.send(depth(change));
              }
              socket.close(1000);
            })) {
      program.changes(server.url("/ws")).subscribe(recorder.listener());

      assertEquals("A:1", name(recorder.takeEvent()));
      assertEquals("B:1", name(recorder.takeEvent()));
      assertEquals("A:2", name(recorder.takeEvent()));
      Gap hole = recorder.takeGap();
      assertEquals(Gap.Reason.SEQUENCE, hole.reason());
      assertEquals("A", hole.sequenceKey());
      assertEquals(2, hole.missed());
      assertEquals("A:6", name(recorder.takeEvent())); // 5 is in the snapshot.
      assertEquals("B:2", name(recorder.takeEvent()));
      recorder.assertCompleted();
      assertEquals("close 1000", server.takeHeard());
      assertEquals(2, server.server().requests().size()); // The second one was answered 204.
    }
    assertEquals(List.of("A"), loaded);
  }

  @Test
  void reconnectSubscribesWhatIsWantedNowAndLoadsIt() throws Exception {
    BlockingQueue<String> changed = new LinkedBlockingQueue<>();
    MarketDepth program = program(1);
    program.add("A");
    program.add("B");
    try (ScriptedSockets server =
        ScriptedSockets.start(
            socket -> {
              assertEquals(subscribed("A", "B"), Set.of(socket.read(), socket.read()));
              socket.send(depth("B:1"));
              changed.add(socket.read());
              changed.add(socket.read());
              socket.cut();
            },
            socket -> {
              assertEquals(subscribed("B", "C"), Set.of(socket.read(), socket.read()));
              socket.send(depth("B:2"));
            })) {
      program.changes(server.url("/ws")).subscribe(recorder.listener());
      assertEquals("B:1", name(recorder.takeEvent()));

      program.add("C");
      program.remove("A");

      assertEquals("{\"subscribe\":\"C\"}", changed.poll(20, TimeUnit.SECONDS));
      assertEquals("{\"unsubscribe\":\"A\"}", changed.poll(20, TimeUnit.SECONDS));
      assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
      assertEquals("B:2", name(recorder.takeEvent()));
      assertEquals(Set.of("B", "C"), Set.copyOf(loaded));
      recorder.close();
      assertEquals("close 1000", server.takeHeard()); // And nothing was sent before it.
    }
  }

  @Test
  void pingOfTheExchangeIsAnsweredAndNotDelivered() throws Exception {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    MarketDepth program = program(1);
    program.add("A");
    try (ScriptedSockets server =
        ScriptedSockets.start(
            socket -> {
              assertEquals("{\"subscribe\":\"A\"}", socket.read());
              socket.send("{\"ping\":1790000000123}");
              answers.add(socket.read());
              socket.send(depth("A:1"));
              socket.close(1000);
            })) {
      program.changes(server.url("/ws")).subscribe(recorder.listener());

      assertEquals("A:1", name(recorder.takeEvent()));
      assertEquals("{\"pong\":1790000000123}", answers.poll(20, TimeUnit.SECONDS));
      recorder.assertCompleted();
    }
  }

  @Test
  void slowConsumerGetsTheLatestAndAGapForWhatItMissed() throws Exception {
    MarketDepth program = program(1);
    program.add("A");
    CountDownLatch dropped = new CountDownLatch(99);
    StreamObserver drops =
        new StreamObserver() {
          @Override
          public void onDropped(StreamSubscription subscription, Event<?> event) {
            dropped.countDown();
          }
        };
    EventRecorder<MarketDepth.Depth> slow =
        EventRecorder.<MarketDepth.Depth>requesting(0).waitingAtMost(PATIENCE);
    try (ScriptedSockets server =
        ScriptedSockets.start(
            socket -> {
              socket.read();
              for (int i = 1; i <= 100; i++) {
                socket.send(depth("A:" + i));
              }
              dropped.await(20, TimeUnit.SECONDS);
              socket.close(1000);
            })) {
      program
          .changes(server.url("/ws"))
          .withObserver(drops)
          .signals()
          .subscribe(slow.signalSubscriber());
      assertTrue(dropped.await(20, TimeUnit.SECONDS));

      slow.request(Long.MAX_VALUE);

      Gap gap = slow.takeGap();
      assertEquals(Gap.Reason.OVERFLOW, gap.reason());
      assertEquals(99, gap.missed());
      assertEquals("A:100", name(slow.takeEvent()));
      slow.assertCompleted();
    }
  }

  private static Set<String> subscribed(String one, String other) {
    return Set.of("{\"subscribe\":\"" + one + "\"}", "{\"subscribe\":\"" + other + "\"}");
  }

  private static String depth(String change) {
    String[] parts = change.split(":");
    return "{\"symbol\":\"" + parts[0] + "\",\"seq\":" + parts[1] + ",\"bids\":\"\"}";
  }

  private static String name(Event<MarketDepth.Depth> event) {
    return event.data().symbol() + ":" + event.data().seq();
  }
}
