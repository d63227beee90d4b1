package dev.perennial.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a log's events to one client, as {@code text/event-stream} in chunks. */
final class SseStream {

  private static final int MOST_EVENTS = 512;
  private static final int FULL_CHUNK_BYTES = 32 * 1024;
  private static final Duration IDLE_WAIT = Duration.ofSeconds(1);
  private static final Duration FOR_EVER = Duration.ofDays(365);
  private static final String HEAD =
      Exchange.statusLine(200)
          + "Content-Type: text/event-stream\r\n"
          + "Cache-Control: no-store\r\n"
          + "Transfer-Encoding: chunked\r\n"
          + "Connection: close\r\n"
          + "\r\n";

  private final Exchange exchange;
  private final FakeEventLog.Reader reader;
  private final @Nullable Duration heartbeat; // null when there are none
  private final @Nullable Duration retry; // null when there is none
  private final SseChunk chunk = new SseChunk();

  // Written by any thread.
  private volatile boolean ending;

  SseStream(
      Exchange exchange,
      FakeEventLog.Reader reader,
      @Nullable Duration heartbeat,
      @Nullable Duration retry) {
    this.exchange = exchange;
    this.reader = reader;
    this.heartbeat = heartbeat;
    this.retry = retry;
  }

  /** Cuts the connection, from any thread. */
  void cut(Cut how) {
    exchange.cut(how);
    reader.close();
  }

  /** Ends the body in the orderly way, from any thread. */
  void end() {
    ending = true;
    reader.close();
  }

  /** Writes until the log ends, the client closes or the connection is ended or cut. */
  void run() throws IOException, InterruptedException {
    exchange.watchPeer(reader::close);
    try {
      write();
    } catch (IOException e) {
      // After a half-close the client has yet to take its leave.
      if (!exchange.isCut()) {
        throw e;
      }
    }
    if (exchange.isCut()) {
      exchange.awaitPeerClose(FOR_EVER);
    }
  }

  private void write() throws IOException, InterruptedException {
    exchange.write(HEAD);
    if (retry != null) {
      chunk.addRetry(retry.toMillis());
      chunk.writeTo(exchange.output());
    }
    List<LoggedEvent> batch = new ArrayList<>(MOST_EVENTS);
    while (true) {
      batch.clear();
      switch (reader.read(batch, MOST_EVENTS, heartbeat == null ? IDLE_WAIT : heartbeat)) {
        case EVENTS -> write(batch);
        case NOTHING_YET -> writeHeartbeat();
        // The client of a reader that fell behind learns that its cursor is gone when it resumes.
        case ENDED, GONE -> {
          exchange.write(SseChunk.LAST);
          return;
        }
        case CLOSED -> {
          if (ending) {
            exchange.write(SseChunk.LAST);
          }
          return;
        }
      }
    }
  }

  private void write(List<LoggedEvent> batch) throws IOException {
    for (LoggedEvent event : batch) {
      chunk.add(event);
      if (chunk.size() >= FULL_CHUNK_BYTES) {
        chunk.writeTo(exchange.output());
      }
    }
    chunk.writeTo(exchange.output());
  }

  private void writeHeartbeat() throws IOException {
    if (heartbeat != null) {
      chunk.addComment();
      chunk.writeTo(exchange.output());
    }
  }
}
