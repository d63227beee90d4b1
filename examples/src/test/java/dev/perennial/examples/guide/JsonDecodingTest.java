package dev.perennial.examples.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.examples.guide.JsonDecoding.Joined;
import dev.perennial.examples.guide.JsonDecoding.Left;
import dev.perennial.examples.guide.JsonDecoding.Message;
import dev.perennial.examples.guide.JsonDecoding.Moved;
import dev.perennial.examples.guide.JsonDecoding.Other;
import dev.perennial.examples.guide.JsonDecoding.Page;
import dev.perennial.examples.guide.JsonDecoding.Price;
import dev.perennial.examples.guide.JsonDecoding.Trade;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/guide/json.md}. */
class JsonDecodingTest {
  private static final RetryPolicy QUICK =
      RetryPolicy.exponential(ofMillis(2), ofMillis(20)).withFloor(ofMillis(1));
  private static final String PRICE = "{\"symbol\":\"ACME\",\"last_value\":12.5}";
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void recordIsMadeAndWhatItDoesNotKnowIsIgnored() throws IOException {
    log.append("{\"symbol\":\"ACME\",\"new\":{\"a\":[1]},\"last_value\":12.5}");

    assertEquals(List.of(new Price("ACME", 12.5)), read(JsonDecoding::prices));
  }

  @Test
  void javaTimeIsFoundOnTheClassPath() throws IOException {
    log.append("{\"symbol\":\"ACME\",\"at\":\"2026-01-31T12:00:00Z\"}");

    assertEquals(List.of(new Trade("ACME", NOON)), read(JsonDecoding::trades));
  }

  @Test
  void genericTypeIsMade() throws IOException {
    log.append("{\"next\":\"42\",\"items\":[" + PRICE + "]}");

    assertEquals(
        List.of(new Page<>("42", List.of(new Price("ACME", 12.5)))), read(JsonDecoding::pages));
  }

  @Test
  void propertyNamesTheType() throws IOException {
    log.append("{\"type\":\"moved\",\"x\":1,\"y\":2}");
    log.append("{\"type\":\"left\",\"reason\":\"home\"}");
    log.append("{\"type\":\"teleported\",\"to\":\"mars\"}");

    assertEquals(
        List.of(new Moved(1, 2), new Left("home"), new Other()), read(JsonDecoding::happenings));
  }

  @Test
  void typeOfTheEventNamesTheType() throws IOException {
    log.append("joined", "{\"name\":\"Ada\"}");
    log.append("typing", "not even JSON");
    log.append("message", "{\"from\":\"Ada\",\"text\":\"hi\"}");

    assertEquals(
        List.of(new Joined("Ada"), new Message("Ada", "hi")), read(JsonDecoding::byEventType));
  }

  @Test
  void mapperOfTheCallerIsUsedAsItIsConfigured() throws IOException {
    log.append("{\"symbol\":\"ACME\",\"at\":\"2026-01-31T12:00:00Z\"}");
    log.append("{\"symbol\":\"ACME\",\"at\":\"2026-01-31T12:00:00Z\",\"new\":1}");

    StreamException refused =
        assertThrows(StreamException.class, () -> read(JsonDecoding::strictTrades));

    assertEquals(StreamException.Reason.POISON, refused.reason());
    assertTrue(String.valueOf(refused.getMessage()).contains("/new: "), refused.getMessage());
  }

  @Test
  void mapperOfTheCallerMakesGenericTypes() throws IOException {
    log.append("[{\"symbol\":\"ACME\",\"at\":\"2026-01-31T12:00:00Z\"}]");

    assertEquals(List.of(List.of(new Trade("ACME", NOON))), read(JsonDecoding::strictBatches));
  }

  @Test
  void whatCannotBeReadIsSkippedByOption() throws IOException {
    log.append("not JSON");
    log.append(PRICE);

    assertEquals(
        List.of(new Price("ACME", 12.5)),
        read(url -> JsonDecoding.whatCanBeRead(Sse.builder(url))));
  }

  @Test
  void anyOtherLibraryIsADecoder() throws IOException {
    log.append("ACME");

    assertEquals(
        List.of(new Price("ACME", 1)),
        read(url -> Sse.builder(url).stream(JsonDecoding.with(symbol -> new Price(symbol, 1)))));
  }

  @Test
  void jackson3IsUsedBeside2() throws IOException {
    log.append("{\"symbol\":\"ACME\",\"lastValue\":12.5,\"new\":1}");
    assertEquals(List.of(new Jackson3Prices.Price("ACME", 12.5)), read(Jackson3Prices::prices));
  }

  @Test
  void jackson3MakesGenericTypes() throws IOException {
    log.append("{\"next\":\"42\",\"items\":[{\"symbol\":\"ACME\",\"lastValue\":12.5}]}");

    assertEquals(
        List.of(new Jackson3Prices.Page<>("42", List.of(new Jackson3Prices.Price("ACME", 12.5)))),
        read(Jackson3Prices::pages));
  }

  /** What the page says: who uses Jackson 3 alone may leave Jackson 2 out. */
  @Test
  void sseNeedsNoJackson2() throws IOException, InterruptedException {
    log.append(PRICE);
    log.end();
    String without =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.matches(".*jackson-(core|databind|datatype-\\w+)-2\\..*"))
            .collect(Collectors.joining(File.pathSeparator));
    try (FakeSseServer server = FakeSseServer.start(log)) {
      Process program =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  without,
                  Jackson3Prices.class.getName(),
                  server.uri("/prices").toString())
              .redirectErrorStream(true)
              .start();

      String printed = new String(program.getInputStream().readAllBytes(), UTF_8);

      assertTrue(program.waitFor(60, TimeUnit.SECONDS));
      assertEquals("Price[symbol=ACME, lastValue=12.5]", printed.strip());
    }
  }

  /** Reads what the log holds, from a stream over its server. */
  private <T> List<T> read(Function<String, EventStream<T>> stream) throws IOException {
    log.end();
    List<T> data = new ArrayList<>();
    try (FakeSseServer server = FakeSseServer.start(log);
        EventReader<T> reader =
            stream.apply(server.uri("/events").toString()).withRetry(QUICK).open()) {
      for (Event<T> event : reader) {
        data.add(event.data());
      }
    }
    return data;
  }
}
