package dev.perennial.tests.contract;

import dev.perennial.EventStream;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeStreamServer;

final class NdjsonContractTest extends ContractTest {

  @Override
  public FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
    return FakeNdjsonServer.builder(log);
  }

  @Override
  public ExchangeBuilder<?> clientOf(String url) {
    return Ndjson.builder(url);
  }

  @Override
  public EventStream<String> streamOf(ExchangeBuilder<?> client) {
    return client.stream(JsonEnvelope.DATA);
  }
}
