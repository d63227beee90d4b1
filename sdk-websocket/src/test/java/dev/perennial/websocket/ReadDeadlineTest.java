package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.TransportException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class ReadDeadlineTest {
  private static final String ENDPOINT = "http://h/";
  private static final Deadlines LIMITS = new Deadlines(100, 1_000);

  @Test
  void silenceCountsFromTheLastByte() throws Exception {
    assertEquals(70, new ReadDeadline(530, 500, 400).leftNanos(LIMITS, ENDPOINT));
    assertEquals(1, new ReadDeadline(599, 500, 400).leftNanos(LIMITS, ENDPOINT));
    SocketTimeoutException over =
        assertThrows(
            SocketTimeoutException.class,
            () -> new ReadDeadline(600, 500, 400).leftNanos(LIMITS, ENDPOINT));
    assertEquals("No byte came from http://h/ for 100 ns", over.getMessage());
  }

  @Test
  void silenceBeforeTheReadDoesNotCount() throws Exception {
    assertEquals(100, new ReadDeadline(9_000, 500, 9_000).leftNanos(LIMITS, ENDPOINT));
  }

  @Test
  void clockMayWrap() throws Exception {
    long last = Long.MAX_VALUE - 10;
    assertEquals(70, new ReadDeadline(last + 30, last, last - 5).leftNanos(LIMITS, ENDPOINT));
  }

  @Test
  void messageThatTricklesHasALimitOfItsOwn() throws Exception {
    ReadDeadline trickling = new ReadDeadline(1_980, 1_970, 1_000);
    assertEquals(20, trickling.leftNanos(LIMITS, ENDPOINT, 1_000));
    assertEquals(90, trickling.leftNanos(LIMITS, ENDPOINT, 1_900));
    TransportException stalled =
        assertThrows(
            TransportException.class,
            () -> new ReadDeadline(2_000, 1_990, 1_000).leftNanos(LIMITS, ENDPOINT, 1_000));
    assertEquals(Reason.STALLED, stalled.reason());
  }

  @Test
  void silenceWithinAMessageIsSilence() {
    assertThrows(
        SocketTimeoutException.class,
        () -> new ReadDeadline(1_200, 1_100, 1_000).leftNanos(LIMITS, ENDPOINT, 1_050));
  }
}
