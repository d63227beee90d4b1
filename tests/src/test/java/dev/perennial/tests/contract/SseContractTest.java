package dev.perennial.tests.contract;

import dev.perennial.EventStream;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;

final class SseContractTest extends TransportContract {

  @Override
  FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
    return FakeSseServer.builder(log);
  }

  @Override
  ExchangeBuilder<?> clientOf(String url) {
    return Sse.builder(url);
  }

  @Override
  EventStream<String> streamOf(ExchangeBuilder<?> client) {
    return client.stream();
  }
}
