package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.LoopbackServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the programs that an app is made of, over fake servers. */
@Timeout(60)
class AppProgramsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void holeInABookIsFilledBeforeItsNextChange() throws Exception {
    List<String> loaded = new CopyOnWriteArrayList<>();
    MarketDepth program =
        new MarketDepth(
            symbol -> {
              loaded.add(symbol);
              return 5;
            },
            Set.of("A", "B"));
    EventRecorder<MarketDepth.Depth> recorder =
        EventRecorder.<MarketDepth.Depth>create().waitingAtMost(SOON);
    for (String change : List.of("A:1", "B:1", "A:2", "A:5", "A:6", "B:2")) {
      String[] parts = change.split(":");
      log.append("{\"symbol\":\"" + parts[0] + "\",\"seq\":" + parts[1] + ",\"bids\":\"\"}");
    }
    log.end();
    try (FakeSseServer server = FakeSseServer.start(log)) {
      program.changes(server.uri("/depth").toString()).subscribe(recorder.listener());

      assertEquals("A:1", name(recorder.takeEvent()));
      assertEquals("B:1", name(recorder.takeEvent()));
      assertEquals("A:2", name(recorder.takeEvent()));
      assertEquals(2, recorder.takeGap().missed());
      assertEquals("A:6", name(recorder.takeEvent())); // 5 is in the snapshot.
      assertEquals("B:2", name(recorder.takeEvent()));
      recorder.assertCompleted();
    }
    assertEquals(List.of("A"), loaded);
  }

  private static String name(Event<MarketDepth.Depth> event) {
    return event.data().symbol() + ":" + event.data().seq();
  }

  @Test
  void whatIsSaidInTheChatComesBackToIt() throws Exception {
    EventRecorder<Chat.Message> recorder = EventRecorder.<Chat.Message>create().waitingAtMost(SOON);
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              if (exchange.request().method().equals("POST")) {
                said.add(exchange.request().bodyUtf8().substring("say=".length()));
                exchange.answer(204, List.of(), "");
              } else {
                String text = said.poll(20, TimeUnit.SECONDS);
                exchange.answer(
                    200,
                    List.of("Content-Type: text/event-stream"),
                    "id: 1\ndata: {\"id\":\"1\",\"room\":\"42\",\"text\":\"" + text + "\"}\n\n");
              }
            })) {
      Chat chat = new Chat(new OkHttpClient(), HttpUrl.get(server.uri("/rooms/42").toString()));
      chat.listen(recorder.listener());

      chat.say("hello");

      assertEquals("hello", recorder.takeEvent().data().text());
      recorder.close();
    }
  }

  @Test
  void feedIsPausedInTheBackgroundAndGoesOnWhereItWas() throws Exception {
    BlockingQueue<String> shown = new LinkedBlockingQueue<>();
    Network network = new Network();
    ExecutorService mainThread = Executors.newSingleThreadExecutor();
    log.append("one");
    try (FakeSseServer server = FakeSseServer.start(log)) {
      AppFeed feed =
          new AppFeed(
              server.uri("/feed").toString(),
              network,
              CursorStore.inMemory(),
              mainThread,
              shown::add);
      awaitShown(shown, "no network");
      network.comeBack();
      awaitShown(shown, "one");

      feed.onStop();
      awaitShown(shown, "paused");
      log.append("two");
      feed.onStart();
      awaitShown(shown, "two");

      feed.onDestroy();
      assertEquals(List.of("1"), server.requests().stream().skip(1).map(r -> r.cursor()).toList());
    } finally {
      mainThread.shutdown();
    }
  }

  private static void awaitShown(BlockingQueue<String> shown, String expected)
      throws InterruptedException {
    List<String> seen = new ArrayList<>();
    String next = shown.poll(20, TimeUnit.SECONDS);
    while (next != null && !next.equals(expected)) {
      seen.add(next);
      next = shown.poll(20, TimeUnit.SECONDS);
    }
    assertTrue(expected.equals(next), () -> "Expected " + expected + " but were " + seen);
  }

  /** Not there at first. */
  private static final class Network implements NetworkMonitor {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean isOnline;

    @Override
    public boolean isOnline() {
      return isOnline;
    }

    @Override
    public Listening listen(Runnable onChange) {
      listeners.add(onChange);
      return () -> listeners.remove(onChange);
    }

    void comeBack() {
      isOnline = true;
      listeners.forEach(Runnable::run);
    }
  }
}
