package dev.perennial.tests.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.testkit.VirtualTime;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a subscription holds does not grow with events, heartbeats, reconnects or time. */
@Tag("slow")
class HeapTest {
  private static final int WARM = 20_000;
  private static final int MANY = 200_000;
  private static final long MOST_GROWTH = 1024 * 1024; // Five bytes for each connection.

  private final VirtualTime time = VirtualTime.create();

  // Held by the test, so that they count before as they do after.
  private long connections;
  private long heapWhenWarm;
  private long growth = Long.MAX_VALUE;
  private @Nullable StreamSubscription subscription;

  @Test
  void manyConnectionsLeakNothing() {
    AtomicLong events = new AtomicLong();
    EventStream<String> stream =
        EventStream.of(attempt -> new Short(), Decoder.text())
            .withRuntime(time.runtime())
            .withRetry(RetryPolicy.fixed(ofMillis(1)).withFloor(ofMillis(1)))
            .withCursorStore(CursorStore.inMemory());

    subscription = stream.subscribe(event -> events.incrementAndGet());
    time.run();

    assertEquals(MANY - 1, events.get());
    assertTrue(growth < MOST_GROWTH, () -> "grew by " + growth + " bytes");
  }

  /** Opens, brings a heartbeat, a checkpoint and an event, and breaks. */
  private final class Short implements StreamConnection {
    private final String id = Long.toString(connections);
    private int frames;

    @Override
    public void open() {
      connections++;
      if (connections == WARM) {
        heapWhenWarm = usedHeap();
      } else if (connections == MANY) {
        growth = usedHeap() - heapWhenWarm;
        subscription.close();
      }
    }

    @Override
    public Frame read(Deadlines limits) throws IOException {
      frames++;
      return switch (frames) {
        case 1 -> Frame.heartbeat();
        case 2 -> Frame.cursor("before " + id);
        case 3 -> Frame.event(id, "message", id.getBytes(UTF_8));
        default -> throw new SocketException("Connection reset");
      };
    }

    @Override
    public long bytesRead() {
      return frames;
    }

    @Override
    public long lastByteNanos() {
      return time.nanoTime();
    }

    @Override
    public void close() {}
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
