package dev.perennial.tests.cost;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.perennial.EventStream;
import dev.perennial.StreamSubscription;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the library allocates for an event of 512 bytes, ids and replays included: bytes, so that a
 * busy machine changes nothing. The string of the data alone takes 536 to 560.
 */
@Isolated("It counts what all threads of the library allocate.")
class AllocationTest {
  private static final int WARM_UP = 60_000;
  private static final int MEASURED = 60_000;
  private static final String DATA = "x".repeat(512);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** An event as a caller would have it. */
  record Tick(String id, String data) {}

  private static String json(int id) {
    return "{\"id\":\"" + id + "\",\"data\":\"" + DATA + "\"}";
  }

  private enum Kind {
    SSE_TEXT("text/event-stream", 780, id -> "id: " + id + "\ndata: " + DATA + "\n\n"),
    NDJSON_TEXT("application/x-ndjson", 860, id -> json(id) + "\n"),
    NDJSON_RECORD("application/x-ndjson", 1_800, id -> json(id) + "\n"),
    WEBSOCKET_TEXT("", 1_550, AllocationTest::json),
    WEBSOCKET_RECORD("", 2_450, AllocationTest::json);

    private final String contentType;
    private final int mostBytes;
    private final IntFunction<String> event;

    Kind(String contentType, int mostBytes, IntFunction<String> event) {
      this.contentType = contentType;
      this.mostBytes = mostBytes;
      this.event = event;
    }

    EventFlood server() throws IOException {
      return new EventFlood(
          contentType,
          id ->
              contentType.isEmpty()
                  ? EventFlood.message(event.apply(id))
                  : event.apply(id).getBytes(US_ASCII));
    }

    EventStream<?> stream(int port) {
      String http = "http://127.0.0.1:" + port + "/";
      String ws = "ws://127.0.0.1:" + port + "/";
      return switch (this) {
        case SSE_TEXT -> Sse.stream(http);
        case NDJSON_TEXT -> Ndjson.stream(http);
        case NDJSON_RECORD -> Ndjson.builder(http).stream(Tick.class);
        case WEBSOCKET_TEXT -> WebSockets.stream(ws);
        case WEBSOCKET_RECORD -> WebSockets.builder(ws).stream(Tick.class);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void eventAllocatesNoMoreThanItsBound(Kind kind) throws Exception {
    AtomicLong allocated = new AtomicLong();
    CountDownLatch measured = new CountDownLatch(1);
    int[] seen = {0};
    try (EventFlood server = kind.server();
        StreamSubscription subscription =
            kind.stream(server.port())
                .subscribe(
                    event -> {
                      seen[0]++;
                      if (seen[0] == WARM_UP) {
                        allocated.set(-allocatedBytes());
                      } else if (seen[0] == WARM_UP + MEASURED) {
                        allocated.addAndGet(allocatedBytes());
                        measured.countDown();
                      }
                    })) {
      assertTrue(measured.await(60, TimeUnit.SECONDS), () -> "after " + seen[0] + " events");
      long perEvent = allocated.get() / MEASURED;
      assertTrue(
          perEvent <= kind.mostBytes,
          "Expected at most " + kind.mostBytes + " bytes an event but was " + perEvent);
    }
  }

  /** What all threads of the library have allocated; the reader of a WebSocket is one, too. */
  private static long allocatedBytes() {
    long bytes = 0;
    for (long id : THREADS.getAllThreadIds()) {
      ThreadInfo thread = THREADS.getThreadInfo(id);
      if (thread != null && thread.getThreadName().startsWith("perennial")) {
        bytes += THREADS.getThreadAllocatedBytes(id);
      }
    }
    return bytes;
  }
}
