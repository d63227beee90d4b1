package dev.perennial.tests.contract;

import dev.perennial.EventStream;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.websocket.WebSockets;

final class WebSocketContractTest extends ContractTest {

  @Override
  public FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
    return FakeWebSocketServer.builder(log);
  }

  @Override
  public ExchangeBuilder<?> clientOf(String url) {
    return WebSockets.builder(url).cursorParameter("since");
  }

  @Override
  public EventStream<String> streamOf(ExchangeBuilder<?> client) {
    return client.stream(JsonEnvelope.DATA);
  }
}
