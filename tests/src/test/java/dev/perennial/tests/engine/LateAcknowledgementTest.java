package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The consumer processes events after the engine has ended. */
class LateAcknowledgementTest extends EngineTest {
  private final CursorStore store = CursorStore.inMemory();
  private final List<Event<String>> kept = new ArrayList<>();

  @Test
  void acknowledgementAfterTheEndIsStored() throws IOException {
    listen(acknowledgedManually());
    assertNull(store.load());

    kept.get(1).acknowledge();
    kept.get(0).acknowledge();
    time.run();

    assertEquals("2", store.load());
  }

  @Test
  void acknowledgementAfterCloseIsStored() throws IOException {
    EventStream<String> stream =
        stream(opens().events(1, 2).silence(Duration.ofMinutes(1)))
            .withRuntime(runtime())
            .withCursorStore(store)
            .withManualAcknowledgement(8);
    recorder.onEvent(kept::add);
    closeAt(Duration.ofSeconds(1));
    listen(stream);

    kept.get(0).acknowledge();
    time.run();

    assertEquals("1", store.load());
  }

  @Test
  void cursorThatAnotherSubscriptionStoredMeanwhileIsKept() throws IOException {
    listen(acknowledgedManually());
    store.save("9");

    kept.forEach(Event::acknowledge);
    time.run();

    assertEquals("9", store.load());
  }

  @Test
  void slowReaderStoresItsCursorAfterTheEnd() throws Exception {
    CountDownLatch saved = new CountDownLatch(1);
    CursorStore watched =
        new CursorStore() {
          @Override
          public String load() throws IOException {
            return store.load();
          }

          @Override
          public void save(String checkpoint) throws IOException {
            store.save(checkpoint);
            if (checkpoint.equals("2")) {
              saved.countDown();
            }
          }
        };
    FakeEventLog log = FakeEventLog.create();
    log.append("a");
    log.append("b");
    log.end();
    try (FakeSseServer server = FakeSseServer.start(log);
        EventReader<String> reader =
            Sse.stream(server.uri("/").toString()).withCursorStore(watched).open()) {
      assertTrue(reader.subscription().awaitClosed(Duration.ofSeconds(20)));
      assertEquals(new StreamState.Closed(null), reader.subscription().state());

      assertEquals(2, reader.stream().count());

      assertTrue(saved.await(10, TimeUnit.SECONDS), () -> "Stored: " + kept);
    }
  }

  /** Two events and the end, kept and not acknowledged. */
  private EventStream<String> acknowledgedManually() {
    recorder.onEvent(kept::add);
    return stream(opens().events(1, 2).declaresEnd())
        .withRuntime(runtime())
        .withCursorStore(store)
        .withManualAcknowledgement(8);
  }

  /** Saves in virtual time, too. */
  private StreamRuntime runtime() {
    return StreamRuntime.builder()
        .timekeeper(time)
        .executor(time.executor())
        .helpers(time.executor())
        .build();
  }
}
