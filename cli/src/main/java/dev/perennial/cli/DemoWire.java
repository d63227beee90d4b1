package dev.perennial.cli;

import dev.perennial.Event;
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
 * The demo's stream over one transport: who serves it, who follows it, and what an event is then.
 *
 * @param kind the transport
 */
record DemoWire(TransportKind kind) {

  FakeStreamServer.Builder<?> server(FakeEventLog log) {
    return switch (kind) {
      case SSE -> FakeSseServer.builder(log);
      case NDJSON -> FakeNdjsonServer.builder(log);
      case WS -> FakeWebSocketServer.builder(log);
    };
  }

  /**
   * Describes the stream.
   *
   * @param url where the server, or a proxy in front of it, is
   */
  ExchangeBuilder<?> client(String url) {
    return switch (kind) {
      case SSE -> Sse.builder(url);
      case NDJSON -> Ndjson.builder(url);
      case WS -> WebSockets.builder(url).cursorParameter("since");
    };
  }

  /** Whether the event is what was published under this number, to the last character. */
  boolean isWhole(Event<String> event, long number) {
    return switch (kind) {
      case SSE -> event.type().equals(Ticks.TYPE) && event.data().equals(Ticks.data(number));
      case NDJSON, WS -> event.data().equals(Ticks.json(number));
    };
  }
}
