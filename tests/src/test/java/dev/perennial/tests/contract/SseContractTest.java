package dev.perennial.tests.contract;

import dev.perennial.EventStream;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;

final class SseContractTest extends ContractTest {

  @Override
  public FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
    return FakeSseServer.builder(log);
  }

  @Override
  public ExchangeBuilder<?> clientOf(String url) {
    return Sse.builder(url);
  }

  @Override
  public EventStream<String> streamOf(ExchangeBuilder<?> client) {
    return client.stream();
  }
}
