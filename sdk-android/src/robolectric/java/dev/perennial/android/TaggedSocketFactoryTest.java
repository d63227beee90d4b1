package dev.perennial.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import android.net.TrafficStats;
import dev.perennial.StreamRuntime;
import dev.perennial.http.SharedClient;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;
import org.junit.After;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(sdk = {26, 34})
public class TaggedSocketFactoryTest {
  private static final int TAG = 0x50;

  private final SeenTags sockets = new SeenTags();

  @After
  public void clearTag() {
    TrafficStats.clearThreadStatsTag();
  }

  private StreamRuntime runtime() {
    // region tagged
    OkHttpClient client = SharedClient.of(StreamRuntime.shared());
    OkHttpClient tagged =
        client
            .newBuilder()
            .socketFactory(TaggedSocketFactory.of(TAG, client.socketFactory()))
            .build();
    StreamRuntime runtime = StreamRuntime.builder().resource(OkHttpClient.class, tagged).build();
    // endregion
    return runtime;
  }

  @Test
  public void socketIsMadeUnderTheTagAndTheThreadKeepsItsOwn() throws Exception {
    TrafficStats.setThreadStatsTag(7);

    TaggedSocketFactory.of(TAG, sockets).createSocket().close();

    assertEquals(List.of(TAG), sockets.tags);
    assertEquals(7, TrafficStats.getThreadStatsTag());
  }

  @Test
  public void threadWithoutATagHasNoneAfterwards() throws Exception {
    TrafficStats.clearThreadStatsTag();
    int none = TrafficStats.getThreadStatsTag();

    TaggedSocketFactory.of(TAG, sockets).createSocket().close();

    assertEquals(none, TrafficStats.getThreadStatsTag());
  }

  @Test
  public void threadKeepsItsOwnTagIfNoSocketCanBeMade() {
    TrafficStats.setThreadStatsTag(7);
    TaggedSocketFactory factory = TaggedSocketFactory.of(TAG, sockets);

    assertThrows(
        IOException.class, () -> factory.createSocket(InetAddress.getLoopbackAddress(), 1));

    assertEquals(7, TrafficStats.getThreadStatsTag());
  }

  @Test
  public void streamsRunOverTaggedSockets() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    EventRecorder<String> recorder =
        EventRecorder.<String>create().waitingAtMost(Duration.ofSeconds(20));
    try (FakeSseServer server = FakeSseServer.start(log)) {
      log.append("one");
      Sse.stream(server.uri("/").toString()).withRuntime(runtime()).subscribe(recorder.listener());

      assertEquals("one", recorder.takeEvent().data());
      recorder.close();
    }
  }

  /** Notes the tag under which each socket is made. */
  private static final class SeenTags extends SocketFactory {
    final List<Integer> tags = new CopyOnWriteArrayList<>();

    @Override
    public Socket createSocket() {
      tags.add(TrafficStats.getThreadStatsTag());
      return new Socket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      throw new IOException("refused");
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }
  }
}
