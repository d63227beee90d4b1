package dev.perennial.tests.architecture;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The program that {@link WalkTracer} traces. It makes every walk twice and marks the second time,
 * when all classes are initialized. Before a walk begins, and before it ends unless the consumer
 * ends it, nothing of the SDK runs: every thread waits for the server, a timer or this program.
 */
final class Walks {
  static final String BYTE_TO_EVENT = "byte to onEvent";
  static final String SUBSCRIBE_TO_CONNECT = "subscribe to connect";
  static final String REFUSAL_TO_WAIT = "503 to wait";
  static final String ACKNOWLEDGEMENT_TO_FILE = "acknowledgement to cursor file";

  private static final int SAME_LOOKS = 3;
  private static final long BETWEEN_LOOKS_MILLIS = 70;
  private static final RetryPolicy PATIENT =
      RetryPolicy.exponential(Duration.ofMinutes(1), Duration.ofMinutes(2))
          .withFloor(Duration.ofMinutes(1));

  private final ProbeServer server;
  private final Path folder;
  private final boolean isMarked;

  private Walks(ProbeServer server, Path folder, boolean isMarked) {
    this.server = server;
    this.folder = folder;
    this.isMarked = isMarked;
  }

  public static void main(String[] arguments) throws Exception {
    try (ProbeServer server = ProbeServer.start()) {
      for (boolean isMarked : new boolean[] {false, true}) {
        Walks walks = new Walks(server, Path.of(arguments[0]), isMarked);
        walks.byteToEvent();
        walks.subscribeToConnect();
        walks.refusalToWait();
        walks.acknowledgementToFile();
      }
    }
  }

  /** From the bytes of a third event on an open connection to the listener that gets it. */
  private void byteToEvent() throws Exception {
    CountDownLatch delivered = new CountDownLatch(3);
    try (StreamSubscription s =
            Sse.stream(server.url())
                .subscribe(
                    event -> {
                      if (delivered.getCount() == 1) {
                        end();
                      }
                      delivered.countDown();
                    });
        ProbeServer.Exchange exchange = server.next()) {
      exchange.startEvents();
      exchange.sendEvent(1);
      exchange.sendEvent(2);
      settle();
      begin(BYTE_TO_EVENT);
      exchange.sendEvent(3);
      await(delivered);
    }
  }

  /** From {@code subscribe} on a stream that was built to the request that the server has read. */
  private void subscribeToConnect() throws Exception {
    EventStream<String> stream = Sse.stream(server.url());
    settle();
    begin(SUBSCRIBE_TO_CONNECT);
    try (StreamSubscription s = stream.subscribe(event -> {});
        ProbeServer.Exchange exchange = server.next()) {
      settle();
      end();
    }
  }

  /** From an answer of 503 on the first attempt to the wait for the second. */
  private void refusalToWait() throws Exception {
    try (StreamSubscription s = Sse.stream(server.url()).withRetry(PATIENT).subscribe(event -> {});
        ProbeServer.Exchange exchange = server.next()) {
      settle();
      begin(REFUSAL_TO_WAIT);
      exchange.refuse();
      settle();
      end();
    }
  }

  /** From a manual acknowledgement to the file that has its cursor. */
  private void acknowledgementToFile() throws Exception {
    Path file = folder.resolve("cursor");
    Files.deleteIfExists(file);
    CountDownLatch delivered = new CountDownLatch(1);
    Event<?>[] last = new Event<?>[1];
    try (StreamSubscription s =
            Sse.stream(server.url())
                .withManualAcknowledgement(16)
                .withCursorStore(CursorStore.file(file), Duration.ofMillis(50))
                .subscribe(
                    event -> {
                      last[0] = event;
                      delivered.countDown();
                    });
        ProbeServer.Exchange exchange = server.next()) {
      exchange.startEvents();
      exchange.sendEvent(1);
      await(delivered);
      settle();
      begin(ACKNOWLEDGEMENT_TO_FILE);
      last[0].acknowledge();
      awaitSaved(file);
      settle();
      end();
    }
  }

  private static void awaitSaved(Path file) throws InterruptedException {
    long start = System.nanoTime();
    while (!Files.exists(file)) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(20)) {
        throw new IllegalStateException("Expected a saved cursor within 20 s but got none");
      }
      Thread.sleep(BETWEEN_LOOKS_MILLIS);
    }
  }

  private void begin(String walk) {
    if (isMarked) {
      WalkMarks.begin(walk);
    }
  }

  private void end() {
    if (isMarked) {
      WalkMarks.end();
    }
  }

  /** Waits until no thread has moved for a while. */
  private static void settle() throws InterruptedException {
    Map<Thread, List<StackTraceElement>> before = Map.of();
    int same = 0;
    while (same < SAME_LOOKS) {
      Thread.sleep(BETWEEN_LOOKS_MILLIS);
      Map<Thread, List<StackTraceElement>> now = new HashMap<>();
      Thread.getAllStackTraces().forEach((thread, stack) -> now.put(thread, List.of(stack)));
      now.remove(Thread.currentThread());
      same = now.equals(before) ? same + 1 : 0;
      before = now;
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Expected an event within 20 s but got none");
    }
  }
}
