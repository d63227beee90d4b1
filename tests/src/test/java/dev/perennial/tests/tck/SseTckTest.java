package dev.perennial.tests.tck;

import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;

/** The rules of Reactive Streams over this transport. */
public class SseTckTest extends TransportTck {

  @Override
  FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
    return FakeSseServer.builder(log);
  }

  @Override
  EventStream<String> streamOf(String url) {
    return Sse.stream(url);
  }
}
