package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import org.junit.jupiter.api.Test;

class FrameExceptionTest {
  @Test
  void aBreachIsReportedAsTheCodeThatTheServerGets() {
    TransportException protocol = FrameException.protocol("no").toTransportException("http://h/");
    TransportException invalid = FrameException.invalidData("no").toTransportException("http://h/");

    assertEquals(Reason.CLOSE_CODE, protocol.reason());
    assertEquals(1002, protocol.code());
    assertEquals("no from http://h/", protocol.getMessage());
    assertEquals(Reason.CLOSE_CODE, invalid.reason());
    assertEquals(1007, invalid.code());
  }

  @Test
  void aLimitIsReportedAsALimit() {
    FrameException refusal = FrameException.tooLarge("too much");

    assertEquals(1009, refusal.closeCode());
    assertEquals(Reason.LIMIT, refusal.toTransportException("http://h/").reason());
    assertEquals(-1, refusal.toTransportException("http://h/").code());
    assertEquals("too much from http://h/", refusal.toTransportException("http://h/").getMessage());
  }
}
