package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The servers of one run: the one that the client is sent to, and another origin. */
final class ScenarioServer implements AutoCloseable {
  private static final String PATH = "/stream";

  private final RunContext run;
  private final boolean asksForDelay;
  private final LoopbackServer here;
  private final @Nullable LoopbackServer other; // Null when the scenario has none.

  /**
   * @param asksForDelay whether to send {@code retry:}, to a client whose delays cannot be set
   */
  ScenarioServer(RunContext run, boolean asksForDelay) throws IOException {
    this.run = run;
    this.asksForDelay = asksForDelay && run.scenario().protocol == Protocol.SSE;
    this.here = LoopbackServer.start(exchange -> handle(exchange, false));
    this.other =
        run.scenario().otherReplies.isEmpty()
            ? null
            : LoopbackServer.start(exchange -> handle(exchange, true));
  }

  URI url() {
    Scenario scenario = run.scenario();
    String scheme = scenario.protocol == Protocol.WEBSOCKET ? "ws" : "http";
    String secure = scenario.isProxied ? scheme + "s" : scheme;
    return URI.create(addressOf(here, secure) + scenario.query);
  }

  /** Returns the proxy that the client connects through; null when it connects directly. */
  @Nullable URI proxy() {
    return run.scenario().isProxied ? URI.create("http://127.0.0.1:" + here.port()) : null;
  }

  private static URI addressOf(LoopbackServer server, String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + server.port() + PATH);
  }

  private ServerAddresses addresses() {
    return new ServerAddresses(
        addressOf(here, "http"), other == null ? null : addressOf(other, "http"));
  }

  private void handle(Exchange exchange, boolean isAtOther)
      throws IOException, InterruptedException {
    if (exchange.request().method().equals("OPTIONS")) {
      // A browser asks before it sends its own headers to another origin.
      exchange.answer(204, ReplyPlayer.CORS, "");
      return;
    }
    boolean isTunnel = run.scenario().isProxied && exchange.request().method().equals("CONNECT");
    if (!isTunnel && !exchange.request().path().startsWith(PATH)) {
      exchange.answer(404, List.of(), "");
      return;
    }
    Trace trace = run.trace();
    Protocol protocol = run.scenario().protocol;
    String cursor =
        WireFormat.cursor(protocol, exchange.request(), run.scenario().settings.cursorParameter);
    TracedRequest request = trace.request(exchange.request(), isAtOther, cursor);
    Reply reply = run.scenario().replyTo(numberAt(request), isAtOther);
    try {
      if (reply == null) {
        // No further request is expected; a check says so where it matters.
        exchange.answer(503, List.of(), "");
        trace.add(Kind.ANSWER, request.number(), "503, since nothing more is expected");
      } else {
        new ReplyPlayer(run, addresses(), exchange, request, asksForDelay).play(reply.steps());
      }
    } finally {
      trace.add(Kind.SERVED, request.number(), "");
    }
  }

  /** Returns the number of a request among those to the same origin, from 1. */
  private int numberAt(TracedRequest request) {
    return (int)
        run.trace().requests().stream()
            .filter(earlier -> earlier.isAtOther() == request.isAtOther())
            .filter(earlier -> earlier.number() <= request.number())
            .count();
  }

  /** Closes all sockets and ends all threads, within two seconds. */
  @Override
  public void close() {
    here.close();
    if (other != null) {
      other.close();
    }
  }
}
