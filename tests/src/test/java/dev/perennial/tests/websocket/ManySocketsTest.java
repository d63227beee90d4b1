package dev.perennial.tests.websocket;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.websocket.WebSockets;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OkHttp's dispatcher stops its own WebSockets at 64; ours neither wait for it nor fill it. */
@Timeout(60)
class ManySocketsTest {
  private static final int SOCKETS = 100;

  @Test
  void aHundredSocketsOnOneClientAreOpenAndLeaveItAsItWas() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("hello");
    OkHttpClient client = new OkHttpClient();
    List<EventRecorder<String>> recorders = new ArrayList<>();
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      for (int i = 0; i < SOCKETS; i++) {
        EventRecorder<String> recorder =
            EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
        WebSockets.builder(server.uri("/ticks").toString()).client(client).stream()
            .subscribe(recorder.listener());
        recorders.add(recorder);
      }
      for (EventRecorder<String> recorder : recorders) {
        recorder.takeEvent();
      }
      assertEquals(SOCKETS, server.liveConnections());
      assertEquals(0, client.dispatcher().runningCallsCount());

      for (EventRecorder<String> recorder : recorders) {
        recorder.close();
        assertTrue(recorder.subscription().awaitClosed(ofSeconds(5)));
      }
      for (int i = 0; i < SOCKETS; i++) {
        assertEquals(1000, server.takeCloseCode(ofSeconds(20)));
      }
    }
    assertFalse(client.dispatcher().executorService().isShutdown(), "the caller's client lives on");
  }
}
