package dev.perennial.tests.ndjson;

import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/** A server of NDJSON: one body after the other, each with its orderly end, then 204. */
final class ServedLines implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final List<String> HEADERS = List.of("Content-Type: application/x-ndjson");

  private final LoopbackServer server;

  private ServedLines(LoopbackServer server) {
    this.server = server;
  }

  static ServedLines of(String... bodies) throws IOException {
    return then(204, List.of(), bodies);
  }

  /** The same, and then this answer. */
  static ServedLines then(int status, List<String> headers, String... bodies) throws IOException {
    Iterator<String> next = List.of(bodies).iterator();
    return new ServedLines(
        LoopbackServer.start(
            exchange -> {
              if (next.hasNext()) {
                exchange.answer(200, HEADERS, next.next());
              } else {
                exchange.answer(status, headers, "");
              }
            }));
  }

  String url(String pathAndQuery) {
    return server.uri("/") + pathAndQuery.substring(1);
  }

  String url() {
    return url("/changes");
  }

  /** The next request, in the order that they came in. */
  ReceivedRequest take() throws InterruptedException {
    return server.takeRequest(PATIENCE);
  }

  int requests() {
    return server.requests().size();
  }

  @Override
  public void close() {
    server.close();
  }
}
