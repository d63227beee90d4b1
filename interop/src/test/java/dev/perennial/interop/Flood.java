package dev.perennial.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server of endless events, numbered from 1. It writes as fast as it can and counts the bytes it
 * has written. Only a client that does not read makes it wait.
 */
final class Flood implements AutoCloseable {
  /**
   * Far more than fits into the buffers between a server and a client that does not read: those of
   * two sockets, and of the client itself.
   */
  private static final long MOST_BYTES_UNREAD = 8 << 20;

  /**
   * Otherwise the system would let the server write 4 MB ahead, and tests would have to read them.
   */
  private static final int SEND_BUFFER_BYTES = 64 << 10;

  private static final String FILLING = "x".repeat(1_000);

  private final AtomicLong written = new AtomicLong();
  private final LoopbackServer server;

  Flood() throws IOException {
    server = LoopbackServer.start(this::serve);
  }

  String url() {
    return server.uri("/flood").toString();
  }

  /** Returns the number of bytes written so far. */
  long written() {
    return written.get();
  }

  /** Waits until the server cannot write any more, and returns how much it has written by then. */
  long awaitHeldBack() {
    long bytes = Soon.rests("what the server could write", this::written);
    assertTrue(bytes < MOST_BYTES_UNREAD, () -> bytes + " bytes were written without a reader");
    return bytes;
  }

  /** Waits until the client has closed its socket. */
  void awaitLeft() {
    Soon.holds("the client has closed its socket", () -> server.liveConnections() == 0);
  }

  private void serve(Exchange exchange) throws IOException {
    exchange.socket().setSendBufferSize(SEND_BUFFER_BYTES);
    exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    for (long id = 1; ; id++) {
      byte[] event = ("id: " + id + "\ndata: " + id + " " + FILLING + "\n\n").getBytes(US_ASCII);
      exchange.write(event);
      written.addAndGet(event.length);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
