package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.http2.Http2Server;
import dev.perennial.conformance.http2.Http2Stream;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The servers of one run: the one that the client is sent to, and another origin. */
final class ScenarioServer implements AutoCloseable {
  private static final String PATH = "/stream";
  private static final List<Step> UNEXPECTED = List.of(new Step.Answer(503, List.of(), ""));

  private final RunContext run;
  private final boolean asksForDelay;
  private final Origin here;
  private final @Nullable Origin other; // Null when the scenario has none.

  /** A server that listens. */
  private record Origin(int port, Runnable closing) {

    static Origin of(LoopbackServer server) {
      return new Origin(server.port(), server::close);
    }

    static Origin of(Http2Server server) {
      return new Origin(server.port(), server::close);
    }

    URI address(String scheme) {
      return URI.create(scheme + "://127.0.0.1:" + port + PATH);
    }
  }

  /** Plays a reply to one request. */
  @FunctionalInterface
  private interface Player {
    void play(TracedRequest request, List<Step> steps) throws IOException, InterruptedException;
  }

  /**
   * @param asksForDelay whether to send {@code retry:}, to a client whose delays cannot be set
   */
  ScenarioServer(RunContext run, boolean asksForDelay) throws IOException {
    this.run = run;
    this.asksForDelay = asksForDelay && run.scenario().protocol == Protocol.SSE;
    this.here =
        run.scenario().settings.isHttp2
            ? Origin.of(Http2Server.start(this::handle))
            : Origin.of(LoopbackServer.start(exchange -> handle(exchange, false)));
    this.other =
        run.scenario().otherReplies.isEmpty()
            ? null
            : Origin.of(LoopbackServer.start(exchange -> handle(exchange, true)));
  }

  URI url() {
    Scenario scenario = run.scenario();
    String scheme = scenario.protocol == Protocol.WEBSOCKET ? "ws" : "http";
    String secure = scenario.isProxied ? scheme + "s" : scheme;
    return URI.create(here.address(secure) + scenario.query);
  }

  /** Returns the proxy that the client connects through; null when it connects directly. */
  @Nullable URI proxy() {
    return run.scenario().isProxied ? URI.create("http://127.0.0.1:" + here.port) : null;
  }

  private ServerAddresses addresses() {
    return new ServerAddresses(here.address("http"), other == null ? null : other.address("http"));
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
    reply(
        exchange.request(),
        isAtOther,
        (request, steps) ->
            new ReplyPlayer(run, addresses(), exchange, request, asksForDelay).play(steps));
  }

  private void handle(Http2Stream stream) throws IOException, InterruptedException {
    reply(
        stream.request(),
        /* isAtOther= */ false,
        (request, steps) -> new Http2Player(run, stream, request).play(steps));
  }

  /** Records a request and plays the reply that the scenario has for it. */
  private void reply(ReceivedRequest received, boolean isAtOther, Player player)
      throws IOException, InterruptedException {
    Trace trace = run.trace();
    Scenario scenario = run.scenario();
    String cursor =
        WireFormat.cursor(scenario.protocol, received, scenario.settings.cursorParameter);
    TracedRequest request = trace.request(received, isAtOther, cursor);
    Reply reply = scenario.replyTo(numberAt(request), isAtOther);
    try {
      // Without a reply no request is expected; a check says so where it matters.
      player.play(request, reply == null ? UNEXPECTED : reply.steps());
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
    here.closing.run();
    if (other != null) {
      other.closing.run();
    }
  }
}
