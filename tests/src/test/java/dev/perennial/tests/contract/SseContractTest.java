package dev.perennial.tests.contract;

import dev.perennial.EventStream;
import dev.perennial.http.StreamBuilder;
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
  public StreamBuilder<?> clientOf(String url) {
    return Sse.builder(url);
  }

  @Override
  public EventStream<String> streamOf(StreamBuilder<?> client) {
    return client.stream();
  }
}
