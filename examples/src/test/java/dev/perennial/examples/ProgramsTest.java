package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamRuntime;
import dev.perennial.spi.TransportException;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.ScriptedTransport;
import dev.perennial.testkit.VirtualTime;
import io.github.resilience4j.retry.RetryRegistry;
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
  void resilience4jDecidesAndSeesEachRetry() {
    VirtualTime time = VirtualTime.create();
    EventRecorder<String> recorder = EventRecorder.create();
    List<String> logged = new ArrayList<>();
    ScriptedTransport transport =
        ScriptedTransport.of(
            time, refuses(404), refuses(404), ConnectionScript.opens().events(1, 1).declaresEnd());

    RetryRules.resilient(over(transport, time), logged::add).subscribe(recorder.listener());
    time.run();

    recorder.assertEvents("1");
    assertEquals(List.of("retry 1", "retry 2"), logged);
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
    EventStream<String> observed = Metered.metered(Sse.stream(url), registry);

    try (var subscription = observed.subscribe(event -> first.complete(null))) {
      first.get(20, TimeUnit.SECONDS);
      assertEquals(1, registry.get("perennial.subscriptions").gauge().value());
      append("b");
      log.end();
      subscription.awaitClosed();
    }

    assertEquals(0, registry.get("perennial.subscriptions").gauge().value());
    assertEquals(0, registry.get("perennial.buffered").gauge().value());
    assertEquals(2, registry.get("perennial.events").tag("stream", "ticks").counter().count());
    assertEquals(1, registry.get("perennial.disconnects").tag("reason", "ENDED").counter().count());
    assertEquals(1, registry.get("perennial.retry.delay").timer().count());
  }

  @Test
  void metricsKnowTheAgeOfTicksThatSayTheirTime() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    append("{\"at\":1700000000000}", "{\"bid\":1}", "{\"at\":\"noon\"}");
    log.end();

    Metered.withAge(Sse.stream(url, JsonNode.class), registry).subscribe(e -> {}).awaitClosed();

    assertEquals(3, registry.get("perennial.events").tag("region", "eu").counter().count());
    assertEquals(1, registry.get("perennial.event.age").timer().count());
  }

  @Test
  void metricsOfARuntimeSeeAllItsStreams() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    append("a");
    log.end();
    StreamRuntime runtime = Metered.meteredRuntime(registry);

    Sse.stream(url).withRuntime(runtime).subscribe(e -> {}).awaitClosed();
    Sse.stream(url).withRuntime(runtime).subscribe(e -> {}).awaitClosed();

    assertEquals(2, registry.get("perennial.events").tag("stream", "all").counter().count());
  }

  @Test
  void metricsOfResilience4jSeeTheRetries() {
    MeterRegistry registry = new SimpleMeterRegistry();
    VirtualTime time = VirtualTime.create();
    EventRecorder<String> recorder = EventRecorder.create();
    ScriptedTransport transport =
        ScriptedTransport.of(time, refuses(503), refuses(503), refuses(503));

    Metered.withRetryMetrics(over(transport, time), RetryRegistry.ofDefaults(), registry)
        .subscribe(recorder.listener());
    time.run();

    assertEquals(503, recorder.takeFailure().code());
    assertEquals(
        1,
        registry
            .get("resilience4j.retry.calls")
            .tags("name", "ticks", "kind", "failed_with_retry")
            .functionCounter()
            .count());
  }

  @Test
  void metricsOfOkHttpSeeTheCalls() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    append("a");
    log.end();

    Metered.withCallMetrics(url, registry).subscribe(e -> {}).awaitClosed();

    List<String> statuses =
        registry.get("okhttp.requests").tag("uri", "/ticks").timers().stream()
            .map(timer -> timer.getId().getTag("status"))
            .sorted()
            .toList();
    assertEquals(List.of("200", "204"), statuses);
  }

  private void append(String... data) {
    List.of(data).forEach(log::append);
  }
}
