package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.perennial.CursorStore;
import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Saves changes through Reactor until it is killed: writes a line with number and time in
 * nanoseconds for each, in one write to the file, and then the same on standard output.
 */
final class KilledChild {
  static final Duration SAVE_EVERY = Duration.ofMillis(20);
  private static final int MOST_MILLIS = 12;

  private final FileOutputStream record;
  private final long start = System.nanoTime();

  private KilledChild(FileOutputStream record) {
    this.record = record;
  }

  public static void main(String[] args) throws IOException {
    String url = args[0];
    CursorStore store = CursorStore.file(Path.of(args[1]));
    try (FileOutputStream record = new FileOutputStream(args[2], /* append= */ true)) {
      KilledChild child = new KilledChild(record);
      EventStream<Long> changes =
          Sse.builder(url).stream(payload -> Long.parseLong(payload.text()))
              .withCursorStore(store, SAVE_EVERY)
              .withManualAcknowledgement(64);
      Flux.from(changes)
          .flatMap(event -> child.save(event.data()).doOnSuccess(done -> event.acknowledge()), 8)
          .blockLast();
    }
  }

  /**
   * Ends after a random delay, so that changes are processed in another order than they arrived.
   */
  private Mono<Void> save(long change) {
    int millis = ThreadLocalRandom.current().nextInt(MOST_MILLIS);
    return Mono.delay(Duration.ofMillis(millis)).then(Mono.fromRunnable(() -> write(change)));
  }

  private void write(long change) {
    String line = change + " " + (System.nanoTime() - start) + "\n";
    try {
      record.write(line.getBytes(US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.print(line);
    System.out.flush();
  }
}
