package dev.perennial.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import io.netty.channel.ChannelOption;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A relay on a real WebFlux server, between a fake server and this library as its client. */
class TickRelayTest extends Served {
  /** Otherwise the system would take megabytes for a browser that does not read. */
  private static final int BUFFER_BYTES = 256 << 10;

  private final EventRecorder<String> browser =
      EventRecorder.<String>create().waitingAtMost(Soon.PATIENCE);
  private Relay relay;

  /** WebFlux without Spring Boot: a context, its handlers, and Netty. */
  private static final class Relay implements AutoCloseable {
    private final AnnotationConfigApplicationContext context =
        new AnnotationConfigApplicationContext();
    private final DisposableServer server;

    Relay(EventStream<String> upstream) {
      context.register(WebFlux.class);
      context.registerBean(TickRelay.class, () -> new TickRelay(upstream));
      context.refresh();
      server =
          HttpServer.create()
              .host("127.0.0.1")
              .port(0)
              .childOption(ChannelOption.SO_SNDBUF, BUFFER_BYTES)
              .handle(
                  new ReactorHttpHandlerAdapter(
                      WebHttpHandlerBuilder.applicationContext(context).build()))
              .bindNow(ofSeconds(20));
    }

    int port() {
      return server.port();
    }

    String url() {
      return "http://127.0.0.1:" + port() + "/ticks";
    }

    @Override
    public void close() {
      server.disposeNow(ofSeconds(20));
      context.close();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableWebFlux
  static class WebFlux {}

  @BeforeEach
  void startRelay() {
    relay = new Relay(stream());
  }

  @AfterEach
  void stopRelay() {
    relay.close();
  }

  private StreamSubscription browse(String url) {
    return Sse.stream(url).withRetry(QUICK).subscribe(browser.listener());
  }

  @Test
  void idsTypesAndDataAreKept() {
    log.append("tick", "one");
    log.append("two\nlines");

    StreamSubscription subscription = browse(relay.url());

    assertEquals("Event[id=1, type=tick, data=one]", browser.takeEvent().toString());
    assertEquals("Event[id=2, type=message, data=two\nlines]", browser.takeEvent().toString());
    subscription.close();
    awaitLeft();
  }

  @Test
  void reconnectResumesThroughTheRelay() throws Exception {
    append("a", "b");
    try (ChaosProxy line = ChaosProxy.inFrontOf(relay.port())) {
      StreamSubscription subscription = browse(line.uri("/ticks").toString());
      browser.assertEvents("a", "b");

      line.cutAll(Cut.RST);
      append("c");
      browser.assertEvents("c");

      assertEquals(2, subscription.connection());
      assertEquals("2", server.requests().get(1).cursor()); // of the relay's new subscription
      Soon.holds("the relay has closed the old one", () -> server.liveConnections() == 1);
      subscription.close();
      awaitLeft();
    }
    browser.assertExhausted();
  }

  @Test
  void relayReconnectsUnseenByTheBrowser() {
    append("a");
    StreamSubscription subscription = browse(relay.url());
    browser.assertEvents("a");

    server.cutAll(Cut.RST);
    append("b");

    browser.assertEvents("b");
    assertEquals(1, subscription.connection());
    subscription.close();
    awaitLeft();
  }

  @Test
  void browserGetsAnAnswerBeforeTheFirstEvent() throws IOException {
    try (Browser raw = new Browser()) {
      assertEquals("HTTP/1.1 200 OK", raw.line());
      assertTrue(raw.head().contains("Content-Type: text/event-stream;charset=UTF-8"));
      raw.line(); // the length of the chunk
      assertEquals(":open", raw.line());
    }
    awaitLeft();
  }

  @Test
  void cursorThatIsGoneIsAnsweredToTheBrowser() throws IOException {
    FakeEventLog shortLog = FakeEventLog.retaining(1);
    shortLog.append("a");
    shortLog.append("b");
    shortLog.append("c");
    try (FakeSseServer forgetful = FakeSseServer.start(shortLog);
        Relay strict = new Relay(Sse.stream(forgetful.uri("/").toString()).withRetry(QUICK))) {
      Sse.stream(strict.url()).withCursor("1").subscribe(browser.listener());

      assertTrue(browser.takeGap().detail().contains("410 Gone"));
      assertEquals(StreamException.Reason.GAP, browser.takeFailure().reason());
    }
  }

  @Test
  void failureBeforeTheOpenIsAnsweredToTheBrowser() throws IOException {
    server.answerNext(404, List.of(), "no such stream");

    try (Browser raw = new Browser()) {
      assertEquals("HTTP/1.1 500 Internal Server Error", raw.line());
    }
  }

  @Test
  void endOfTheStreamEndsItForTheBrowser() {
    append("a");
    log.end();

    browse(relay.url());

    browser.assertEvents("a");
    browser.assertCompleted();
    assertEquals(204, server.requests().get(server.requests().size() - 1).status());
  }

  @Test
  void cursorThatTheServerNeverGaveIsAnsweredToTheBrowser() throws IOException {
    append("a");

    try (Browser raw = new Browser(relay.port(), "Last-Event-ID: caf\u00e9")) {
      assertEquals("HTTP/1.1 410 Gone", raw.line());
    }
    awaitLeft();
  }

  @Test
  void slowBrowserHoldsTheServerBack() throws IOException {
    try (Flood flood = new Flood();
        Relay flooded = new Relay(stream(flood));
        Browser slow = new Browser(flooded.port())) {
      assertEquals("HTTP/1.1 200 OK", slow.line());

      long heldBackAt = flood.awaitHeldBack();
      for (long bytes = 0; bytes <= heldBackAt; ) {
        bytes += slow.line().length();
      }
      assertTrue(flood.awaitHeldBack() > heldBackAt);

      slow.close();
      flood.awaitLeft();
    }
  }

  /** Reads lines as they arrive, when asked to. */
  private final class Browser implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Browser() throws IOException {
      this(relay.port());
    }

    Browser(int port) throws IOException {
      this(port, "X-Nothing: 0");
    }

    Browser(int port, String header) throws IOException {
      socket = new Socket();
      socket.setReceiveBufferSize(BUFFER_BYTES);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(Math.toIntExact(Soon.PATIENCE.toMillis()));
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      String request =
          "GET /ticks HTTP/1.1\r\nHost: relay\r\n"
              + header
              + "\r\nAccept: text/event-stream\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
    }

    String line() throws IOException {
      return in.readLine();
    }

    List<String> head() throws IOException {
      List<String> head = new ArrayList<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        head.add(line);
      }
      assertFalse(head.isEmpty());
      return head;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
