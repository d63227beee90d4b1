package dev.perennial.testkit;

import static dev.perennial.testkit.ConnectionScript.hangs;
import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.opensAfter;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScriptedTransportTest {
  private static final Deadlines MINUTE =
      new Deadlines(ofMinutes(1).toNanos(), ofMinutes(5).toNanos());

  private final VirtualTime time = VirtualTime.seeded(1);

  @Test
  void playsFramesInOrder() throws IOException {
    StreamConnection connection = open(opens().event("1", "one").heartbeat().ends());

    Frame first = connection.read(MINUTE);
    assertEquals("1", first.id());
    assertEquals("1", first.cursor());
    assertEquals("one", first.text());
    assertEquals(Payload.Kind.HEARTBEAT, connection.read(MINUTE).kind());
    assertNull(connection.read(MINUTE));
  }

  @Test
  void takesTimeToOpenAndToSend() throws IOException {
    StreamConnection connection =
        open(opensAfter(ofSeconds(2)).silence(ofSeconds(3)).event("1", "one"));
    assertEquals(ofSeconds(2), time.elapsed());
    assertEquals(time.nanoTime(), connection.lastByteNanos());

    connection.read(MINUTE);

    assertEquals(ofSeconds(5), time.elapsed());
    assertEquals(time.nanoTime(), connection.lastByteNanos());
    assertEquals(4, connection.bytesRead());
  }

  @Test
  void theServerDoesNotWaitForAReader() throws IOException {
    StreamConnection connection = open(opens().silence(ofSeconds(3)).event("1", "one"));

    time.pass(ofSeconds(10));
    connection.read(MINUTE);

    assertEquals(ofSeconds(10), time.elapsed());
  }

  @Test
  void silenceEndsJustBeforeTheLimit() throws IOException {
    StreamConnection connection =
        open(opens().silence(ofMinutes(1).minusNanos(1)).event("1", "one"));

    assertEquals("1", connection.read(MINUTE).id());
  }

  @Test
  void silenceOfTheLimitIsTooLong() throws IOException {
    StreamConnection connection = open(opens().silence(ofMinutes(1)).event("1", "one"));

    assertThrows(SocketTimeoutException.class, () -> connection.read(MINUTE));

    assertEquals(ofMinutes(1), time.elapsed());
  }

  @Test
  void nothingComesAfterTheLastStep() throws IOException {
    StreamConnection connection = open(opens());

    assertThrows(SocketTimeoutException.class, () -> connection.read(MINUTE));
  }

  @Test
  void theLimitCountsFromTheRead() throws IOException {
    StreamConnection connection = open(opens());
    time.pass(ofMinutes(10));

    assertThrows(SocketTimeoutException.class, () -> connection.read(MINUTE));

    assertEquals(ofMinutes(11), time.elapsed());
  }

  @Test
  void closingEndsAReadAtOnce() throws IOException {
    StreamConnection connection = open(opens());
    time.at(ofSeconds(5), connection::close);

    assertThrows(SocketException.class, () -> connection.read(MINUTE));

    assertEquals(ofSeconds(5), time.elapsed());
  }

  @Test
  void closingEndsAHangingOpen() {
    StreamConnection connection = connect(hangs());
    time.at(ofSeconds(5), connection::close);

    assertThrows(SocketException.class, connection::open);

    assertEquals(ofSeconds(5), time.elapsed());
  }

  @Test
  void anInterruptEndsAReadAndIsKept() throws IOException {
    StreamConnection connection = open(opens());
    time.at(ofSeconds(5), () -> Thread.currentThread().interrupt());

    assertThrows(InterruptedIOException.class, () -> connection.read(MINUTE));

    assertTrue(Thread.interrupted());
  }

  @Test
  void throwsWhatTheScriptSays() throws IOException {
    StreamConnection refused = connect(refuses(new ConnectException("refused")));
    StreamConnection broken = open(opens().cut());
    StreamConnection defective = open(opens().cut(new IllegalStateException("defect")));

    assertThrows(ConnectException.class, refused::open);
    assertThrows(SocketException.class, () -> broken.read(MINUTE));
    assertThrows(IllegalStateException.class, () -> defective.read(MINUTE));
  }

  @Test
  void anAttemptWithoutAScriptFailsTheTest() {
    ScriptedTransport transport = ScriptedTransport.of(time);

    assertThrows(AssertionError.class, () -> transport.newConnection(attempt("7")));

    assertThrows(AssertionError.class, time::run);
  }

  @Test
  void aScriptWithoutAnAttemptFailsTheTest() {
    assertThrows(AssertionError.class, () -> ScriptedTransport.of(time, opens()).assertExhausted());
  }

  @Test
  void anOpenConnectionFailsTheTest() {
    ScriptedTransport transport = ScriptedTransport.of(time, opens());
    StreamConnection connection = transport.newConnection(attempt(null));

    assertThrows(AssertionError.class, transport::assertExhausted);
    connection.close();

    transport.assertExhausted();
  }

  @Test
  void recordsAttempts() {
    ScriptedTransport transport = ScriptedTransport.endless(time, attempt -> opens());

    transport.newConnection(attempt(null)).close();
    time.pass(ofSeconds(3));
    transport.newConnection(attempt("7"));

    assertEquals(
        List.of(
            new ScriptedAttempt(1, 1, null, Duration.ZERO, true),
            new ScriptedAttempt(1, 1, "7", ofSeconds(3), false)),
        transport.attempts());
    assertEquals(Arrays.asList(null, "7"), transport.cursors());
    assertEquals(List.of(ofSeconds(3)), transport.intervals());
  }

  @Test
  void bytesArriveWhileTheDeviceSleeps() throws IOException {
    StreamConnection connection = open(opens().silence(ofSeconds(50)).event("1", "one"));
    time.at(ofSeconds(10), () -> time.suspend(ofMinutes(30)));

    connection.read(MINUTE);

    assertEquals(ofMinutes(30).plusSeconds(10), time.elapsed());
  }

  @Test
  void theLimitIsPausedWhileTheDeviceSleeps() throws IOException {
    StreamConnection connection = open(opens());
    time.at(ofSeconds(10), () -> time.suspend(ofMinutes(30)));

    assertThrows(SocketTimeoutException.class, () -> connection.read(MINUTE));

    assertEquals(ofMinutes(31).plus(ofNanos(0)), time.elapsed());
  }

  private StreamConnection open(ConnectionScript script) throws IOException {
    StreamConnection connection = connect(script);
    connection.open();
    return connection;
  }

  private StreamConnection connect(ConnectionScript script) {
    return ScriptedTransport.of(time, script).newConnection(attempt(null));
  }

  private Attempt attempt(@Nullable String cursor) {
    return new FirstAttempt(1, 1, cursor, ofSeconds(30), time, time.runtime());
  }

  private record FirstAttempt(
      int number,
      long connection,
      @Nullable String cursor,
      Duration timeout,
      Timekeeper timekeeper,
      StreamRuntime runtime)
      implements Attempt {

    @Override
    public StreamSubscription subscription() {
      throw new UnsupportedOperationException("There is no subscription");
    }
  }
}
