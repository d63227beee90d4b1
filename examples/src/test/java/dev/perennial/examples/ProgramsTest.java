package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.spi.TransportException;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.ScriptedTransport;
import dev.perennial.testkit.VirtualTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Runs each program over a fake server, to the end of its stream. */
class ProgramsTest {
  private static final Duration SOON = ofSeconds(20);

  @TempDir private Path folder;
  private final FakeEventLog log = FakeEventLog.retaining(3);
  private FakeSseServer server;
  private String url;

  @BeforeEach
  void startServer() throws IOException {
    server = FakeSseServer.start(log);
    url = server.uri("/ticks").toString();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void tailPrintsUntilTheServerEndsTheStream() throws InterruptedException {
    append("a", "b");
    log.end();
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    Tail.print(url, new PrintStream(out, true, UTF_8));

    assertEquals(List.of("a", "b"), out.toString(UTF_8).lines().toList());
  }

  @Test
  void ownTransportResumesAfterTheLastLine() throws Exception {
    try (ServerSocket lines = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      List<String> asked = new CopyOnWriteArrayList<>();
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(
              () -> {
                serve(lines, asked, "1 a\n\n2 b and more\n");
                serve(lines, asked, "3 c\n");
              });
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), lines.getLocalPort());

      List<String> three =
          Flux.from(new LineTransport(address).stream())
              .map(Event::data)
              .take(3)
              .collectList()
              .block(SOON);

      served.get(20, TimeUnit.SECONDS);
      assertEquals(List.of("a", "b and more", "c"), three);
      assertEquals(List.of("FROM start", "FROM 2"), asked);
    }
  }

  private static void serve(ServerSocket server, List<String> asked, String answer) {
    try (Socket socket = server.accept()) {
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      asked.add(in.readLine());
      socket.getOutputStream().write(answer.getBytes(UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void ownRulesRetryA404AndFailOnA503() {
    VirtualTime time = VirtualTime.create();
    EventRecorder<String> recorder = EventRecorder.create();
    ScriptedTransport transport =
        ScriptedTransport.of(
            time, refuses(404), ConnectionScript.opens().events(1, 2).cut(), refuses(503));

    RetryRules.patient(over(transport, time)).subscribe(recorder.listener());
    time.run();

    recorder.assertEvents("1", "2");
    assertEquals(503, recorder.takeFailure().code());
    transport.assertExhausted();
  }

  @Test
  void resilience4jDecidesAndIsToldOfEachRetry() {
    VirtualTime time = VirtualTime.create();
    EventRecorder<String> recorder = EventRecorder.create();
    List<String> told = new ArrayList<>();
    ScriptedTransport transport =
        ScriptedTransport.of(
            time, refuses(404), refuses(404), ConnectionScript.opens().events(1, 1).declaresEnd());

    RetryRules.resilient(over(transport, time), told::add).subscribe(recorder.listener());
    time.run();

    recorder.assertEvents("1");
    assertEquals(List.of("retry 1", "retry 2"), told);
  }

  private static EventStream<String> over(ScriptedTransport transport, VirtualTime time) {
    return EventStream.of(transport, Decoder.text()).withRuntime(time.runtime());
  }

  private static ConnectionScript refuses(int status) {
    return ConnectionScript.refuses(
        new TransportException(
            StreamException.Reason.HTTP_STATUS, status, "The answer was " + status, null));
  }

  @Test
  void metricsCountWhatHappens() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    append("a");
    CompletableFuture<Void> first = new CompletableFuture<>();
    EventStream<String> observed = Sse.stream(url).withObserver(new StreamMetrics(registry));

    try (var subscription = observed.subscribe(event -> first.complete(null))) {
      first.get(20, TimeUnit.SECONDS);
      assertEquals(1, registry.get("perennial.subscriptions").gauge().value());
      append("b");
      log.end();
      subscription.awaitClosed();
    }

    assertEquals(0, registry.get("perennial.subscriptions").gauge().value());
    assertEquals(0, registry.get("perennial.buffered").gauge().value());
    assertEquals(2, registry.get("perennial.events").tag("type", "message").counter().count());
    assertEquals(1, registry.get("perennial.disconnects").tag("reason", "ENDED").counter().count());
    assertEquals(1, registry.get("perennial.retry.delay").timer().count());
  }

  private void append(String... data) {
    List.of(data).forEach(log::append);
  }
}
