package dev.perennial.cli.demo;

import dev.perennial.Event;
import dev.perennial.cli.console.TransportKind;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.websocket.WebSockets;

/**
 * The demo's stream over one transport: its server, its client and the form of its events.
 *
 * @param kind the transport
 */
record DemoTransport(TransportKind kind) {

  FakeStreamServer.Builder<?> server(FakeEventLog log) {
    return switch (kind) {
      case SSE -> FakeSseServer.builder(log);
      case NDJSON -> FakeNdjsonServer.builder(log);
      case WS -> FakeWebSocketServer.builder(log);
    };
  }

  /**
   * Returns a builder of the stream.
   *
   * @param url of the server, or of a proxy in front of it
   */
  ExchangeBuilder<?> client(String url) {
    return switch (kind) {
      case SSE -> Sse.builder(url);
      case NDJSON -> Ndjson.builder(url);
      case WS -> WebSockets.builder(url).cursorParameter("since");
    };
  }

  /** Returns whether the event is exactly what was published under this number. */
  boolean isIntact(Event<String> event, long number) {
    return switch (kind) {
      case SSE ->
          event.type().equals(TickEvents.TYPE) && event.data().equals(TickEvents.data(number));
      case NDJSON, WS -> event.data().equals(TickEvents.json(number));
    };
  }
}
