package dev.perennial.tests.interop.servers;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.spi.Frame;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.tests.Eventually;
import dev.perennial.tests.interop.servers.OtherServer.Conduct;
import dev.perennial.tests.interop.servers.OtherServer.Peer;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSocketSender.Outcome;
import dev.perennial.websocket.WebSockets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/** WebSockets with the servers of others. */
@Timeout(60)
class WebSocketServersTest {
  private static final JsonField ID = Json.field("/id");
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(10));

  /** A message of 1 MiB that compresses, but not to nothing. */
  private static final String BIG =
      new Random(7).ints(1024 * 1024, 'a', 'q').mapToObj(Character::toString).collect(joining());

  private static final Map<Server, OtherServer> servers = new EnumMap<>(Server.class);
  private static final Map<Server, String> reasonsToSkip = new EnumMap<>(Server.class);

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
  private final RecordingObserver observer = RecordingObserver.create();
  private final WebSocketSender sender = WebSocketSender.create();

  enum Server {
    JETTY,
    NPM_WS,
    TOMCAT,
    UNDERTOW,
    VERTX;

    OtherServer start(Path folder) throws Exception {
      return switch (this) {
        case JETTY -> new JettyServer(new Ticks());
        case NPM_WS -> startOnNode(folder);
        case TOMCAT -> new TomcatServer(new Ticks(), folder);
        case UNDERTOW -> new UndertowServer(new Ticks());
        case VERTX -> new VertxServer(new Ticks());
      };
    }
  }

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    for (Server server : Server.values()) {
      try {
        servers.put(server, server.start(folder));
      } catch (TestAbortedException e) {
        reasonsToSkip.put(server, String.valueOf(e.getMessage()));
      }
    }
  }

  private static OtherServer startOnNode(Path folder) throws Exception {
    Path packages = Files.createDirectory(folder.resolve("node"));
    NodePackages.install(packages);
    Files.writeString(packages.resolve("big.txt"), BIG);
    return new NodeServer(packages, "ticks.mjs");
  }

  private static int portOf(Server server) {
    OtherServer started = servers.get(server);
    if (started == null) {
      throw new TestAbortedException(reasonsToSkip.get(server));
    }
    return started.port();
  }

  @AfterAll
  static void stop() throws Exception {
    for (OtherServer server : servers.values()) {
      server.stop();
    }
    servers.clear();
  }

  /** Sends numbers up to the one that the query names, and does what it is told. */
  private static final class Ticks implements Conduct {
    @Override
    public void opened(Peer peer, String query) {
      HttpUrl url = HttpUrl.get("http://localhost/?" + query);
      String after = url.queryParameter("after");
      int last = Integer.parseInt(String.valueOf(url.queryParameter("last")));
      for (int i = after == null ? 1 : Integer.parseInt(after) + 1; i <= last; i++) {
        peer.send("{\"id\":\"" + i + "\"}");
      }
    }

    @Override
    public void heard(Peer peer, String text) {
      switch (text) {
        case "close" -> peer.close();
        case "ping" -> peer.ping();
        case "big" -> peer.send(BIG);
        default -> peer.send(text);
      }
    }

    @Override
    public void ponged(Peer peer) {
      peer.send("ponged");
    }
  }

  private WebSockets.Builder ticks(int port, int last) {
    return WebSockets.builder("ws://127.0.0.1:" + port + "/ticks?last=" + last)
        .subprotocols("ticks.v2", OtherServer.SUBPROTOCOL)
        .cursorParameter("after")
        .sender(sender);
  }

  private void subscribe(WebSockets.Builder ticks) {
    ticks.stream().withRetry(QUICK).withObserver(observer).subscribe(recorder.listener());
  }

  private List<String> takeIds(int count) {
    return IntStream.range(0, count).mapToObj(i -> idOf(recorder.takeEvent().data())).toList();
  }

  private static String idOf(String message) {
    return String.valueOf(ID.apply(Frame.event(null, "", message.getBytes())));
  }

  private static List<String> ids(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }

  private void tell(String command) {
    Eventually.holds("it may send", () -> sender.send(command) == Outcome.ACCEPTED);
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void messagesComeInOrderAndCompressed(Server server) {
    List<Response> answers = new CopyOnWriteArrayList<>();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  Response answer = chain.proceed(chain.request());
                  answers.add(answer);
                  return answer;
                })
            .build();
    subscribe(ticks(portOf(server), 1_000).client(client).compressed());

    assertEquals(ids(1, 1_000), takeIds(1_000));
    assertEquals(OtherServer.SUBPROTOCOL, answers.get(0).header("Sec-WebSocket-Protocol"));
    String extensions = String.valueOf(answers.get(0).header("Sec-WebSocket-Extensions"));
    assertTrue(extensions.startsWith("permessage-deflate"), extensions);
    recorder.close();
    recorder.assertExhausted();
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void messageOfAMebibyteComesWhole(Server server) {
    subscribe(ticks(portOf(server), 1).compressed());
    assertEquals(ids(1, 1), takeIds(1));
    tell("big");
    assertEquals(BIG, recorder.takeEvent().data());
    recorder.close();
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void closeOfTheServerReconnects(Server server) {
    subscribe(ticks(portOf(server), 3));
    assertEquals(ids(1, 3), takeIds(3));

    tell("close");

    Eventually.holds("it is back", () -> recorder.subscription().connection() == 2);
    tell("{\"id\":\"4\"}");
    assertEquals(ids(4, 4), takeIds(1)); // Without a gap, and nothing twice.
    recorder.close();
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void pingsAreAnsweredByBothSides(Server server) {
    subscribe(ticks(portOf(server), 1).pingEvery(ofMillis(50)));
    assertEquals(ids(1, 1), takeIds(1));

    tell("ping");

    assertEquals("ponged", recorder.takeEvent().data());
    Eventually.holds("pongs came", () -> observer.lines("heartbeat").size() >= 3);
    assertEquals(1, recorder.subscription().connection());
    recorder.close();
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void cutsLoseNothingAndRepeatNothing(Server server) throws Exception {
    try (ChaosProxy proxy = ChaosProxy.inFrontOf(portOf(server))) {
      recorder.onEvent(
          event -> {
            int number = Integer.parseInt(String.valueOf(event.id()));
            if (number % 600 == 0) {
              proxy.cutAll(Cut.values()[number / 600 % Cut.values().length]);
            }
          });
      subscribe(ticks(proxy.port(), 3_000));

      assertEquals(ids(1, 3_000), takeIds(3_000));
      recorder.close();
      recorder.assertExhausted(); // No gap.
    }
  }
}
