package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMinutes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.spi.TransportException;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a subscription does about a credential that was refused, whatever the transport. */
class CredentialRefusalTest extends EngineTest {
  private boolean isNewest = true;
  private int refused;

  @Test
  void theNextAttemptFollowsAtOnceFromThePosition() {
    listen(
        withCredentials(
            opens().events(1, 2).cut(closed1008()), opens().events(3, 3).declaresEnd()));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    assertEquals(List.of(Duration.ZERO), transport.intervals());
    assertEquals("2", transport.cursors().get(1));
    assertEquals(1, refused);
  }

  @Test
  void theFreshOneThatIsRefusedIsTheEnd() {
    listen(withCredentials(refuses(status(401)), refuses(status(401))));

    assertRefusedTwice(401);
  }

  @Test
  void closingWithoutAnEventRefusesTheFreshCredential() {
    listen(withCredentials(opens().cut(closed1008()), opens().cut(closed1008())));

    assertRefusedTwice(1008);
  }

  @Test
  void aFreshOneThatServedMayBeReplacedAgain() {
    listen(
        withCredentials(
            opens().cut(closed1008()),
            opens().events(1, 1).cut(closed1008()),
            opens().silence(ofMinutes(2)).cut(closed1008()),
            opens().declaresEnd()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
    assertEquals(3, refused);
  }

  @Test
  void anOlderOneThatIsRefusedDoesNotCount() {
    isNewest = false;

    listen(
        withCredentials(
            refuses(status(401)), refuses(status(401)), opens().events(1, 1).declaresEnd()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  private void assertRefusedTwice(int code) {
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CREDENTIALS, failure.reason());
    assertEquals(code, failure.code());
    assertEquals(1, refused);
    transport.assertExhausted();
  }

  private static TransportException closed1008() {
    return new TransportException(Reason.CLOSE_CODE, 1008, "Closed with 1008", null);
  }

  private EventStream<String> withCredentials(ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    return over(new Authorised(transport)).withCursor("0");
  }

  /** A transport that has credentials. */
  private final class Authorised implements Transport {
    private final Transport delegate;

    Authorised(Transport delegate) {
      this.delegate = delegate;
    }

    @Override
    public StreamConnection newConnection(Attempt attempt) {
      return new AuthorisedConnection(delegate.newConnection(attempt));
    }

    @Override
    public boolean hasCredentials() {
      return true;
    }
  }

  private final class AuthorisedConnection extends ForwardingConnection {
    AuthorisedConnection(StreamConnection delegate) {
      super(delegate);
    }

    @Override
    public boolean refuseCredential() {
      refused++;
      return isNewest;
    }
  }
}
