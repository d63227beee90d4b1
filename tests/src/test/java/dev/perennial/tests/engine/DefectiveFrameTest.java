package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.perennial.Payload;
import dev.perennial.StreamException;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Frame;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An event in which the transport itself found a defect is malformed, whatever its decoder. */
class DefectiveFrameTest extends EngineTest {
  @Test
  void defectiveEventEndsTheConnectionWhateverTheDecoder() {
    listen(
        stream(opens().events(1, 1).frame(new Defective("2")), opens().events(2, 2).declaresEnd())
            .withCursor("0"));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
    assertEquals(List.of("0", "1"), transport.cursors());
  }

  @Test
  void defectiveEventIsPoisonAtTheThirdTime() {
    ConnectionScript defective = opens().frame(new Defective("1"));

    listen(stream(defective, defective, defective).withCursor("0"));

    StreamException poison = recorder.takeFailure();
    assertEquals(StreamException.Reason.POISON, poison.reason());
    StreamException last = assertInstanceOf(StreamException.class, poison.getCause());
    assertEquals(StreamException.Reason.MALFORMED, last.reason());
    assertEquals("it lacks its end", last.getCause().getMessage());
  }

  @Test
  void defectiveEventCanBeSkippedAndItsDefectIsReported() {
    listen(
        stream(
                opens().events(1, 1).frame(new Defective("2")).cut(),
                opens().events(3, 3).declaresEnd())
            .withCursor("0")
            .withMalformedSkipped());

    recorder.assertEvents("1", "3");
    assertEquals(List.of("0", "1"), transport.cursors());
    assertEquals(
        List.of(
            "malformed Expected an event that can be decoded from the stream but was 4 bytes of"
                + " type \"message\" with id \"2\" at line 7, byte 99 of the connection, that begin"
                + " with \"xxxx\": it lacks its end"),
        observer.lines("malformed"));
  }

  @Test
  void idOfADefectiveEventIsNeitherComparedNorKept() {
    listen(
        stream(
                opens().events(1, 1).frame(new Defective("2")).cut(),
                opens().frame(new Defective("1")).events(2, 2).declaresEnd())
            .withCursor("0")
            .withMalformedSkipped());

    recorder.assertEvents("1", "2");
    assertEquals(2, observer.lines("malformed").size());
    assertEquals(List.of(), observer.lines("duplicate"));
  }

  @Test
  void numberOfADefectiveEventIsIgnored() {
    transport =
        ScriptedTransport.of(
            time, opens().events(1, 1).frame(new Defective("5")).events(2, 2).declaresEnd());
    Transport counting = new Counting(transport);

    listen(over(counting).withMalformedSkipped());

    recorder.assertEvents("1", "2");
    assertEquals(List.of(), observer.lines("gap"));
  }

  /** Counts its events by their ids. */
  private record Counting(Transport delegate) implements Transport {

    @Override
    public StreamConnection newConnection(Attempt attempt) {
      return delegate.newConnection(attempt);
    }

    @Override
    public Sequence sequence() {
      return new Sequence(null, Payload::id);
    }
  }

  /** An event that the transport itself finds something wrong with. */
  private record Defective(String id) implements Frame {
    private static final byte[] DATA = "half".getBytes(UTF_8);

    @Override
    public IOException defect() {
      return new IOException("it lacks its end");
    }

    @Override
    public long streamLine() {
      return 7;
    }

    @Override
    public long streamOffset() {
      return 99;
    }

    @Override
    public Kind kind() {
      return Kind.EVENT;
    }

    @Override
    public String type() {
      return "message";
    }

    @Override
    public boolean isBinary() {
      return false;
    }

    @Override
    public byte[] array() {
      return DATA;
    }

    @Override
    public int offset() {
      return 0;
    }

    @Override
    public int length() {
      return DATA.length;
    }

    @Override
    public String text() {
      return "half";
    }
  }
}
