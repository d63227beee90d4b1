package dev.perennial.tests.tck;

import dev.perennial.EventStream;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.websocket.WebSockets;

/** The rules of Reactive Streams over this transport. */
public class WebSocketTckTest extends TransportTck {

  @Override
  FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
    return FakeWebSocketServer.builder(log);
  }

  @Override
  EventStream<String> streamOf(String url) {
    return WebSockets.builder(url).cursorParameter("since").stream();
  }
}
