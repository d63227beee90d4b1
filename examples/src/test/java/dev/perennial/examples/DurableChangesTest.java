package dev.perennial.examples;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program over a fake service of changes, to the end of its stream. */
@Timeout(60)
class DurableChangesTest {
  @TempDir private Path folder;

  /** Serves the changes from {@code oldest} to {@code newest}, then ends the stream. */
  private static LoopbackServer serviceOf(int oldest, int newest) throws IOException {
    return LoopbackServer.start(exchange -> serve(exchange, oldest, newest));
  }

  private static void serve(Exchange exchange, int oldest, int newest) throws IOException {
    String since = exchange.request().queryParameter("since");
    int next = since == null ? oldest : Integer.parseInt(since) + 1;
    if (next < oldest) {
      exchange.answer(410, List.of(), "Compacted\n");
    } else if (next > newest) {
      exchange.answer(204, List.of(), "");
    } else {
      StringBuilder lines = new StringBuilder("{\"type\":\"heartbeat\"}\n");
      IntStream.rangeClosed(next, newest)
          .forEach(seq -> lines.append("{\"seq\":" + seq + ",\"doc\":\"document " + seq + "\"}\n"));
      exchange.answer(200, List.of("Content-Type: application/x-ndjson"), lines.toString());
    }
  }

  @Test
  void whatWasNotAppliedComesAgain() throws Exception {
    Path file = folder.resolve("changes.cursor");
    Set<Long> refused = ConcurrentHashMap.newKeySet();
    refused.add(2L);
    try (LoopbackServer service = serviceOf(1, 3)) {
      List<Long> first = applied(service, file, refused);
      List<Long> second = applied(service, file, Set.of());

      assertEquals(List.of(1L, 3L), first.stream().sorted().toList());
      assertTrue(second.containsAll(List.of(2L, 3L)), second::toString);
      assertTrue(
          service.requests().stream().anyMatch(each -> "1".equals(each.queryParameter("since"))));
    }
  }

  private static List<Long> applied(LoopbackServer service, Path cursorFile, Set<Long> refused)
      throws InterruptedException {
    List<Long> applied = new CopyOnWriteArrayList<>();
    DurableChanges program =
        new DurableChanges(
            documents(
                change -> {
                  if (refused.contains(change.seq())) {
                    throw new IllegalStateException("The database is away");
                  }
                  applied.add(change.seq());
                },
                "none"));
    ExecutorService workers = Executors.newFixedThreadPool(4);

    program.follow(
        program.changes(service.uri("/changes").toString(), cursorFile),
        task -> workers.submit(task));

    workers.shutdown();
    assertTrue(workers.awaitTermination(ofSeconds(20).toSeconds(), TimeUnit.SECONDS));
    return applied;
  }

  @Test
  void documentsAreReloadedWhenTheServiceCannotReplay() throws Exception {
    Path file = folder.resolve("changes.cursor");
    CursorStore.file(file).save("1");
    List<Long> applied = new CopyOnWriteArrayList<>();
    DurableChanges program =
        new DurableChanges(documents(change -> applied.add(change.seq()), "8"));
    try (LoopbackServer service = serviceOf(7, 10)) {
      program.follow(program.changes(service.uri("/changes").toString(), file), Runnable::run);

      assertEquals(List.of(9L, 10L), applied);
      // Connected first, then reloaded, then requested what follows the snapshot.
      assertEquals(
          List.of("1", "null", "8"),
          service.requests().stream()
              .map(request -> String.valueOf(request.queryParameter("since")))
              .limit(3)
              .toList());
    }
  }

  private static DurableChanges.Documents documents(
      Consumer<DurableChanges.Change> apply, String snapshotCursor) {
    return new DurableChanges.Documents() {
      @Override
      public void apply(DurableChanges.Change change) {
        apply.accept(change);
      }

      @Override
      public String reload() {
        return snapshotCursor;
      }
    };
  }
}
