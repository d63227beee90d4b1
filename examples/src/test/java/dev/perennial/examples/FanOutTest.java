package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.Event;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One subscription for many consumers, one of which never reads. */
@Timeout(60)
class FanOutTest {
  private static final int EVENTS = 500;

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void whoNeverReadsIsLeftBehindAndTheOthersHaveAll() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log);
        FanOut<String> all = new FanOut<>(Sse.stream(server.uri("/ticks").toString()))) {
      FanOut.Branch<String> one = all.branch(EVENTS);
      FanOut.Branch<String> other = all.branch(EVENTS);
      FanOut.Branch<String> never = all.branch(16);
      List<String> expected = IntStream.rangeClosed(1, EVENTS).mapToObj(i -> "" + i).toList();
      expected.forEach(log::append);
      log.end();

      assertEquals(expected, read(one));
      assertEquals(expected, read(other));
      for (String early : expected.subList(0, 16)) {
        Event<String> event = never.take();
        assertEquals(early, event == null ? "the end" : event.data());
      }
      IllegalStateException left = assertThrows(IllegalStateException.class, never::take);
      assertEquals("Left behind: 16 events were not read", left.getMessage());
      long begun = server.requests().stream().filter(each -> each.cursor() == null).count();
      assertEquals(1, begun, "the subscriptions");
    }
  }

  private static List<String> read(FanOut.Branch<String> branch) throws InterruptedException {
    List<String> data = new ArrayList<>();
    for (Event<String> event = branch.take(); event != null; event = branch.take()) {
      data.add(event.data());
    }
    return data;
  }
}
