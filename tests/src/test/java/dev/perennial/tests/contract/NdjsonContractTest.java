package dev.perennial.tests.contract;

import dev.perennial.EventStream;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeStreamServer;

final class NdjsonContractTest extends TransportContract {

  @Override
  FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
    return FakeNdjsonServer.builder(log);
  }

  @Override
  ExchangeBuilder<?> clientOf(String url) {
    return Ndjson.builder(url);
  }

  @Override
  EventStream<String> streamOf(ExchangeBuilder<?> client) {
    return client.stream(JsonEnvelope.DATA);
  }
}
