package dev.perennial.tests.tck;

import dev.perennial.EventStream;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeStreamServer;

/** The rules of Reactive Streams over this transport. */
public class NdjsonTckTest extends TransportTck {

  @Override
  FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
    return FakeNdjsonServer.builder(log);
  }

  @Override
  EventStream<String> streamOf(String url) {
    return Ndjson.stream(url);
  }
}
