package dev.perennial.conformance;

import dev.perennial.conformance.TraceEvent.Kind;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The servers of one run: the one that the client is sent to, and another origin. */
final class ScenarioServer implements AutoCloseable {
  static final String PATH = "/stream";

  /** Stands for the address of the other origin in a header of a reply. */
  static final String OTHER = "{other}";

  /** Stands for the address that the client was sent to. */
  static final String HERE = "{here}";

  private final Scenario scenario;
  private final Trace trace;
  private final TimeScale scale;
  private final boolean asksForDelay;
  private final LoopbackServer here;
  private final @Nullable LoopbackServer other; // Null where the scenario has none.

  /**
   * @param asksForDelay whether to send {@code retry:} to a client that cannot be told otherwise
   */
  ScenarioServer(Scenario scenario, Trace trace, TimeScale scale, boolean asksForDelay)
      throws IOException {
    this.scenario = scenario;
    this.trace = trace;
    this.scale = scale;
    this.asksForDelay = asksForDelay && scenario.protocol == Protocol.SSE;
    this.here = LoopbackServer.start(exchange -> handle(exchange, false));
    this.other =
        scenario.otherReplies.isEmpty()
            ? null
            : LoopbackServer.start(exchange -> handle(exchange, true));
  }

  URI url() {
    return urlOf(here, scenario.protocol == Protocol.WEBSOCKET ? "ws" : "http");
  }

  private static URI urlOf(LoopbackServer server, String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + server.port() + PATH);
  }

  /** A header line of a reply with the addresses in it. */
  String filled(String headerLine) {
    String there = other == null ? "" : urlOf(other, "http").toString();
    return headerLine.replace(OTHER, there).replace(HERE, urlOf(here, "http").toString());
  }

  private void handle(Exchange exchange, boolean isAtOther)
      throws IOException, InterruptedException {
    if (exchange.request().method().equals("OPTIONS")) {
      // A browser asks before it sends a header of its own to another origin.
      exchange.answer(204, CORS, "");
      return;
    }
    if (!exchange.request().path().startsWith(PATH)) {
      exchange.answer(404, List.of(), "");
      return;
    }
    TracedRequest request =
        trace.request(
            exchange.request(),
            isAtOther,
            WireFormat.cursor(scenario.protocol, exchange.request()));
    Reply reply = scenario.replyTo(numberAt(request), isAtOther);
    try {
      if (reply == null) {
        // No further request is expected; a check says so where it matters.
        exchange.answer(503, List.of(), "");
        trace.add(Kind.ANSWER, request.number(), "503, since nothing more is expected");
      } else {
        new ReplyPlayer(scenario, this, trace, scale, exchange, request, asksForDelay)
            .play(reply.steps());
      }
    } finally {
      trace.add(Kind.SERVED, request.number(), "");
    }
  }

  /** The number of a request among those of its origin. */
  private int numberAt(TracedRequest request) {
    return (int)
        trace.requests().stream()
            .filter(one -> one.isAtOther() == request.isAtOther())
            .filter(one -> one.number() <= request.number())
            .count();
  }

  static final List<String> CORS =
      List.of(
          "Access-Control-Allow-Origin: *",
          "Access-Control-Allow-Headers: *, Authorization, Last-Event-ID",
          "Access-Control-Allow-Methods: GET, POST");

  /** Closes all sockets and ends all threads, within two seconds. */
  @Override
  public void close() {
    here.close();
    if (other != null) {
      other.close();
    }
  }
}
