package dev.perennial.tests.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.Json;
import dev.perennial.sse.Sse;
import org.junit.jupiter.api.Test;

/** The message says where an event is, how it begins, and why it cannot be decoded. */
class DecodeFailureTest extends FailureMessageTest {
  record Tick(int price) {}

  interface Shape {}

  @Test
  void invalidJsonIsLocated() throws Exception {
    assertMalformed(
        Tick.class,
        "Expected an event that can be decoded from http://HERE/ticks but was 29 bytes of type"
            + " \"tick\" with id \"42\" at line 1, byte 0 of the connection, that begin with"
            + " \"{\"price\":99,\"note\":\"xxxxxx\",}\": Unexpected character ('}' (code 125)): was"
            + " expecting double-quote to start field name, at line 1, column 29 of the data",
        "{\"price\":12,\"note\":\"secret\",}");
  }

  @Test
  void valueOfAnotherTypeIsLocated() throws Exception {
    assertMalformed(
        Tick.class,
        "Expected an event that can be decoded from http://HERE/ticks but was 18 bytes of type"
            + " \"tick\" with id \"42\" at line 1, byte 0 of the connection, that begin with"
            + " \"{\"price\":\"xxxxxx\"}\": /price: Cannot deserialize value of type `int` from"
            + " String …: not a valid `int` value, at line 1, column 10 of the data",
        "{\"price\":\"secret\"}");
  }

  @Test
  void typeThatJacksonCannotConstructIsNamed() throws Exception {
    assertMalformed(
        Shape.class,
        "Expected an event that can be decoded from http://HERE/ticks but was 11 bytes of type"
            + " \"tick\" with id \"42\" at line 1, byte 0 of the connection, that begin with"
            + " \"{\"price\":9}\": Cannot construct instance of"
            + " `dev.perennial.tests.messages.DecodeFailureTest$Shape` (no Creators, like default"
            + " constructor, exist): abstract types either need to be mapped to concrete types,"
            + " have custom deserializer, or contain additional type information, at line 1, column"
            + " 1 of the data",
        "{\"price\":1}");
  }

  @Test
  void invalidUtf8IsLocated() throws Exception {
    assertMalformed(
        Tick.class,
        "Expected an event that can be decoded from http://HERE/ticks but was 7 bytes of type"
            + " \"tick\" with id \"42\" at line 1, byte 0 of the connection, that begin with"
            + " \"{\"\ufffd\":9}\": Invalid UTF-8 start byte 0xff, at line 1, column 5 of the data",
        "{\"\u00ff\":1}");
  }

  private static void assertMalformed(Class<?> type, String message, String data) throws Exception {
    try (BrokenServer server =
        BrokenServer.answering(OK + "\nevent: tick\nid: 42\ndata: " + data + "\n\n")) {
      EventStream<?> stream = Sse.builder(url("http", server)).stream(Json.decoder(type));

      StreamException failure = Failures.of(stream);

      assertEquals(message, said(failure, server.port()));
      assertEquals(Reason.MALFORMED, failure.reason());
    }
  }
}
